"""scripts/bench --peers: the kit, its own pages as files behind nginx, and the peers, in one table and one plot."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from scripts.bench_kit import SETTLED_SECONDS, bare
from scripts.bench_peers import (
    ASKED,
    NGINX,
    REPO,
    SHARED,
    Browser,
    Found,
    Running,
    ended,
    lay_site,
    list_peers,
    measure_peer,
    pages_of,
    slow_fcp,
    version_of,
)
from scripts.bench_plot import write_plot
from tests.served import NGINX as NGINX_PROGRAM
from tests.served import free_port

MOST_BESIDE_A_FILE = 1.1


def start_kit(data: Path) -> Running:
    """A served kit of the demonstration."""
    port = free_port()
    command = [sys.executable, "-m", "kit.cli", "--data", str(data), "serve", "--port", str(port)]
    return Running(command, f"http://127.0.0.1:{port}")


def start_nginx(folder: Path) -> Running:
    """nginx over the kit's pages as files."""
    port, conf = free_port(), folder / "nginx.conf"
    conf.write_text(NGINX.format(folder=folder, port=port), "utf-8")
    return Running([NGINX_PROGRAM, "-e", f"{folder}/error.log", "-c", str(conf)], f"http://127.0.0.1:{port}")


def noise() -> float:
    """CPU-ms a request of one bare Flask page: asked at three moments, it says how much this machine can tell."""
    server = bare()
    told = server.cpu_ms_per_request("/", ASKED)
    server.end()
    return told


Paints = dict[str, tuple[list[float], list[float]]]


def measure_kit(browser: Browser, folder: Path, rounds: int) -> tuple[Found, Found, Paints]:
    """The kit, and the same HTML as files by nginx; and the first paints of both on a slow phone, in turns."""
    data = folder / "kit"
    demo = [sys.executable, "-m", "kit.cli", "--data", str(data), "demo"]
    subprocess.run(demo, cwd=REPO, check=True, stdout=subprocess.DEVNULL)
    with ended(start_kit(data)) as ours, ExitStack() as stack:
        paths = pages_of(ours.url)
        lay_site(ours.url, paths, folder / "site")
        files = stack.enter_context(ended(start_nginx(folder)))
        kit = Found("the kit (demonstration)", "this tree", ours.start_seconds)
        page = Found("nginx (the kit’s pages as files)", version_of([NGINX_PROGRAM, "-v"]), files.start_seconds)
        time.sleep(SETTLED_SECONDS)
        for found, server in ((kit, ours), (page, files)):
            found.pages["welcome"] = browser.measure(server.url + paths["welcome"])
        told = browser.paint([(ours.url + path, files.url + path) for path in paths.values()], rounds)
        for found, server in ((kit, ours), (page, files)):
            found.cpu_ms, found.pss_mb = server.cpu_ms_a_request("/"), server.pss_mb()
    return kit, page, dict(zip(paths, told, strict=True))


def rows_of(found: list[Found]) -> list[str]:
    """One line a server: what its first page costs."""
    heads = ("server", "version", "start, s", "first page, CPU-ms", "memory (PSS), MB", "first page, KB", "requests",
             "first paint, ms", "the same on a slow phone, ms", "works without JavaScript", "axe")  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for one in found:
        page = next(iter(one.pages.values()))
        works = "yes" if page["without_js"]["works"] else "no"  # type: ignore[index]
        axe = page["axe"]["rules"]  # type: ignore[index]
        lines.append(
            f"| {one.name} | {one.version} | {one.start_seconds:.2f} | {one.cpu_ms:.2f} | {one.pss_mb:.1f} | "
            f"{float(page['bytes']) / 1000:.1f} | {page['requests']} | {page['fcp_ms']} | {slow_fcp(page):.0f} | "  # type: ignore[arg-type]
            f"{works} | {axe} rules |"
        )
    return lines


def rows_beside_files(paints: Paints) -> list[str]:
    """First paint on a slow phone, page by page, beside the same HTML as a file: medians, and how far they scatter."""
    lines = ["| page | the kit, ms | the file, ms | ratio | wanted | met |", "|---|---|---|---|---|---|"]
    for name, (ours, theirs) in paints.items():
        ratio = statistics.median(ours) / statistics.median(theirs)
        met = "yes" if ratio <= MOST_BESIDE_A_FILE else "**no**"
        lines.append(
            f"| {name} | {_spread(ours)} | {_spread(theirs)} | {ratio:.2f} | <= {MOST_BESIDE_A_FILE} | {met} |"
        )
    return lines


def _spread(told: list[float]) -> str:
    low, middle, high = statistics.quantiles(told, n=4)
    return f"{middle:.0f} ({low:.0f} to {high:.0f})"


def write_all(out: Path, everybody: list[Found], paints: Paints, told: list[float]) -> None:
    """The table and the plot."""
    rounds = len(next(iter(paints.values()))[0])
    spread = (max(told) - min(told)) / statistics.median(told)
    load = os.getloadavg()[0]
    three = ", ".join(f"{one:.2f}" for one in told)
    words = (
        f"Noise: one bare Flask page took {three} CPU-ms at three moments of this run (apart by {spread:.0%}); "
        f"{os.cpu_count()} cores, load {load:.1f} at the end. Above a load of 2 times say nothing."
    )
    text = ["# Beside others", "", time.strftime("Written by `scripts/bench --peers`, %d %B %Y."), "", words, "",
            *rows_of(everybody), "",
            "First contentful paint on a slow phone (CPU/4, 1.5 Mbit/s, 40 ms), the kit’s page and the file in turns, "
            f"median of {rounds} visits each, and the half in the middle:", "",
            *rows_beside_files(paints), "", "![The same as bars](peers.svg)", ""]  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    (out / "peers.md").write_text("\n".join(text), "utf-8")
    first = [(one.name, next(iter(one.pages.values()))) for one in everybody]
    groups = [
        ("First page on a slow phone", "ms to the first paint", [(name, slow_fcp(page)) for name, page in first]),
        ("First page on the wire", "KB", [(name, float(page["bytes"]) / 1000) for name, page in first]),  # type: ignore[arg-type]
        ("Memory", "MB, PSS", [(one.name, one.pss_mb) for one in everybody]),
        ("Start", "s to the first answer", [(one.name, one.start_seconds) for one in everybody]),
    ]
    write_plot(out / "peers.svg", groups)
    print("\n".join(text))


def main() -> None:
    """Measure whoever is there."""
    say = argparse.ArgumentParser(prog="scripts/bench --peers")
    say.add_argument("--out", type=Path, default=REPO / "bench")
    say.add_argument("--runs", type=int, default=5, help="visits of each page, and at most three slow ones")
    say.add_argument(
        "--rounds", type=int, default=15, help="slow visits of each page, in turns with the same as a file"
    )
    say.add_argument("--measure", type=Path, default=SHARED / "bench" / "measure_page.mjs")
    say.add_argument("--node-modules", type=Path, default=REPO / ".venv" / "bench")
    options = say.parse_args()
    browser = Browser(options.measure, options.node_modules, options.runs)
    with tempfile.TemporaryDirectory(prefix="valise-peers-") as base:
        folder = Path(base)
        told = [noise()]
        kit, files, paints = measure_kit(browser, folder, options.rounds)
        told.append(noise())
        peers = [measure_peer(name, version, start(), browser) for name, version, start in list_peers(folder)]
        told.append(noise())
        write_all(options.out, [kit, files, *peers], paints, told)
    if not shutil.which("kiwix-serve"):
        print("kiwix-serve is not here: apt-get install kiwix-tools", file=sys.stderr)


if __name__ == "__main__":
    main()
