"""A large file in and out of a served kit, and the memory of the server meanwhile, as a ratio to what it was before.

In: by the pieces of the bench, as the page's script sends them. Out: read to its end and thrown away. The peak is what
/proc says of the server's own share (PSS), looked at twenty times a second. Usage: -m scripts.bench_files [--mb 1000]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import httpx

from kit.app import build_node
from kit.keys.passphrase import make_passphrase
from kit.library.actions import add_paths
from kit.library.queries import ItemView, list_new_items
from kit.people import actions as people
from kit.settings import read_settings
from scripts.bench_kit import SETTLED_SECONDS, Row, Server, kit
from scripts.bench_rivals import WEBDAV, absent, nginx_over, nginx_version

PIECE = 4 << 20
PASSPHRASE = make_passphrase()
MOST_RATIO = 1.2
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
NOTE = 'title = "Grand film"\nlicence = "CC-BY-4.0"\nsource = "ici"\n'


class Weighed(Protocol):
    """A server whose time and memory can be read."""

    def cpu_ms(self) -> float: ...
    def pss_mb(self) -> float: ...


def make_file(path: Path, megabytes: int) -> None:
    """Bytes that nothing can squeeze, the same megabyte turned round."""
    piece = os.urandom(1_000_000)
    with path.open("wb") as out:
        for number in range(megabytes):
            out.write(piece[number % 997 :] + piece[: number % 997])


class Watch:
    """The largest share of memory seen while something is done, megabytes."""

    def __init__(self, server: Weighed) -> None:
        self.server, self.peak = server, 0.0
        self._end = threading.Event()

    def during(self, do: Callable[[], None]) -> float:
        """Do it; the peak."""
        thread = threading.Thread(target=self._look)
        thread.start()
        try:
            do()
        finally:
            self._end.set()
            thread.join()
        return self.peak

    def _look(self) -> None:
        while not self._end.wait(0.05):
            self.peak = max(self.peak, self.server.pss_mb())


def take_out(url: str, expected: bytes | None) -> None:
    """Read a file to its end; what comes must be what was put in (None: anything)."""
    state = hashlib.sha256()
    with httpx.stream("GET", url, timeout=60) as answer:
        for piece in answer.iter_bytes(1 << 20):
            state.update(piece)
    if expected is not None and state.digest() != expected:
        raise SystemExit("what came out is not what was put in")


def sign_in(server: Server) -> tuple[httpx.Client, dict[str, str]]:
    """A browser of the team, and the header its script sends. Signing in takes 64 MB for a moment, on purpose."""
    desk = httpx.Client(base_url=server.url, timeout=60)
    first = _TOKEN.findall(desk.get("/connexion").text)[0]
    desk.post("/connexion", data={"csrf": first, "passphrase": PASSPHRASE, "name": "Nadia"})
    token = _TOKEN.findall(desk.get("/console/bibliotheque/arrivees").text)[0]
    return desk, {"X-Valise-Csrf": token}


def put_in(desk: httpx.Client, headers: dict[str, str], path: Path) -> None:
    """Send a file by pieces, as the bench's page does."""
    base, size = "/console/bibliotheque/arrivees/lot", path.stat().st_size
    batch = desk.post(base, data={"name": path.name, "count": "1"}, headers=headers).json()["batch"]
    about = {"name": path.name, "size": str(size), "mark": "1"}
    part = desk.post(f"{base}/{batch}", params=about, headers=headers).json()["part"]
    place = 0
    with path.open("rb") as source:
        while piece := source.read(PIECE):
            sent = desk.post(f"{base}/{batch}", params={"part": part, "place": str(place)}, content=piece,
                             headers={**headers, "Content-Type": "application/octet-stream"})  # fmt: skip
            place = sent.json()["received"]
    ended = desk.post(f"{base}/{batch}", params={**about, "part": part, "end": "1"}, headers=headers)
    if ended.json() != {"whole": True}:
        raise SystemExit(f"the file did not arrive: {ended.text}")


def lay_film(folder: Path, megabytes: int) -> tuple[Path, ItemView]:
    """A kit with a team and one large work below `folder`; the work's file, and the work."""
    path = folder / "film.bin"
    make_file(path, megabytes)
    path.with_name("film.bin.toml").write_text(NOTE, "utf-8")
    node = build_node(read_settings({}, data=folder / "kit"))
    people.set_up(node, "Nadia", "mediator", PASSPHRASE)
    add_paths(node, [path])
    (item,) = list_new_items(node.store, 1)
    node.store.close()
    return path, item


