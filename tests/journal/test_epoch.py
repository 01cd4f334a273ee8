"""A copy of the data starts a log of its own; a power cut between the two writes does not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE

import pytest

from kit.app import _clock as begin
from kit.app import build_node
from kit.journal import queries
from kit.journal.epoch import renew
from kit.settings import read_settings
from kit.store import open_store
from tests.postgres import Server

REPO = Path(__file__).resolve().parents[2]


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


START = """
import sys, time
from pathlib import Path
from kit.app import build_node
from kit.settings import read_settings
settings = read_settings({}, data=Path(sys.argv[1]), role="central", database_url=sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()  # all of them go at one moment
node = build_node(settings)
print(node.journal.log_id.hex(), node.clock.boot)
"""


def start_together(data: Path, url: str, many: int = 6) -> set[str]:
    """What processes that begin on one data folder at one moment say: their log and their boot."""
    command = [sys.executable, "-c", START, str(data), url]
    started = [subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True, cwd=REPO) for _ in range(many)]
    for one in started:
        assert one.stdout is not None and one.stdout.readline() == "ready\n"
    for one in started:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    told = {one.communicate(timeout=60)[0] for one in started}
    assert [one.returncode for one in started] == [0] * many
    return told


@pytest.mark.parametrize("engine", ["file", "server"])
def test_processes_that_start_at_once_on_data_put_back_begin_one_new_log(
    engine: str, tmp_path: Path, postgres: Server
) -> None:
    """Six web processes of a central: first on nothing at all, then on data that came back without its marker."""
    data, url = tmp_path / "home", postgres.database() if engine == "server" else ""
    settings = read_settings({}, data=data, role="central", database_url=url)
    first = start_together(data, url)
    assert len(first) == 1, "they do not agree on the first log, or on the boot"

    settings.marker_path.unlink()  # what a copy does not bring along
    told = start_together(data, url)
    assert len(told) == 1, "they do not agree on the log, or on the boot"
    assert told != first

    again = build_node(settings)
    names = [log_id.hex() for _, log_id in again.journal.own_logs()]
    again.store.close()
    assert [f"{name} {again.clock.boot}\n" for name in names] == [*first, *told], "a log too many"
