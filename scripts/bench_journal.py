"""The journal's figures of issue 3: bytes on the wire, CPU at the central, projecting, memory of a sync."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from kit.app import build_node, list_things
from kit.central import queries as central_queries
from kit.central.actions import take_segment
from kit.clock import Clock
from kit.journal import Journal
from kit.journal import queries as journal_queries
from kit.journal.fact import Record
from kit.keys.identity import Identity, load_identity
from kit.people.node import Node
from kit.settings import read_settings
from kit.store import open_store
from kit.sync.inbox import make_receipt
from kit.sync.segment import LogName, Segment, chain_start, cut_segment
from scripts.bench_corpus import season

EPOCH = b"saison-1"
REPO = Path(__file__).resolve().parents[1]
Figure = tuple[str, str, str, bool | None]


def cut_all(
    writer: Identity, box_public: bytes, records: Sequence[Record], most: int, seen: list[Segment] | None = None
) -> list[Segment]:
    """A log as segments of at most `most` facts."""
    log = LogName(writer.log_id(EPOCH), writer.sign_public, EPOCH)
    chain, done, made = chain_start(log.log_id), 0, seen if seen is not None else []
    while done < len(records):
        made.append(cut_segment(writer, log, chain, records[done : done + most], box_public))
        chain, done = made[-1].header.chain_after, done + made[-1].header.count
    return made


def make_central(folder: Path, writer: Identity) -> Node:
    """A central that knows the writer as one of its kits."""
    central = build_node(read_settings({}, data=folder, role="central"))
    row = (b"k" * 16, "Valise", "", writer.sign_public, writer.box_public, b"s" * 8, b"", 2**42, 0)
    with central.journal.write():
        central_queries.save_kit(central.store, row)
    return central


def measure_wire(folder: Path) -> list[Figure]:
    """Bytes a fact, headers, seals and signatures included, beside the entropy of the corpus."""
    writer, home = load_identity(_made(folder / "writer")), load_identity(_made(folder / "home"))
    records, bits = season(20_000, writer.log_id(EPOCH))
    sent = sum(len(segment.raw) for segment in cut_all(writer, home.box_public, records, 8192))
    ratio = sent * 8 / bits
    words = f"{ratio:.3f} ({sent / len(records):.2f} bytes a fact, entropy {bits / 8 / len(records):.2f})"
    return [("bytes a fact on the wire, ratio to the entropy of a season", words, "<= 1.15", ratio <= 1.15)]


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def measure_central(folder: Path) -> list[Figure]:
    """CPU of a segment verified, stored, projected and receipted."""
    figures: list[Figure] = []
    for size, count in ((20, 60), (1000, 8)):
        writer = load_identity(_made(folder / f"writer-{size}"))
        central = make_central(folder / f"central-{size}", writer)
        records, _ = season(size * count, writer.log_id(EPOCH))
        segments = cut_all(writer, central.identity.box_public, records, size)
        start = time.process_time()
        for segment in segments:
            take_segment(central, segment.segment_id, segment.raw)
            log_no = central.journal.log_number(segment.header.log_id)
            make_receipt(central, segment.header.log_id, log_no)
        spent = (time.process_time() - start) * 1000 / len(segments)
        words = f"{spent:.1f} ({spent * 1000 / size:.0f} µs a fact)"
        figures.append((f"CPU-ms a segment of {size} facts verified, stored, receipted, projected", words, "", None))
        central.store.close()
    return figures


def measure_projecting(folder: Path) -> list[Figure]:
    """The same apply on a file (WAL, synchronous FULL) and in memory, in turns; segments of 1,000 facts."""
    identity = load_identity(_made(folder / "reader"))
    records, _ = season(6000, b"h" * 16)
    seconds = {"file": 0.0, "memory": 0.0}
    for turn in range(2):
        for name, path in (("file", folder / f"{turn}.db"), ("memory", Path(":memory:"))):
            journal = Journal(open_store(path), identity, Clock(), list_things)
            log_no = journal.log_number(b"h" * 16)
            start = time.perf_counter()
            for first in range(0, len(records), 1000):
                journal.ingest(log_no, records[first : first + 1000])
            seconds[name] += time.perf_counter() - start
            journal.store.close()
    ratio = seconds["memory"] / seconds["file"]
    words = f"{ratio:.2f} ({2 * len(records) / seconds['file']:.0f} facts a second on the file)"
    return [("projecting, speed beside the same apply in memory", words, ">= 0.5", ratio >= 0.5)]


SENDING = """
import sys
from pathlib import Path
from scripts.bench_journal import backlog_peak
print(backlog_peak(Path(sys.argv[1]), int(sys.argv[2])))
"""


def backlog_peak(folder: Path, count: int) -> int:
    """The most memory, KiB, of a process that sends `count` facts out of a kit's database and drops the bytes."""
    from kit.sync.outbox import Outbox
    from tests.promises.world import World

    world = World.make()
    kit = world.nodes["kit-0"]
    first = kit.journal.head() + 1
    for start in range(0, count, 5000):
        _fill(kit, first + start, min(5000, count - start))
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # from here on: the template stretched passphrases
    outbox = Outbox(kit)
    for log_id, log in outbox.logs.items():
        for _ in outbox.segments(log_id, [(1, log.head)]):
            pass
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    world.end()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def _fill(kit: Node, first: int, count: int) -> None:
    """Facts of ours that are not folded: what is measured does not look at the tables."""
    some, _ = season(count, kit.journal.log_id, seed=first)
    rows = [Record(first + place, *[getattr(r, n) for n in r.__struct_fields__[1:]]) for place, r in enumerate(some)]
    with kit.journal.write():
        journal_queries.insert_records(kit.store, kit.journal.log_no, rows)
        kit.store.run("UPDATE log SET head_seq = ? WHERE log_no = ?", first + count - 1, kit.journal.log_no)


def measure_memory(folder: Path) -> list[Figure]:
    """Peak memory with a small and a large backlog."""
    peaks = [
        int(subprocess.run([sys.executable, "-c", SENDING, str(folder), str(count)], cwd=REPO, check=True,
                           capture_output=True, text=True).stdout.split()[-1])
        for count in (10_000, 100_000)
    ]  # fmt: skip
    ratio = peaks[1] / peaks[0]
    words = f"{ratio:.2f} ({peaks[0] / 1024:.0f} and {peaks[1] / 1024:.0f} MB)"
    return [("peak memory of a sync, backlog of 100,000 beside 10,000 facts", words, "<= 1.1", ratio <= 1.1)]


def measure_journal() -> list[Figure]:
    """All of it."""
    with tempfile.TemporaryDirectory(prefix="valise-bench-") as name:
        folder = Path(name)
        return [
            *measure_wire(folder / "wire"),
            *measure_central(folder / "central"),
            *measure_projecting(_made(folder / "projecting")),
            *measure_memory(folder),
        ]
