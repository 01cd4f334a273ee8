"""Works on a disk beside the box: moved, read, pulled out, deleted meanwhile, brought back; nothing is ever lost."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from kit.app import build_node
from kit.errors import Problem
from kit.library import blobs, desk_queries, disk, leaving, many
from kit.library.actions import add_paths
from kit.library.bench import reading
from kit.library.queries import ItemView
from kit.people.actions import Staff
from kit.people.node import Node
from kit.work import Work

from .conftest import phone
from .library_makers import make_mp3

LIBRARIAN = Staff(b"s" * 16, "Léa", "librarian", b"", b"", lambda: None)
PAGE = "/console/bibliotheque/disque"


def text_of(client: FlaskClient, url: str) -> str:
    return client.get(url).get_data(as_text=True)


@pytest.fixture
def keys(node: Node, tmp_path: Path) -> Path:
    """Where disks appear, with one that is marked."""
    folder = tmp_path / "media"
    (folder / "GROS" / "valise").mkdir(parents=True)
    object.__setattr__(node.settings, "keys_folder", folder)
    return folder


@pytest.fixture
def film(node: Node, tmp_path: Path) -> ItemView:
    """A work of more than a megabyte."""
    from kit.library.queries import list_new_items

    add_paths(node, [make_mp3(tmp_path / "mer.mp3", seconds=90)])
    (item,) = list_new_items(node.store, 2)
    return item


def address(item: ItemView) -> str:
    return f"{item.url}/fichier/1/mer.mp3"


def moved(node: Node, keys: Path) -> Path:
    """The film on the disk; its file there."""
    disk.choose(node, str(keys / "GROS" / "valise"))
    assert disk.move_out(node) == 1
    (path,) = (keys / "GROS/valise/oeuvres").glob("*/*")
    return path


def test_a_work_moves_and_is_read_from_there(node: Node, keys: Path, film: ItemView) -> None:
    visitor = phone(node)
    before = visitor.get(address(film)).data
    path = moved(node, keys)
    assert path.read_bytes() == before and not list((node.data / "blobs").glob(f"*/{path.name}"))
    assert visitor.get(address(film)).data == before
    part = visitor.get(address(film), headers={"Range": "bytes=10-19"})
    assert part.status_code == 206 and part.data == before[10:20]
    covers = [one for one in (node.data / "blobs").glob("*/*") if one.is_file()]
    assert all(one.stat().st_size < disk.LEAST_BYTES for one in covers)
    found = disk.find(node)
    assert found is not None and (found.files, found.size_bytes, found.is_here) == (1, len(before), True)


def test_a_disk_that_is_away_is_said_and_comes_back(node: Node, keys: Path, film: ItemView, staff: FlaskClient) -> None:
    visitor = phone(node)
    moved(node, keys)
    (keys / "GROS").rename(keys / "parti")
    (keys / "parti/valise").rename(keys / "parti/v")  # nothing marked is plugged in
    answer = visitor.get(address(film))
    assert answer.status_code == 503 and "qui n’est pas branché" in answer.get_data(as_text=True)
    assert visitor.get(film.url).status_code == 200, "its page is there"
    assert "n’est pas branché" in text_of(staff, PAGE)
    with pytest.raises(Problem, match="pas branché"):
        disk.move_out(node)
    (keys / "parti/v").rename(keys / "parti/valise")  # plugged in again, at another place
    assert visitor.get(address(film)).status_code == 200, "nobody has to open the team's page for that"
    assert "Branché" in text_of(staff, PAGE)


def test_pulled_out_in_the_middle_nothing_is_lost(
    node: Node, keys: Path, film: ItemView, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.choose(node, str(keys / "GROS" / "valise"))

    def pulled(_source: object, out: object, _size: int) -> None:
        out.write(b"half")  # type: ignore[attr-defined]
        raise OSError(errno.EIO, "gone")

    with monkeypatch.context() as patch:
        patch.setattr(disk.shutil, "copyfileobj", pulled)
        with pytest.raises(Problem, match="n’a pas pris les documents"):
            disk.move_out(node)
    assert not list((keys / "GROS/valise/oeuvres").rglob("*.part"))
    assert phone(node).get(address(film)).status_code == 200
    assert disk.move_out(node) == 1, "and again, when it is back"


def test_a_disk_that_lies_is_not_believed(
    node: Node, keys: Path, film: ItemView, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.choose(node, str(keys / "GROS" / "valise"))
    with monkeypatch.context() as patch:
        patch.setattr(disk.shutil, "copyfileobj", lambda _source, out, _size: out.write(b"something else"))
        with pytest.raises(Problem, match="autre chose"):
            disk.move_out(node)
    assert phone(node).get(address(film)).status_code == 200


def test_a_full_disk_is_said(node: Node, keys: Path, film: ItemView, monkeypatch: pytest.MonkeyPatch) -> None:
    disk.choose(node, str(keys / "GROS" / "valise"))
    with monkeypatch.context() as patch:
        patch.setattr(disk.shutil, "disk_usage", lambda _path: SimpleNamespace(free=10))
        with pytest.raises(Problem, match="assez de place"):
            disk.move_out(node)
    assert phone(node).get(address(film)).status_code == 200


def test_brought_back_and_the_disk_used_no_more(node: Node, keys: Path, film: ItemView) -> None:
    path = moved(node, keys)
    assert disk.bring_back(node) == 1 and disk.find(node) is None and not path.exists()
    assert phone(node).get(address(film)).status_code == 200


def test_a_work_deleted_while_its_disk_is_away_goes_when_it_is_back(node: Node, keys: Path, film: ItemView) -> None:
    path = moved(node, keys)
    (keys / "GROS").rename(keys.parent / "tiroir")
    many.delete_many(node, LIBRARIAN, [film.item_id])
    assert leaving.erase_leaving(node, 1.0) == 0
    (keys.parent / "tiroir").rename(keys / "GROS")
    assert path.exists() and leaving.erase_leaving(node, 1.0)
    assert not path.exists()


def test_many_deleted_works_on_a_disk_that_is_away_hold_up_no_file_that_is_here(
    node: Node, keys: Path, film: ItemView, tmp_path: Path
) -> None:
    moved(node, keys)
    (keys / "GROS").rename(keys.parent / "tiroir")
    away = [number.to_bytes(32, "big") for number in range(leaving.AT_ONCE + 100)]  # the first by their hashes
    with node.store.write():
        desk_queries.add_leaving(node.store, dict.fromkeys(away, 1))
    (item_id,) = add_paths(node, [make_mp3(tmp_path / "vent.mp3", seconds=2)]).added
    size = (tmp_path / "vent.mp3").stat().st_size
    with blobs.taking_in(node.data):
        many.delete_many(node, LIBRARIAN, [item_id])
    assert leaving.erase_leaving(node, 1.0) == size
    assert list(desk_queries.list_leaving(node.store, 10_000)) == away, "noted until the disk is back"
    (keys.parent / "tiroir").rename(keys / "GROS")
    assert leaving.erase_leaving(node, 1.0) == 0 and desk_queries.list_leaving(node.store, 1) == {}


def test_nothing_but_works_goes_there(node: Node, keys: Path, film: ItemView) -> None:
    """A file that no work has (one that is being taken in, or a stranger) stays on the box."""
    stray = blobs.home_path(node.data, b"\1" * 32)
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"x" * 2_000_000)
    path = moved(node, keys)
    assert stray.exists()
    for other in keys.rglob("*"):
        assert other.is_dir() or other == path, other


def test_the_same_file_again_is_not_kept_twice(node: Node, keys: Path, film: ItemView, tmp_path: Path) -> None:
    moved(node, keys)
    digest, _ = blobs.keep_file(node.data, 0, tmp_path / "mer.mp3")
    assert not blobs.home_path(node.data, digest).exists() and blobs.has_blob(node.data, digest)


def test_the_page_chooses_moves_and_brings_back(node: Node, keys: Path, film: ItemView, staff: FlaskClient) -> None:
    def press(**form: str) -> None:
        token = text_of(staff, PAGE).split('name="csrf" value="')[1].split('"')[0]
        assert staff.post(PAGE, data={"csrf": token, **form}).status_code == 303
        work: Work[str] = staff.application.extensions[disk.EXTENSION]
        while work.is_running:
            pass

    assert "Aucun disque n’est choisi" in text_of(staff, PAGE) and "GROS" in text_of(staff, PAGE)
    press(do="choose", key=str(keys / "GROS/valise"))
    page = text_of(staff, PAGE)
    assert "1 fichier est sur le disque." in page and "1 document" in page
    press(do="back")
    assert "1 fichier est revenu." in text_of(staff, PAGE) and phone(node).get(address(film)).status_code == 200
    answer = staff.post(PAGE, data={"csrf": text_of(staff, PAGE).split('name="csrf" value="')[1].split('"')[0],
                                    "do": "choose", "key": "/etc"})  # fmt: skip
    assert answer.status_code == 422


def test_a_front_server_is_told_only_of_the_place_it_sees(node: Node, keys: Path, film: ItemView) -> None:
    path = moved(node, keys)
    seen = keys / "GROS/valise/oeuvres"
    for told, wanted in ((f"/disque={seen}", f"/disque/{path.parent.name}/{path.name}"), ("/disque=/ailleurs", None)):
        other = build_node(replace(node.settings, front_files="/fichiers", front_disk=told))
        answer = phone(other).get(address(film))
        assert answer.headers.get("X-Accel-Redirect") == wanted
        assert answer.status_code == 200
        other.store.close()


def test_new_works_follow_to_the_disk(node: Node, keys: Path, film: ItemView, tmp_path: Path) -> None:
    """The bench's worker does it at its end; one that is away is not waited for."""
    disk.choose(node, str(keys / "GROS" / "valise"))
    reading.work(node)
    assert len(list((keys / "GROS/valise/oeuvres").glob("*/*"))) == 1
    (keys / "GROS").rename(tmp_path / "tiroir")
    reading.work(node)
    assert disk.find(node) is not None


