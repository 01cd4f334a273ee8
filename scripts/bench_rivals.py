"""What is installed here and does a part of the same work, measured in the run of a bench: lines for its table.

Calibre's importer (`calibredb`), kiwix-serve over a site with the same words, SQLite's FTS5 as it comes, and nginx with
the same file. One that is not installed is said so, with the package that has it; nothing here is needed by the tests.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kit.store import Store
from scripts.bench_kit import Row
from scripts.bench_peers import Running, ended, version_of
from tests.served import NGINX, free_port

FEW_BOOKS = 50  # Calibre reads the words inside in half a second a book
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2): workers whose parent ended are counted too
MEMORY = Path("/dev/shm")  # noqa: S108 - Linux’s memory disk
NGINX_CONF = """{user} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  default_type application/octet-stream; sendfile on;
  server {{ listen 127.0.0.1:{port}; client_max_body_size 0; {locations} }} }}
"""
WEBDAV = "location / {{ root {root}; dav_methods PUT; }}"


def absent(program: str, package: str) -> Row:
    """The line of a peer that is not here."""
    return Row(f"{program}: not installed here (apt-get install {package})", "not measured")


# -- intake ---------------------------------------------------------------------------------------------------------


def calibre_rows(folder: Path, ours: float, ours_read: float) -> list[Row]:
    """Calibre's importer over the same books: metadata and covers; then the words inside of some of them."""
    program = shutil.which("calibredb")
    if not program:
        return [absent("Calibre’s importer", "--no-install-recommends calibre")]
    version, where = version_of([program, "--version"]), MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=where) as place:
        env = {"HOME": place, "QT_QPA_PLATFORM": "offscreen", "CALIBRE_CONFIG_DIRECTORY": f"{place}/config"}
        library, count = ["--with-library", f"{place}/library"], len(list(folder.rglob("*.epub")))
        _cpu_of([program, "list", *library], env)  # makes the empty library
        start, _ = _cpu_of([program, "list", *library], env)
        added, largest = _cpu_of([program, "add", "--recurse", str(folder), *library], env)
        each = 1000 * (added - start) / count
        few = ["--with-library", f"{place}/few"]
        some = [str(one) for one in sorted(folder.rglob("*.epub"))[:FEW_BOOKS]]
        _cpu_of([program, "add", *some, *few], env)
        speed = ["--wait-for-completion", "--indexing-speed", "fast", "enable"]
        inside = 1000 * (_cpu_of([program, "fts_index", *few, *speed], env)[0] - start) / len(some)
    what = f"Calibre {version} (calibredb add, library in memory: no disk waits): CPU-ms a book, largest process"
    return [
        Row(what, f"{each:.1f}, {largest:.0f} MB; our reading is {ours_read / each:.2f} of it"),
        Row(f"Calibre, words inside findable too ({len(some)} of them): CPU-ms a book",
            f"{each + inside:.0f}; ours is {ours / (each + inside):.3f} of it"),
    ]  # fmt: skip


