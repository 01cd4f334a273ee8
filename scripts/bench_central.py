"""A central that grows: projecting beside what its engine can do at most, the cost of a fact as facts grow in number.

Usage: python -m scripts.bench_central projecting [--facts 20000]        (SQLite and PostgreSQL, in one run)
       python -m scripts.bench_central curve [--facts 1000000] [--on sqlite|postgres]
A PostgreSQL server of the bench's own is started in a folder of its own, with fsync as Debian has it.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kit.app import list_things
from kit.clock import Clock
from kit.journal import Journal
from kit.journal.fact import Record
from kit.keys.identity import load_identity
from kit.store import Store, open_store
from kit.store.database import CENTRAL_CACHE_KIB
from kit.store.postgres import PostgresStore
from scripts.bench_corpus import season
from scripts.bench_curve import measure_curve
from scripts.bench_journal import measure_projecting
from scripts.bench_kit import Row

REPO = Path(__file__).resolve().parents[1]
SCRIPT = REPO / "scripts" / "central-postgres"
BATCH = 1000  # facts of one segment
WANTED = 0.45
HEAD = "| what | measured | wanted | met |\n|---|---|---|---|"


@contextmanager
def server() -> Iterator[Callable[[], str]]:
    """A PostgreSQL server; each call gives the address of a new, empty database of ours."""
    folder = Path(tempfile.mkdtemp(prefix="valise-bench-pg-", dir="/tmp"))
    numbers = itertools.count(1)
    subprocess.run([SCRIPT, "start", folder], check=True, capture_output=True)
    first = subprocess.run([SCRIPT, "url", folder], check=True, capture_output=True, text=True).stdout.strip()

    def make() -> str:
        name = f"bench_{next(numbers)}"
        plain = PostgresStore(first)
        plain.connection().execute(f"CREATE DATABASE {name}".encode())
        plain.close()
        url = first.replace("/valise?", f"/{name}?")
        open_store(Path("unused"), url=url).close()
        return url

    try:
        yield make
    finally:
        subprocess.run([SCRIPT, "stop", folder], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, of CPU in this process, and in the server's process behind a connection."""

    clock: float = 0.0
    here: float = 0.0
    there: float = 0.0

    @staticmethod
    def so_far(store: Store) -> Spent:
        """Since some moment: differences say something."""
        there = 0.0
        if isinstance(store, PostgresStore):
            told = Path(f"/proc/{store.connection().info.backend_pid}/stat").read_text("ascii")
            fields = told.rpartition(")")[2].split()
            there = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return Spent(time.perf_counter(), time.process_time(), there)

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.clock + other.clock, self.here + other.here, self.there + other.there)

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.clock - other.clock, self.here - other.here, self.there - other.there)


def make_journal(folder: Path, url: str) -> Journal:
    """A journal over one database; every database is read by the same key."""
    folder.mkdir(exist_ok=True)
    store = open_store(folder / "central.db", url=url, cache_kib=CENTRAL_CACHE_KIB)
    return Journal(store, load_identity(folder), Clock(), list_things)


def project(journal: Journal, records: Sequence[Record]) -> Spent:
    """What it takes to take facts in, a segment at a time, each in a transaction of its own."""
    log_no, before = journal.log_number(records[0].home), Spent.so_far(journal.store)
    for first in range(0, len(records), BATCH):
        journal.ingest(log_no, records[first : first + BATCH])
    return Spent.so_far(journal.store) - before


