"""The quick machine, as a program: every promise it can hold, over the package beside it. Ends with 1 at a violation.

Usage: python -m tests.promises.quick [EXAMPLES [STEPS [SEED]]]      (mutants are run against it)
The last line says what was tried, or which promise was violated.
"""

from __future__ import annotations

import os
import random
import sys
from contextlib import nullcontext
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from kit.directory import facts as places
from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.sync import facts as access
from kit.sync.outbox import journey
from kit.workshops import facts as plans
from kit.workshops.forms import Repeat
from kit.workshops.proposals import actions as proposals
from kit.workshops.proposals import facts as proposal_facts
from tests.promises.machine import TRIED, Journeys
from tests.promises.orders import centrals_on_postgres, hash_in_this_order, segments_of
from tests.promises.urn import give_batches, tells_the_order
from tests.promises.world import KITS, PLACE, World
from tests.promises.writer import START_MS, plan_at


def try_journeys(examples: int, steps: int, start: int, *, shrink: bool = False) -> None:
    """The state machine; raises AssertionError whose words begin with the promise that was violated."""
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    asked = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None, phases=phases,
        suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(seed(start)(Journeys), settings=asked)


def try_orders(orders: int, deeds: int, on_postgres: int = 0) -> tuple[int, int, set[str]]:
    """Many segments of two kits in many orders, and so many more on PostgreSQL: (segments, orders, distinct hashes of
    the tables)."""
    world, chance = World.make(), random.Random(3)
    try:
        for number in range(deeds):
            for kit in ("kit-0", "kit-1"):
                world.act(
                    kit, chance.choice(["plan", "signup", "signup", "cancel", "attendance", "answer", "count", "count"])
                )
            if number % 2:
                world.lossy_round(chance.choice(["kit-0", "kit-1"]), chance, 0.0)
        world.settle()
        assert sum(world.counted.values()) > 1, "no counter grew: their largest value was not tried"
        assert world.miscounted() == [], "P3: a counter says more or less than what was read"
        segments, found = segments_of(world.central), {world.central.journal.projection_hash()}
        for count, engine in ((orders, nullcontext()), (on_postgres, centrals_on_postgres())):
            if not count:
                continue
            with engine:
                for _ in range(count):
                    chance.shuffle(segments)
                    again = chance.sample(segments, len(segments) // 3)
                    found.add(hash_in_this_order(world, [*segments, *again]))
        return len(segments), orders + on_postgres, found
    finally:
        world.end()


def try_forgeries() -> int:
    """A kit writes in the name of home and of another kit; how many forged facts changed nothing."""
    world = World.make()
    try:
        for deed in ("plan", "signup"):
            world.act("kit-0", deed)
        (asked,) = proposals.propose_plan(
            world.central, world.box("kit-0"), plan_at(START_MS), Repeat(), os.urandom(16)
        )
        world.settle()
        thief, home = world.nodes["kit-1"], world.nodes["kit-0"].journal.log_id
        workshop, signup = world.workshops["kit-0"][-1], world.told[-1].subject
        before = world.central.journal.projection_hash()
        at_home = bytes(world.central.store.value("SELECT log_id FROM log WHERE is_own = 1"))
        forged = (
            (places.CHANGED, PLACE, places.PlaceChanged(9, {"horaires": "fermé"}), at_home),
            (places.REMOVED, PLACE, places.PlaceRemoved("closed"), at_home),
            (plans.CANCELLED, workshop, plans.WorkshopCancelled("volé"), home),
            (plans.CLOSED, workshop, plans.WorkshopClosed(), home),
            (plans.SIGNUP_CANCELLED, signup, plans.SignupCancelled(), home),
            (proposal_facts.ANSWERED, asked, proposal_facts.ProposalAnswered("refused", ["volé"]), at_home),
            (access.KIT_ACCESS, b"k" * 16, access.KitAccess(b"k" * 32, True, 9), thief.journal.log_id),
        )
        for kind, subject, body, claimed in forged:
            thief.journal.append(kind, subject, body, home=claimed)
        world.settle()
        log_no = world.central.journal.log_number(thief.journal.log_id)
        came = len(journal_queries.records(world.central.store, log_no, 1, thief.journal.head()))
        assert came == thief.journal.head(), "P1: a good line did not bring everything home"
        refused = {one for one in world.central.journal.refused() if one[0] == thief.journal.log_id}
        assert len(refused) == len(forged), "P7: a forged fact counted"
        with world.central.journal.write():
            world.central.store.run("DELETE FROM refused")
        assert world.central.journal.projection_hash() == before, "P7: a forged fact changed something"
        return len(forged)
    finally:
        world.end()


def try_copied_cards(cards: int) -> int:
    """Two boxes write one log without knowing; how much that they told was looked for at home in the end."""
    looked = 0
    for card in range(cards):
        world, chance = World.make(), random.Random(card)
        try:
            for _ in range(chance.randrange(3)):
                world.act("kit-0", "signup")
            world.lossy_round("kit-0", chance, 0.3)
            world.clone("kit-0", is_noticed=False)
            assert world.nodes["kit-clone"].journal.log_id == world.nodes["kit-0"].journal.log_id, "it was noticed"
            for _ in range(8 if card % 2 else 0):  # or they meet at home only once the names of one are missing
                kit = chance.choice(["kit-0", "kit-clone"])
                world.act(kit, chance.choice(["signup", "attendance"]))
                world.lossy_round(kit, chance, 0.3)
                if chance.random() < 0.3:
                    world.back_up_central()
                    world.close(kit)
                    world.lossy_round(kit, chance, 0.0)
                    world.purge(kit)
                assert world.lost() == [] and world.nameless() == [], "P1: told by one of two copies and lost"
            looked += _settle_apart(world, chance)
        finally:
            world.end()
    return looked


def _settle_apart(world: World, chance: random.Random) -> int:
    """One of the two boxes has a good line while facts of the other came first, mostly without their names, and is told
    that all of its own is home whole; then the other too. How much was looked for."""
    first, last = chance.sample(["kit-0", "kit-clone"], 2)
    if chance.random() < 0.5:  # its chain keeps the name of the log
        world.act(first, "attendance")
        world.lossy_round(first, chance, 0.0)
    for _ in range(chance.randrange(1, 7)):
        world.act(last, "signup")
    if chance.random() < 0.6:
        world.deliver_facts_alone(last)
    else:
        world.lossy_round(last, chance, 0.0)
    world.act(first, chance.choice(["signup", "attendance"]))
    world.work_and_cut(first, chance, 4)
    for name in (first, last):
        for _ in range(3):
            world.lossy_round(name, chance, 0.0)
        assert journey(world.nodes[name]).only_here == 0, "P1: a box waits for the names of its copy"
    assert world.not_home() == [], "P1: what one of two copies told did not all come home"
    return len(world.told) + len(world.named)


def try_put_back(centrals: int) -> int:
    """A central is put back from a backup and hears of its kits by keys alone; how much was looked for there."""
    looked = 0
    for case in range(centrals):
        world, chance = World.make(), random.Random(case)
        try:
            for kit in KITS:
                for _ in range(chance.randrange(3)):
                    world.act(kit, "signup")
                if case % 2:
                    world.key_round(kit)
            world.save("central", "a")
            for kit in KITS:
                for _ in range(3):
                    world.act(kit, chance.choice(["signup", "attendance"]))
                world.key_round(kit)
                assert journey(world.nodes[kit]).only_here == 0, "P1: a key did not bring everything home"
            world.restore("central", "a")
            for kit in KITS * 2:  # the first key tells who is at home now
                world.key_round(kit)
            assert world.not_home() == [], "P6: a central that was put back did not get everything back by keys"
            looked += len(world.told) + len(world.named)
        finally:
            world.end()
    return looked


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
        pairs, *_ = try_urn(40), try_forgeries(), try_copied_cards(8), try_put_back(2)
        _, _, hashes = try_orders(6, 16)
        assert len(hashes) == 1, "P3: another order gave other tables"
        try_journeys(examples, steps, start)
    except AssertionError as violation:
        sys.exit(f"VIOLATED {str(violation).splitlines()[0]}")
    except Problem as refusal:
        if refusal.code != "workshops.not_found":
            raise
        sys.exit("VIOLATED P1: a workshop that was told as planned is there no longer")
    import kit

    print(f"HELD {dict(TRIED)} urn pairs {pairs} package {Path(kit.__file__).parent}")


if __name__ == "__main__":
    main()
