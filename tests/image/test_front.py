"""The image's own nginx, for real, before a served kit: files, ranges, slow readers, limits, and what it can reach."""

from __future__ import annotations

import hashlib
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from kit.library import queries
from kit.library.actions import add_paths
from tests.conftest import copy_node, open_node
from tests.library.library_makers import make_mp3
from tests.served import NGINX, Served, free_port, wait_for_page

from .front_conf import told_behind_front, written


@dataclass(frozen=True)
class Front:
    """The image's nginx before a kit."""

    url: str
    item: queries.ItemView
    raw: bytes
    data: Path
    served: Served

    @property
    def address(self) -> str:
        """The work's file."""
        return f"{self.url}{self.item.url}/fichier/1/son.mp3"


@pytest.fixture(scope="module")
def front(templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    base = tmp_path_factory.mktemp("front")
    data, folder = copy_node(templates / "kit", base / "kit"), base / "nginx"
    folder.mkdir()
    node = open_node(data)
    path = make_mp3(base / "mer.mp3", seconds=900)  # more than sockets hold
    add_paths(node, [path])
    (item,) = queries.list_new_items(node.store, 2)
    node.store.close()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in told_behind_front(data).items():
            patch.setenv(name, value)
        served = Served(data, ("serve",)).start()
    port = free_port()
    conf = written(folder, port, served.url, data)
    subprocess.run([NGINX, "-t", "-e", "stderr", "-c", conf], check=True, capture_output=True)
    process = subprocess.Popen([NGINX, "-e", "stderr", "-c", conf], stderr=subprocess.DEVNULL)
    try:
        wait_for_page(f"http://127.0.0.1:{port}/credits")
        yield Front(f"http://127.0.0.1:{port}", item, path.read_bytes(), data, served)
    finally:
        process.terminate()
        process.wait(10)
        served.stop()


def test_a_file_comes_whole_and_in_part_and_confined(front: Front) -> None:
    got = httpx.get(front.address)
    assert got.status_code == 200 and got.content == front.raw
    assert "sandbox" in got.headers["Content-Security-Policy"] and got.headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Accel-Redirect" not in got.headers and got.headers["Server"] == "nginx"
    part = httpx.get(front.address, headers={"Range": "bytes=1000-1999"})
    assert part.status_code == 206 and part.content == front.raw[1000:2000]
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(front.raw)}"


def test_works_on_a_disk_beside_the_box_are_sent_by_nginx_too(front: Front) -> None:
    """Where the card's script mounts such a disk; a link on it leads nowhere."""
    folder, name = front.data.with_name("oeuvres") / "valise/oeuvres", hashlib.sha256(front.raw).hexdigest()
    home, place = front.data / "blobs" / name[:2] / name, folder / name[:2] / name
    place.parent.mkdir(parents=True)
    (front.data / "blobs-outside").symlink_to(folder)
    home.rename(place)
    try:
        got = httpx.get(front.address)
        assert got.content == front.raw and "sandbox" in got.headers["Content-Security-Policy"]
        assert got.headers["Server"] == "nginx" and "X-Accel-Redirect" not in got.headers
        part = httpx.get(front.address, headers={"Range": "bytes=5-9"})
        assert part.status_code == 206 and part.content == front.raw[5:10]
        for path in (f"/fichiers-disque/{name[:2]}/{name}", "/fichiers-disque/../node.key"):
            assert httpx.get(front.url + path).status_code in (400, 404), path
        place.rename(place.with_suffix(".held"))
        place.symlink_to(front.data / "node.key")
        got = httpx.get(front.address)
        assert got.status_code in (403, 404) and (front.data / "node.key").read_bytes() not in got.content
        place.unlink()
        place.with_suffix(".held").rename(place)
    finally:
        place.rename(home)
        (front.data / "blobs-outside").unlink()


def test_nothing_but_works_can_be_reached_by_a_path(front: Front) -> None:
    name = hashlib.sha256(front.raw).hexdigest()
    aside = front.data / "blobs" / name[:2] / "link"
    aside.symlink_to(front.data / "node.key")
    for path in (f"/fichiers/{name[:2]}/{name}", "/fichiers/../node.key", "/fichiers/%2e%2e/node.key",
                 "/static/%2e%2e/fichiers/", f"/fichiers/{name[:2]}/link"):  # fmt: skip
        assert httpx.get(front.url + path).status_code in (400, 404), path
    aside.unlink()


def test_nginx_follows_no_link_out_of_the_shelves(front: Front) -> None:
    """A blob that became a link to something else is refused by nginx itself, though the program named it."""
    name = hashlib.sha256(front.raw).hexdigest()
    blob = front.data / "blobs" / name[:2] / name
    held = blob.with_suffix(".held")
    blob.rename(held)
    blob.symlink_to(front.data / "node.key")
    try:
        got = httpx.get(front.address)
        assert got.status_code in (403, 404) and (front.data / "node.key").read_bytes() not in got.content
    finally:
        blob.unlink()
        held.rename(blob)
    assert httpx.get(front.address).status_code == 200


def test_styles_are_kept_with_their_validator(front: Front) -> None:
    page = httpx.get(front.url + "/").text
    address = front.url + page.split('rel="stylesheet" href="')[1].split('"')[0]
    first, again = httpx.get(address), httpx.get(address)
    assert first.status_code == again.status_code == 200 and first.content == again.content
    assert "immutable" in again.headers["Cache-Control"]
    same = httpx.get(address, headers={"If-None-Match": again.headers["ETag"]})
    assert same.status_code == 304 and same.content == b""
    plain = httpx.get(address, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers and plain.content == first.content


@contextmanager
def slow_readers(front: Front, count: int) -> Iterator[list[socket.socket]]:
    """So many connections that ask for the file and read nothing."""
    host, port = front.url.removeprefix("http://").split(":")
    path = front.address.removeprefix(front.url)
    with ExitStack() as lines:
        opened = []
        for _ in range(count):
            line = lines.enter_context(socket.create_connection((host, int(port)), timeout=10))
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: valise.lan\r\n\r\n".encode())
            opened.append(line)
        yield opened


def test_phones_that_read_slowly_hold_no_thread_of_the_program(front: Front) -> None:
    """The program has eight threads."""
    with slow_readers(front, 30):
        assert httpx.get(front.url + "/", timeout=10).status_code == 200


def test_one_phone_cannot_take_every_connection(front: Front) -> None:
    with slow_readers(front, 33) as lines:
        answers = [line.recv(12) for line in lines]
    assert answers.count(b"HTTP/1.1 503") >= 1 and answers.count(b"HTTP/1.1 200") >= 30
