"""The served program: a crowd at once loses nothing, and what was noted survives a killed process."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

from kit.app import build_node
from kit.feedback import queries
from kit.settings import read_settings

SERVE = """
import sys
from pathlib import Path
from kit.serving import serve_forever
from kit.settings import read_settings
serve_forever(read_settings({}, data=Path(sys.argv[1]), port=sys.argv[2], small_group=1000), sys.stdout)
"""


@contextmanager
def served(data: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The program in a process of its own, ended at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (data.parent / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(data), str(port)], stdout=output, stderr=subprocess.STDOUT
        )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                httpx.get(url + "/avis", timeout=2)
                break
            except httpx.TransportError:
                assert process.poll() is None, (data.parent / "output").read_text()
                time.sleep(0.1)
        yield url, process
    finally:
        process.kill()
        process.wait()


def give(url: str, text: str, phone_number: int = 1) -> int:
    """Open the page and send it from an address of one's own; the status of the answer."""
    own = httpx.HTTPTransport(local_address=f"127.0.0.{phone_number}")
    with httpx.Client(timeout=60, transport=own) as phone:
        token = re.search(r'name="csrf" value="([^"]+)"', phone.get(url + "/avis").text)
        assert token
        form = {"csrf": token[1], "satisfaction": "10", "parole": text}
        return phone.post(url + "/avis", data=form).status_code


def waiting(data: Path) -> list[queries.Waiting]:
    """What is in the urn, read by a process that did not write it."""
    node = build_node(read_settings({}, data=data))
    found = queries.list_urn(node.store)
    node.store.close()
    return found


def test_a_crowd_at_once_loses_nothing(tmp_path: Path) -> None:
    data = tmp_path / "kit"
    with served(data) as (url, _), ThreadPoolExecutor(24) as crowd:
        answers = list(crowd.map(lambda number: give(url, f"texte {number}", number + 1), range(48)))
    assert set(answers) == {303}
    assert len(waiting(data)) == 48


def test_noted_survives_a_killed_process(tmp_path: Path) -> None:
    data = tmp_path / "kit"
    for number in range(1, 4):
        with served(data) as (url, process):
            assert give(url, f"texte {number}") == 303
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        found = waiting(data)
        assert len(found) == number
        assert all(one.sealed for one in found)
