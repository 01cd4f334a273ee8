"""Runs the drills on two processes and prints one line a promise, in order. Usage: scripts/drills [--quick] [P1 ...]"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor, as_completed

from scripts.drills_kit import hostile, journeys, power
from scripts.drills_kit.outcome import Drill, Outcome, timed

WORDS = {
    "P1": "no acknowledged write is lost",
    "P2": "no duplicate after any number of retries",
    "P3": "any order of arrival gives the same tables",
    "P4": "survives death at any write",
    "P5": "survives a power cut",
    "P6": "purges only under a signed receipt",
    "P7": "a bad item blocks nothing",
    "P8": "sending finishes over a line that is mostly bad",
    "P9": "wrong clocks change no outcome",
    "P10": "switched off, the disk tells no name and no order; the erased stay erased",
    "P11": "any old kit can still deliver",
}
# The longest first: two of them run at a time.
DRILLS: tuple[tuple[Drill, tuple[str, ...]], ...] = (
    (hostile.drill_line, ("P8",)),
    (power.drill_death, ("P4",)),
    (power.drill_death_home, ("P4",)),
    (journeys.drill_machine, ("P1", "P2", "P3", "P6")),
    (power.drill_power, ("P5",)),
    (power.drill_disk_power, ("P5",)),
    (journeys.drill_mutants, ("mutants",)),
    (hostile.drill_fuzz, ("P7",)),
    (hostile.drill_clocks, ("P9",)),
    (journeys.drill_orders, ("P3",)),
    (hostile.drill_disk, ("P10",)),
    (hostile.drill_golden, ("P11",)),
)


def wanted(names: list[str]) -> list[tuple[Drill, tuple[str, ...]]]:
    """The drills that say something of the promises asked for; all of them when none is named."""
    return [(drill, promises) for drill, promises in DRILLS if not names or set(promises) & set(names)]


def run(names: list[str], *, quick: bool) -> dict[str, Outcome]:
    """Run what is wanted; what was found of each promise, the parts of one put together."""
    found: dict[str, Outcome] = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context, max_tasks_per_child=1) as pool:
        running: dict[Future[dict[str, Outcome]], tuple[str, ...]] = {
            pool.submit(timed, drill, quick): promises for drill, promises in wanted(names)
        }
        for done in as_completed(running):
            for name, outcome in _told(done, running[done]).items():
                found[name] = _together(found[name], outcome) if name in found else outcome
    return found


def _told(done: Future[dict[str, Outcome]], promises: tuple[str, ...]) -> dict[str, Outcome]:
    """What a drill found; a drill that broke is a violation of all it should have told."""
    try:
        return done.result()
    except Exception as failure:  # whatever it is, it must not look like a promise that held
        return {name: Outcome(0, [f"the drill broke: {failure!r}"]) for name in promises}


def _together(one: Outcome, other: Outcome) -> Outcome:
    notes = "; ".join(words for words in (one.notes, other.notes) if words)
    return Outcome(one.cases + other.cases, one.violations + other.violations, notes, one.seconds + other.seconds)


def tell(found: dict[str, Outcome], names: list[str]) -> bool:
    """Print the lines; True when all hold."""
    holds = True
    for name, words in WORDS.items():
        if name in found and (not names or name in names):
            print(found[name].line(name, words), flush=True)
            holds = holds and _holds(found[name])
            for violation in found[name].violations[:20]:
                print(f"    {violation}", flush=True)
    if "mutants" in found:
        outcome = found["mutants"]
        survivors = len(outcome.violations)
        print(
            f"mutants caught {outcome.cases - min(survivors, outcome.cases)} of {outcome.cases} "
            f"[{outcome.seconds / 60:.1f} min]",
            flush=True,
        )
        for violation in outcome.violations:
            print(f"    {violation}", flush=True)
        holds = holds and _holds(outcome)
    return holds


def _holds(outcome: Outcome) -> bool:
    return outcome.cases > 0 and not outcome.violations


def main() -> None:
    """Run, tell, and end with 0 only if all hold."""
    say = argparse.ArgumentParser(prog="scripts/drills")
    say.add_argument("--quick", action="store_true", help="a small number of cases of each")
    say.add_argument("promises", nargs="*", metavar="PROMISE", help="P1 to P11, or mutants; none: all")
    options = say.parse_args()
    unknown = set(options.promises) - {*WORDS, "mutants"}
    if unknown:
        say.error(f"unknown: {', '.join(sorted(unknown))}")
    start = time.monotonic()
    found = run(options.promises, quick=options.quick)
    holds = tell(found, options.promises)
    minutes = (time.monotonic() - start) / 60
    broken = ", ".join(name for name, outcome in found.items() if not _holds(outcome))
    print(f"drills: {'all hold' if holds else f'NOT ALL HOLD: {broken}'} ({minutes:.1f} minutes)")
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
