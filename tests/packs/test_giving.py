"""An installed pack goes on to another suitcase as it came: as a file, on a key; nothing lies here twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit.errors import Problem
from kit.library import blobs
from kit.library.packs import arrived, bag, giving, installing, kept, making
from kit.library.packs import queries as packs
from kit.people.node import Node
from tests import cast
from tests.conftest import Enter, copy_node, open_node
from tests.packs.test_pack_pages import end_of_work, key
from tests.packs.test_packs import ABOUT, known, stock, titles
from tests.pages import post_form

__all__ = ["key"]


@pytest.fixture
def made(kit_node: Node, tmp_path: Path) -> Path:
    """A pack of two books as a folder, made by another library."""
    stock(kit_node, tmp_path / "works", "un", "deux")
    (tmp_path / "made").mkdir()
    return making.make_pack(kit_node, "Kit", ABOUT, tmp_path / "made").folder


def receiver(templates: Path, folder: Path, maker: Node, keys: Path) -> Node:
    return known(open_node(copy_node(templates / "kit-b", folder), keys_folder=keys), maker)


def disk_bytes(node: Node) -> int:
    return sum(path.stat().st_size for path in (node.data / arrived.FOLDER).rglob("*") if path.is_file())


@pytest.mark.parametrize("form", ["zip", "folder"])
def test_from_suitcase_to_suitcase_to_suitcase(
    kit_node: Node, made: Path, templates: Path, tmp_path: Path, key: Path, enter: Enter, form: str
) -> None:
    path = making.pack_up(made) if form == "zip" else made
    middle, last = (receiver(templates, tmp_path / name, kit_node, key.parents[1]) for name in ("middle", "last"))
    (key / "paquets").mkdir()
    paul = enter(middle, cast.PAUL)
    path = path.rename(key / "paquets" / path.name)
    whole = path.read_bytes() if form == "zip" else b""
    ref = paul.get("/console/paquets").text.split('name="pack" value="')[1].split('"')[0]
    assert post_form(paul, "/console/paquets", "/console/paquets/installer", pack=ref).status_code == 303
    end_of_work(paul)
    path.rename(tmp_path / "gone")
    (pack,) = packs.list_packs(middle.store, 5)
    page, address = paul.get("/console/paquets").text, f"/console/paquets/{pack.text_id}"
    assert "Donner à une autre valise" in page
    given = paul.get(f"{address}/fichier")
    assert given.data == whole if form == "zip" else given.data[:2] == b"PK"
    assert int(given.headers["Content-Length"]) == len(given.data)
    recipe = giving.get_recipe(middle, pack.text_id)
    works = sum(part.size for part in recipe.parts if part.sha256)
    assert disk_bytes(middle) < len(given.data) - works + 1000, "its works do not lie here twice"
    assert post_form(paul, "/console/paquets", f"{address}/donner", key=str(key)).status_code == 303
    end_of_work(paul)
    assert "relu" in paul.get("/console/paquets").text
    (written,) = (key / "paquets").iterdir()
    assert written.read_bytes() == given.data
    assert installing.look(last, written).signer_name == "Médiathèque", "it is still signed by who made it"
    installing.install(last, written)
    assert titles(last) == titles(middle) == ["Livre deux", "Livre un"]
    for node in (middle, last):
        node.store.close()


def test_what_cannot_be_given_is_not_offered(kit_node: Node, made: Path, templates: Path, tmp_path: Path) -> None:
    """Taken back, or a work of it gone, or a key pulled out: told, and nothing half written stays."""
    node = receiver(templates, tmp_path / "node", kit_node, tmp_path / "media")
    install_id = installing.install(node, made)
    kept.keep(node.data, install_id, made)
    (pack,) = packs.list_packs(node.store, 5)
    recipe = giving.get_recipe(node, pack.text_id)
    with pytest.raises(Problem) as caught:
        giving.copy_to_key(node, recipe, "/nowhere")
    assert caught.value.code == "packs.no_write"
    key = tmp_path / "media" / "CLE" / "valise"
    key.mkdir(parents=True)
    (key / "paquets").write_bytes(b"a file where our folder should be")
    with pytest.raises(Problem) as caught:
        giving.copy_to_key(node, recipe, str(key))
    assert caught.value.code == "packs.no_write"
    (key / "paquets").unlink()
    work = next(bytes.fromhex(part.sha256) for part in recipe.parts if part.sha256)
    place = blobs.blob_path(node.data, work)
    raw = place.read_bytes()
    place.write_bytes(bytes(len(raw)))
    with pytest.raises(Problem) as caught:
        giving.copy_to_key(node, recipe, str(key))
    assert caught.value.code in ("packs.wrong_hash", "packs.broken"), "what is read back is not what was signed"
    assert list((key / "paquets").iterdir()) == []
    place.unlink()
    assert giving.list_givable(node, [pack]) == {}
    with pytest.raises(Problem):
        giving.get_recipe(node, pack.text_id)
    place.write_bytes(raw)
    assert giving.list_givable(node, [pack]) == {pack.text_id: recipe.size_bytes}
    installing.undo(node, install_id)
    assert giving.list_givable(node, packs.list_packs(node.store, 5)) == {}
    for wrong in ("", "../x", "0" * 26):
        with pytest.raises(Problem):
            giving.get_recipe(node, wrong)
    node.store.close()


def test_the_file_reads_from_any_place(kit_node: Node, made: Path, templates: Path, tmp_path: Path) -> None:
    node = receiver(templates, tmp_path / "node", kit_node, tmp_path / "media")
    path = making.pack_up(made)
    whole = path.read_bytes()
    kept.keep(node.data, installing.install(node, path), path)
    listed = kept.list_id_of(whole)
    recipe = kept.find_listed(node.data, listed)
    assert recipe is not None and recipe.size_bytes == len(whole)
    assert kept.find_listed(node.data, b"x" * 32) is None
    with kept.open_file(node.data, recipe) as file:
        for start in range(0, len(whole), max(1, len(whole) // 40)):
            file.seek(start)
            assert file.read(1000) == whole[start : start + 1000]
    assert bag.open_source(path).names()
    node.store.close()
