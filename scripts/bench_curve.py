"""The cost of a fact as facts grow in number, beside what the engine alone takes for such rows in the same database.

The tables are filled by the engine from one season, copied with other ids for a hundred suitcases; each time they grew
tenfold, 10,000 facts more are taken in by us, and 10,000 others by bare inserts, in turns, a segment of 1,000 in each
transaction. CPU of this process, and on PostgreSQL of the server's process behind our connection.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kit.journal import Journal
from kit.journal.fact import Record
from kit.store import Store
from kit.store.database import CENTRAL_CACHE_KIB, SqliteStore
from kit.workshops.facts import AttendanceCame
from scripts.bench_corpus import DAY_MS, START_MS, season
from scripts.bench_kit import Row

LOGS, BATCH, MEASURED, TOGETHER = 100, 1000, 10_000, 20
FACT = "log_no, seq, kind, version, boot, mono_ms, wall_ms, subject, home, refs, envelope, body"
ATTENDANCE = (
    "log_no, attendance_id, workshop_id, state, how, gender, age_band, status, is_contradicted, envelope, boot, "
    "mono_ms, seq, merged_into, is_late, left_early, halves, card"
)
DAYS = 7  # of a season
MIXED = (
    "CREATE OR REPLACE FUNCTION mixed(raw bytea, number bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS "
    "$$ SELECT decode(lpad(to_hex(get_byte(raw, 0) * 256 + get_byte(raw, 1) + "
    f"{DAYS} * (number / {LOGS})), 4, '0'), 'hex')"
    " || substring(decode(md5(raw || convert_to(number::text, 'UTF8')), 'hex') from 3) $$"
)
TICK = os.sysconf("SC_CLK_TCK")


class Growing:
    """A journal of many logs that grows by made-up seasons, the engine's bare inserts beside it."""

    def __init__(self, journal: Journal) -> None:
        self.journal, self.store, self.seed, self.held = journal, journal.store, 0, 0
        self.seqs, self.copies = [0] * LOGS, 0
        self.server = self.store.connection().info.backend_pid if hasattr(self.store, "connection") else 0

    def make(self, is_late: bool = False) -> tuple[int, list[Record]]:
        """The next season of one of the suitcases: the number of its log, its facts. They are of the days after those
        copied; `is_late`: of those in their middle, as a suitcase brings that comes home after months."""
        place, home = self.seed % LOGS, (self.seed % LOGS + 1).to_bytes(16, "big")
        self.seed += 1
        seasons = self.copies // LOGS // 2 if is_late else -(-self.copies // LOGS)
        told, _ = season(MEASURED, home, seed=self.seed, start_ms=START_MS + seasons * DAYS * DAY_MS)
        records = [Record(self.seqs[place] + one.seq, *msgspec.structs.astuple(one)[1:]) for one in told]
        self.seqs[place] += MEASURED
        self.held += MEASURED
        return self.journal.log_number(home), records

    def spent(self) -> float:
        """Seconds of CPU so far, here and in the server."""
        there = 0.0
        if self.server:
            told = Path(f"/proc/{self.server}/stat").read_text("ascii").rpartition(")")[2].split()
            there = (int(told[11]) + int(told[12])) / TICK
        return time.process_time() + there

    def fill(self, wanted: int) -> None:
        """Grow to so many facts: the engine copies one season, each time with other people and workshops."""
        is_file = isinstance(self.store, SqliteStore)
        if is_file:
            self.store.run("PRAGMA cache_size = -800000")
        if not self.copies:
            self._lay_pattern()
        while self.held < wanted:
            with self.store.write():
                for _ in range(TOGETHER):
                    if self.held < wanted:
                        self._copy_season()
            self.settle()
        if is_file:
            self.store.run(f"PRAGMA cache_size = -{CENTRAL_CACHE_KIB}")
        else:
            self.store.connection().execute(b"VACUUM ANALYZE fact, attendance")  # type: ignore[attr-defined]

    def _lay_pattern(self) -> None:
        """One season as rows of two tables beside ours, for the engine to copy; and how a copy's ids are made."""
        log_no, records = self.make()
        self.held -= MEASURED
        facts, attendances = rows_of(log_no, records)
        if isinstance(self.store, SqliteStore):
            self.store.db.connection().create_function("mixed", 2, mixed, deterministic=True)
        else:
            self.store.connection().execute(MIXED.encode())  # type: ignore[attr-defined]
        with self.store.write():
            for table, columns in (("fact", FACT), ("attendance", ATTENDANCE)):
                self.store.run(f"CREATE TABLE pattern_{table} AS SELECT {columns} FROM {table} WHERE 1 = 0")
            insert_bare(self.store, facts, attendances, "pattern_")
        self.seqs[0] = 0

    def _copy_season(self) -> None:
        self.copies += 1
        place = self.copies % LOGS
        log_no = self.journal.log_number((place + 1).to_bytes(16, "big"))
        self.store.run(
            f"INSERT INTO fact ({FACT}) SELECT ?, seq + ?, kind, version, boot, mono_ms, wall_ms, "
            "mixed(subject, ?), ?, refs, envelope, body FROM pattern_fact",
            log_no, self.seqs[place], self.copies, (place + 1).to_bytes(16, "big"),
        )  # fmt: skip
        self.store.run(
            f"INSERT INTO attendance ({ATTENDANCE}) SELECT ?, mixed(attendance_id, ?), mixed(workshop_id, ?), state, "
            "how, gender, age_band, status, is_contradicted, envelope, boot, mono_ms, seq + ?, merged_into, is_late, "
            "left_early, halves, card FROM pattern_attendance",
            log_no, self.copies, self.copies, self.seqs[place],
        )  # fmt: skip
        self.seqs[place] += MEASURED
        self.held += MEASURED

    def settle(self) -> None:
        """What a central takes up each minute is taken up."""
        with self.store.write():
            self.store.run("DELETE FROM figure_due")


