"""The state machine behind P1, P2, P3 and P6: hypothesis chooses what people do, what the wire loses, what breaks."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.promises.orders import other_in_another_order
from tests.promises.world import KITS, World, fact_count

SEEDS = st.integers(0, 2**32 - 1)
SOME_KIT = st.sampled_from(KITS)
DEEDS = [
    "plan",
    "signup",
    "signup",
    "cancel",
    "attendance",
    "attendance",
    "answer",
    "answer",
    "propose",
    "merge",
    "count",
]
TRIED: Counter[str] = Counter()  # how often each promise was held against a state


class Journeys(RuleBasedStateMachine):
    """Each step is one thing that happens to two kits and a central; the invariants are the promises."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World.make()

    @rule(kit=SOME_KIT, what=st.sampled_from(DEEDS))
    def people_act(self, kit: str, what: str) -> None:
        self.world.act(kit, what)

    @rule(kit=SOME_KIT, seed=SEEDS, loss=st.sampled_from([0.0, 0.3, 0.6]))
    def lossy_round(self, kit: str, seed: int, loss: float) -> None:
        """Export, lose some, shuffle, deliver, receipt, purge: the one rule that finds most seeded bugs."""
        chance = random.Random(seed)
        self.world.work_and_cut(kit, chance, 3)
        self.world.lossy_round(kit, chance, loss)
        if seed % 3 == 0:
            self.world.purge(kit)

    @rule(kit=SOME_KIT)
    def mediator_closes(self, kit: str) -> None:
        self.world.close(kit)

    @rule(kit=SOME_KIT)
    def purge(self, kit: str) -> None:
        self.world.purge(kit)

    @rule(kit=SOME_KIT)
    def save_kit(self, kit: str) -> None:
        self.world.save(kit, "a")

    @rule()
    def back_up_central(self) -> None:
        self.world.back_up_central()

    @rule(kit=SOME_KIT, seed=SEEDS)
    def a_whole_season(self, kit: str, seed: int) -> None:
        """A workshop from its first sign-up to the purge, over a bad line."""
        self.world.act(kit, "signup")
        self.world.work_and_cut(kit, random.Random(seed), 2)
        self.world.act(kit, "attendance")
        self.world.close(kit)
        self.world.lossy_round(kit, random.Random(seed), 0.4)
        if seed % 3 == 0:
            self.world.back_up_central()
        self.world.lossy_round(kit, random.Random(seed + 1), 0.2)
        self.world.purge(kit)

    @precondition(lambda self: self.world.has_saved("central", "a"))
    @rule()
    def restore_central(self) -> None:
        self.world.restore("central", "a")

    @precondition(lambda self: any(self.world.has_saved(name, "a") for name in KITS))
    @rule(kit=SOME_KIT)
    def restore_kit(self, kit: str) -> None:
        if self.world.has_saved(kit, "a"):
            self.world.restore(kit, "a")

    @precondition(lambda self: "kit-clone" not in self.world.nodes)
    @rule(kit=SOME_KIT)
    def clone_kit(self, kit: str) -> None:
        self.world.clone(kit)

    @precondition(lambda self: "kit-clone" in self.world.nodes)
    @rule(seed=SEEDS)
    def the_clone_works_too(self, seed: int) -> None:
        self.world.act("kit-clone", "signup")
        self.world.lossy_round("kit-clone", random.Random(seed), 0.3)

    @invariant()
    def p1_nothing_told_is_lost(self) -> None:
        TRIED["P1"] += len(self.world.told)
        assert self.world.lost() == [], "P1: told and lost"

    @invariant()
    def p6_no_receipt_is_ahead_of_the_data(self) -> None:
        TRIED["P6"] += 1
        assert self.world.receipts_ahead() == [], "P6: a receipt is ahead of the data"

    @invariant()
    def p6_no_name_leaves_before_it_arrived(self) -> None:
        TRIED["P6"] += len(self.world.named)
        assert self.world.nameless() == [], "P6: a name was purged that is nowhere"

    def teardown(self) -> None:
        try:
            self._converge()
        finally:
            self.world.end()

    def _converge(self) -> None:
        world = self.world
        world.settle()
        TRIED["P1"] += 1
        assert world.not_home() == [], "P1: a good line did not bring everything home"
        TRIED["P2"] += len(world.counted)
        wrong = world.miscounted()
        assert wrong == [], f"P2: a counter says more or less than what was read: {wrong}"
        before = (fact_count(world.central.store), world.central.journal.projection_hash())
        for item in world.late:
            world.deliver(*item)
        world.settle()
        TRIED["P2"] += 2
        assert self._central() == before, "P2: what came late or again changed something"
        world.central.journal.replay()
        assert self._central() == before, "P2: folding everything again changed something"
        TRIED["P3"] += 1
        differ = other_in_another_order(world, random.Random(1))
        assert differ == [], f"P3: another order gave other tables: {differ}"

    def _central(self) -> tuple[int, str]:
        central = self.world.central
        return fact_count(central.store), central.journal.projection_hash()
