"""A newer version of a pack: corrections reach the kit, the team's own words stay, going back takes them back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import bagit
import pytest

from kit.journal.journal import MOST_BODY_BYTES
from kit.library import blobs, facts, queries, search
from kit.library.actions import hide, publish
from kit.library.forms import Rights
from kit.library.packs import arrived, bag, installing, making
from kit.library.packs import facts as pack_facts
from kit.library.packs.rules import MOST_ITEMS, About
from kit.library.passages import read_waiting
from kit.people.node import Node
from tests.conftest import copy_node, open_node
from tests.library.library_makers import chapter, make_epub
from tests.packs.test_packs import ABOUT, known, stock, titles


@pytest.fixture
def other(templates: Path, tmp_path: Path) -> Iterator[Node]:
    node = open_node(copy_node(templates / "kit-b", tmp_path / "kit-b"))
    yield node
    node.store.close()


def item(node: Node, title: str) -> queries.ItemView:
    return next(one for one in queries.list_new_items(node.store, 50) if one.title == title)


def change(node: Node, item_id: bytes, **given: object) -> None:
    node.journal.append(facts.CHANGED, item_id, facts.ItemChanged(**given))  # type: ignore[arg-type]


def make(node: Node, place: Path, **options: object) -> making.Made:
    place.mkdir(exist_ok=True)
    return making.make_pack(node, "Kit", ABOUT, place, **options)  # type: ignore[arg-type]


def test_corrections_arrive_and_what_the_team_wrote_stays(kit_node: Node, other: Node, tmp_path: Path) -> None:
    stock(kit_node, tmp_path / "works", "un", "deux")
    installing.install(known(other, kit_node), make(kit_node, tmp_path / "p").folder)
    here, there = item(kit_node, "Livre un"), item(other, "Livre un")
    change(kit_node, here.item_id, title="Livre premier", summary="Corrigé.", level="debutant", creators=("Ada",))
    publish(other, there.item_id, Rights("CC-BY-4.0", "chez eux", there.attribution, b""))
    change(other, there.item_id, title="Notre titre")
    second = make(kit_node, tmp_path / "p")
    forecast = installing.look(other, second.folder)
    assert (forecast.corrected, forecast.coming, forecast.bring_bytes) == (1, 0, 0)
    installed = installing.install(other, second.folder)
    now = item(other, "Notre titre")
    assert (now.summary, now.level, now.creators, now.source) == ("Corrigé.", "debutant", "Ada", "chez eux")
    installing.undo(other, installed)
    back = item(other, "Notre titre")
    assert (back.summary, back.level, back.creators, back.source) == (there.summary, "", "Ada Nomade", "chez eux")
    installing.install(other, second.folder)
    assert item(other, "Notre titre").summary == "Corrigé."
    before = other.journal.projection_hash()
    other.journal.replay()
    assert other.journal.projection_hash() == before


def test_a_better_copy_and_corrected_chapters_arrive_and_go_back(kit_node: Node, other: Node, tmp_path: Path) -> None:
    stock(kit_node, tmp_path / "works", "un")
    installing.install(known(other, kit_node), make(kit_node, tmp_path / "p").folder)
    here = item(kit_node, "Livre un")
    (old,) = queries.list_files(kit_node.store, here.item_id)
    better = make_epub(tmp_path / "mieux.epub", title="Livre un", chapters={"c.xhtml": chapter("<p>Une baleine.</p>")})
    digest, size = blobs.keep_file(kit_node.data, 0, better)
    new = facts.ItemFile(digest, "mieux.epub", old.media_type, size)
    change(kit_node, here.item_id, files=(new,), chapters=(facts.Chapter(0, "Début"), facts.Chapter(90, "Fin")))
    installed = installing.install(other, make(kit_node, tmp_path / "p").folder)
    assert [one.sha256 for one in queries.list_files(other.store, here.item_id)] == [digest]
    assert queries.list_chapters(other.store, here.item_id) == [(0, "Début"), (90, "Fin")]
    read_waiting(other)
    assert [hit.item_id for hit in search.find_works(other.store, "baleine").hits] == [here.item_id]
    installing.undo(other, installed)
    assert [one.sha256 for one in queries.list_files(other.store, here.item_id)] == [old.sha256]
    read_waiting(other)
    assert queries.list_chapters(other.store, here.item_id) == [] and not search.find_works(other.store, "baleine").hits


def test_what_the_team_deleted_stays_deleted_when_going_back(kit_node: Node, other: Node, tmp_path: Path) -> None:
    stock(kit_node, tmp_path / "works", "un", "deux")
    installing.install(known(other, kit_node), make(kit_node, tmp_path / "p").folder)
    hide(kit_node, item(kit_node, "Livre un").item_id)
    gone = item(other, "Livre un").item_id
    installed = installing.install(other, make(kit_node, tmp_path / "p").folder)
    other.journal.append(facts.REMOVED, gone, facts.ItemRemoved(), home=queries.get_home(other.store, gone))
    installing.undo(other, installed)
    assert queries.find_item(other.store, gone) is None and titles(other) == ["Livre deux"]


def test_a_work_the_kit_had_before_is_left_as_it_is(kit_node: Node, other: Node, tmp_path: Path) -> None:
    for node in (kit_node, other):
        stock(node, tmp_path / "works", "un")
    installing.install(known(other, kit_node), make(kit_node, tmp_path / "p").folder)
    change(kit_node, item(kit_node, "Livre un").item_id, title="Livre premier")
    installing.install(other, make(kit_node, tmp_path / "p").folder)
    assert titles(other) == ["Livre un"]


def test_a_work_made_after_another_keeps_its_origin(kit_node: Node, other: Node, tmp_path: Path) -> None:
    stock(kit_node, tmp_path / "works", "un", "deux")
    one, two = item(kit_node, "Livre un"), item(kit_node, "Livre deux")
    publish(kit_node, two.item_id, Rights(two.licence_id, two.source, two.attribution, one.item_id))
    installing.install(known(other, kit_node), make(kit_node, tmp_path / "p").folder)
    assert item(other, "Livre deux").based_on == one.item_id
    assert [work.title for work in queries.list_based_on(other.store, one.item_id)] == ["Livre deux"]
    publish(kit_node, two.item_id, Rights(two.licence_id, two.source, two.attribution, b""))
    installing.install(other, make(kit_node, tmp_path / "p").folder)
    assert item(other, "Livre deux").based_on is None


def test_what_a_delta_would_weigh_is_known_before_it_is_made(kit_node: Node, other: Node, tmp_path: Path) -> None:
    stock(kit_node, tmp_path / "works", "un", "deux")
    first = making.plan(kit_node, "Kit")
    assert (first.since, first.count, first.new_bytes) == (0, 2, first.total_bytes)
    made = make(kit_node, tmp_path / "p")
    installing.install(known(other, kit_node), made.folder)
    stock(kit_node, tmp_path / "more", "trois")
    plan = making.plan(kit_node, "Kit")
    assert (plan.since, plan.count, plan.new_works) == (1, 3, 1) and 0 < plan.new_bytes < plan.total_bytes
    delta = make(kit_node, tmp_path / "p", known=making.known_files(kit_node, "Kit"))
    assert bagit.Bag(str(delta.folder)).validate()
    payload, _, catalogue = bag.check_tags(bag.Folder(delta.folder))
    assert delta.size_bytes == plan.new_bytes + len(catalogue)
    assert installing.look(other, delta.folder).bring_bytes == plan.new_bytes and len(payload) >= 2
    installing.install(other, delta.folder)
    assert titles(other) == ["Livre deux", "Livre trois", "Livre un"]


def test_the_largest_pack_fits_into_one_fact() -> None:
    ids = bytes(16 * MOST_ITEMS)
    about = About("t" * 120, "o" * 120, "debutant", "14", ("digcomp-2.1",) * 42, 9999, "é" * 600)
    body = pack_facts.PackInstalled(bytes(16), 2**40, "t" * 400, bytes(32), pack_facts.to_bytes(about), ids, ids, ids)
    import msgspec

    assert len(msgspec.msgpack.encode(body)) <= MOST_BODY_BYTES


def test_a_folder_or_a_file_that_is_a_pack_leaves_the_bench_for_the_packs(kit_node: Node, tmp_path: Path) -> None:
    stock(kit_node, tmp_path / "works", "un")
    made = make(kit_node, tmp_path / "p")
    base = tmp_path / "data" / "bench"
    (base / "folder").mkdir(parents=True)
    shutil.copytree(made.folder, base / "folder" / "kit")
    making.to_zip(made.folder, base / "kit.zip")
    make_epub(base / "livre.epub")
    (base / "autre.zip").write_bytes(b"PK no zip at all")
    assert arrived.claim(tmp_path / "data", base) == 2
    assert [one.name for one in arrived.list_arrived(tmp_path / "data")] == ["kit", "kit.zip"]
    assert sorted(one.name for one in base.iterdir()) == ["autre.zip", "folder", "livre.epub"]


def test_a_zip_whose_list_would_fill_the_memory_is_refused_unread(kit_node: Node, tmp_path: Path) -> None:
    import struct

    path = tmp_path / "vast.zip"
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFE, 0xFFFE, 200 << 20, 0, 0)
    path.write_bytes(b"PK\x01\x02" * 1000 + end)
    from kit.errors import Problem

    with pytest.raises(Problem) as refused:
        installing.look(kit_node, path)
    assert refused.value.code == "packs.broken" and not arrived.is_pack(path)
