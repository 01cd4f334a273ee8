"""P1, P2, P3 and P6: the state machine at length, and many orders of the same segments. And the mutants."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from hypothesis.errors import FlakyFailure

from scripts.drills_kit.outcome import Outcome
from tests.promises.machine import TRIED
from tests.promises.mutants import MUTANTS, Mutant, verdict
from tests.promises.quick import try_copied_cards, try_journeys, try_orders, try_put_back

MACHINE_MINUTES = 4  # no further round of the machine begins after these
STATES = {
    "P1": "told things looked for, also on copied cards",
    "P2": "deliveries again and replays",
    "P6": "receipts and names looked at, also at a central put back and heard by keys alone",
}


def drill_machine(quick: bool) -> dict[str, Outcome]:
    """P1, P2, P6 and part of P3: kits, a clone and a central that break down as hypothesis likes; copied cards."""
    found = {name: Outcome(notes=words) for name, words in {**STATES, "P3": ""}.items()}
    end = time.monotonic() + MACHINE_MINUTES * 60
    for seed in range(1 if quick else 12):
        if time.monotonic() > end:
            break
        try:
            try_journeys(20 if quick else 60, 25 if quick else 45, seed, shrink=True)
        except (AssertionError, FlakyFailure) as violation:
            words = _words(violation)
            found[words[:2] if words[:2] in found else "P1"].violations.append(words)
    for name, outcome in found.items():
        outcome.cases = TRIED[name]
    try:
        found["P1"].cases += try_copied_cards(4 if quick else 40)
    except AssertionError as violation:
        found["P1"].violations.append(str(violation).splitlines()[0])
    try:
        found["P6"].cases += try_put_back(2 if quick else 10)
    except AssertionError as violation:
        found["P6"].violations.append(str(violation).splitlines()[0])
    return found


def _words(violation: BaseException) -> str:
    """What was violated; identities are drawn anew at each run, so what broke once may not break again the same way."""
    if isinstance(violation, FlakyFailure):
        return f"{_words(violation.exceptions[0])} (once: the same steps did not break it again)"
    return str(violation).splitlines()[0]


def drill_orders(quick: bool) -> dict[str, Outcome]:
    """P3: one set of segments, many orders, with repeats, on both engines."""
    on_postgres = 2 if quick else 8
    segments, orders, hashes = try_orders(*(10, 30) if quick else (200, 60), on_postgres)
    violations = [] if len(hashes) == 1 else [f"{len(hashes)} different tables"]
    notes = f"orders of {segments} segments, {on_postgres} of these orders on PostgreSQL, SHA-256 of the ordered dump"
    return {"P3": Outcome(orders, violations, notes)}


def drill_mutants(quick: bool) -> dict[str, Outcome]:
    """Every seeded bug is refused by the quick machine, and the program as it is passes it."""
    outcome = Outcome()
    for mutant in (None, *MUTANTS):
        with tempfile.TemporaryDirectory(prefix="valise-mutant-") as folder:
            outcome.violations += _judge(mutant, Path(folder) / "copy", 30 if quick else 60)
        outcome.cases += mutant is not None
    return {"mutants": outcome}


def _judge(mutant: Mutant | None, folder: Path, examples: int) -> list[str]:
    try:
        words = verdict(mutant, folder, examples)
    except (AssertionError, LookupError) as failure:
        return [str(failure)]
    if mutant is None:
        return [] if words.startswith("HELD") else [f"the program itself: {words}"]
    return [f"survived: {mutant.name}"] if words.startswith("HELD") else []
