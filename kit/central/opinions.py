"""Opinions as they arrived: counts for all who may look, texts for those who hold the coordinators' key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import msgspec

from kit.central import queries
from kit.errors import Problem
from kit.errors.kind import fr
from kit.feedback import places, results
from kit.feedback import queries as feedback
from kit.feedback.queries import OpinionCount
from kit.people import audit
from kit.people.actions import Staff
from kit.people.node import Node

MOST_TEXTS = 50


class OpinionGroup(msgspec.Struct, frozen=True):
    """Opinions given together. `is_shown` is false for a group too small to hide who said what: only its count."""

    counted: OpinionCount
    label: str
    is_shown: bool

    @property
    def face(self) -> str:
        """good, mid or bad: what the mean says; empty when it may not be told or nobody chose a face."""
        if not self.is_shown or self.counted.mean is None:
            return ""
        return "good" if self.counted.mean >= 7 else "mid" if self.counted.mean >= 4 else "bad"


@dataclass(frozen=True)
class OpinionTexts:
    """What people wrote in one group, opened; `closed` counts texts that this key does not open."""

    is_open: bool
    texts: list[str] = field(repr=False)
    closed: int
    total: int


def list_groups(node: Node, limit: int, offset: int) -> list[OpinionGroup]:
    """Groups of opinions, the newest day first, with words for where they were given."""
    results.refresh(node)
    return _named(node, feedback.opinion_counts_by_scope(node.store, limit, offset))


def list_hers(node: Node, logs: Collection[int]) -> list[OpinionGroup]:
    """The groups that were given on kits of these logs alone. One that other kits share stays with who sees them all:
    parts of it would tell small groups."""
    results.refresh(node)
    counted = feedback.opinion_counts_by_scope(node.store)
    return _named(node, [one for one in counted if _is_hers(node, one, logs)])


def check_hers(node: Node, group: OpinionGroup, logs: Collection[int] | None) -> None:
    """Raise Problem `people.other_territory` unless the group is one of hers."""
    if logs is not None and not _is_hers(node, group.counted, logs):
        raise Problem("people.other_territory")


def _is_hers(node: Node, one: OpinionCount, logs: Collection[int]) -> bool:
    return feedback.logs_of_group(node.store, one.scope, one.scope_id) <= set(logs)


def get_group(node: Node, scope: str, scope_id: bytes | None) -> OpinionGroup:
    """One group. Raises Problem `web.not_found`."""
    results.refresh(node)
    found = feedback.find_opinion_count(node.store, scope, scope_id)
    if found is None:
        raise Problem("web.not_found")
    return _named(node, [found])[0]


def _named(node: Node, counts: Sequence[OpinionCount]) -> list[OpinionGroup]:
    labels = queries.scope_labels(node.store, [one.scope_id for one in counts]) | places.scope_labels(node)
    fallback = {"workshop": fr("Un atelier"), "stop": fr("Une halte"), "tour": fr("Toute la tournée")}
    return [
        OpinionGroup(
            one,
            labels.get(one.scope_id) or fallback.get(one.scope, fr("Ailleurs")),
            one.count >= node.settings.small_group,
        )
        for one in counts
    ]


def open_texts(node: Node, staff: Staff, group: OpinionGroup, offset: int = 0) -> OpinionTexts:
    """What was written in one group, for whoever has the power and the key; nothing of a group too small."""
    if not group.is_shown or not audit.holds_key(staff):
        return OpinionTexts(False, [], 0, group.counted.text_count)
    counted = group.counted
    answers = feedback.list_answers(
        node.store, counted.scope, counted.scope_id, with_text=True, released=True, limit=MOST_TEXTS, offset=offset
    )
    sealed = [answer.sealed for answer in answers]
    read = audit.open_sealed(node, staff, "texts.opened", counted.scope_id, sealed) or []
    texts = [one.written() for one in read if one and one.written()]
    return OpinionTexts(True, texts, len(answers) - len(texts), counted.text_count)
