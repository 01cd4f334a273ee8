"""The drills have teeth: every seeded bug still applies to the program, and the quick machine refuses one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.promises.mutants import MUTANTS, REPO, Edit, Mutant, plant, verdict
from tests.promises.quick import try_copied_cards, try_forgeries, try_orders, try_put_back, try_urn


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_seeded_bug_still_applies(mutant: Mutant) -> None:
    for edit in mutant.edits:
        assert (REPO / edit.file).read_text("utf-8").count(edit.old) == 1


def test_one_that_does_not_apply_says_so(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="no longer applies"):
        plant(Mutant("stale", (Edit("kit/ids.py", "no such words", ""),)), tmp_path / "copy")


def test_a_seeded_bug_is_refused(tmp_path: Path) -> None:
    urn = next(mutant for mutant in MUTANTS if mutant.name == "an urn drained in order")
    assert verdict(urn, tmp_path / "copy", 1).startswith("VIOLATED P10")


@pytest.mark.parametrize("name", ["a fact counts whoever wrote it", "an answer counts whoever was asked"])
def test_a_forger_is_noticed(tmp_path: Path, name: str) -> None:
    forger = next(mutant for mutant in MUTANTS if mutant.name == name)
    assert verdict(forger, tmp_path / "copy", 1).startswith("VIOLATED P7")


def test_p3_other_orders_give_the_same_tables() -> None:
    segments, orders, hashes = try_orders(4, 12)
    assert segments > 6 and orders == 4
    assert len(hashes) == 1


def test_p7_what_a_kit_writes_in_anothers_name_changes_nothing() -> None:
    assert try_forgeries() == 7


def test_p1_two_copies_of_one_card_lose_nothing() -> None:
    assert try_copied_cards(2) > 16


def test_p6_a_central_put_back_gets_everything_back_by_keys_alone() -> None:
    assert try_put_back(2) > 12


def test_p10_the_journal_does_not_tell_who_answered_after_whom() -> None:
    assert try_urn(30) == 120
