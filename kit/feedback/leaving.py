"""What is old enough to leave the box: texts (opinions, letters, the replies written here), and each single answer.

Of answers the sums of results stay; one that is in no sum yet stays too, until it is counted with others.

Age is counted in days of the box's running life: on each of them it is noted how far our logs had come, which says no
more than the facts themselves do (their moments are whole days).
"""

from __future__ import annotations

from collections.abc import Sequence

from kit.feedback import facts, queries
from kit.feedback.letters import facts as letter_facts
from kit.feedback.queries import OldAnswer, OldText
from kit.journal import queries as journal_queries
from kit.journal.life import DAY_MS
from kit.people.node import Node

KINDS = (facts.GIVEN.name, letter_facts.GIVEN.name, letter_facts.MOVED.name)


def note_today(node: Node, life_ms: int) -> None:
    """Note how far our logs have come on this day of the box's running life. Only inside `write()`."""
    for log_no, _ in journal_queries.own_logs(node.store, node.identity.sign_public):
        queries.keep_text_mark(node.store, log_no, life_ms // DAY_MS, journal_queries.head_seq(node.store, log_no))


def list_old_answers(node: Node, life_ms: int, days: int, limit: int) -> list[OldAnswer]:
    """The answers noted `days` whole days of running life ago or earlier that results have counted."""
    return queries.list_old_answers(node.store, facts.GIVEN.name, life_ms // DAY_MS - days, limit)


def forget_answers(node: Node, old: Sequence[OldAnswer]) -> None:
    """Remove these answers, their numbers and their facts. Only inside `write()`, under a receipt."""
    node.journal.forget([one.answer_id for one in old], (facts.ANSWER,))


def list_old(node: Node, life_ms: int, days: int) -> list[OldText]:
    """The texts noted `days` whole days of running life ago or earlier whose envelopes are still here."""
    return queries.list_old_texts(node.store, KINDS, life_ms // DAY_MS - days)