def prepare_ceiling(source: str, url: str, batches: int) -> None:
    """The rows that projecting wrote in one database, lying on the server beside empty tables of another."""
    told, here = PostgresStore(source), PostgresStore(url)
    logs = [tuple(row) for row in told.rows("SELECT log_no, log_id FROM log WHERE is_own = 0")]
    with here.write():
        here.run_many("INSERT INTO log (log_no, log_id) VALUES (?,?) ON CONFLICT DO NOTHING", logs)
    for table, order in (("fact", "seq"), ("attendance", "seq")):
        names = ", ".join(told.columns(table))
        rows = [tuple(row) for row in told.rows(f"SELECT {names} FROM {table} ORDER BY {order}")]
        for number in range(batches):
            stage = f"ceiling_{table}_{number}"
            here.connection().execute(f"CREATE TABLE {stage} AS SELECT {names} FROM {table} WITH NO DATA".encode())
            some = rows[number * len(rows) // batches : (number + 1) * len(rows) // batches]
            with here.connection().cursor() as cursor, cursor.copy(f"COPY {stage} FROM STDIN".encode()) as copy:
                for row in some:
                    copy.write_row(row)
    here.connection().execute(b"VACUUM ANALYZE")
    told.close()
    here.close()


def run_ceiling(url: str, batches: int) -> Spent:
    """What the server takes to put those rows where they belong by itself, as many transactions as segments."""
    store = PostgresStore(url)
    tables = [(table, ", ".join(store.columns(table))) for table in ("fact", "attendance")]
    before = Spent.so_far(store)
    for number in range(batches):
        with store.write():
            for table, names in tables:
                said = f"INSERT INTO {table} ({names}) SELECT {names} FROM ceiling_{table}_{number}"
                store.connection().execute(f"{said} ON CONFLICT DO NOTHING".encode())
    spent = Spent.so_far(store) - before
    store.close()
    return spent


def measure_on_postgres(folder: Path, facts: int, turns: int = 3) -> list[Row]:
    """Projecting beside INSERT..SELECT of the very rows it writes, in turns."""
    ours = ceiling = Spent()
    with server() as make:
        for turn in range(turns):
            records, _ = season(facts, b"h" * 16, seed=turn)
            source, target = make(), make()
            journal = make_journal(folder / "reader", source)
            ours += project(journal, records)
            journal.store.close()
            prepare_ceiling(source, target, facts // BATCH)
            ceiling += run_ceiling(target, facts // BATCH)
    ratio, count = ceiling.clock / ours.clock, facts * turns
    words = f"{ratio:.2f} ({count / ours.clock:.0f} and {count / ceiling.clock:.0f} facts a second)"
    what = "projecting on PostgreSQL, speed beside the server's own INSERT..SELECT of the same rows"
    here, there = ours.here * 1e6 / count, ours.there * 1e6 / count
    alone = (ceiling.here + ceiling.there) * 1e6 / count
    cpu = f"{here:.0f} here and {there:.0f} in the server, {alone:.0f}: {alone / (here + there):.2f} of ours"
    return [Row(what, words, f">= {WANTED}", ratio >= WANTED), Row("the same, CPU-µs a fact, ours and its own", cpu)]


def main() -> None:
    """Measure one of them and print its table."""
    say = argparse.ArgumentParser(prog="scripts.bench_central")
    say.add_argument("what", choices=("projecting", "curve"))
    say.add_argument("--facts", type=int)
    say.add_argument("--on", choices=("sqlite", "postgres"), default="sqlite")
    options = say.parse_args()
    print(HEAD)
    with tempfile.TemporaryDirectory(prefix="valise-bench-") as name:
        folder = Path(name)
        if options.what == "projecting":
            inside = folder / "sqlite"
            inside.mkdir()
            for row in [
                *[Row(*one) for one in measure_projecting(inside)],
                *measure_on_postgres(folder, options.facts or 20_000),
            ]:
                print(row, flush=True)
        else:
            with server() if options.on == "postgres" else _nowhere() as make:
                for row in measure_curve(make_journal(folder / "curve", make()), options.facts or 1_000_000):
                    print(row, flush=True)
    print(f"\nMachine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.")


@contextmanager
def _nowhere() -> Iterator[Callable[[], str]]:
    yield lambda: ""


if __name__ == "__main__":
    sys.exit(main())
