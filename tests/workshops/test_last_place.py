"""Two phones take the last place at the same instant, over a really served process."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kit.ids import to_text
from kit.workshops import queries

from .box import TOKEN, Box, make_box

ROUNDS = 20
SERVE = (
    "import sys; from pathlib import Path\n"
    "from kit.serving import serve_forever; from kit.settings import read_settings\n"
    "serve_forever(read_settings({}, data=Path(sys.argv[1]), port=int(sys.argv[2])), sys.stdout)"
)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Box, list[bytes], int]]:
    """A kit with twenty workshops of one place, served by a process of its own."""
    box = make_box(tmp_path / "kit")
    workshops = [box.plan(places=1, waiting_places=1) for _ in range(ROUNDS)]
    port = free_port()
    errors = (tmp_path / "stderr").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(box.node.data), str(port)],
        stdout=subprocess.PIPE, stderr=errors, text=True, env=os.environ | {"PYTHONWARNINGS": "default"},
    )  # fmt: skip
    try:
        assert process.stdout is not None and process.stdout.readline().startswith("http://"), errors.read()
        yield box, workshops, port
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close() if process.stdout else None
        errors.close()
        box.node.store.close()


def ask(port: int, method: str, path: str, body: str = "") -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"} if body else {})
    answer = connection.getresponse()
    result = answer.status, answer.headers.get("Location", ""), answer.read().decode()
    connection.close()
    return result


def race(port: int, path: str) -> list[str]:
    """Two phones fill the form, then send it at the same instant: what their tickets say."""
    start, said = threading.Barrier(2), []

    def phone(name: str) -> None:
        _, _, page = ask(port, "GET", path)
        found = TOKEN.search(page)
        assert found
        form = urlencode({"csrf": found[1], "name": name})
        start.wait()
        status, ticket, _ = ask(port, "POST", path, form)
        assert status == 303
        heading = re.search(r"<h1>(.*?)</h1>", ask(port, "GET", ticket)[2])
        assert heading
        said.append(heading[1])

    phones = [threading.Thread(target=phone, args=(name,)) for name in ("Marie", "أحمد")]
    for one in phones:
        one.start()
    for one in phones:
        one.join(60)
    return sorted(said)


def test_one_gets_the_last_place_and_the_other_waits_every_time(served: tuple[Box, list[bytes], int]) -> None:
    box, workshops, port = served
    deadline = time.monotonic() + 120
    for workshop in workshops:
        said = race(port, f"/ateliers/{to_text(workshop)}")
        assert said == ["Votre place est réservée", "Vous êtes sur la liste d’attente"]
        assert time.monotonic() < deadline
    for workshop in workshops:
        found = queries.get_workshop(box.node.store, workshop)
        assert (found.placed, found.waiting) == (1, 1)