def test_other_bytes_under_a_works_name_lose_nothing(node: Node, keys: Path, film: ItemView) -> None:
    """A disk may hold anything: what is there already is read, and written over when it is something else."""
    before, name = phone(node).get(address(film)).data, ""
    for home in (node.data / "blobs").glob("*/*"):
        if home.stat().st_size >= disk.LEAST_BYTES:
            name = home.name
    planted = keys / "GROS/valise/oeuvres" / name[:2] / name
    planted.parent.mkdir(parents=True)
    for plant in (lambda: planted.write_bytes(b"other"), lambda: planted.symlink_to(node.data / "node.key")):
        plant()
        disk.choose(node, str(keys / "GROS/valise"))
        assert disk.move_out(node) == 1
        assert phone(node).get(address(film)).data == before and not planted.is_symlink()
        assert disk.bring_back(node) == 1
        assert phone(node).get(address(film)).data == before


def test_a_link_on_the_disk_leads_nowhere(node: Node, keys: Path, film: ItemView) -> None:
    path = moved(node, keys)
    path.unlink()
    path.symlink_to(node.data / "node.key")
    answer = phone(node).get(address(film))
    assert answer.status_code == 404 and (node.data / "node.key").read_bytes() not in answer.data
    path.unlink()
    path.parent.rmdir()
    path.parent.symlink_to(node.data)
    assert phone(node).get(address(film)).status_code == 404


def test_a_disk_that_leads_into_the_box_erases_nothing(node: Node, keys: Path, film: ItemView) -> None:
    """Its folder, or a folder in it, is a link to the very files that would be moved."""
    before = phone(node).get(address(film)).data
    works = keys / "GROS/valise/oeuvres"
    works.symlink_to(node.data / "blobs")
    with pytest.raises(Problem, match="mène ailleurs"):
        disk.choose(node, str(keys / "GROS/valise"))
    works.unlink()
    disk.choose(node, str(keys / "GROS/valise"))
    for folder in (node.data / "blobs").iterdir():
        (works / folder.name).symlink_to(folder)
    with pytest.raises(Problem, match="mène ailleurs"):
        disk.move_out(node)
    assert phone(node).get(address(film)).data == before
