"""What coordinators open first, over ever more facts: CPU of a page of a central with a hundred kits.

Usage: python -m scripts.bench_dashboard [--facts 50000,500000,5000000]
The rows that facts become (facts, segments, people, workshops) are written straight into an SQLite file, which is
grown from one size to the next; pages are asked for through the program itself, in this process.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from flask.testing import FlaskClient

from kit.app import DATABASE, build_node, create_app
from kit.people import actions as people
from kit.people.access import COOKIE
from kit.people.node import Node
from kit.settings import read_settings
from kit.workshops.figures_kept import refresh
from scripts.bench_central import HEAD
from scripts.bench_kit import Row

KITS, PEOPLE, SEGMENT, ASKED = 100, 12, 100, 20
PHRASE = "tilleul brouette cartable ruisseau bougie panier"
PAGES = ("/", "/ateliers-recus", "/avis-recus", "/chiffres", "/chiffres/territoires", "/chiffres?du={month}")
SHOWN = ("/planning",)  # it shows up to 200 workshops one by one, and of more their number
DAY_MS = 86_400_000
MOST_RATIO = 1.2


def prepare(folder: Path) -> tuple[Node, FlaskClient]:
    """A central with a hundred kits that sent nothing yet, and a coordinator's phone."""
    node = build_node(read_settings({}, data=folder, role="central"))
    people.set_up(node, "Coordination", "coordinator", PHRASE)
    now = node.clock.wall_ms()
    with node.store.write():
        for number in range(KITS):
            kit_id, key = number.to_bytes(16), (number + 1).to_bytes(32)
            log_no = node.journal.log_number(number.to_bytes(16), key, b"saison-1")
            row = (kit_id, f"Valise {number}", f"Vallée {number % 7}", key, key, bytes(8), b"", now + 300 * DAY_MS, now)
            node.store.run(
                "INSERT INTO kit (kit_id, nickname, territory, sign_public, box_public, serial, certificate, "
                "not_after_ms, enrolled_at_ms) VALUES (?,?,?,?,?,?,?,?,?)", *row,
            )  # fmt: skip
            node.store.run("INSERT INTO kit_log (log_no, kit_id, head_seq) VALUES (?,?,0)", log_no, kit_id)
    client = create_app(node.settings, node).test_client()
    cookie = people.sign_in(node, people.Throttle(node.clock.mono_ms), "here", PHRASE, "Coordination")
    client.set_cookie(COOKIE, cookie)
    return node, client


