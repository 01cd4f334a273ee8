"""Measures a served kit beside a bare Flask page under the same server; prints one Markdown table. See scripts/bench.

CPU time comes from /proc, so a busy machine does not change it; what is timed is told as a ratio to the bare page,
measured in turns within the same run. Nothing leaves 127.0.0.1.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts import bench_process
from scripts.bench_journal import measure_journal
from scripts.bench_start import FACTS, start_ratio

REPO = Path(__file__).resolve().parents[1]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WARM_UP, ASKED, QUICK, ROUNDS = 50, 1000, 60, 15
SETTLED_SECONDS = 15  # by then a kit has opened every room: it is as large as it gets when nobody asks anything
PAGES = ("/", "/bibliotheque", "/ateliers", "/avis", "/annuaire", "/recherche?q=message")
BARE = """
import sys
{imports}
from flask import Flask
from waitress import serve
app = Flask("bare")
app.add_url_rule("/", "home", lambda: "<!doctype html><title>x</title><h1>Bonjour</h1>")
serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=8, connection_limit=1000)
"""
LIST_IMPORTS = """
import sys
from pathlib import Path
from kit.app import build_node, create_app
from kit.settings import read_settings
settings = read_settings({}, data=Path(sys.argv[1]))
app = create_app(settings, build_node(settings), is_late=True)
import kit.cli, kit.serving, kit.upkeep
app.test_client().get("/")
app.enter_all()
ours = ("kit", "__main__")
print("\\n".join(name for name, module in sys.modules.items()
                if name.partition(".")[0] not in ours and getattr(module, "__spec__", None)))
"""
SAME_IMPORTS = """
import importlib
for name in {names!r}:
    try:
        importlib.import_module(name)
    except ImportError:
        pass  # a part of a compiled module, which came with it
