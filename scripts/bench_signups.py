"""Measures sign-ups and ticks on a served kit beside a bare Flask page under the same load; prints one Markdown table.

Usage: python scripts/bench_signups.py [--seconds 60] [--signups 200]. Traffic stays on 127.0.0.1; CPU is read in /proc.
"""

from __future__ import annotations

import argparse
import http.client
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from bench_kit import REPO, Row, Server, bare, kit

sys.path.insert(0, str(REPO))

from kit.app import build_node
from kit.ids import new_id, to_text
from kit.people.node import Node
from kit.settings import read_settings
from kit.workshops import actions
from kit.workshops.forms import NewWorkshop, Person

TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DOWNLOADS, CONNECTIONS, HOUR_MS = 20, 50, 3_600_000
SEASON_TICKS = 2000


def plan(node: Node, number: int, places: int) -> bytes:
    """One workshop."""
    given = {"stop_id": b"", "stop_label": "", "place": "Salle", "length_minutes": 90, "waiting_places": 0}
    words = {"title": f"Atelier {number}", "level": "debutant", "theme": "email", "summary": ""}
    start = node.clock.wall_ms() + HOUR_MS
    return actions.plan_workshop(node, NewWorkshop(**given, **words, starts_at_ms=start, places=places))


def ask(line: http.client.HTTPConnection, method: str, path: str, body: str = "") -> tuple[int, str]:
    """One request on a connection that stays."""
    line.request(method, path, body, FORM if body else {})
    answer = line.getresponse()
    return answer.status, answer.read().decode("utf-8", "replace")


class Load:
    """Fifty phones that ask at an even pace while twenty others download; how long each answer took."""

    def __init__(self, server: Server, seconds: float, asked: int) -> None:
        self.server, self.seconds, self.asked = server, seconds, asked
        self.took: list[float] = []
        self.failed = 0
        self._lock, self._over = threading.Lock(), threading.Event()

    def run(self, workshop: str, download: str) -> None:
        """All of it; `workshop` empty: a plain page instead of a sign-up."""
        phones = [threading.Thread(target=self._phone, args=(n, workshop)) for n in range(CONNECTIONS)]
        others = [threading.Thread(target=self._download, args=(download,)) for _ in range(DOWNLOADS)]
        for one in (*others, *phones):
            one.start()
        for one in phones:
            one.join()
        self._over.set()
        for one in others:
            one.join()

    def _phone(self, number: int, workshop: str) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        start, each = time.monotonic(), self.asked // CONNECTIONS
        for turn in range(each):
            due = start + self.seconds * (turn * CONNECTIONS + number) / self.asked
            time.sleep(max(0.0, due - time.monotonic()))
            self._one(line, workshop, f"Personne {number} {turn}")
        line.close()

    def _one(self, line: http.client.HTTPConnection, workshop: str, name: str) -> None:
        path = f"/ateliers/{workshop}" if workshop else "/"
        found = TOKEN.search(ask(line, "GET", path)[1]) if workshop else None
        begun = time.perf_counter()
        body = urlencode({"csrf": found[1], "name": name}) if found else ""
        status, _ = ask(line, "POST" if found else "GET", path, body)
        with self._lock:
            self.took.append((time.perf_counter() - begun) * 1000)
            self.failed += status != (303 if workshop else 200)

    def _download(self, path: str) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        while not self._over.is_set():
            ask(line, "GET", path)
            time.sleep(0.5)
        line.close()

    def p99(self) -> float:
        """The 99th percentile, milliseconds."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def tick_cpu_ms(node: Node, count: int) -> float:
    """CPU-milliseconds of one tick of a sign-up, in this process."""
    workshop = plan(node, 0, 500)
    ids = [actions.sign_up(node, workshop, new_id(), Person(f"P {n}")).signup_id for n in range(count)]
    before = time.process_time()
    for one in ids:
        actions.note_came(node, workshop, one)
    return (time.process_time() - before) * 1000 / count


def measure_ticks(node: Node) -> Row:
    """The same tick in an empty box and after a season."""
    first = tick_cpu_ms(node, 100)
    for number in range(SEASON_TICKS // 40):
        actions.add_anonymous(node, plan(node, number, 100), new_id(), count=40)
    later = tick_cpu_ms(node, 100)
    words = f"{first:.2f}, then {later:.2f}"
    return Row(f"CPU-ms of a tick, empty and after {SEASON_TICKS} attendances", words, "flat", later <= first * 1.3)


def measure_load(data: Path, workshop: str, options: argparse.Namespace) -> list[Row]:
    """Sign-ups beside downloads, and a bare page asked as often beside as many."""
    found: dict[str, tuple[Load, float]] = {}
    for name, server, target, page in (("bare", bare(), "", "/"), ("kit", kit(data), workshop, "/bibliotheque")):
        load, before = Load(server, options.seconds, options.signups), server.cpu_ms()
        load.run(target, page)
        found[name] = load, server.cpu_ms() - before
        server.end()
    (plain, plain_cpu), (ours, cpu) = found["bare"], found["kit"]
    what = f"{options.signups} sign-ups in {options.seconds:.0f} s, {CONNECTIONS} connections, {DOWNLOADS} downloads"
    return [
        Row(f"{what}: refused or failed", str(ours.failed), "0", ours.failed == 0),
        Row("p99 of a sign-up, ratio to the bare page under the same load", f"{ours.p99() / plain.p99():.1f}"),
        Row("p99 of a sign-up and of the bare page, ms", f"{ours.p99():.1f}, {plain.p99():.1f}"),
        Row("CPU of the whole load, ratio to the bare page's", f"{cpu / max(plain_cpu, 10):.1f}"),
        Row("CPU-ms a sign-up, its page and the downloads included", f"{cpu / options.signups:.1f}"),
    ]


def main() -> None:
    """Measure and print the table."""
    say = argparse.ArgumentParser(prog="scripts/bench_signups.py")
    say.add_argument("--seconds", type=float, default=60)
    say.add_argument("--signups", type=int, default=200)
    options = say.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "kit"
        demo = [sys.executable, "-m", "kit.cli", "--data", str(data), "demo"]
        subprocess.run(demo, cwd=REPO, check=True, stdout=subprocess.DEVNULL)
        node = build_node(read_settings({}, data=data))
        workshop = to_text(plan(node, 1, 400))
        rows = [measure_ticks(node)]
        node.store.close()
        rows += measure_load(data, workshop, options)
    print("| what | measured | wanted | met |\n|---|---|---|---|")
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()
