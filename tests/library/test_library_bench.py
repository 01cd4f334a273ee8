"""The bench: files wait where nobody sees them, are read by a worker, corrected, accepted; kills and nonsense."""

from __future__ import annotations

import io
import os
import shutil
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.app import build_node
from kit.errors import Problem
from kit.library import queries as items
from kit.library.bench import acceptance, arrival, queries
from kit.library.bench.names import files_folder, to_inside
from kit.library.bench.reading import only_worker, work
from kit.library.bench.worker import is_running
from kit.people.node import Node
from kit.settings import read_settings
from tests.killed import run_killed

from .library_makers import make_epub, make_mp3, make_pdf, make_sheet, text_of

DESK = "/console/bibliotheque/arrivees"
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"


def bring(node: Node, *paths: Path, names: dict[Path, str] | None = None) -> bytes:
    """Files on the bench, read."""
    batch_id = arrival.open_batch(node, "upload", "Essai")
    for path in paths:
        with path.open("rb") as source:
            arrival.take_stream(node, batch_id, (names or {}).get(path, path.name), source)
    arrival.close_batch(node, batch_id)
    work(node)
    return batch_id


def token(page: str) -> str:
    return page.split('name="csrf" value="', 1)[1].split('"', 1)[0]


def wait(node: Node, seconds: float = 300) -> None:
    """Until the worker that a page started has ended (it gives way to everything else, so a busy machine waits)."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not is_running(node.data) and queries.next_batch(node.store) is None:
            return
        time.sleep(0.1)
    raise AssertionError("the worker did not end")


def test_a_file_waits_unseen_until_it_is_accepted(node: Node, tmp_path: Path) -> None:
    bring(node, make_epub(tmp_path / "livre.epub"))
    (entry,) = queries.list_entries(node.store, "proposed", 10)
    assert entry.proposal is not None and entry.proposal.licence == "CC-BY-SA-3.0" and entry.reasons == []
    assert items.count_items(node.store, items.Choice()) == 0 and items.count_held(node.store) == 0
    assert acceptance.choose(node, [entry.entry_id]) == 1
    assert acceptance.take_chosen(node) == 1
    assert entry.sha256 is not None
    item = items.find_item(node.store, entry.sha256[:16])
    assert item is not None and item.is_public and item.title == "Le Livre d’essai" and item.cover_url
    assert queries.count_entries(node.store) == {}


def test_the_plain_form_takes_several_files(node: Node, staff: FlaskClient, tmp_path: Path) -> None:
    page = text_of(staff, DESK)
    big = make_mp3(tmp_path / "long.mp3", seconds=24)
    assert big.stat().st_size > node.settings.max_form
    sent = [
        (io.BytesIO(make_epub(tmp_path / "a.epub").read_bytes()), "Dossier/a.epub"),
        (io.BytesIO(big.read_bytes()), "long.mp3"),
        (io.BytesIO(b"rien"), "../../../mauvais.pdf"),
    ]
    answer = staff.post(f"{DESK}/deposer", data={"csrf": token(page), "files": sent})
    assert answer.status_code == 303
    wait(node)
    page = text_of(staff, DESK)
    assert "Le Livre d’essai" in page and "La Chanson" in page
    assert "n’est pas ce que son nom annonce" in text_of(staff, f"{DESK}?voir=refused")
    assert not (node.data.parent / "mauvais.pdf").exists()


def test_only_the_team_may_send_much(node: Node, visitor: FlaskClient, tmp_path: Path) -> None:
    big = io.BytesIO(b"x" * (node.settings.max_form + 1))
    assert visitor.post(f"{DESK}/deposer", data={"files": [(big, "gros.bin")]}).status_code in (400, 401, 413)
    assert not list((node.data / "bench").glob("*/files/*"))


@pytest.mark.parametrize(
    ("name", "count", "told"),
    [("a.epub", 1, "a.epub"), ("a.epub", 2, "a.epub et 1 autre"), ("contes/a.epub", 28, "contes (28 fichiers)")],
)
def test_a_delivery_is_called_by_its_file_or_its_folder(
    node: Node, staff: FlaskClient, name: str, count: int, told: str
) -> None:
    head = {"X-Valise-Csrf": token(text_of(staff, DESK))}
    made = staff.post(f"{DESK}/lot", data={"name": name, "count": str(count)}, headers=head).get_json()
    assert [one.label for one in queries.list_batches(node.store)] == [told]
    staff.post(f"{DESK}/lot", data={"end": made["batch"]}, headers=head)


def test_pieces_go_on_where_they_stopped(node: Node, staff: FlaskClient, tmp_path: Path) -> None:
    raw = make_epub(tmp_path / "livre.epub").read_bytes()
    head = {"X-Valise-Csrf": token(text_of(staff, DESK))}
    made = staff.post(f"{DESK}/lot", data={"name": "livre.epub", "count": "1"}, headers=head).get_json()
    url = f"{DESK}/lot/{made['batch']}"
    about = {"name": "livre.epub", "size": len(raw), "mark": "7"}
    part = staff.post(url, query_string=about, headers=head).get_json()["part"]

    def send(place: int, piece: bytes) -> int:
        asked = {"part": part, "place": place}
        answer = staff.post(
            url, query_string=asked, data=piece, headers={**head, "Content-Type": "application/octet-stream"}
        )
        return int(answer.get_json()["received"])

    assert send(0, raw[:100]) == 100
    assert send(0, raw[:100]) == 100, "the same piece again adds nothing"
    assert send(500, raw[500:]) == 100, "a hole is refused: go on at 100"
    again = staff.post(url, query_string=about, headers=head).get_json()
    assert again["received"] == 100, "a page opened anew goes on"
    cut = staff.post(url, query_string={**about, "part": part, "end": 1}, headers=head)
    assert cut.status_code == 409
    assert send(100, raw[100:]) == len(raw)
    assert staff.post(url, query_string={**about, "part": part, "end": 1}, headers=head).get_json()["whole"]
    assert staff.post(f"{DESK}/lot", data={"end": made["batch"]}, headers=head).get_json()["ok"]
    wait(node)
    assert queries.count_entries(node.store) == {"proposed": 1}
    assert staff.post(url, query_string=about, headers=head).status_code == 409, "an ended batch takes nothing more"
    assert staff.post(url, query_string=about).status_code == 400, "no token, no piece"


def test_a_browser_that_remembers_nothing_takes_up_what_was_left(node: Node, staff: FlaskClient) -> None:
    """One line on the bench, not two of the same name; but two people who send at once do not share a batch."""
    head = {"X-Valise-Csrf": token(text_of(staff, DESK))}

    def begin(count: int = 2) -> str:
        made = staff.post(f"{DESK}/lot", data={"name": "tour.mp4", "count": str(count)}, headers=head)
        return str(made.get_json()["batch"])

    first = begin()
    assert begin() != first, "something may be arriving there"
    for path in (node.data / "bench").rglob("*"):
        os.utime(path, (0, 0))
    left = begin()
    assert left == begin() and begin(3) != left
    assert staff.post(f"{DESK}/lot", data={"end": left}, headers=head).get_json()["ok"]
    assert begin() != left, "what is whole is not begun again"


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "C:\\Windows\\x.epub", "a\0b.epub", "…/été/Ω 日本.epub", "." * 40, "",
     "x" * 4000 + ".epub", "a/" * 200 + "b.epub", "\u202egpj.exe", "con:1|?.pdf", "é" * 300 + ".mp3"],
)  # fmt: skip
def test_a_name_leads_nowhere_else(node: Node, name: str) -> None:
    batch_id = arrival.open_batch(node, "upload", "Essai")
    arrival.take_stream(node, batch_id, name, io.BytesIO(b"x"))
    inside = files_folder(node.data, batch_id)
    (found,) = [path for path in inside.rglob("*") if path.is_file()]
    assert found.resolve().is_relative_to(inside.resolve())
    assert all(len(part.encode()) <= 130 for part in to_inside(name).parts)


def test_two_files_of_one_name_are_both_kept(node: Node) -> None:
    batch_id = arrival.open_batch(node, "upload", "Essai")
    for raw in (b"un", b"deux"):
        arrival.take_stream(node, batch_id, "a.txt", io.BytesIO(raw))
    assert {path.read_bytes() for path in files_folder(node.data, batch_id).iterdir()} == {b"un", b"deux"}


def test_an_empty_file_sent_by_pieces_holds_up_no_other(node: Node) -> None:
    batch_id = arrival.open_batch(node, "upload", "Essai")
    part = arrival.begin_file(node, batch_id, "vide.txt", 0, "1")
    arrival.end_file(node, batch_id, part.part_id, "vide.txt", 0)
    arrival.close_batch(node, batch_id)
    work(node)
    (refused,) = queries.list_entries(node.store, "refused", 10)
    assert refused.name == "vide.txt" and refused.problem == "Ce fichier est vide."


def test_a_full_disk_stops_what_arrives_before_the_box(tmp_path: Path) -> None:
    node = build_node(read_settings({}, data=tmp_path / "k", reserve=1 << 60))
    batch_id = arrival.open_batch(node, "upload", "Essai")
    with pytest.raises(Problem) as refusal:
        arrival.take_stream(node, batch_id, "a.txt", io.BytesIO(b"x"))
    assert refusal.value.code == "library.no_space"
    with pytest.raises(Problem):
        arrival.begin_file(node, batch_id, "a.txt", 10, "")
    assert not [path for path in (node.data / "bench").rglob("*") if path.is_file()]
    node.store.close()


def test_the_same_bytes_and_the_same_title_are_told_apart(node: Node, tmp_path: Path) -> None:
    first = make_epub(tmp_path / "a.epub")
    bring(node, first)
    acceptance.choose(node, queries.entry_ids(node.store, "proposed"))
    acceptance.take_chosen(node)
    other = make_epub(tmp_path / "b.epub", title="le livre d'ESSAI", creator="Nomade, Ada", source="https://x.org")
    bring(node, first, other)
    (known,) = queries.list_entries(node.store, "known", 5)
    assert known.name == "a.epub"
    (twin,) = queries.list_entries(node.store, "proposed", 5)
    assert twin.twin == known.twin


def test_two_librarians_at_once(node: Node, staff: FlaskClient, tmp_path: Path) -> None:
    bring(node, make_epub(tmp_path / "a.epub"))
    (entry,) = queries.list_entries(node.store, "proposed", 5)
    acceptance.correct(node, entry, 1, title="Celui de Paul")
    page = text_of(staff, entry.url)
    late = {"csrf": token(page), "version": "1", "title": "Celui de Nadia", "do": "save"}
    answer = staff.post(entry.url, data=late)
    assert answer.status_code == 409 and "vient de changer" in answer.get_data(as_text=True)
    assert queries.find_entry(node.store, entry.entry_id).title == "Celui de Paul"  # type: ignore[union-attr]
    assert acceptance.choose(node, [entry.entry_id]) == 1
    assert acceptance.choose(node, [entry.entry_id]) == 0, "accepted twice is accepted once"
    acceptance.take_chosen(node)
    assert staff.get(entry.url).status_code == 404


def test_a_preview_says_what_stays_hidden_and_changes_nothing(node: Node, staff: FlaskClient, tmp_path: Path) -> None:
    bring(node, make_pdf(tmp_path / "un.pdf", "Un"), make_pdf(tmp_path / "deux.pdf", "Deux"))
    ids = queries.entry_ids(node.store, "proposed")
    form = {"csrf": token(text_of(staff, DESK)), "all": "1", "state": "proposed", "licence": "CC-BY-4.0"}
    page = staff.post(DESK, data={**form, "do": "preview"}).get_data(as_text=True)
    assert page.count("il manque la source") == 2 and "Je dois" in page
    assert all(queries.find_entry(node.store, one).licence is None for one in ids)  # type: ignore[union-attr]
    full = {**form, "source": "La mairie"}
    assert "resteraient cachés" in staff.post(DESK, data={**full, "do": "preview"}).get_data(as_text=True)
    assert staff.post(DESK, data={**full, "do": "settle"}).status_code == 303
    assert all(queries.find_entry(node.store, one).reasons == [] for one in ids)  # type: ignore[union-attr]
    assert staff.post(DESK, data={**form, "do": "accept"}).status_code == 303
    assert items.count_items(node.store, items.Choice()) == 2


def test_only_a_marked_key_is_read(tmp_path: Path) -> None:
    keys = tmp_path / "media"
    make_epub(keys / "perso" / "secret.epub")
    make_epub(keys / "biblio" / "valise" / "Livres" / "bon.epub")
    make_epub(keys / "biblio" / "devoirs.epub")
    (keys / "biblio" / "valise" / "lien.epub").symlink_to(keys / "perso" / "secret.epub")
    make_epub(keys / "biblio" / "valise" / "sauvegarde-1" / "x.epub")
    node = build_node(read_settings({}, data=tmp_path / "k", keys_folder=keys))
    arrival.open_batch(node, "key", "Clé", str(keys / "biblio" / "valise"), "waiting")
    arrival.open_batch(node, "key", "Clé", str(keys / "perso"), "waiting")
    work(node)
    assert [one.name for one in queries.list_entries(node.store, "proposed", 9)] == ["Livres/bon.epub"]
    states = {batch.source: batch.state for batch in queries.list_batches(node.store)}
    assert states == {str(keys / "biblio" / "valise"): "done", str(keys / "perso"): "stopped"}
    node.store.close()


def test_notes_beside_files_speak_for_them(node: Node, tmp_path: Path) -> None:
    names = {}
    opf = (
        '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Dit par OPF</dc:title>'
        "</metadata></package>"
    )
    for name, text in {
        "cal/metadata.opf": opf,
        "lot/catalogue.csv": "fichier;titre;auteur;licence;source\nsous/p.pdf;Dit par la liste;Ada;CC0-1.0;Mairie\n",
    }.items():
        path = tmp_path / name.replace("/", "_")
        path.write_text(text, "utf-8")
        names[path] = name
    names[make_pdf(tmp_path / "1.pdf", "Un")] = "cal/livre.pdf"
    names[make_pdf(tmp_path / "2.pdf", "Deux")] = "lot/sous/p.pdf"
    bring(node, *names, names=names)
    found = {one.name: one for one in queries.list_entries(node.store, "proposed", 9)}
    assert {name: one.title for name, one in found.items()} == {
        "cal/livre.pdf": "Dit par OPF", "lot/sous/p.pdf": "Dit par la liste",
    }  # fmt: skip
    assert found["lot/sous/p.pdf"].reasons == []


def test_a_list_may_have_any_name_and_a_table_of_figures_is_a_work(node: Node, tmp_path: Path) -> None:
    names = {make_pdf(tmp_path / "1.pdf", "Un"): "lot/p.pdf"}
    for name, text in {
        "lot/mes livres 2026.CSV": '"Fichier";"Titre";"Licence";"Source"\n"p.pdf";"Dit par ma liste";"CC0-1.0";"Ici"\n',
        "lot/lieux.csv": "titre;ville\nÉcole;Digne\n",
    }.items():
        path = tmp_path / name.replace("/", "_")
        path.write_text(text, "utf-8-sig")
        names[path] = name
    bring(node, *names, names=names)
    found = {one.name: one.title for one in queries.list_entries(node.store, "proposed", 9)}
    assert found == {"lot/p.pdf": "Dit par ma liste", "lot/lieux.csv": "Lieux"}


def test_a_sheet_is_one_work(node: Node, tmp_path: Path) -> None:
    sheet = make_sheet(tmp_path / "fiche")
    files = [path for path in sheet.rglob("*") if path.is_file()]
    bring(node, *files, names={path: str(path.relative_to(tmp_path)) for path in files})
    (entry,) = queries.list_entries(node.store, "proposed", 9)
    assert entry.kind_words == "Fiche pas à pas"
    acceptance.choose(node, [entry.entry_id])
    assert acceptance.take_chosen(node) == 1


def test_a_killed_worker_leaves_nothing_half_shown(node: Node, tmp_path: Path) -> None:
    batch_id = arrival.open_batch(node, "upload", "Essai")
    count = 120
    for number in range(count):
        path = make_epub(tmp_path / f"{number}.epub", title=f"Livre {number}")
        with path.open("rb") as source:
            arrival.take_stream(node, batch_id, path.name, source)
    arrival.close_batch(node, batch_id)
    sort = ["-m", "kit.cli", "--data", str(node.data), "sort"]
    for write, kept in ((60, {}), (150, {"proposed": 50})):
        assert run_killed(sort, "pwrite64", write) == -9
        assert queries.count_entries(node.store) == kept and items.count_items(node.store, items.Choice()) == 0
    assert run_killed(sort) == 0
    assert queries.count_entries(node.store) == {"proposed": count}
    acceptance.choose(node, queries.entry_ids(node.store, "proposed"))
    for write, shown in ((60, 0), (200, 50)):
        assert run_killed(sort, "pwrite64", write) == -9
        assert items.count_items(node.store, items.Choice()) == shown
    assert run_killed(sort) == 0
    assert items.count_items(node.store, items.Choice()) == count and queries.count_entries(node.store) == {}


def test_there_is_one_worker(node: Node) -> None:
    with only_worker(node.data) as first, only_worker(node.data) as second:
        assert (first, second) == (True, False)
        assert is_running(node.data)
    assert not is_running(node.data)


def test_all_samples_wait_with_what_their_files_say(node: Node) -> None:
    paths = sorted(path for path in SAMPLES.iterdir() if path.name != "README.md")
    assert len(paths) == 8
    bring(node, *paths)
    found = {one.name: one for one in queries.list_entries(node.store, "proposed", 20)}
    assert set(found) == {path.name for path in paths}
    licences = {name: one.proposal.licence for name, one in found.items() if one.proposal}
    for name in ("sous-le-vent", "page-blanche", "regime-anticancer-arabic", "GhV-oeb-page", "wasteland"):
        assert licences[f"{name}.epub"] == "CC-BY-SA-3.0"
    assert licences["childrens-literature.epub"] == "", "« Public domain in the USA. » is no licence here"


def test_a_batch_with_bad_files_goes_on(node: Node, tmp_path: Path) -> None:
    (tmp_path / "vide.epub").write_bytes(b"")
    (tmp_path / "faux.epub").write_bytes(b"PK\x03\x04 rien")
    (tmp_path / "faux.mp3").write_bytes(b"<html>")
    bad = [tmp_path / name for name in ("vide.epub", "faux.epub", "faux.mp3")]
    bring(node, *bad, make_pdf(tmp_path / "clos.pdf", password="x"), make_epub(tmp_path / "bon.epub"))
    assert queries.count_entries(node.store) == {"refused": 4, "proposed": 1}
    assert all(one.problem.endswith(".") for one in queries.list_entries(node.store, "refused", 9))


def test_a_batch_whose_folder_a_power_cut_took_ends_and_holds_up_no_other(node: Node, tmp_path: Path) -> None:
    gone = arrival.open_batch(node, "upload", "Partie")
    arrival.close_batch(node, gone)
    shutil.rmtree(files_folder(node.data, gone), ignore_errors=True)
    bring(node, make_epub(tmp_path / "b.epub"))
    assert queries.count_entries(node.store) == {"proposed": 1}
    assert {batch.state for batch in queries.list_batches(node.store)} == {"done"}
