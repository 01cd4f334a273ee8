"""P10, the urn: does the journal, or a page of the database, tell who answered after whom?"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from kit.feedback import actions as feedback
from kit.feedback.forms import NewAnswer
from kit.ids import new_id
from kit.people.node import Node
from tests.promises.writer import plan

BATCH = 5


def give_batches(node: Node, count: int) -> list[tuple[int, int]]:
    """Answers given one after another; for each neighbouring pair, their numbers in the journal."""
    pairs = []
    for batch in range(count):
        workshop_id, order = plan(node, f"Atelier {batch}"), list[bytes]()
        for _ in range(BATCH):
            before = _answers(node)
            feedback.note_answer(node, new_id(), NewAnswer("satisfaction", 1, workshop_id, (("satisfaction", 10),)))
            order += set(_answers(node)) - set(before)
        numbers = _answers(node)
        pairs += [(numbers[one], numbers[other]) for one, other in pairwise(order)]
    return pairs


def _answers(node: Node) -> dict[bytes, int]:
    """Every answer this node knows, with its number in the journal (0: still in the urn)."""
    waiting = {row[0]: 0 for row in node.store.rows("SELECT answer_id FROM urn")}
    noted = {row[0]: row[1] for row in node.store.rows("SELECT subject, seq FROM fact WHERE kind = 'answer.given'")}
    return {**waiting, **noted}


def tells_the_order(pairs: list[tuple[int, int]]) -> bool:
    """True when so many pairs stand in the order of arrival (or its reverse) that shuffling cannot explain it.

    Of n shuffled pairs half stand so, give or take sqrt(n)/2; five times that is one false alarm in two million.
    """
    rising = sum(one < other for one, other in pairs)
    return abs(rising - len(pairs) / 2) > 5 * len(pairs) ** 0.5 / 2


def order_on_the_pages(node: Node, folder: Path) -> list[tuple[int, int]]:
    """For pairs of answers that still wait: where their random keys lie in the bytes of the database file."""
    pairs = []
    for _ in range(30):
        workshop_id, order = plan(node, "Atelier"), list[bytes]()
        for _ in range(BATCH - 1):
            before = _answers(node)
            feedback.note_answer(node, new_id(), NewAnswer("satisfaction", 1, workshop_id, (("satisfaction", 10),)))
            order += set(_answers(node)) - set(before)
        node.store.flush()
        raw = (folder / "valise.db").read_bytes()
        places = [raw.find(one) for one in order]
        pairs += list(pairwise(places))
    return pairs
