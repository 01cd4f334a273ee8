"""A copy of the data starts a log of its own; a power cut between the two writes does not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kit.app import _clock as begin
from kit.app import build_node
from kit.journal import queries
from kit.journal.epoch import renew
from kit.settings import read_settings
from kit.store import open_store


def open_at(folder: Path):
    return build_node(read_settings({}, data=folder))


def test_the_same_box_goes_on_with_its_log(tmp_path: Path) -> None:
    first = open_at(tmp_path / "kit").journal.log_id
    assert open_at(tmp_path / "kit").journal.log_id == first


def test_data_copied_without_its_marker_starts_a_new_log_and_keeps_the_old_one(tmp_path: Path) -> None:
    original = open_at(tmp_path / "kit")
    original.store.close()
    shutil.copytree(tmp_path / "kit", tmp_path / "clone")
    clone = open_at(tmp_path / "clone")
    assert clone.journal.log_id != original.journal.log_id
    assert [log_id for _, log_id in clone.journal.own_logs()] == [original.journal.log_id, clone.journal.log_id]
    assert clone.store.value("SELECT count(*) FROM log WHERE is_own = 1") == 2  # what was planned here stays ours


def test_an_older_copy_put_back_over_newer_data_starts_a_new_log(tmp_path: Path) -> None:
    node = open_at(tmp_path / "kit")
    node.store.close()
    shutil.copytree(tmp_path / "kit", tmp_path / "backup")
    again = open_at(tmp_path / "kit")
    for _ in range(2):  # two boots later the backup's nonces are both forgotten
        renew(again.store, again.settings.marker_path, queries.get_state(again.store, "epoch.board") or b"")
    again.store.close()
    shutil.rmtree(tmp_path / "kit")
    shutil.copytree(tmp_path / "backup", tmp_path / "kit")
    assert open_at(tmp_path / "kit").journal.log_id != node.journal.log_id


def test_a_power_cut_before_the_marker_is_written_is_no_clone(tmp_path: Path) -> None:
    node = open_at(tmp_path / "kit")
    kept = node.settings.marker_path.read_bytes()
    renew(node.store, node.settings.marker_path, queries.get_state(node.store, "epoch.board") or b"")
    node.settings.marker_path.write_bytes(kept)
    node.store.close()
    assert open_at(tmp_path / "kit").journal.log_id == node.journal.log_id


def test_another_board_starts_a_new_log(tmp_path: Path) -> None:
    node = open_at(tmp_path / "kit")
    with node.store.write():
        queries.set_state(node.store, "epoch.board", b"another board")
    node.store.close()
    assert open_at(tmp_path / "kit").journal.log_id != node.journal.log_id


def test_of_several_processes_that_a_machine_starts_at_once_one_begins_the_boot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that renewed the marker of three could leave one that the database forgot: a copy, at the next start."""
    first, late = (open_store(tmp_path / "valise.db") for _ in range(2))
    begun, plain = [], late.write

    @contextmanager
    def write() -> Iterator[None]:
        """Somebody else writes while this one waits for its turn."""
        begun.append(begin(first))
        with plain():
            yield

    monkeypatch.setattr(late, "write", write)
    (is_new, clock), ((was_new, other),) = begin(late), begun
    assert (was_new, is_new) == (True, False)
    assert clock.boot == other.boot == 1
