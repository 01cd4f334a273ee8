"""Files are in a backup too: closed, written once, read back, told when they have no room, and put back."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit import backup
from kit.app import build_node
from kit.backup import files
from kit.errors import Problem
from kit.library.blobs import blob_path, keep_bytes
from kit.library.deposits.actions import waiting_path
from kit.people import actions as people
from kit.people.node import Node
from kit.settings import read_settings
from tests.sync.homes import CANARY, PASSPHRASE, valise
from tests.sync.test_blobs import give
from tests.sync.test_key import mount


@pytest.fixture
def box(tmp_path: Path) -> Iterator[tuple[Node, str]]:
    node = build_node(read_settings({}, data=tmp_path / "kit"))
    made = people.set_up(node, "Équipe", "mediator", PASSPHRASE)
    yield node, made.recovery_code
    node.store.close()


def fill(node: Node) -> dict[str, str]:
    """Something in every folder that a backup takes; SHA-256 by path below the data folder."""
    keep_bytes(node.data, 0, b"a work of the shelves " * 1000)
    keep_bytes(node.data, 0, b"")
    give(node, 2_000_000)
    for name in ("drafts/d1/about.toml", "bench/b1/files/photo de vacances.jpg"):
        path = node.data / name
        path.parent.mkdir(parents=True)
        path.write_bytes(os.urandom(5000) + CANARY.encode())
    return files_of(node.data)


def files_of(data: Path) -> dict[str, str]:
    return {
        path.relative_to(data).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in files.FOLDERS for path in (data / folder).rglob("*") if path.is_file()
    }  # fmt: skip


def on_key(place: Path) -> dict[str, float]:
    return {path.name: path.stat().st_mtime_ns for path in place.glob("fichiers-*/*/*")}


def test_every_file_comes_back_and_the_key_shows_none_of_it(tmp_path: Path, box: tuple[Node, str]) -> None:
    node, code = box
    wanted = fill(node)
    made = backup.make_backup(node, tmp_path / "key")
    assert (made.works, made.fresh, made.left, made.damaged) == (len(wanted), len(wanted), 0, 0)
    said = [path for path in (tmp_path / "key").rglob("*") if path.is_file()]
    for path in said:
        raw = path.read_bytes()
        assert CANARY.encode() not in raw and b"a work of the shelves" not in raw
        assert not any(name.rpartition("/")[2][:20] in str(path) for name in wanted), "a name tells a work"
    restored = backup.restore(made.folder, tmp_path / "again", backup.key_by_recovery_code(made.folder, code))
    assert (restored.files, restored.lacking) == (len(wanted), [])
    assert files_of(tmp_path / "again") == wanted


def test_the_next_backup_writes_only_what_is_new_and_old_ones_still_open(tmp_path: Path, box: tuple[Node, str]) -> None:
    node, code = box
    first_files = fill(node)
    first = backup.make_backup(node, tmp_path / "key")
    before = on_key(tmp_path / "key")
    new, _ = keep_bytes(node.data, 0, b"a newer work")
    second = backup.make_backup(node, tmp_path / "key")
    after = on_key(tmp_path / "key")
    assert (second.fresh, second.works) == (1, len(first_files) + 1)
    assert {name: after[name] for name in before} == before, "nothing that was there is written again"
    for number, made in enumerate((first, second)):
        data = tmp_path / f"again-{number}"
        backup.restore(made.folder, data, backup.key_by_recovery_code(made.folder, code))
        assert blob_path(data, new).exists() == (made is second)
    subprocess.run(["rm", "-r", str(first.folder), str(second.folder)], check=True)
    blob_path(node.data, new).unlink()
    third = backup.make_backup(node, tmp_path / "key")
    assert third.fresh == 0
    assert len(on_key(tmp_path / "key")) == len(first_files), "what no backup names any more is gone"


def test_a_node_put_back_goes_on_with_the_same_files(tmp_path: Path, box: tuple[Node, str]) -> None:
    node, code = box
    fill(node)
    made = backup.make_backup(node, tmp_path / "key")
    backup.restore(made.folder, tmp_path / "again", backup.key_by_recovery_code(made.folder, code))
    again = build_node(read_settings({}, data=tmp_path / "again"))
    second = backup.make_backup(again, tmp_path / "key")
    again.store.close()
    assert second.fresh <= 2, "only drafts and what waits to be sorted: they have another date"


def test_a_copy_that_the_key_spoilt_is_noticed_and_written_again(tmp_path: Path, box: tuple[Node, str]) -> None:
    node, code = box
    wanted = fill(node)
    made = backup.make_backup(node, tmp_path / "key")
    spoilt = next(path for path in (tmp_path / "key").glob("fichiers-*/*/*") if path.stat().st_size > 1_000_000)
    raw = bytearray(spoilt.read_bytes())
    raw[700_000] ^= 1
    spoilt.write_bytes(raw)
    restored = backup.restore(made.folder, tmp_path / "half", backup.key_by_recovery_code(made.folder, code))
    assert [entry.path.split("/")[0] for entry in restored.lacking] == ["deposits"]
    assert not (tmp_path / "half" / restored.lacking[0].path).exists(), "nothing spoilt is taken for good"
    assert sum(backup.make_backup(node, tmp_path / "key").fresh for _ in range(files.ROUND)) == 1
    backup.restore(made.folder, tmp_path / "again", backup.key_by_recovery_code(made.folder, code))
    assert files_of(tmp_path / "again") == wanted


def test_a_small_key_takes_facts_and_gifts_first_and_says_what_stays(tmp_path: Path, box: tuple[Node, str]) -> None:
    node, code = box
    deposit_id, _ = give(node, 1_000_000)
    for size in (30_000_000, 100_000):
        keep_bytes(node.data, 0, os.urandom(size))
    place = mount(tmp_path / "CLE", "24m")
    try:
        made = backup.make_backup(node, place)
        assert (made.works, made.left, made.left_bytes) == (2, 1, 30_000_000)
        restored = backup.restore(made.folder, tmp_path / "again", backup.key_by_recovery_code(made.folder, code))
    finally:
        subprocess.run(["umount", str(place.parent)], check=True)
    assert (restored.files, restored.lacking) == (2, [])
    copy = tmp_path / "again" / "deposits" / f"{deposit_id.hex()}.sealed"
    assert copy.read_bytes() == waiting_path(node, deposit_id).read_bytes()


def test_a_work_that_is_spoilt_here_is_told_and_is_no_part_of_the_backup(tmp_path: Path, box: tuple[Node, str]) -> None:
    node, _ = box
    sha256, _ = keep_bytes(node.data, 0, b"right")
    blob_path(node.data, sha256).write_bytes(b"wrong")
    made = backup.make_backup(node, tmp_path / "key")
    assert (made.works, made.damaged) == (0, 1)
    assert on_key(tmp_path / "key") == {}


def test_one_backup_at_a_time(tmp_path: Path, box: tuple[Node, str]) -> None:
    node, _ = box

    def again(_done: int, _total: int) -> None:
        with pytest.raises(Problem) as told:
            backup.make_backup(node, tmp_path / "key")
        assert told.value.code == "backup.running"

    assert backup.make_backup(node, tmp_path / "key", again).works == 0


def test_an_index_that_points_outside_writes_nothing_there(tmp_path: Path, box: tuple[Node, str]) -> None:
    key = files.files_key(box[0])
    for path in ("../out", "/etc/x", "deposits/../../out", "other/x", "."):
        index = files.Index(key, "fichiers-" + "0" * 16, [files.Entry(path, 1, "0" * 64)])
        with pytest.raises(Problem) as told:
            files.restore_files(index, tmp_path, tmp_path / "data")
        assert told.value.code == "backup.not_one"


def test_a_backup_of_the_first_format_still_comes_back(tmp_path: Path, box: tuple[Node, str]) -> None:
    node, code = box
    made = backup.make_backup(node, tmp_path / "key")
    manifest = made.folder / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace("valise-sauvegarde-2", "valise-sauvegarde-1"), "utf-8")
    (made.folder / "files.sealed").unlink()
    work = tmp_path / "key" / "blobs" / "ab" / "abcd"
    work.parent.mkdir(parents=True)
    work.write_bytes(b"a work")
    backup.restore(made.folder, tmp_path / "again", backup.key_by_recovery_code(made.folder, code))
    assert (tmp_path / "again" / "blobs" / "ab" / "abcd").read_bytes() == b"a work"


def test_both_commands_by_real_processes(tmp_path: Path, box: tuple[Node, str]) -> None:
    node, code = box
    wanted = fill(node)
    node.store.close()
    said, _ = valise(node.data, "backup", str(tmp_path / "key")).communicate(timeout=60)
    assert f"{len(wanted)} documents, relus et justes" in said
    (made,) = (tmp_path / "key").glob("sauvegarde-*")
    key = backup.key_text(backup.key_by_recovery_code(made, code))
    said, _ = valise(tmp_path / "again", "restore", "--key", key, str(made)).communicate(timeout=60)
    assert f"{len(wanted)} documents remis, 0 absent de cette clé" in said
    assert files_of(tmp_path / "again") == wanted
