"""Bodies at the door of a real server: a visitor's is not stored beyond what the page takes, a librarian's is."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import cast
from tests.conftest import copy_node
from tests.served import Served

BENCH = "/console/bibliotheque/arrivees/deposer"
MIB = 1 << 20


@pytest.fixture
def served(templates: Path, tmp_path: Path) -> Iterator[Served]:
    """A kit as a real process."""
    one = Served(copy_node(templates / "kit", tmp_path / "kit"), ("serve",)).start()
    yield one
    one.stop()
    assert not one.words_of_failure(), one.words_of_failure()


def sign_in(served: Served) -> str:
    """The cookie of Nadia's computer."""
    line = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    line.request("GET", "/connexion")
    token = line.getresponse().read().decode().split('name="csrf" value="', 1)[1].split('"', 1)[0]
    body = f"csrf={token}&passphrase={cast.NADIA.passphrase.replace(' ', '+')}"
    line.request("POST", "/connexion", body, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = line.getresponse()
    assert answer.status == 302
    cookie = str(answer.getheader("Set-Cookie")).split(";", 1)[0]
    line.close()
    return cookie


def open_sizes(served: Served) -> list[int]:
    """The sizes of nameless files that the server holds open."""
    assert served.process is not None
    found = []
    for link in Path(f"/proc/{served.process.pid}/fd").iterdir():
        try:
            if "(deleted)" in str(link.readlink()):
                found.append(link.stat().st_size)
        except OSError:
            continue
    return found


def send_most(served: Served, path: str, cookie: str, announced: int, sent: int) -> socket.socket:
    """Announce a body and send most of it."""
    line = socket.create_connection(("127.0.0.1", served.port), 60)
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {announced}\r\nCookie: {cookie}\r\n"
    line.sendall(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode())
    for _ in range(sent // MIB):
        line.sendall(b"x" * MIB)
    return line


def settle(served: Served, at_least: int) -> int:
    """The largest nameless file, once it has grown to `at_least` or has had the time to."""
    for _ in range(50):
        if max(open_sizes(served), default=0) >= at_least:
            break
        time.sleep(0.1)
    return max(open_sizes(served), default=0)


@pytest.mark.parametrize("cookie", ["", "valise_equipe=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
@pytest.mark.parametrize("path", [BENCH, "/", "/rien", "/console/bibliotheque/arrivees/lot/aa"])
def test_a_visitors_body_is_not_stored(served: Served, path: str, cookie: str) -> None:
    with send_most(served, path, cookie, 12 * MIB, 11 * MIB) as line:
        assert settle(served, MIB) < MIB
        line.sendall(b"x" * MIB)
        status = line.recv(100).split()[1]
    assert status in (b"401", b"403", b"404", b"405", b"413", b"400")


def test_beyond_some_size_the_line_is_cut_with_a_reason(served: Served) -> None:
    with send_most(served, "/", "", 5000 * MIB, 0) as line:
        answer = line.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 413") and "trop" in answer


def test_a_chunked_body_without_a_length_has_the_same_limit(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), 60) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        line.sendall(b"100000\r\n" + b"x" * MIB + b"\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 413")


def test_what_a_librarian_sends_waits_beside_the_data(served: Served) -> None:
    cookie = sign_in(served)
    with send_most(served, BENCH, cookie, 80 * MIB, 79 * MIB):
        assert settle(served, 78 * MIB) >= 78 * MIB
        assert served.process is not None
        names = [str(one.readlink()) for one in Path(f"/proc/{served.process.pid}/fd").iterdir()]
    assert any(name.startswith(str(served.data / "tmp")) for name in names)
