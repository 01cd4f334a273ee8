"""The quick machine, as a program: every promise it can hold, over the package beside it. Ends with 1 at a violation.

Usage: python -m tests.promises.quick [EXAMPLES [STEPS [SEED]]]      (mutants are run against it)
The last line says what was tried, or which promise was violated.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.promises.machine import TRIED, Journeys
from tests.promises.urn import give_batches, tells_the_order
from tests.promises.world import World, hash_in_this_order, segments_of


def try_journeys(examples: int, steps: int, start: int, *, shrink: bool = False) -> None:
    """The state machine; raises AssertionError whose words begin with the promise that was violated."""
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    asked = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None, phases=phases,
        suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(seed(start)(Journeys), settings=asked)


def try_orders(orders: int, deeds: int) -> tuple[int, int, set[str]]:
    """Many segments of two kits in many orders: (segments, orders, distinct hashes of the tables)."""
    world, chance = World.make(), random.Random(3)
    try:
        for number in range(deeds):
            for kit in ("kit-0", "kit-1"):
                world.act(kit, chance.choice(["plan", "signup", "signup", "cancel", "attendance", "answer"]))
            if number % 2:
                world.lossy_round(chance.choice(["kit-0", "kit-1"]), chance, 0.0)
        world.settle()
        segments, found = segments_of(world.central), {world.central.journal.projection_hash()}
        for _ in range(orders):
            chance.shuffle(segments)
            again = chance.sample(segments, len(segments) // 3)
            found.add(hash_in_this_order(world, [*segments, *again]))
        return len(segments), orders, found
    finally:
        world.end()


def try_urn(batches: int) -> int:
    """Answers in batches; how many pairs were looked at."""
    world = World.make()
    try:
        pairs = give_batches(world.nodes["kit-0"], batches)
    finally:
        world.end()
    assert not tells_the_order(pairs), "P10: the journal tells the order in which people answered"
    return len(pairs)


def main() -> None:
    """Try everything once."""
    examples, steps, start = (int(word) for word in (sys.argv[1:] + ["30", "20", "1"][len(sys.argv) - 1 :]))
    try:
        pairs = try_urn(40)
        _, _, hashes = try_orders(6, 16)
        assert len(hashes) == 1, "P3: another order gave other tables"
        try_journeys(examples, steps, start)
    except AssertionError as violation:
        sys.exit(f"VIOLATED {str(violation).splitlines()[0]}")
    import kit

    print(f"HELD {dict(TRIED)} urn pairs {pairs} package {Path(kit.__file__).parent}")


if __name__ == "__main__":
    main()