def grow(folder: Path, first: int, last: int, now_ms: int) -> None:
    """Facts `first..last` of all kits together, with what they become: twelve people a workshop, over three years."""
    base = sqlite3.connect(folder / DATABASE)
    base.execute("PRAGMA synchronous=OFF")
    logs = [row[0] for row in base.execute("SELECT log_no FROM kit_log ORDER BY log_no")]
    dice = random.Random(first)  # noqa: S311 - the same each time
    with base:
        base.executemany(
            "INSERT INTO fact VALUES (?,?,?,1,1,?,?,?,?,x'',NULL,x'92c410')", _facts(first, last, logs, now_ms)
        )
        base.executemany(
            "INSERT INTO attendance (log_no, attendance_id, workshop_id, state, how, gender, age_band, status, boot, "
            "mono_ms, seq, is_contradicted) VALUES (?,?,?,'came','anonymous','','','',1,1,?,0)",
            ((logs[n % KITS], n.to_bytes(16), _workshop(n), n // KITS + 1) for n in range(first, last)),
        )
        base.executemany(
            "INSERT INTO workshop (log_no, workshop_id, title, stop_id, stop_label, place, starts_at_ms, "
            "length_minutes, places, waiting_places, level, theme, summary, door_public, plain, is_cancelled, "
            "cancel_reason, is_closed, version, moved_version) "
            "VALUES (?,?,'Premier e-mail',x'','Mairie','',?,90,12,4,'debutant','email','',x'','',0,'',1,1,1) "
            "ON CONFLICT DO NOTHING",
            (
                (logs[n % KITS], _workshop(n), now_ms - dice.randrange(1000) * DAY_MS)
                for n in range(first, last, PEOPLE // 2)
            ),
        )
        base.executemany(
            "INSERT INTO arrival (log_no, first_seq, last_seq, segment_id, chain_before, chain_after, state, reason, "
            "received_at_ms, bytes) VALUES (?,?,?,?,?,?,'projected','',?,x'00')",
            _segments(first, last, logs, now_ms),
        )
        for log_no in logs:
            base.execute("DELETE FROM arrived WHERE log_no = ?", (log_no,))
            base.execute("INSERT INTO arrived VALUES (?,1,?)", (log_no, last // KITS))
        base.execute("UPDATE kit_log SET head_seq = ?", (last // KITS,))
    base.execute("ANALYZE")
    base.close()


def _workshop(number: int) -> bytes:
    return (number % KITS).to_bytes(4) + (number // KITS // PEOPLE).to_bytes(12)


def _facts(first: int, last: int, logs: list[int], now_ms: int) -> Iterator[tuple[object, ...]]:
    for n in range(first, last):
        home = (n % KITS).to_bytes(16)
        yield logs[n % KITS], n // KITS + 1, "attendance.came", n, now_ms, n.to_bytes(16), home


def _segments(first: int, last: int, logs: list[int], now_ms: int) -> Iterator[tuple[object, ...]]:
    for place, log_no in itertools.product(range(first // KITS, last // KITS, SEGMENT), logs):
        name = log_no.to_bytes(16) + place.to_bytes(16)
        yield log_no, place + 1, place + SEGMENT, name, name, name, now_ms


def cpu_ms(client: FlaskClient, page: str, asked: int) -> float:
    """CPU-milliseconds of one request for a page, in this process."""
    if client.get(page).status_code != 200:
        raise SystemExit(f"{page} does not answer")
    begun = time.process_time()
    for _ in range(asked):
        client.get(page)
    return (time.process_time() - begun) * 1000 / asked


def main() -> None:
    """Measure and print the table."""
    say = argparse.ArgumentParser(prog="scripts.bench_dashboard")
    say.add_argument("--facts", default="50000,500000,5000000")
    sizes = [int(one) for one in say.parse_args().facts.split(",")]
    spent: dict[str, list[float]] = {}
    added: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory(prefix="valise-bench-") as name:
        folder = Path(name)
        node, client = prepare(folder)
        month = f"{node.clock.now():%Y-%m}-01"
        for before, size in itertools.pairwise([0, *sizes]):
            grow(folder, before, size, node.clock.wall_ms())
            begun = time.process_time()
            refresh(node.store, node.clock.wall_ms(), node.settings.timezone)  # what the background does each minute
            parts = int(node.store.value("SELECT count(*) FROM figure_part"))
            added.append((time.process_time() - begun, parts))
            for page in (*PAGES, *SHOWN):
                spent.setdefault(page, []).append(cpu_ms(client, page.format(month=month), ASKED))
        weight = (folder / DATABASE).stat().st_size / 1e6
        node.store.close()
    print(f"{KITS} kits; {', '.join(f'{size:,}' for size in sizes)} facts ({weight:.0f} MB at the end)\n\n{HEAD}")
    for page, figures in spent.items():
        is_flat = figures[-1] <= figures[0] * MOST_RATIO
        wanted = ("flat", is_flat) if page in PAGES else ("", None)
        print(Row(f"{page}, CPU-ms a request", ", ".join(f"{one:.1f}" for one in figures), *wanted))
    counted = ", ".join(f"{parts:,} in {seconds:.1f} s" for seconds, parts in added)
    print(Row("workshops whose sums were kept, by the background, CPU", counted, "", None))
    print(f"\nMachine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.")


if __name__ == "__main__":
    sys.exit(main())