"""


Paired = dict[str, list[tuple[float, float]]]


@dataclass(frozen=True)
class Row:
    """One line of the table; `is_met` None: nothing is wanted of it."""

    what: str
    measured: str
    wanted: str = ""
    is_met: bool | None = None

    def __str__(self) -> str:
        verdict = {None: "", True: "yes", False: "**no**"}[self.is_met]
        return f"| {self.what} | {self.measured} | {self.wanted} | {verdict} |"


class Server:
    """One process that answers at `url`; ended by its own id."""

    def __init__(self, command: list[str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        begun = time.perf_counter()
        full = [*command, str(self.port)]
        self.process = subprocess.Popen(full, cwd=REPO, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()
        self.start_seconds = time.perf_counter() - begun

    def _wait(self) -> None:
        while self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/", timeout=10):  # noqa: S310 - our own server on loopback
                    return
            except urllib.error.URLError:
                time.sleep(0.002)
        raise SystemExit(f"{self.process.args} did not start")

    def cpu_ms(self) -> float:
        """CPU time so far, milliseconds."""
        return bench_process.cpu_ms(self.process.pid)

    def pss_mb(self) -> float:
        """Memory that is this process's own share, megabytes."""
        return bench_process.pss_mb(self.process.pid)

    def cpu_ms_per_request(self, path: str, asked: int = ASKED) -> float:
        """CPU-milliseconds of one request, over many on one connection."""
        line = http.client.HTTPConnection("127.0.0.1", self.port)
        before = 0.0
        for number in range(WARM_UP + asked):
            if number == WARM_UP:
                before = self.cpu_ms()
            line.request("GET", path)
            answer = line.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"{path} answered {answer.status}")
        line.close()
        return (self.cpu_ms() - before) / asked

    def end(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(20)


def bare(imports: str = "") -> Server:
    """A bare Flask page under waitress."""
    return Server([sys.executable, "-c", BARE.format(imports=imports)])


def kit(data: Path) -> Server:
    """A served kit over a prepared folder."""
    return Server([sys.executable, "-m", "kit.cli", "--data", str(data), "serve", "--port"])


def measure_starts(data: Path, runs: int) -> Row:
    """Cold starts in turns: process start to first answer."""
    seconds: dict[str, list[float]] = {"bare": [], "kit": []}
    for _ in range(runs):
        for name, start in (("bare", bare), ("kit", lambda: kit(data))):
            server = start()
            seconds[name].append(server.start_seconds)
            server.end()
    ratio = statistics.median(seconds["kit"]) / statistics.median(seconds["bare"])
    return Row(
        f"cold start to first 200, ratio to a bare Flask page (median of {runs})",
        f"{ratio:.2f}",
        "<= 1.5",
        ratio <= 1.5,
    )


def measure_full_start(folder: Path, runs: int) -> Row:
    """Start-up with a million facts beside an empty box."""
    ratio, size = start_ratio(folder, kit, runs)
    what = f"start with {FACTS:,} facts, ratio to an empty box (median of {runs})"
    return Row(what, f"{ratio:.2f} (database of {size:.0f} MB)", "<= 1.2", ratio <= 1.2)


def measure_welcome(server: Server) -> list[Row]:
    """What a phone pays for the welcome page, with an empty cache."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
        sizes: list[int] = []
        page.on("requestfinished", lambda request: sizes.append(_wire_bytes(request)))
        page.goto(server.url, wait_until="networkidle")
        plain = browser.new_context(java_script_enabled=False).new_page()
        plain.goto(server.url)
        doors = plain.locator("a.door").count()
        browser.close()
    total = sum(sizes)
    return [
        Row("welcome page on the wire, all of it", f"{total / 1000:.1f} KB", "<= 20 KB", total <= 20_000),
        Row("requests of the welcome page", str(len(sizes)), "<= 4", len(sizes) <= 4),
        Row("doors of the welcome page without JavaScript", str(doors), "3", doors == 3),
    ]


def _wire_bytes(request: object) -> int:
    sizes = request.sizes()  # type: ignore[attr-defined]
    return int(sizes["responseBodySize"] + sizes["responseHeadersSize"])


def measure_pages(server: Server, plain: Server) -> list[Row]:
    """CPU of each page beside the bare one, and its weight."""
    unit = plain.cpu_ms_per_request("/")
    rows = [Row("bare Flask page, CPU-ms a request", f"{unit:.2f}")]
    for path in PAGES:
        spent = server.cpu_ms_per_request(path)
        with urllib.request.urlopen(server.url + path) as answer:  # noqa: S310 - our own server on loopback
            weight = len(answer.read())
        wanted = ("<= 2", spent <= 2) if path == "/" else ("", None)
        rows.append(Row(f"{path}, CPU-ms a request", f"{spent:.2f} ({weight / 1000:.1f} KB of HTML)", *wanted))
    return rows


# A page's CPU time as a ratio to the bare page of the same run: what a change may not make heavier by a third.
MOST_BARE_PAGES = {"/": 4, "/bibliotheque": 6, "/ateliers": 8, "/avis": 10, "/annuaire": 14, "/recherche?q=message": 17}


def beside_bare(server: Server, plain: Server, paths: Iterable[str], rounds: int, asked: int) -> Paired:
    """For each page (its CPU-ms, the bare page's right before) once a round: the machine's own speed changes by two
    from second to second."""
    found = {path: list[tuple[float, float]]() for path in paths}
    for _ in range(rounds):
        for path, pairs in found.items():
            unit = plain.cpu_ms_per_request("/", asked)
            pairs.append((server.cpu_ms_per_request(path, asked), unit))
    return found


def told_units(found: Paired) -> Row:
    """How far the measures of the bare page lie apart."""
    units = [unit for pairs in found.values() for _, unit in pairs]
    told = f"{statistics.median(units):.2f} ({min(units):.2f} to {max(units):.2f} in {len(units)} measures)"
    return Row("bare Flask page, CPU-ms a request", told)


def guard_ratios(data: Path) -> list[Row]:
    """Only ratios of one run, never a time: for machines that many share."""
    server, plain = kit(data), bare()
    paired = beside_bare(server, plain, PAGES, ROUNDS, QUICK)
    server.end()
    plain.end()
    rows = [told_units(paired)]
    for path, pairs in paired.items():
        found = [spent / unit for spent, unit in pairs]
        ratio, most = statistics.median(found), MOST_BARE_PAGES[path]
        words = f"{ratio:.1f} ({min(found):.1f} to {max(found):.1f})"
        rows.append(Row(f"{path}, CPU of a request, ratio to the bare page", words, f"<= {most}", ratio <= most))
    return rows


def same_imports(data: Path) -> str:
    """The lines that import every module of others a settled kit has loaded, and none of ours."""
    command = [sys.executable, "-c", LIST_IMPORTS, str(data)]
    told = subprocess.run(command, cwd=REPO, check=True, capture_output=True, text=True)
    return SAME_IMPORTS.format(names=told.stdout.split())


def measure_memory(idle_mb: float, server: Server, data: Path) -> list[Row]:
    """Idle memory beside a process with the same imports, and after the load of `measure_pages`."""
    same = bare(same_imports(data))
    beside = same.pss_mb()
    same.end()
    loaded = server.pss_mb()
    for path in PAGES:
        server.cpu_ms_per_request(path)
    again = server.pss_mb()
    return [
        Row("PSS of a bare process with the same imports", f"{beside:.1f} MB"),
        Row("PSS idle", f"{idle_mb:.1f} MB", f"<= {beside + 15:.1f} MB", idle_mb <= beside + 15),
        Row(
            "PSS after the load, and after the same load again",
            f"{loaded:.1f}, {again:.1f} MB",
            "flat",
            again <= loaded * 1.05,
        ),
    ]


def over_many(what: str, usual: int, fill: Callable[[Path, int], None], measure: Callable[[Path], list[Row]]) -> None:
    """Fill a kit with so many of something, unless the folder said is filled already; measure, print the table."""
    say = argparse.ArgumentParser()
    say.add_argument(f"--{what}", dest="count", type=int, default=usual)
    say.add_argument("--data", type=Path)
    options = say.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder) / "kit"
        if not data.is_dir():
            fill(data, options.count)
        print(f"{options.count} {what}\n\n| what | measured | wanted | met |\n|---|---|---|---|")
        for row in measure(data):
            print(row)


def measure_all(data: Path, runs: int) -> list[Row]:
    """Everything of a prepared kit."""
    rows = [measure_starts(data, runs), measure_full_start(data.parent, runs)]
    server, plain = kit(data), bare()
    time.sleep(SETTLED_SECONDS)
    idle = server.pss_mb()
    rows += measure_welcome(server)
    rows += measure_pages(server, plain)
    rows += measure_memory(idle, server, data)
    server.end()
    plain.end()
    return rows + [Row(*figure) for figure in measure_journal()]


def main() -> None:
    """Measure everything, or guard ratios only, and print the table."""
    say = argparse.ArgumentParser(prog="scripts/bench")
    say.add_argument("--runs", type=int, default=9)
    say.add_argument("--strict", action="store_true")
    say.add_argument("--quick", action="store_true", help="only ratios of this run, a minute; strict")
    options = say.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "kit"
        demo = [sys.executable, "-m", "kit.cli", "--data", str(data), "demo"]
        subprocess.run(demo, cwd=REPO, check=True, stdout=subprocess.DEVNULL)
        rows = guard_ratios(data) if options.quick else measure_all(data, options.runs)
    print("| what | measured | wanted | met |\n|---|---|---|---|")
    for row in rows:
        print(row)
    print(f"\nMachine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.")
    sys.exit((options.strict or options.quick) and any(row.is_met is False for row in rows))


if __name__ == "__main__":
    main()
