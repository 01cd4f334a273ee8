"""Two suitcases meet in a village without Internet: they hear each other by DNS-SD, and one takes the other's facts.

Real processes in two network namespaces: the one alone cannot reach the central, the other can. Both have the name that
every suitcase has by default. A third one, of another coordination, is there too.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.central import actions as central_actions
from kit.sync.enrolment import enrol
from tests.promises.badline import REPO, Line
from tests.sync.homes import CANARY, PASSPHRASE, free_port, make_central, make_kit, note, served

ALONE, OTHER, STRANGER = "10.77.31.2:8080", "10.77.31.1:8080", "10.77.31.1:8081"
PAGE, BUTTON = "/console/envoi", "/console/envoi/voisine"
HEAR = "from kit.announce import hear; print([one.url for one in hear(['10.77.31.2'])])"


@pytest.fixture
def line() -> Iterator[Line]:
    """The room where they meet: `box` is where the one alone stands, `home` where the others do."""
    room = Line(name=f"n{os.getpid()}")
    room.lay()
    yield room
    room.remove()


def enrolled(folder: Path, *names: str) -> int:
    """A central and its kits; the port where it is known."""
    port = free_port()
    central = make_central(folder / f"central-{names[0]}", port)
    with served(central):
        for name in names:
            kit = make_kit(folder / name, node_name="La Valise")
            enrol(kit, central_actions.make_enrolment(central, name))
            if name == "alone":
                note(kit, 12, named=3)
            kit.store.close()
    central.store.close()
    return port


@contextlib.contextmanager
def running(space: str, data: Path, *words: str, at: str) -> Iterator[None]:
    """A served node in a namespace, ended with the block."""
    host, port = at.split(":")
    command = ["ip", "netns", "exec", space, sys.executable, "-m", "kit.cli", "--data", str(data), *words]
    given = {**os.environ, "VALISE_HOST": host}
    with data.with_name(f"{data.name}.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen([*command, "--port", port], cwd=REPO, env=given, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.kill()
        process.wait(20)


def inside(space: str, *words: str) -> str:
    """What a Python program says in a namespace."""
    command = ["ip", "netns", "exec", space, sys.executable, *words]
    return subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True, timeout=120).stdout


def press(space: str, at: str, action: str = "") -> str:
    """What the page « Envoyer » says to the mediator, once what she asked for has ended."""
    return inside(space, "-m", "tests.journeys.desk", f"http://{at}", PASSPHRASE, PAGE, *([action] if action else []))


def until(wanted: str, space: str, at: str, action: str = "") -> str:
    """Press until the page says so: a kit that was just switched on is not heard at once."""
    end = time.monotonic() + 90
    while wanted not in (page := press(space, at, action)):
        assert time.monotonic() < end, page
    return page


def count(data: Path, table: str) -> int:
    with contextlib.closing(sqlite3.connect(data / "valise.db")) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.mark.long
def test_the_one_alone_hears_the_other_and_its_facts_go_home_through_it(line: Line, tmp_path: Path) -> None:
    port = enrolled(tmp_path, "alone", "other")
    enrolled(tmp_path, "stranger")
    alone, other, stranger, central = (tmp_path / name for name in ("alone", "other", "stranger", "central-alone"))
    with contextlib.ExitStack() as room:
        room.enter_context(running(line.box, alone, "serve", at=ALONE))
        room.enter_context(running(line.home, stranger, "serve", at=STRANGER))
        end = time.monotonic() + 60
        while STRANGER not in (heard := inside(line.box, "-c", HEAR)):
            assert time.monotonic() < end, heard
        page = press(line.box, ALONE, BUTTON)
        assert "Aucune autre valise de la même coordination" in page, page
        room.enter_context(running(line.home, other, "serve", at=OTHER))
        room.enter_context(running(line.home, central, "central", "serve", at=f"127.0.0.1:{port}"))
        page = until("Confié, fermé, à la valise", line.box, ALONE, BUTTON)
        assert "12 fiches seulement ici" in page, "handed over is not arrived"
        assert count(other, "relayed") > 0 and count(stranger, "relayed") == 0
        assert not any(CANARY.encode() in path.read_bytes() for path in other.rglob("*") if path.is_file())
        end = time.monotonic() + 60
        while (home := (count(central, "fact"), count(central, "envelope"))) != (12, 3):
            assert time.monotonic() < end, home
            press(line.home, OTHER, PAGE)
        until("Tout est bien reçu", line.box, ALONE, BUTTON)
