"""Packs between two real kits: valid bags, signed, all or nothing, small changes, and back again."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import bagit
import pytest

from kit.errors import Problem
from kit.library import actions, queries
from kit.library.actions import add_paths
from kit.library.packs import bag, installing, making
from kit.library.packs import queries as packs
from kit.library.packs.rules import About, competences, write_manifest
from kit.people.node import Node
from tests.conftest import copy_node, open_node
from tests.library.library_makers import epub_parts, make_epub, png, write_zip

ABOUT = About("Premiers pas", "Médiathèque de Saint-Auban", "debutant", "14", ("crcn-1.1", "digcomp-2.1"), 90)


@pytest.fixture
def other(templates: Path, tmp_path: Path) -> Iterator[Node]:
    node = open_node(copy_node(templates / "kit-b", tmp_path / "kit-b"))
    yield node
    node.store.close()


def stock(node: Node, folder: Path, *names: str) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        cover = '<item id="cover" href="cover.png" media-type="image/png" properties="cover-image"/>'
        parts = epub_parts(title=f"Livre {name}", more_manifest=cover)
        parts["OEBPS/cover.png"] = png(colour=(20, 90, len(name) * 20))
        path = write_zip(folder / f"{name}.epub", parts)
        note = f'title = "Livre {name}"\nlicence = "CC-BY-4.0"\nsource = "chez nous"\nshelf = "Kit"\n'
        path.with_suffix(".toml").write_text(note, "utf-8")
    add_paths(node, [folder])


@pytest.fixture
def pack(kit_node: Node, tmp_path: Path) -> making.Made:
    stock(kit_node, tmp_path / "works", "un", "deux")
    place = tmp_path / "key" / "valise" / "paquets"
    place.mkdir(parents=True)
    return making.make_pack(kit_node, "Kit", ABOUT, place)


def known(node: Node, maker: Node) -> Node:
    installing.vouch(node, maker.identity.sign_public, "Médiathèque")
    return node


def titles(node: Node) -> list[str]:
    return sorted(item.title for item in queries.list_new_items(node.store, 50))


def test_a_pack_is_a_bag_that_others_validate(pack: making.Made) -> None:
    found = bagit.Bag(str(pack.folder))
    assert found.validate() and found.info["External-Description"] == "Premiers pas"
    assert pack.count == 2 and list(pack.folder.parent.iterdir()) == [pack.folder]


@pytest.mark.parametrize("as_zip", [False, True])
def test_another_kit_installs_it_from_a_key_or_as_bytes(
    pack: making.Made, kit_node: Node, other: Node, tmp_path: Path, as_zip: bool
) -> None:
    path = making.to_zip(pack.folder, tmp_path / "pack.zip") if as_zip else pack.folder
    with pytest.raises(Problem) as stopped:
        installing.install(other, path)
    assert stopped.value.code == "packs.unknown_signer" and titles(other) == []
    forecast = installing.look(known(other, kit_node), path)
    assert (forecast.coming, forecast.leaving, forecast.bring_bytes) == (2, 0, forecast.total_bytes)
    seen: list[tuple[int, int]] = []
    installing.install(other, path, lambda done, total: seen.append((done, total)))
    assert titles(other) == ["Livre deux", "Livre un"] and seen[-1][0] == seen[-1][1] == forecast.bring_bytes
    installed = packs.list_packs(other.store, 5)[0]
    assert installed.told == ABOUT and set(ABOUT.competences) <= set(competences())
    mine, theirs = (queries.list_new_items(node.store, 9) for node in (kit_node, other))
    assert sorted((one.item_id, one.cover_large, one.source) for one in mine) == sorted(
        (one.item_id, one.cover_large, one.source) for one in theirs
    )
    with pytest.raises(Problem) as again:
        installing.install(other, path)
    assert again.value.code == "packs.older"
    before = other.journal.projection_hash()
    other.journal.replay()
    assert other.journal.projection_hash() == before


def test_a_delta_brings_only_what_is_new_and_going_back_restores(
    pack: making.Made, kit_node: Node, other: Node, tmp_path: Path
) -> None:
    installing.install(known(other, kit_node), pack.folder)
    first, _, _ = bag.check_tags(bag.Folder(pack.folder))
    actions.hide(kit_node, next(i.item_id for i in queries.list_new_items(kit_node.store, 9) if i.title == "Livre un"))
    stock(kit_node, tmp_path / "more", "trois")
    there = [name.removeprefix("data/files/") for name in first]
    delta = making.make_pack(kit_node, "Kit", ABOUT, pack.folder.parent, known=there)
    assert bagit.Bag(str(delta.folder)).validate() and delta.size_bytes < pack.size_bytes
    forecast = installing.look(other, delta.folder)
    assert (forecast.coming, forecast.leaving) == (1, 1) and forecast.bring_bytes < forecast.total_bytes
    installed = installing.install(other, delta.folder)
    assert titles(other) == ["Livre deux", "Livre trois"]
    installing.undo(other, installed)
    assert titles(other) == ["Livre deux", "Livre un"]
    installing.install(other, delta.folder)
    assert titles(other) == ["Livre deux", "Livre trois"]


def test_a_delta_alone_says_what_is_missing(pack: making.Made, kit_node: Node, other: Node) -> None:
    first, _, _ = bag.check_tags(bag.Folder(pack.folder))
    delta = making.make_pack(kit_node, "Kit", ABOUT, pack.folder.parent, known=[n[11:] for n in first])
    with pytest.raises(Problem) as stopped:
        installing.look(known(other, kit_node), delta.folder)
    assert stopped.value.code == "packs.needs_older"


def resign(folder: Path, node: Node) -> None:
    """What a forger with a key of his own, known to the team, would do: make every manifest agree again."""
    payload = {f"data/{p.relative_to(folder / 'data').as_posix()}": hashlib.sha256(p.read_bytes()).hexdigest()
               for p in (folder / "data").rglob("*") if p.is_file()}  # fmt: skip
    manifest = write_manifest(payload)
    (folder / "manifest-sha256.txt").write_bytes(manifest)
    signed = node.identity.sign(making.PURPOSE + manifest).hex()
    (folder / "signature.json").write_text(
        f'{{"signer": "{node.identity.sign_public.hex()}", "signature": "{signed}"}}'
    )
    retag(folder)


def retag(folder: Path) -> None:
    tags = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in bag.TAGS}
    (folder / "tagmanifest-sha256.txt").write_bytes(write_manifest(tags))


def change_a_byte(folder: Path, _node: Node) -> None:
    path = max((folder / "data" / "files").iterdir(), key=lambda one: one.stat().st_size)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def forge(folder: Path, _node: Node) -> None:
    text = (folder / "signature.json").read_text()
    (folder / "signature.json").write_text(text[:-4] + ("0" if text[-4] != "0" else "1") + text[-3:])
    retag(folder)


def change_the_catalogue(folder: Path, _node: Node) -> None:
    path = folder / "data" / "opds.json"
    path.write_text(path.read_text("utf-8").replace("Livre un", "Livre piégé"), "utf-8")


def lie_about_a_size(folder: Path, node: Node) -> None:
    path = folder / "data" / "opds.json"
    path.write_text(path.read_text("utf-8").replace('"size_bytes": ', '"size_bytes": 1'), "utf-8")
    resign(folder, node)


def nest_deeply(folder: Path, node: Node) -> None:
    (folder / "data" / "opds.json").write_text("[" * 200_000, "utf-8")
    resign(folder, node)


ATTACKS: list[tuple[Callable[[Path, Node], object], str]] = [
    (change_a_byte, "packs.wrong_hash"),
    (forge, "keys.forged"),
    (change_the_catalogue, "packs.wrong_hash"),
    (lie_about_a_size, "packs.wrong_hash"),
    (nest_deeply, "packs.broken"),
    (lambda folder, _: (folder / "data" / "files" / "evil.sh").write_text("x"), "packs.hostile"),
    (lambda folder, _: (folder / "data" / "link").symlink_to("/etc/passwd"), "packs.hostile"),
    (lambda folder, _: next((folder / "data" / "files").iterdir()).unlink(), "packs.incomplete"),
    (lambda folder, _: (folder / "bagit.txt").unlink(), "packs.incomplete"),
    (lambda folder, _: (folder / "manifest-sha256.txt").write_text(f"{'0' * 64}  data/../../x\n"), "packs.wrong_hash"),
    (lambda folder, _: (folder / "tagmanifest-sha256.txt").write_text(f"{'0' * 64}  ../../x\n"), "packs.hostile"),
    (lambda folder, _: (folder / "tagmanifest-sha256.txt").write_bytes(b"\xff\xfe"), "packs.broken"),
]


@pytest.mark.parametrize(("attack", "code"), ATTACKS)
def test_a_hostile_pack_is_refused_with_its_reason_and_shows_nothing(
    pack: making.Made, kit_node: Node, other: Node, attack: Callable[[Path, Node], object], code: str
) -> None:
    attack(pack.folder, kit_node)
    with pytest.raises(Problem) as stopped:
        installing.install(known(other, kit_node), pack.folder)
    assert stopped.value.code == code and "%(" not in str(stopped.value)
    assert titles(other) == [] and packs.list_packs(other.store, 5) == []
    assert list((other.data / "tmp").iterdir()) == []


def test_a_bomb_in_a_zip_is_stopped_at_the_size_it_said(
    pack: making.Made, kit_node: Node, other: Node, tmp_path: Path
) -> None:
    bomb = tmp_path / "bomb.zip"
    largest = max((pack.folder / "data" / "files").iterdir(), key=lambda one: one.stat().st_size)
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in pack.folder.rglob("*"):
            if path.is_file() and path != largest:
                archive.write(path, f"p/{path.relative_to(pack.folder).as_posix()}")
        archive.writestr(f"p/data/files/{largest.name}", b"\0" * 300_000_000)
    with pytest.raises(Problem) as stopped:
        installing.install(known(other, kit_node), bomb)
    assert stopped.value.code == "packs.wrong_hash" and titles(other) == []
    (tmp_path / "no.zip").write_bytes(b"PK not a zip")
    with pytest.raises(Problem) as broken:
        installing.look(other, tmp_path / "no.zip")
    assert broken.value.code == "packs.broken"


def test_stopped_in_the_middle_nothing_is_half_shown_and_the_next_try_is_shorter(
    pack: making.Made, kit_node: Node, other: Node
) -> None:
    class PulledOutError(Exception):
        pass

    def pull(_done: int, _total: int) -> None:
        assert titles(other) == []
        raise PulledOutError

    with pytest.raises(PulledOutError):
        installing.install(known(other, kit_node), pack.folder, pull)
    assert titles(other) == [] and list((other.data / "tmp").iterdir()) == []
    forecast = installing.look(other, pack.folder)
    assert forecast.bring_bytes < forecast.total_bytes
    installing.install(other, pack.folder)
    assert len(titles(other)) == 2


def test_no_room_is_said_before_anything_is_brought(
    pack: making.Made, kit_node: Node, templates: Path, tmp_path: Path
) -> None:
    full = open_node(copy_node(templates / "kit-b", tmp_path / "full"), reserve=2**60)
    with pytest.raises(Problem) as stopped:
        installing.install(known(full, kit_node), pack.folder)
    assert stopped.value.code == "library.no_space" and not list((full.data / "blobs").glob("*/*"))
    full.store.close()


def test_an_authorisation_given_to_one_library_does_not_leave_it(kit_node: Node, tmp_path: Path) -> None:
    stock(kit_node, tmp_path / "w", "un")
    note = tmp_path / "w" / "deux.toml"
    make_epub(tmp_path / "w" / "deux.epub", title="Deux")
    note.write_text(f'licence = "{making.STAYS_HERE}"\nsource = "x"\nshelf = "Kit"\n', "utf-8")
    add_paths(kit_node, [tmp_path / "w"])
    made = making.make_pack(kit_node, "Kit", ABOUT, tmp_path)
    assert (made.count, made.left_out) == (1, 1)
    shutil.rmtree(made.folder)
    with pytest.raises(Problem) as nothing:
        making.make_pack(kit_node, "Vide", ABOUT, tmp_path)
    assert nothing.value.code == "packs.empty_shelf"