def measure(folder: Path, megabytes: int) -> Iterator[Row]:
    """Out, then in; then the same by what is installed here."""
    path, item = lay_film(folder, megabytes)
    with path.open("rb") as source:
        expected = hashlib.file_digest(source, "sha256").digest()
    server = kit(folder / "kit")
    try:
        url = f"{server.url}{item.url}/fichier/1/film.bin"
        desk, headers = sign_in(server)
        put_in(desk, headers, path.with_name("film.bin.toml"))  # small: every room and page of it is warm now
        take_out(f"{server.url}{item.url}", None)
        time.sleep(SETTLED_SECONDS)
        yield _row("out", server, megabytes, lambda: take_out(url, expected))
        yield _row("in", server, megabytes, lambda: put_in(desk, headers, path))
        desk.close()
    finally:
        server.end()
    yield from beside(folder, megabytes)
    yield from behind(folder, item.url, expected, megabytes)


def beside(folder: Path, megabytes: int) -> Iterator[Row]:
    """The same file by nginx: out, in (WebDAV), and out of the kit by nginx's hands (`X-Accel-Redirect`)."""
    version, path = nginx_version(), folder / "film.bin"
    if version is None:
        yield absent("nginx", "nginx-light")
        return
    with nginx_over(folder / "plain", WEBDAV.format(root=folder)) as server:
        url = f"{server.url}film.bin"
        yield _row(f"out by nginx {version} alone", server, megabytes, lambda: take_out(url, None), wanted=False)
        yield _row(
            "in by nginx alone (WebDAV PUT)", server, megabytes, lambda: put_plainly(server.url, path), wanted=False
        )


def behind(folder: Path, item_url: str, expected: bytes, megabytes: int) -> Iterator[Row]:
    """The kit when a front server is declared: what nginx spends, and what is left to the kit."""
    if nginx_version() is None:
        return
    os.environ.update(VALISE_FRONT_FILES="/fichiers", VALISE_TRUSTED_PROXY="127.0.0.1")
    server = kit(folder / "kit")
    try:
        lines = (
            f"location / {{ proxy_pass {server.url}; }} location /fichiers/ {{ internal; alias {folder}/kit/blobs/; }}"
        )
        with nginx_over(folder / "front", lines) as front:
            url = f"{front.url.rstrip('/')}{item_url}/fichier/1/film.bin"
            take_out(url.rpartition("/fichier")[0], None)
            time.sleep(SETTLED_SECONDS)  # by then every room is open
            spent = server.cpu_ms()
            yield _row("out of the kit by nginx (X-Accel-Redirect), nginx’s share", front, megabytes,
                       lambda: take_out(url, expected), wanted=False)  # fmt: skip
            yield Row("the kit’s own share of that", f"{server.cpu_ms() - spent:.0f} CPU-ms")
    finally:
        server.end()


def put_plainly(url: str, path: Path) -> None:
    """The whole file in one request."""
    with path.open("rb") as source:
        httpx.put(f"{url}in.bin", content=iter(lambda: source.read(PIECE), b""), timeout=600,
                  headers={"Content-Length": str(path.stat().st_size)}).raise_for_status()  # fmt: skip


def _row(way: str, server: Weighed, megabytes: int, do: Callable[[], None], *, wanted: bool = True) -> Row:
    before, begun, spent = server.pss_mb(), time.perf_counter(), server.cpu_ms()
    peak = Watch(server).during(do)
    seconds, ratio = time.perf_counter() - begun, peak / before
    words = f"{ratio:.2f} ({before:.1f}, then {peak:.1f} MB; {server.cpu_ms() - spent:.0f} CPU-ms, {seconds:.0f} s)"
    what = f"a file of {megabytes} MB {way}: peak PSS, ratio to before"
    return Row(what, words, f"<= {MOST_RATIO}", ratio <= MOST_RATIO) if wanted else Row(what, words)


def main() -> None:
    """Print the lines of the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=1000)
    megabytes = parser.parse_args().mb
    with tempfile.TemporaryDirectory() as folder:
        for row in measure(Path(folder), megabytes):
            print(row, flush=True)


if __name__ == "__main__":
    main()
