"""Shelves of several libraries: at a central without a box, each changes its own only; works made from others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.ids import to_text
from kit.journal import queries as journal_queries
from kit.library import queries
from kit.library.shelves import actions as shelves
from kit.library.shelves import rules
from kit.people import actions as people
from kit.people.node import Node
from tests import cast
from tests.conftest import Enter, copy_node, open_node, sign_in_as
from tests.packs.test_packs import stock
from tests.pages import post_form

LUCE = cast.Member("Luce", "librarian", "")
KARIM = cast.Member("Karim", "librarian", "")


@pytest.fixture
def shared(central_node: Node, tmp_path: Path) -> Node:
    """A central whose shelf « Kit » is of Saint-Auban; Luce works there, Karim at Entrevaux."""
    ines = sign_in_as(central_node, cast.INES)
    stock(central_node, tmp_path / "works", "un", "deux")
    for member, organisation in ((LUCE, "Saint-Auban"), (KARIM, "Entrevaux")):
        people.add_staff(central_node, ines, member.name, member.role, passphrase_of(member))
        row = next(one for one in people.queries.list_staff(central_node.store) if one["name"] == member.name)
        shelves.appoint(central_node, row["staff_id"], organisation)
    shelves.give(central_node, ines, "Kit", "Saint-Auban")
    return central_node


def passphrase_of(member: cast.Member) -> str:
    return f"{member.name.lower()} cerise tambour sentier velours marmite"


def as_member(enter: Enter, node: Node, member: cast.Member) -> FlaskClient:
    return enter(node, cast.Member(member.name, member.role, passphrase_of(member)))


@pytest.mark.parametrize(
    ("owner", "organisation", "may"),
    [("", "", True), ("", "A", True), ("A", "A", True), ("A", "B", False), ("A", "", False)],
)
def test_only_its_organisation_changes_a_shelf(owner: str, organisation: str, may: bool) -> None:
    assert rules.may_change(owner, organisation) is may


def test_nobody_gives_away_what_is_not_theirs() -> None:
    assert rules.may_give("", "A", "A", is_leading=False) and rules.may_give("A", "A", "", is_leading=False)
    assert not rules.may_give("B", "A", "A", is_leading=False)
    assert not rules.may_give("", "A", "B", is_leading=False)
    assert not rules.may_give("", "", "", is_leading=False)
    assert rules.may_give("B", "", "A", is_leading=True)


def test_each_library_changes_its_own_shelf_only(shared: Node, enter: Enter) -> None:
    work = queries.list_new_items(shared.store, 1)[0]
    desk = f"/console/bibliotheque/{work.text_id}"
    karim, luce = as_member(enter, shared, KARIM), as_member(enter, shared, LUCE)
    page = karim.get(desk).text
    assert "Saint-Auban" in page and 'value="hide"' not in page
    refused = post_form(karim, "/console/bibliotheque/arrivees", desk, do="hide")
    assert refused.status_code == 403 and "Saint-Auban" in refused.text
    assert not queries.find_item(shared.store, work.item_id).is_hidden  # type: ignore[union-attr]
    assert post_form(luce, desk, do="hide").status_code == 303
    assert queries.find_item(shared.store, work.item_id).is_hidden  # type: ignore[union-attr]
    give = {"shelf": "Kit", "organisation": "Entrevaux"}
    taken = post_form(karim, "/console/bibliotheque/arrivees", "/console/etageres", **give)
    assert taken.status_code == 403 and shelves.queries.list_owners(shared.store) == {"Kit": "Saint-Auban"}


def test_arrivals_go_to_ones_own_shelves_only(shared: Node, enter: Enter, tmp_path: Path) -> None:
    from kit.library.bench import arrival, reading
    from kit.library.bench import queries as bench
    from tests.library.library_makers import epub_parts, write_zip

    path = write_zip(tmp_path / "trois.epub", epub_parts(title="Livre trois"))
    batch = arrival.open_batch(shared, "upload", "trois")
    with path.open("rb") as file:
        arrival.take_stream(shared, batch, "trois.epub", file)
    arrival.close_batch(shared, batch)
    reading.work(shared)
    (entry_id,) = bench.entry_ids(shared.store, "proposed")
    karim, luce = as_member(enter, shared, KARIM), as_member(enter, shared, LUCE)
    form = {"title": "Livre trois", "shelf": "Kit", "do": "save", "version": "1", "licence": "CC-BY-4.0", "source": "x"}
    entry = bench.find_entry(shared.store, entry_id)
    assert entry is not None
    form["version"] = str(entry.version)
    assert post_form(karim, entry.url, **form).status_code == 303
    refused = post_form(karim, "/console/bibliotheque/arrivees", do="accept", entry=entry.text_id)
    assert refused.status_code == 303 and bench.find_entry(shared.store, entry_id) is not None
    assert "autre bibliothèque" in karim.get("/console/bibliotheque/arrivees").text
    assert post_form(luce, "/console/bibliotheque/arrivees", do="accept", entry=entry.text_id).status_code == 303
    assert bench.find_entry(shared.store, entry_id) is None and len(queries.list_new_items(shared.store, 9)) == 3


def test_a_work_made_from_another_says_so_on_both(shared: Node, enter: Enter) -> None:
    one, two = queries.list_new_items(shared.store, 2)
    luce = as_member(enter, shared, LUCE)
    desk = f"/console/bibliotheque/{one.text_id}"
    rights = {"licence": "CC-BY-4.0", "source": "chez nous", "do": "publish"}
    for wrong in ("n’importe quoi", one.url, "/bibliotheque/" + "a" * 26):
        refused = post_form(luce, desk, based_on=wrong, **rights)
        assert refused.status_code == 422 and "Aucun document d’ici" in refused.text, wrong
    assert post_form(luce, desk, based_on=f"http://ici{two.url}?q=x", **rights).status_code == 303
    anybody = enter(shared, None)
    assert f'D’après : <a href="{two.url}"' in anybody.get(one.url).text
    below = anybody.get(two.url).text
    assert "Faites d’après cette œuvre" in below and one.url in below
    assert post_form(luce, desk, based_on="", **rights).status_code == 303
    assert "D’après" not in anybody.get(one.url).text
    before = shared.journal.projection_hash()
    shared.journal.replay()
    assert shared.journal.projection_hash() == before


def test_the_catalogue_of_a_central_is_open_and_its_bench_is_not(shared: Node, enter: Enter) -> None:
    anybody, robert = enter(shared, None), enter(shared, cast.ROBERT)
    page = anybody.get("/bibliotheque").text
    assert "Livre un" in page and "Étagère de" in page and "Saint-Auban" in page
    assert 'href="/console"' not in page and "/vos-donnees" in page
    for address in ("/opds", "/opds/tout", "/opds2", "/credits", "/proposer"):
        assert anybody.get(address).status_code == 200, address
    assert anybody.get("/console/bibliotheque").status_code == 401
    assert robert.get("/console/bibliotheque").status_code == 403
    luce = as_member(enter, shared, LUCE)
    for address in ("", "/arrivees"):
        assert luce.get(f"/console/bibliotheque{address}").status_code == 200
    for address in ("/console/paquets", "/console/etageres", "/console/emporte", "/console/propositions"):
        assert luce.get(address).status_code == 200, address
    assert luce.get("/").status_code == 403 and luce.get("/ateliers-recus").status_code == 403


@pytest.fixture
def kit_works(templates: Path, tmp_path: Path) -> Iterator[Node]:
    node = open_node(copy_node(templates / "kit", tmp_path / "kit-works"))
    stock(node, tmp_path / "kit-only", "un", "huit")
    yield node
    node.store.close()


def test_works_of_kits_stand_on_no_shelf_of_the_central(shared: Node, kit_works: Node, enter: Enter) -> None:
    with shared.store.write():
        shared.store.run(
            "INSERT INTO kit (kit_id, nickname, territory, sign_public, box_public, serial, certificate, not_after_ms, "
            "enrolled_at_ms) VALUES (?, 'K', '', ?, ?, ?, ?, 0, 0)",
            b"k" * 16, kit_works.identity.sign_public, b"b" * 32, b"s" * 8, b"c",
        )  # fmt: skip
    kit_log = kit_works.journal.log_id
    number = shared.journal.log_number(kit_log, kit_works.identity.sign_public, b"e" * 8)
    shared.journal.ingest(number, journal_queries.records(kit_works.store, kit_works.journal.log_no, 1, 999))
    assert [item.title for item in queries.list_new_items(shared.store, 9)].count("Livre huit") == 0
    assert {item.title for item in queries.list_new_items(shared.store, 9)} == {"Livre un", "Livre deux"}
    away = next(one for one in queries.list_new_items(kit_works.store, 9) if one.title == "Livre huit")
    assert queries.find_item(shared.store, away.item_id) is not None
    assert enter(shared, None).get(away.url).status_code == 404
    assert enter(shared, cast.INES).get(f"/console/bibliotheque/{away.text_id}").status_code == 404
    assert "huit" not in enter(shared, None).get("/bibliotheque?q=livre").text


def test_a_pack_changes_no_shelf_of_another_library_and_nobody_else_takes_it_back(
    shared: Node, enter: Enter, kit_node: Node, tmp_path: Path
) -> None:
    """A pack of works for the shelf « Kit », which is Saint-Auban's."""
    from kit.library.packs import arrived, installing, making
    from tests.packs.test_packs import ABOUT

    stock(kit_node, tmp_path / "more", "trois")
    place = arrived.folder_of(shared.data)
    place.mkdir(parents=True)
    made = making.make_pack(kit_node, "Kit", ABOUT, tmp_path)
    path = made.folder.rename(place / made.folder.name)
    installing.vouch(shared, kit_node.identity.sign_public, "La valise")
    karim, luce = as_member(enter, shared, KARIM), as_member(enter, shared, LUCE)
    ref = luce.get("/console/paquets").text.split('name="pack" value="')[1].split('"')[0]
    refused = post_form(karim, "/console/paquets", "/console/paquets/installer", pack=ref)
    assert refused.status_code == 403 and "Saint-Auban" in refused.text
    assert len(queries.list_new_items(shared.store, 9)) == 2
    install_id = installing.install(shared, path)
    back = f"/console/paquets/{to_text(install_id)}/retirer"
    assert post_form(karim, "/console/paquets", back).status_code == 403
    assert len(queries.list_new_items(shared.store, 9)) == 3
    assert post_form(luce, "/console/paquets", back).status_code == 303
    assert len(queries.list_new_items(shared.store, 9)) == 2
