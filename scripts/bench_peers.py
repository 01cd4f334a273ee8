"""A kit beside what people would use instead, in one run: kiwix-serve, nginx, Calibre-Web, Kolibri, whichever is there.

Writes one Markdown table and one plot (SVG) into a folder. What is timed is told beside what is measured of the same
machine in the same run; `noise` is how far three measures of one bare page lie apart. Only 127.0.0.1 is spoken to.
Peers: `kiwix-serve` and `nginx` on the path; `cps` (calibreweb) and `kolibri` there, or named by CPS and KOLIBRI.
The browser's part is the bench's own `measure_page.mjs` (--measure FILE), with its two libraries below --node-modules.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scripts.bench_kit import REPO
from scripts.bench_process import cpu_ms, pss_mb
from tests.served import free_port

SHARED = REPO.parent / "shared"
ASKED = 300
_ASSET = re.compile(r'(?:href|src)="(/[^"#]+\.(?:css|js|svg|jpg|webp)(?:\?[^"#]*)?)"')
NGINX = """pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1; daemon off;
events {{ worker_connections 1024; }}
http {{ access_log off; types {{ text/html html; text/css css; image/svg+xml svg; text/javascript js; image/jpeg jpg; }}
  gzip on; gzip_types text/css image/svg+xml text/javascript; default_type text/html;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}/site; location / {{ try_files $uri $uri/index.html =404; }} }} }}
"""


@dataclass
class Found:
    """One server as it was measured; what could not be measured is left out of the table."""

    name: str
    version: str
    start_seconds: float
    pss_mb: float = 0.0
    cpu_ms: float = 0.0
    pages: dict[str, dict[str, object]] = field(default_factory=dict)


class Running:
    """A server of somebody: its process and all that it started."""

    def __init__(self, command: list[str], url: str, env: dict[str, str] | None = None) -> None:
        self.url, begun = url, time.perf_counter()
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, cwd=REPO, stdout=quiet, stderr=quiet, env=os.environ | (env or {}))
        while self.process.poll() is None and time.perf_counter() - begun < 120:
            try:
                urllib.request.urlopen(url, timeout=10).close()  # noqa: S310 - loopback
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.01)
        self.start_seconds = time.perf_counter() - begun

    def pids(self) -> list[int]:
        """Itself and its children, all the way down."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += [int(one) for one in (task / "children").read_text("ascii").split()]
        return found

    def cpu_ms(self) -> float:
        """CPU time so far of all of them."""
        return sum(cpu_ms(pid) for pid in self.pids())

    def pss_mb(self) -> float:
        """Memory that is their own share."""
        return sum(pss_mb(pid) for pid in self.pids())

    def cpu_ms_a_request(self, path: str) -> float:
        """CPU of one request, over many."""
        for number in range(ASKED + 20):
            if number == 20:
                before = self.cpu_ms()
            urllib.request.urlopen(self.url + path, timeout=30).read()  # noqa: S310 - loopback
        return (self.cpu_ms() - before) / ASKED

    def end(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


@contextmanager
def ended(server: Running) -> Iterator[Running]:
    """A server, ended at the end whatever happens."""
    try:
        yield server
    finally:
        server.end()


def fetch(url: str) -> bytes:
    """What a page or a file is."""
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - loopback
        return bytes(answer.read())


def lay_site(kit_url: str, paths: dict[str, str], folder: Path) -> None:
    """The kit's own pages as files, with all that they ask for: what nginx serves."""
    for path in paths.values():
        page = fetch(kit_url + path)
        wanted = {path.rstrip("/") + "/index.html": page}
        for asset in set(_ASSET.findall(page.decode())):
            wanted[asset.partition("?")[0]] = fetch(kit_url + asset.replace("&amp;", "&"))
        for name, raw in wanted.items():
            target = folder / name.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(raw)


def pages_of(kit_url: str) -> dict[str, str]:
    """Welcome, catalogue, item, reader, workshop and answer, by their addresses."""

    def first(path: str, pattern: str) -> str:
        found = re.search(pattern, fetch(kit_url + path).decode())
        if not found:
            raise SystemExit(f"{path} leads nowhere")
        return found[1]

    item = first("/bibliotheque?sorte=book", r'href="(/bibliotheque/[a-z2-7]{26})"')
    return {
        "welcome": "/", "catalogue": "/bibliotheque", "item": item, "reader": f"{item}/lire/1",
        "workshop": first("/ateliers", r'href="(/ateliers/[a-z2-7]{26})"'), "answer": "/avis",
    }  # fmt: skip


class Browser:
    """`measure_page.mjs`: what a phone pays for a page."""

    def __init__(self, script: Path, node_modules: Path, runs: int) -> None:
        self.script, self.runs, self.env = script, runs, os.environ | {"NODE_MODULES": str(node_modules)}

    def measure(self, url: str) -> dict[str, object]:
        """Its figures of one page."""
        command = ["node", str(self.script), url, "--runs", str(self.runs), "--idle", "300"]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=True)
        told: dict[str, object] = json.loads(done.stdout)
        return told

    def paint(self, pairs: Sequence[tuple[str, str]], rounds: int) -> list[tuple[list[float], list[float]]]:
        """First paints of pairs of pages on a slow phone, ms, by `bench_paint.mjs`."""
        command = [
            "node",
            str(REPO / "scripts" / "bench_paint.mjs"),
            str(rounds),
            *(url for one in pairs for url in one),
        ]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=True)
        return [(ours, theirs) for ours, theirs in json.loads(done.stdout)]