def insert_bare(
    store: Store, facts: Sequence[tuple[Any, ...]], attendances: Sequence[tuple[Any, ...]], before: str = ""
) -> None:
    """The engine's own work for some facts: their rows, in one transaction."""
    with store.write():
        for table, columns, rows in (("fact", FACT, facts), ("attendance", ATTENDANCE, attendances)):
            marks = ",".join("?" * len(rows[0]))
            store.run_many(f"INSERT INTO {before}{table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING", rows)


def mixed(raw: bytes, number: int) -> bytes:
    """Another id in place of one, the same each time for the same number: the day some seasons later."""
    day = int.from_bytes(raw[:2], "big") + DAYS * (number // LOGS)
    return day.to_bytes(2, "big") + hashlib.md5(raw + str(number).encode(), usedforsecurity=False).digest()[2:]


def rows_of(log_no: int, records: Sequence[Record]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The rows of facts, and of the attendances they add up to."""
    facts = [(log_no, *msgspec.structs.astuple(one)) for one in records]
    bodies = {one.subject: (one, msgspec.msgpack.decode(one.body, type=AttendanceCame)) for one in records}
    attendances = [
        (log_no, subject, body.workshop_id, "came", body.how, body.gender, body.age_band, body.status, 0, None,
         one.boot, one.mono_ms, one.seq, b"", 0, 0, 0, "")
        for subject, (one, body) in sorted(bodies.items())
    ]  # fmt: skip
    return facts, attendances


def _measure(growing: Growing, is_late: bool) -> tuple[float, float, float]:
    """µs of CPU a fact: ours, the engine's own; and ours by the clock."""
    (our_log, ours), (bare_log, bare) = growing.make(is_late), growing.make(is_late)
    mine = engine = clock = 0.0
    for first in range(0, MEASURED, BATCH):
        rows = rows_of(bare_log, bare[first : first + BATCH])
        start, begun = growing.spent(), time.perf_counter()
        growing.journal.ingest(our_log, ours[first : first + BATCH])
        mine, clock = mine + growing.spent() - start, clock + time.perf_counter() - begun
        start = growing.spent()
        insert_bare(growing.store, *rows)
        engine += growing.spent() - start
    return tuple(one * 1e6 / MEASURED for one in (mine, engine, clock))  # type: ignore[return-value]


def measure_curve(journal: Journal, facts: int) -> Iterator[Row]:
    """Two rows each time the facts grew tenfold: for facts of today, and for facts of long ago."""
    growing, wanted = Growing(journal), MEASURED
    while wanted <= facts:
        growing.fill(wanted)
        for what, is_late in (("a fact", False), ("a fact of long ago", True)):
            ours, engine, clock = _measure(growing, is_late)
            growing.settle()
            words = (
                f"{ours:.0f}, the engine's own inserts {engine:.0f}: {ours / engine:.2f} times "
                f"({clock:.0f} by the clock)"
            )
            yield Row(f"{what} beside {wanted:,} others, CPU-µs", words)
        wanted *= 10
