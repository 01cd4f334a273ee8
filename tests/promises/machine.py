"""The state machine behind P1, P2, P3 and P6: hypothesis chooses what people do, what the wire loses, what breaks."""

from __future__ import annotations

import random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.promises.world import KITS, World, fact_count, same_segments_in_another_order

SEEDS = st.integers(0, 2**32 - 1)
SOME_KIT = st.sampled_from(KITS)


class Journeys(RuleBasedStateMachine):
    """Each step is one thing that happens to two kits and a central; the invariants are the promises."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World.make()

    @rule(kit=SOME_KIT, what=st.sampled_from(["plan", "signup", "signup", "attendance"]))
    def people_act(self, kit: str, what: str) -> None:
        self.world.act(kit, what)

    @rule(kit=SOME_KIT, seed=SEEDS, loss=st.sampled_from([0.0, 0.3, 0.6]))
    def lossy_round(self, kit: str, seed: int, loss: float) -> None:
        self.world.lossy_round(kit, random.Random(seed), loss)

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
        """Export, lose some, shuffle, deliver, receipt, back up, purge: the one rule that finds most seeded bugs."""
        self.world.act(kit, "signup")
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
        assert self.world.lost() == []

    @invariant()
    def p6_no_receipt_is_ahead_of_the_data(self) -> None:
        if not self.world.has_saved("central", "a"):  # a restored central has a new epoch: its old receipts are void
            assert self.world.receipts_ahead() == []

    def teardown(self) -> None:
        try:
            self._converge()
        finally:
            self.world.end()

    def _converge(self) -> None:
        world = self.world
        world.settle()
        assert world.not_home() == []  # P1, P6: everything reached home in the end
        before = (fact_count(world.central.store), world.central.journal.projection_hash())
        for item in world.late:
            world.deliver(*item)
        world.settle()
        world.central.journal.replay()
        assert (fact_count(world.central.store), world.central.journal.projection_hash()) == before  # P2
        here, there = same_segments_in_another_order(world, random.Random(1))
        assert here == there  # P3
