"""Opinions ready to show to the team: never the detail of a group so small that it tells who said what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from kit.errors.kind import fr
from kit.feedback import places, queries, results, rules
from kit.feedback.queries import OpinionCount
from kit.feedback.questionnaires import Choice, faces
from kit.feedback.rules import Group
from kit.people import identities
from kit.people.node import Node

Labels = Callable[[Sequence[bytes]], Mapping[bytes, str]]
_UNKNOWN = {"workshop": fr("Un atelier"), "stop": fr("Une halte"), "tour": fr("Hors tournée")}


class Opinion(msgspec.Struct, frozen=True):
    """One group. While `missing` is not 0, `mean`, `faces` and `text_count` are empty: they are not shown.

    `faces` are (face, how many chose it), from good to bad; `mean` is out of ten.
    """

    scope: str
    scope_id: bytes
    label: str
    count: int
    missing: int
    mean: float | None
    faces: tuple[tuple[Choice, int], ...]
    text_count: int


class WaitingOpinions(msgspec.Struct, frozen=True):
    """Answers in the urn about one workshop or stop."""

    label: str
    level: str
    count: int
    missing: int


class Texts(msgspec.Struct, frozen=True):
    """What people wrote, in no order; `closed_count` of them cannot be read on this box (any more)."""

    opened: tuple[str, ...]
    closed_count: int


def list_opinions(node: Node, workshop_labels: Labels, limit: int, offset: int) -> list[Opinion]:
    """Groups of answers noted, newest first."""
    results.refresh(node)
    counts = queries.opinion_counts_by_scope(node.store, limit, offset)
    labels = _labels(node, workshop_labels, [one.scope_id for one in counts if one.scope == "workshop"])
    return [_opinion(node, one, labels) for one in counts]


def find_opinion(node: Node, workshop_labels: Labels, scope: str, scope_id: bytes | None) -> Opinion | None:
    """One group, or None when nobody answered there."""
    results.refresh(node)
    found = queries.find_opinion_count(node.store, scope, scope_id)
    if found is None:
        return None
    return _opinion(node, found, _labels(node, workshop_labels, [found.scope_id]))


def list_waiting(node: Node, workshop_labels: Labels) -> list[WaitingOpinions]:
    """What is in the urn, group by group."""
    groups = queries.list_waiting_groups(node.store)
    labels = _labels(node, workshop_labels, [group.workshop_id for group, _ in groups if group.workshop_id])
    enough = node.settings.small_group
    return [
        WaitingOpinions(_group_label(group, labels), group.level, count, rules.count_missing(count, enough))
        for group, count in groups
    ]


def read_texts(node: Node, vault_private: bytes | None, opinion: Opinion, limit: int, offset: int) -> Texts:
    """What people of a group wrote, opened for this request only. Nothing is opened while the group is too small."""
    if opinion.missing:
        return Texts((), 0)
    answers = queries.list_answers(
        node.store, opinion.scope, opinion.scope_id, with_text=True, released=True, limit=limit, offset=offset
    )
    sealed = [one.sealed for one in answers if one.sealed is not None]
    told = identities.read_behind_doors(node, vault_private, sealed) if vault_private and sealed else []
    opened = tuple(one.written() for one in told if one is not None)
    return Texts(opened, len(answers) - len(opened))


def _opinion(node: Node, count: OpinionCount, labels: Mapping[bytes, str]) -> Opinion:
    missing = rules.count_missing(count.count, node.settings.small_group)
    label = labels.get(count.scope_id, _UNKNOWN[count.scope])
    if missing:
        return Opinion(count.scope, count.scope_id, label, count.count, missing, None, (), 0)
    shown = tuple((face, count.marks.get(face.value, 0)) for face in faces())
    return Opinion(count.scope, count.scope_id, label, count.count, 0, count.mean, shown, count.text_count)


def _labels(node: Node, workshop_labels: Labels, workshop_ids: list[bytes]) -> dict[bytes, str]:
    return (dict(workshop_labels(workshop_ids)) if workshop_ids else {}) | places.scope_labels(node)


def _group_label(group: Group, labels: Mapping[bytes, str]) -> str:
    return labels.get(group.workshop_id or group.stop_id, _UNKNOWN[group.level])