def slow_fcp(page: dict[str, object]) -> float:
    """First contentful paint on the slow phone, milliseconds."""
    return float(page["slow"]["fcp_ms"] or 0)  # type: ignore[index]


def version_of(command: list[str]) -> str:
    """What it calls itself, in a few letters."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"\d+\.\d+[\w.]*", done.stdout + done.stderr)
    return found[0] if found else "?"


Peer = tuple[str, str, Callable[[], Running]]


def list_peers(folder: Path) -> list[Peer]:
    """The peers that are installed: name, version, how they are started."""
    return [peer for find in (kiwix, calibre_web, kolibri) if (peer := find(folder, free_port()))]


def kiwix(_folder: Path, port: int) -> Peer | None:
    """kiwix-serve over the sample sites."""
    samples = [str(one) for one in sorted((SHARED / "samples").glob("*.zim"))]
    program = shutil.which("kiwix-serve")
    if not program or not samples:
        return None
    command = [program, "--port", str(port), "--address", "127.0.0.1", *samples]
    version = version_of([program, "--version"])
    return f"kiwix-serve ({len(samples)} site)", version, lambda: Running(command, f"http://127.0.0.1:{port}/")


def calibre_web(folder: Path, port: int) -> Peer | None:
    """Calibre-Web as it is after its installation: the page where one signs in."""
    program, home = os.environ.get("CPS") or shutil.which("cps"), folder / "calibreweb"
    if not program:
        return None
    home.mkdir()
    env = {"CALIBRE_DBPATH": str(home), "CALIBRE_PORT": str(port)}
    command, url = [program, "-i", "127.0.0.1", "-p", str(home / "app.db")], f"http://127.0.0.1:{port}/login"
    return "Calibre-Web (no books)", version_of([program, "-v"]), lambda: Running(command, url, env)


def kolibri(folder: Path, port: int) -> Peer | None:
    """Kolibri as it is after its installation: the page where one sets it up."""
    program = os.environ.get("KOLIBRI") or shutil.which("kolibri")
    if not program:
        return None
    env = {"KOLIBRI_HOME": str(folder / "kolibri"), "KOLIBRI_LISTEN_ADDRESS": "127.0.0.1"}
    command, url = [program, "start", "--foreground", "--port", str(port)], f"http://127.0.0.1:{port}/"
    return "Kolibri (no channel)", version_of([program, "--version"]), lambda: Running(command, url, env)


def measure_peer(name: str, version: str, server: Running, browser: Browser) -> Found:
    """A peer's first page, its start, its memory."""
    with ended(server):
        found = Found(name, version, server.start_seconds)
        found.cpu_ms = server.cpu_ms_a_request("")
        found.pss_mb = server.pss_mb()
        found.pages["first page"] = browser.measure(server.url)
    return found
