"""P7: fuzz under a memory cap. P8: a bad line. P9: wrong clocks. P10: a thief. P11: what old kits sent."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.drills_kit.outcome import Outcome
from tests.promises.badline import LOSS_PERCENT, send_over_it
from tests.promises.clocks import clocks, try_clocks
from tests.promises.disk import needles, try_disk
from tests.promises.fuzz import bombs
from tests.promises.golden import GOLDEN, check
from tests.promises.quick import try_forgeries, try_urn
from tests.promises.urn import order_on_the_pages, tells_the_order
from tests.promises.world import World


def drill_fuzz(quick: bool) -> dict[str, Outcome]:
    """Spoil everything that the kits of every release sent."""
    outcome, grown = Outcome(), 0
    for golden in sorted(GOLDEN.iterdir()):
        with tempfile.TemporaryDirectory(prefix="valise-fuzz-") as folder:
            command = [sys.executable, "-m", "tests.promises.fuzz", str(golden), folder, "40" if quick else "1"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        words = (done.stdout or "").split()
        if done.returncode or words[:1] != ["HELD"]:
            outcome.violations.append(done.stderr.strip().splitlines()[-1] if done.stderr else str(done.returncode))
            continue
        outcome.cases += int(words[1])
        grown = max(grown, int(words[2]))
    try:
        outcome.cases += try_forgeries()
    except AssertionError as violation:
        outcome.violations.append(str(violation))
    outcome.notes = (
        f"segments, envelopes and bundles; {len(bombs())} bombs among them, memory capped at 64 MiB: {grown} KiB used, "
        "the good ones landed; what a kit wrote in another's name changed nothing"
    )
    return {"P7": outcome}


def drill_line(quick: bool) -> dict[str, Outcome]:
    """One sending over a line that is dead most of a long while."""
    with tempfile.TemporaryDirectory(prefix="valise-line-") as folder:
        sent = send_over_it(Path(folder), *(600, 3000) if quick else (1000, 10_000), 240 if quick else 600)
    notes = (
        f"1 Mbit/s, {LOSS_PERCENT} % loss, dead 2.5 s in every 8.5: {sent.facts} facts and {sent.envelopes} names home "
        f"in {sent.seconds:.0f} s, {sent.runs} sending(s), {sent.cuts} cuts, {sent.lost_packets} packets lost"
    )
    return {"P8": Outcome(1, list(sent.wrongs), notes)}


def drill_clocks(quick: bool) -> dict[str, Outcome]:
    """Seasons lived under each clock."""
    cases, wrongs = try_clocks(1 if quick else 12)
    return {
        "P9": Outcome(
            cases, wrongs, f"seasons, and people at the door, under {len(clocks())} clocks: {', '.join(clocks())}"
        )
    }


def drill_disk(quick: bool) -> dict[str, Outcome]:
    """Planted names and texts, the order of answers, and what was erased."""
    with tempfile.TemporaryDirectory(prefix="valise-disk-") as folder:
        looked, wrongs = try_disk(Path(folder), 30 if quick else 150)
    try:
        pairs = try_urn(40 if quick else 200)
    except AssertionError as violation:
        pairs, wrongs = 0, [*wrongs, str(violation)]
    world = World.make()
    on_pages = order_on_the_pages(world.nodes["kit-0"], world.nodes["kit-0"].data)
    world.end()
    if tells_the_order(on_pages):
        wrongs.append("a page of the database tells who answered after whom")
    notes = (
        f"{len(needles())} forms of planted words in every byte of database, WAL, SHM, logs, temporary files, backup, "
        f"running, killed, closed; {pairs + len(on_pages)} pairs of answers; erased people replayed"
    )
    return {"P10": Outcome(looked + pairs + len(on_pages), wrongs, notes)}


def drill_golden(quick: bool) -> dict[str, Outcome]:
    """Every release's golden folder."""
    outcome = Outcome(notes=f"things, facts and bundles of {', '.join(path.name for path in sorted(GOLDEN.iterdir()))}")
    for golden in sorted(GOLDEN.iterdir()):
        with tempfile.TemporaryDirectory(prefix="valise-golden-") as folder:
            cases, wrongs = check(golden, Path(folder))
        outcome.cases += cases
        outcome.violations += wrongs
    return {"P11": outcome}