def _cpu_of(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """CPU-seconds of a command with all that it starts, and the largest of those processes in megabytes."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    quiet = subprocess.DEVNULL
    subprocess.run(command, env=os.environ | env, stdout=quiet, stderr=quiet, check=True)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024


# -- search ---------------------------------------------------------------------------------------------------------


def fts5_rows(store: Store, searches: dict[str, str], match_of: Callable[[str], str]) -> list[Row]:
    """FTS5 over the very same index, asked as its page says (bm25, all counted) and asked for its first rows only."""
    ways = {
        "ranked by bm25, counted": (
            "SELECT rowid FROM item_search WHERE item_search MATCH ? ORDER BY rank LIMIT 20",
            "SELECT count(*) FROM item_search WHERE item_search MATCH ?",
        ),
        "first 200 rows, no order": ("SELECT rowid FROM item_search WHERE item_search MATCH ? LIMIT 200",),
    }
    rows = []
    for what, text in searches.items():
        told = []
        for name, statements in ways.items():
            begun, asked, match = time.process_time(), 20, match_of(text)
            for _ in range(asked):
                for sql in statements:
                    store.rows(sql, match)
            told.append(f"{name} {1000 * (time.process_time() - begun) / asked:.2f}")
        rows.append(Row(f"SQLite FTS5 alone, no page: {what} ({text}), CPU-ms", "; ".join(told)))
    return rows


def kiwix_rows(works: Iterable[tuple[str, str]], searches: dict[str, str]) -> list[Row]:
    """kiwix-serve over a site of the same titles and words: its search page, and its suggestions for a beginning."""
    program = shutil.which("kiwix-serve")
    if not program:
        return [absent("kiwix-serve", "kiwix-tools")]
    version, rows = version_of([program, "--version"]), []
    with tempfile.TemporaryDirectory() as place:
        site = Path(place) / "same.zim"
        write_site(site, works)
        port = free_port()
        command = [program, "--port", str(port), "--address", "127.0.0.1", str(site)]
        with ended(Running(command, f"http://127.0.0.1:{port}/")) as server:
            for what, text in searches.items():
                rows += [
                    _asked(server, f"kiwix-serve {version}, {what} ({text})", f"search?content=same&pattern={text}")
                ]
            beginning = next(text for text in searches.values() if len(text) == 2)
            rows.append(_asked(server, f"kiwix-serve, titles that begin ({beginning})",
                               f"suggest?content=same&term={beginning}"))  # fmt: skip
            rows.append(Row("kiwix-serve, memory after that", f"{server.pss_mb():.1f} MB (PSS)"))
    return rows


def _asked(server: Running, what: str, path: str) -> Row:
    with urllib.request.urlopen(server.url + path.replace(" ", "%20"), timeout=60) as answer:  # noqa: S310 - loopback
        size = len(answer.read())
    spent = server.cpu_ms_a_request(path.replace(" ", "%20"))
    return Row(f"{what}, CPU-ms a request", f"{spent:.2f} (a page of {size / 1000:.1f} KB)")


def write_site(path: Path, works: Iterable[tuple[str, str]]) -> None:
    """A ZIM site with a page for each work and libzim's own index of words."""
    from libzim.writer import Creator, Hint, Item, StringProvider

    class Page(Item):  # type: ignore[misc]
        """One work."""

        def __init__(self, number: int, title: str, said: str) -> None:
            super().__init__()
            self.number, self.title, self.said = number, title, said

        def get_path(self) -> str:
            return f"a/{self.number}"

        def get_title(self) -> str:
            return self.title

        def get_mimetype(self) -> str:
            return "text/html"

        def get_contentprovider(self) -> StringProvider:
            return StringProvider(f"<html><head><title>{self.title}</title></head><body>{self.said}</body></html>")

        def get_hints(self) -> dict[Hint, bool]:
            return {Hint.FRONT_ARTICLE: True}

    with Creator(path).config_indexing(True, "fra") as creator:
        creator.set_mainpath("a/0")
        for number, (title, said) in enumerate(works):
            creator.add_item(Page(number, title, said))
        for name, value in {"Language": "fra", "Title": "same", "Name": "same", "Date": "2026-11-27",
                            "Creator": "-", "Publisher": "-", "Description": "-"}.items():  # fmt: skip
            creator.add_metadata(name, value)


# -- files ----------------------------------------------------------------------------------------------------------


@contextmanager
def nginx_over(folder: Path, locations: str) -> Iterator[Running]:
    """nginx with these lines; `folder` is where it writes."""
    folder.mkdir()
    port, conf, user = free_port(), folder / "nginx.conf", "user root;" if os.geteuid() == 0 else ""
    conf.write_text(NGINX_CONF.format(folder=folder, port=port, locations=locations, user=user), "utf-8")
    command = [NGINX, "-p", str(folder), "-e", f"{folder}/error.log", "-c", str(conf)]
    with ended(Running(command, f"http://127.0.0.1:{port}/")) as server:
        yield server


def nginx_version() -> str | None:
    """Which nginx is here; None when there is none."""
    return version_of([NGINX, "-v"]) if Path(NGINX).is_file() else None
