"""Results: right counts, shown in steps, so that no two readings tell one answer apart; each answer counted once."""

from __future__ import annotations

import random

import pytest

from kit.feedback import facts, queries, result_queries, results, rules
from kit.feedback.questionnaires import current
from kit.feedback.result_queries import ResultGroup
from kit.ids import new_id
from kit.people.node import Node

from .box import Box

TOUR = rules.tour_id("Estéron")


def note(node: Node, values: tuple[tuple[str, int], ...], code: str = "besoins") -> None:
    """An answer in the journal, as a batch of the urn writes it."""
    node.journal.append(facts.GIVEN, new_id(), facts.AnswerGiven(code, 1, "tour", TOUR, values))


def shown(node: Node, code: str = "besoins") -> dict[tuple[str, int], int]:
    """What a reader learns: every total that is shown."""
    results.refresh(node)
    return {
        (one.question, one.value): one.count for one in result_queries.list_totals(node.store, (code, "tour", TOUR))
    }


def test_counts_means_and_ranks_are_right(box: Box) -> None:
    for minutes, first in ((10, 1), (20, 1), (30, 2), (40, 2), (50, 2)):
        note(
            box.node,
            (("aisance", 2), ("minutes", minutes), ("appareils", 2), ("appareils.1", 1), ("appareils.2", 1),
             ("sujets", 1), (f"sujets.{first}", 1)),
        )  # fmt: skip
    results.refresh(box.node)
    told = {one.question.id: one for one in results.read_results(box.node, current("besoins"), "tour", TOUR)}
    assert (told["minutes"].count, told["minutes"].mean) == (5, 30.0)
    assert told["minutes"].margin == pytest.approx(1.96 * (250 / 5) ** 0.5)
    assert [(bar.count, bar.percent) for bar in told["appareils"].bars] == [(5, 100)] * 2 + [(0, 0)] * 4
    assert [(bar.label, bar.count, bar.mean_rank) for bar in told["sujets"].bars[:2]] == [
        ("Faire mes démarches en ligne", 2, 1.0), ("Écrire des e-mails", 3, 1.0)
    ]  # fmt: skip
    assert told["frein"].missing == 5 and told["frein"].bars == ()


@pytest.mark.parametrize("seed", range(6))
def test_no_two_readings_differ_by_fewer_than_five_people(box: Box, seed: int) -> None:
    """Somebody reads after every single answer. Whatever changes between two readings changes for five at least."""
    chance, before = random.Random(seed), dict[tuple[str, int], int]()
    for _ in range(60):
        values = [("aisance", chance.choice((1, 2, 3, 4)))]
        if chance.random() < 0.3:
            ticked = chance.sample(range(1, 7), 2)
            values += [("frein", 2), *((f"frein.{one}", 1) for one in ticked)]
        note(box.node, tuple(values))
        after = shown(box.node)
        for question in ("aisance", "frein"):
            grown = sum(after.get(key, 0) - before.get(key, 0) for key in after if key[0] == question)
            assert grown == 0 or grown >= 5, (question, grown)
            if not grown:
                assert [after[key] for key in after if key[0].startswith(question)] == [
                    before[key] for key in before if key[0].startswith(question)
                ]
        before = after
    assert sum(count for (question, _), count in before.items() if question == "aisance") == 60


def test_this_test_would_see_totals_shown_as_they_come(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    ripe = result_queries.list_ripe_groups
    monkeypatch.setattr(result_queries, "list_ripe_groups", lambda store, _enough: ripe(store, 1))
    for _ in range(7):
        note(box.node, (("aisance", 1),))
    results.refresh(box.node)
    assert sum(shown(box.node).values()) == 7
    note(box.node, (("aisance", 4),))
    results.refresh(box.node)
    group = result_queries.find_result_group(box.node.store, "besoins", "tour", TOUR)
    assert group is not None and group.released == 8  # counted alone; only the second guard, the question's, holds
    assert ("aisance", 4) not in shown(box.node)


def test_the_few_of_several_stops_are_pooled(box: Box) -> None:
    """Three at one stop are « 3 avis, encore 2 »; two more at the next show five; a sixth waits for company."""
    for expected, released in ((3, 0), (5, 5), (6, 5)):
        stop_id = box.plan_stop("Estéron")
        for _ in range(expected - len(noted(box))):
            box.give(text="un mot")
        box.close_stop(stop_id)
        results.refresh(box.node)
        group = result_queries.find_result_group(box.node.store, "fin-atelier", "tour", TOUR)
        assert group == ResultGroup("fin-atelier", "tour", TOUR, expected, released, released)
        told = queries.list_answers(box.node.store, "tour", TOUR, with_text=True, released=True)
        assert len(told) == released, "a text never comes out alone"


def noted(box: Box) -> list[bytes]:
    """The answers in the journal."""
    return [row["answer_id"] for row in box.node.store.rows("SELECT answer_id FROM answer")]


def test_an_answer_is_counted_once_whatever_comes_again(box: Box) -> None:
    for _ in range(12):
        note(box.node, (("aisance", 3),))
    first = shown(box.node)
    assert first == {("aisance", 3): 12}
    box.node.journal.replay()
    assert shown(box.node) == first
    assert box.node.store.value("SELECT count(*) FROM pending_answer") == 0


def test_reading_is_flat(box: Box) -> None:
    """The statements of a results page read totals, never answers: their plans do not touch the table of answers."""
    for _ in range(5):
        note(box.node, (("aisance", 3),))
    shown(box.node)
    seen: list[str] = []
    connection = box.node.store.db.connection()
    connection.set_trace_callback(seen.append)
    results.list_groups(box.node, "besoins")
    results.read_results(box.node, current("besoins"), "tour", TOUR)
    connection.set_trace_callback(None)
    assert seen and not [sql for sql in seen if " answer " in sql or " answer_value " in sql or " fact " in sql]
