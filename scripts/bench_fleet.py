"""Many simulated kits bring their facts at once to a central of two web processes, one worker, and PostgreSQL.

Usage: python -m scripts.bench_fleet [--kits 1000] [--facts 500] [--lines 32] [--seed 1]
Kits are keys, real segments and real envelopes; they speak the real protocol over HTTP, on bad lines: calls that never
arrive, answers that are lost, everything said twice, bytes that trickle in, the other server the next time. At the end
the database is held against what each kit noted: nothing lost, nothing twice. Ends with 1 when that is not so.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kit.app import build_node
from kit.central import actions
from kit.journal.fact import Record
from kit.journal.ranges import count, intersect, merge
from kit.keys.envelope import envelope_hash, seal_envelope
from kit.keys.identity import Identity, load_identity
from kit.people import actions as people
from kit.people import identities
from kit.people.node import Node
from kit.settings import read_settings
from kit.store import Store
from kit.sync.messages import PROTOCOL, Answer, Hello, LogState, Receipt, Request, read_message, sign_message
from kit.sync.segment import LogName, Segment, chain_start, cut_segment
from scripts import bench_process
from scripts.bench_central import HEAD, REPO, server
from scripts.bench_corpus import season
from scripts.bench_kit import Row
from scripts.fleet_lines import Line, Tally
from tests.served import free_port

EPOCH = b"saison-1"
SEGMENT, NAMED = 100, 4  # facts a segment; of each kit's people, how many have a name
MOST_SECONDS = 600
PHRASE = "tilleul brouette cartable ruisseau bougie panier"


@dataclass
class Kit:
    """One kit: its keys, what it noted, and the same as segments and envelopes."""

    identity: Identity
    log: LogName
    records: list[Record]
    envelopes: dict[bytes, bytes]
    certificate: bytes = b""
    server: bytes = b""

    def segments(self, central_box: bytes) -> list[Segment]:
        """Cut once: every retry has the same bytes."""
        chain, made = chain_start(self.log.log_id), list[Segment]()
        for first in range(0, len(self.records), SEGMENT):
            made.append(cut_segment(self.identity, self.log, chain, self.records[first : first + SEGMENT], central_box))
            chain = made[-1].header.chain_after
        return made

    def greet(self, line: Line) -> Answer:
        """Say what there is; hear what lacks."""
        here = LogState(self.log.log_id, EPOCH, len(self.records), [(1, len(self.records))])
        hello = Hello(PROTOCOL, secrets.token_bytes(16), self.certificate, int(time.time() * 1000), [here])
        return read_message(
            Answer, line.call("POST", "/sync/hello", sign_message(self.identity, hello)), lambda _: None
        )

    def bring(self, line: Line, central_box: bytes) -> int:
        """Bring everything, in any order, until a receipt names it all; how many segments there are."""
        segments = self.segments(central_box)
        while True:
            answer = self.greet(line)
            if not answer.missing and not answer.wanted and self._is_receipted(answer):
                return len(segments)
            for missing in answer.missing:
                wanted = [
                    one for one in segments if count(intersect(missing.ranges, [(one.header.first, one.header.last)]))
                ]
                random.shuffle(wanted)
                for one in wanted:
                    line.call("PUT", f"/sync/segment/{one.segment_id.hex()}", one.raw)
            for name in answer.wanted:
                line.call("PUT", f"/sync/envelope/{name.hex()}", self.envelopes[name])

    def _is_receipted(self, answer: Answer) -> bool:
        told = [read_message(Receipt, raw, lambda _: None) for raw in answer.receipts]
        return merge([span for one in told for span in one.ranges]) == [(1, len(self.records))]


def make_kit(folder: Path, number: int, facts: int, organisation: bytes) -> Kit:
    """A kit with a season of its own behind it."""
    folder.mkdir(parents=True)
    identity = load_identity(folder)
    log = LogName(identity.log_id(EPOCH), identity.sign_public, EPOCH)
    records, _ = season(facts, log.log_id, seed=number)
    envelopes = dict[bytes, bytes]()
    for place in range(min(NAMED, facts)):
        plain = msgspec.json.encode(identities.Identity(name=f"Personne {number}-{place}"))
        sealed = seal_envelope(records[place].subject, plain, (organisation,), identity.sign_seed, identity.sign_public)
        name = envelope_hash(sealed)
        records[place] = msgspec.structs.replace(records[place], envelope=name)
        envelopes[name] = sealed
    return Kit(identity, log, records, envelopes)


def enrol(central: Node, kit: Kit, number: int) -> None:
    """Its certificate, as when a coordinator takes a request in by hand."""
    own = kit.identity
    request = Request(1, "", f"Valise {number}", own.sign_public, own.box_public, kit.log.log_id, EPOCH)
    kit.certificate = actions.certify(
        central, sign_message(own, request), f"Valise {number}", "", central.settings.public_url
    )


# -- the central's processes --------------------------------------------------------------------------------------


class Process:
    """One process of the program on a database."""

    def __init__(self, data: Path, url: str, *words: str) -> None:
        environment = {**os.environ, "DATABASE_URL": url, "VALISE_BACKGROUND": "apart"}
        command = [sys.executable, "-m", "kit.cli", "--data", str(data), "central", *words]
        with (data.parent / f"{'-'.join(words)}.log").open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                command, cwd=REPO, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment
            )

    def cpu_ms(self) -> float:
        """CPU time so far, milliseconds."""
        return bench_process.cpu_ms(self.process.pid)

    def pss_mb(self) -> float:
        """Memory that is its own share, megabytes."""
        return bench_process.pss_mb(self.process.pid)

    def end(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(30)


@contextmanager
def processes(data: Path, url: str, ports: Sequence[int]) -> Iterator[tuple[list[Process], Process]]:
    """Web processes that answer, and the worker."""
    with ExitStack() as running:
        web = [Process(data, url, "serve", "--port", str(port)) for port in ports]
        worker = Process(data, url, "work")
        for one in (*web, worker):
            running.callback(one.end)
        for port in ports:
            _wait_for(port)
        yield web, worker


def _wait_for(port: int) -> None:
    for _ in range(600):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/connexion")
            answer = line.getresponse()
            answer.read()
            if answer.status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            line.close()
    raise SystemExit(f"nobody answers at {port}")


# -- the whole ----------------------------------------------------------------------------------------------------


@dataclass
class Seen:
    """What one run measured. `memory`: PSS of web processes and worker, at each tenth of the kits."""

    segments: int
    seconds: float
    web_ms: float
    worker_ms: float
    memory: list[tuple[float, float]]
    wrong: list[str]
    tally: Tally


def make_central(folder: Path, url: str, port: int) -> Node:
    """A home server that is set up, on a database."""
    public = f"http://127.0.0.1:{port}"
    given = {"database_url": url, "port": port, "public_url": public}
    central = build_node(read_settings({}, data=folder, role="central", **given))
    people.set_up(central, "Coordination", "coordinator", PHRASE)
    return central


@dataclass
class Fleet:
    """A central, where its web processes will answer, and kits that it knows."""

    central: Node
    url: str
    ports: tuple[int, ...]
    kits: list[Kit]


def prepare(folder: Path, url: str, kit_count: int, facts: int) -> Fleet:
    """Kits that noted something each, enrolled at a central that has heard nothing of it."""
    ports = (free_port(), free_port())
    central = make_central(folder / "central", url, ports[0])
    organisation = identities.organisation_public(central)
    kits = [make_kit(folder / f"kit-{number}", number, facts, organisation) for number in range(kit_count)]
    for number, kit in enumerate(kits):
        enrol(central, kit, number)
    return Fleet(central, url, ports, kits)


def run(fleet: Fleet, *, lines: int, seed: int) -> Seen:
    """Let them all come, wait until facts are made of everything, and hold it against what they noted."""
    central, tally, memory = fleet.central, Tally(), list[tuple[float, float]]()
    running = processes(central.settings.data, fleet.url, fleet.ports)
    with running as (web, worker), ThreadPoolExecutor(lines) as pool:
        before = sum(one.cpu_ms() for one in web), worker.cpu_ms()
        begun, segments, box = time.perf_counter(), 0, central.identity.box_public
        coming = [
            pool.submit(k.bring, Line(fleet.ports, seed * 10**6 + n, tally), box) for n, k in enumerate(fleet.kits)
        ]
        for done, one in enumerate(coming, 1):
            segments += one.result()
            if done % max(1, len(coming) // 10) == 0:
                memory.append((sum(process.pss_mb() for process in web), worker.pss_mb()))
        while central.store.value("SELECT count(*) FROM arrival WHERE state = 'stored'"):
            time.sleep(0.2)
        memory.append((sum(process.pss_mb() for process in web), worker.pss_mb()))
        seconds = time.perf_counter() - begun
        spent = sum(one.cpu_ms() for one in web) - before[0], worker.cpu_ms() - before[1]
    wrong = find_wrong(central.store, fleet.kits)
    central.store.close()
    return Seen(segments, seconds, *spent, memory, wrong, tally)


def find_wrong(store: Store, kits: Sequence[Kit]) -> list[str]:
    """What is lost, twice or otherwise, kit by kit, in words; nothing when all is as it was noted."""
    wrong = []
    columns = ", ".join(Record.__struct_fields__)
    for kit in kits:
        sql = f"SELECT {columns} FROM fact JOIN log USING (log_no) WHERE log_id = ? ORDER BY seq"
        kept = [Record(*row) for row in store.rows(sql, kit.log.log_id)]
        if _hash(kept) != _hash(kit.records):
            wrong.append(f"{kit.log.log_id.hex()}: {len(kept)} facts instead of {len(kit.records)}")
    for what, sql, wanted in (
        (
            "facts",
            "SELECT count(*) FROM fact f JOIN kit_log k ON k.log_no = f.log_no",
            sum(len(kit.records) for kit in kits),
        ),
        ("people", "SELECT count(*) FROM attendance", len({one.subject for kit in kits for one in kit.records})),
        ("names", "SELECT count(*) FROM envelope", sum(len(kit.envelopes) for kit in kits)),
        ("set aside", "SELECT count(*) FROM arrival WHERE state <> 'projected'", 0),
    ):
        found = store.value(sql)
        if found != wanted:
            wrong.append(f"{what}: {found} instead of {wanted}")
    return wrong


def _hash(records: Sequence[Record]) -> str:
    return hashlib.sha256(msgspec.msgpack.encode(records)).hexdigest()


def to_rows(seen: Seen, kits: int, facts: int) -> list[Row]:
    """What was seen as lines of a table."""
    third = seen.memory[len(seen.memory) // 3]
    last = seen.memory[-1]
    is_flat = sum(last) <= sum(third) * 1.1
    told = seen.tally
    lines = f"{told.calls} calls, {told.broken} broke, {told.again} said again, {told.refused} told to come again"
    took = f"{seen.seconds:.0f} s; {lines}"
    web = f"{seen.web_ms / seen.segments:.1f} ({seen.segments} segments, greetings and names included)"
    grew = f"{third[0]:.0f} + {third[1]:.0f} MB, {last[0]:.0f} + {last[1]:.0f} MB"
    what = f"{kits} kits with {facts} facts each: what is lost, twice or otherwise"
    return [
        Row(what, str(len(seen.wrong)), "0", not seen.wrong),
        Row("how long it took, and how bad the lines were", took, f"<= {MOST_SECONDS} s", seen.seconds <= MOST_SECONDS),
        Row("CPU-ms a segment, web processes", web),
        Row("CPU-ms a segment, worker", f"{seen.worker_ms / seen.segments:.1f}"),
        Row("memory (PSS) of web processes and worker after a third, and at the end", grew, "<= 1.1 of it", is_flat),
    ]  # fmt: skip


def main() -> int:
    """Run it once and print the table."""
    say = argparse.ArgumentParser(prog="scripts.bench_fleet")
    for name, usual in (("kits", 1000), ("facts", 500), ("lines", 32), ("seed", 1)):
        say.add_argument(f"--{name}", type=int, default=usual)
    asked = say.parse_args()
    with tempfile.TemporaryDirectory(prefix="valise-bench-") as name, server() as make:
        fleet = prepare(Path(name), make(), asked.kits, asked.facts)
        seen = run(fleet, lines=asked.lines, seed=asked.seed)
    print(HEAD)
    for row in to_rows(seen, asked.kits, asked.facts):
        print(row)
    for words in seen.wrong[:20]:
        print(words)
    print(f"\nMachine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.")
    return int(bool(seen.wrong))


if __name__ == "__main__":
    sys.exit(main())
