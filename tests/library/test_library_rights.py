"""Rights: the count of the public domain, a help and no judge; licence and source of many works at once."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.library import queries as items
from kit.library.actions import add_paths
from kit.library.bench import arrival
from kit.library.bench import queries as bench
from kit.library.bench.reading import work
from kit.library.public_domain import count_years, find_deaths, read_years
from kit.people.node import Node

from .library_makers import make_pdf, text_of
from .test_library_bench import bring, token

PAGE = "/console/bibliotheque/droits"


@pytest.mark.parametrize(
    ("deaths", "this_year", "is_free", "free_from"),
    [((1893,), 2026, True, 1964), ((1955,), 2025, False, 2026), ((1955,), 2026, True, 2026),
     ((1893, 1970), 2026, False, 2041), ((2020,), 2026, False, 2091)],
)  # fmt: skip
def test_seventy_years_after_the_year_of_death(
    deaths: tuple[int, ...], this_year: int, is_free: bool, free_from: int
) -> None:
    advice = count_years(deaths, this_year)
    assert advice is not None and (advice.is_free, advice.free_from) == (is_free, free_from)
    assert ("jusqu’au 31 décembre" in advice.words) is not is_free
    assert count_years((), this_year) is None


def test_years_are_read_from_what_is_typed_and_from_names() -> None:
    assert read_years("1893 ; vers 1905, 2999, 12", 2026) == (1893, 1905)
    assert find_deaths(["Maupassant, Guy de (1850-1893)", "Zola (1840 – 1902)"], 2026) == (1893, 1902)
    assert find_deaths(["Maupassant, Guy de (1850-1893)", "Ada"], 2026) == ()
    assert find_deaths(["Rapport 1999-1990"], 2026) == () and find_deaths([], 2026) == ()


def test_the_count_is_on_both_pages_with_what_is_not_known(node: Node, staff: FlaskClient, tmp_path: Path) -> None:
    held = add_paths(node, [make_pdf(tmp_path / "a.pdf", "Caché")]).added[0]
    item = items.find_item(node.store, held)
    bring(node, make_pdf(tmp_path / "b.pdf", "Attend"))
    (entry,) = bench.list_entries(node.store, "proposed", 5)
    assert item is not None
    for url in (f"/console/bibliotheque/{item.text_id}", entry.url):
        page = text_of(staff, f"{url}?mort=1893")
        assert "depuis le 1er janvier 1964" in page and "Une aide, pas un jugement" in page
        assert "mort pour la France" in page and "traducteur" in page
        assert "quatre chiffres" in text_of(staff, f"{url}?mort=jadis")
    assert items.count_held(node.store) == 1, "counting settles nothing"


def send(staff: FlaskClient, **fields: object) -> tuple[int, str]:
    answer = staff.post(PAGE, data={"csrf": token(text_of(staff, PAGE)), **fields})
    return answer.status_code, answer.get_data(as_text=True)


def test_a_whole_shelf_is_settled_after_a_preview(node: Node, staff: FlaskClient, tmp_path: Path) -> None:
    add_paths(node, [make_pdf(tmp_path / f"{n}.pdf", f"Papier {n}") for n in range(60)])
    assert items.count_held(node.store) == 60
    status, page = send(staff, shelf="Documents", licence="CC-BY-4.0", do="preview")
    assert status == 200 and "il manque la source" in page and "resteraient cachés" in page
    assert items.count_held(node.store) == 60
    status, page = send(staff, shelf="Documents", licence="CC-BY-4.0", source="La mairie", do="preview")
    assert "Ceux qui resteraient cachés" not in page and "Noter pour 60 documents" in page
    assert send(staff, shelf="Documents", licence="CC-BY-4.0", source="La mairie", do="settle")[0] == 303
    assert items.count_held(node.store) == 0 and items.count_items(node.store, items.Choice()) == 60


def test_what_is_noted_already_may_be_left(node: Node, staff: FlaskClient, tmp_path: Path) -> None:
    add_paths(node, [make_pdf(tmp_path / "a.pdf", "Un"), make_pdf(tmp_path / "b.pdf", "Deux")])
    one, two = items.list_held(node.store, 5, 0)
    send(staff, item=[one.text_id], licence="CC0-1.0", source="Ici", do="settle")
    assert items.count_held(node.store) == 1, "only the work that was ticked"
    send(staff, shelf="Documents", licence="CC-BY-4.0", source="Là", only_missing="1", do="settle")
    found = {
        item.item_id: (item.licence_id, item.source) for item in items.list_items(node.store, items.Choice(), 5, 0)
    }
    assert found == {one.item_id: ("CC0-1.0", "Ici"), two.item_id: ("CC-BY-4.0", "Là")}


def test_nothing_given_is_told(staff: FlaskClient) -> None:
    status, page = send(staff, do="settle")
    assert status == 422 and "rien n’est rempli" in page
    assert send(staff, licence="inventée", do="settle")[0] == 422


def test_a_whole_folder_of_the_bench(node: Node, staff: FlaskClient, tmp_path: Path) -> None:
    batch_id = arrival.open_batch(node, "upload", "Lot")
    for name in ("Mairie/a.pdf", "Mairie/2024/b.pdf", "Mairie bis/c.pdf", "d.pdf"):
        raw = make_pdf(tmp_path / "x.pdf", name).read_bytes()
        arrival.take_stream(node, batch_id, name, io.BytesIO(raw))
    arrival.close_batch(node, batch_id)
    work(node)
    desk = "/console/bibliotheque/arrivees"
    page = text_of(staff, desk)
    assert ">Mairie/2024</option>" in page
    form = {"csrf": token(page), "state": "proposed", "folder": "Mairie", "licence": "CC-BY-4.0", "source": "Mairie"}
    preview = staff.post(desk, data={**form, "do": "preview"}).get_data(as_text=True)
    assert "Noter pour 2 documents" in preview
    staff.post(desk, data={**form, "do": "settle"})
    settled = {one.name for one in bench.list_entries(node.store, "proposed", 9) if not one.reasons}
    assert settled == {"Mairie/a.pdf", "Mairie/2024/b.pdf"}
