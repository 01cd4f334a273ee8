"""Memory of bundles: writing, reading and taking in 32 MiB takes at most 64 MiB beyond the same program at rest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from kit.people.node import Node
from tests.sync.dying import peak_kb
from tests.sync.homes import REPO, central_process, note
from tests.sync.test_blobs import MIB, give, whole
from tests.sync.test_kills import again

MOST_MORE_KB = 64 * 1024


def grown_kb(*words: object) -> int:
    """How much memory one thing took beyond the program at rest: node opened, nothing done yet."""
    command = [sys.executable, "-m", "tests.sync.dying", *map(str, words)]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True)
    ready, grown = done.stdout.splitlines()
    assert ready == "ready"
    return int(grown.removeprefix("grown "))


@pytest.fixture
def laden(pair: tuple[Node, Node]) -> tuple[Node, Node]:
    """A kit with 4,000 facts, 100 names and a work of 60 MiB: two bundles of files, one of facts."""
    kit, central = pair
    note(kit, 4000, named=100)
    give(kit, 60 * MIB)
    for node in pair:
        node.store.close()
    return kit, central


def test_writing_and_reading_a_key_is_light(laden: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = laden
    place = tmp_path / "key"
    place.mkdir()
    copied = grown_kb("copy", kit.data, place)
    assert sorted(path.stat().st_size > 25 * MIB for path in (place / "envoi").iterdir()) == [False, True, True]
    read = grown_kb("read", central.data, place)
    came_back = grown_kb("copy", kit.data, place)
    print(f"copying took {copied} KB more than the program at rest, reading {read} KB, taking back {came_back} KB")
    assert 0 < max(copied, read, came_back) <= MOST_MORE_KB
    assert whole(again(central.data, "central")) == 1


def test_the_public_page_of_the_central_is_light(laden: tuple[Node, Node], tmp_path: Path) -> None:
    """Two bundles of 32 MiB at once through a served central: its memory grows by less than the cap."""
    kit, central = laden
    subprocess.run([sys.executable, "-m", "tests.sync.dying", "copy", kit.data, tmp_path], cwd=REPO, check=True)
    port = central.settings.port
    with central_process(central.data, port) as process, httpx.Client(base_url=f"http://127.0.0.1:{port}") as phone:
        csrf = phone.get("/apporter").text.split('name="csrf" value="')[1].split('"')[0]
        before = peak_kb(process.pid)
        paths = sorted((tmp_path / "envoi").iterdir())
        files = [("fichiers", (path.name, path.read_bytes())) for path in paths]
        answer = phone.post("/apporter", data={"csrf": csrf}, files=files, timeout=120)
        assert answer.status_code == 200
        assert answer.text.count("Bien reçu. Merci") == 3
        grown = peak_kb(process.pid) - before
    print(f"the served central grew by {grown} KB")
    assert grown <= MOST_MORE_KB
    assert whole(again(central.data, "central")) == 1
