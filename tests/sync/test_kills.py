"""Killed (SIGKILL) at many moments of writing a key, reading one, and hearing what home says: nothing lost or twice."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kit.app import build_node
from kit.central import actions as central_actions
from kit.directory import facts as directory
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync import bundle
from kit.sync.actions import journey
from kit.sync.carriers.file import OUT
from tests.killed import run_killed
from tests.sync.homes import REPO, left_on, note, served
from tests.sync.test_blobs import give, whole

MOMENTS = 8
FACTS, NAMED = 900, 60


def run(what: str, data: Path, *more: object, kill_after: float | None = None) -> float:
    """Do one thing in a process of its own; how long it took once ready. `kill_after`: seconds, then SIGKILL."""
    command = [sys.executable, "-m", "tests.sync.dying", what, str(data), *map(str, more)]
    with subprocess.Popen(command, cwd=REPO, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "ready\n", process.stderr.read()
        begun = time.monotonic()
        if kill_after is not None:
            time.sleep(kill_after)
            process.kill()
        process.wait(120)
        assert kill_after is not None or process.returncode == 0, process.stderr.read()
    return time.monotonic() - begun


def again(data: Path, role: str = "kit") -> Node:
    return build_node(read_settings({}, data=data, role=role))


def prepare(pair: tuple[Node, Node]) -> tuple[Path, Path]:
    """A kit with facts, names and a work; both folders, closed."""
    kit, central = pair
    note(kit, FACTS, named=NAMED)
    give(kit, 1_500_000)
    for node in pair:
        node.store.close()
    return kit.data, central.data


def look_at_key(place: Path) -> None:
    """Whatever has its final name on the key is whole."""
    for path in (place / OUT).glob(f"*{bundle.SUFFIX}"):
        parts = list(bundle.read_parts(io.BytesIO(path.read_bytes())))
        assert parts[-1].kind == bundle.END, path.name


def check_home(kit_data: Path, central_data: Path) -> None:
    central, kit = again(central_data, "central"), again(kit_data)
    assert central.store.value("SELECT count(*) FROM attendance") == FACTS
    assert central.store.value("SELECT count(*) FROM fact WHERE kind LIKE 'attendance%'") == FACTS
    assert central.store.value("SELECT count(*) FROM envelope") == NAMED + 1
    assert whole(central) == 1
    assert not any((central.data / "arriving").iterdir())
    assert (journey(kit).only_here, journey(kit).envelopes_waiting) == (0, 0)
    assert central.store.value("PRAGMA integrity_check") == kit.store.value("PRAGMA integrity_check") == "ok"
    for node in (kit, central):
        node.store.close()


@pytest.mark.long
def test_killed_while_writing_a_key_and_while_reading_it(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = prepare(pair)
    place = tmp_path / "key"
    place.mkdir()
    took = run("copy", kit, place)
    for moment in range(MOMENTS):
        run("copy", kit, place, kill_after=took * moment / MOMENTS)
        look_at_key(place)
    run("copy", kit, place)
    look_at_key(place)
    assert not list((place / OUT).glob("*.en-cours"))
    for moment in range(MOMENTS):
        run("read", central, place, kill_after=took * moment / MOMENTS)
    run("read", central, place)
    for moment in range(MOMENTS // 2):
        run("copy", kit, place, kill_after=took * moment / MOMENTS)
    run("copy", kit, place)
    check_home(kit, central)
    assert left_on(place) == []


@pytest.mark.parametrize(("call", "step"), [("unlinkat", 1), ("unlinkat", 2), ("rmdir", 1)])
def test_killed_as_the_pieces_of_a_whole_file_are_let_go(
    pair: tuple[Node, Node], tmp_path: Path, call: str, step: int
) -> None:
    """The file is noted as whole, its pieces still lie there: they go with the next reading of the same key."""
    kit, central = prepare(pair)
    (tmp_path / "key").mkdir()
    run("copy", kit, tmp_path / "key")
    read = ["-m", "tests.sync.dying", "read", str(central), str(tmp_path / "key")]
    assert run_killed(read, call, step) == -9
    home = again(central, "central")
    assert whole(home) == 1 and any((central / "arriving").iterdir()), "the kill came elsewhere"
    home.store.close()
    run("read", central, tmp_path / "key")
    run("copy", kit, tmp_path / "key")
    check_home(kit, central)


def test_killed_while_sending_and_hearing_what_home_says(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, FACTS, named=NAMED)
    give(kit, 1_500_000)
    kit.store.close()
    for place in range(400):
        stop = directory.StopPlanned(f"Halte {place}", "Vallon", "07330", "", 1, 2, "")
        central.journal.append(directory.PLANNED, place.to_bytes(16, "big"), stop)
    assert central_actions.queries.list_kits(central.store, 9, 0)
    with served(central) as url:
        for moment in range(MOMENTS):
            run("send", kit.data, "-", url, kill_after=0.25 * moment)
        run("send", kit.data, "-", url)
    check_home(kit.data, central.data)
    heard = again(kit.data)
    assert heard.store.value("SELECT count(*) FROM stop") == 400
    assert heard.store.value("SELECT count(*) FROM fact WHERE kind = 'stop.planned'") == 400
    heard.store.close()
