"""What leaves the box by itself, and only under a signed receipt. Source: journal.md, "Receipts and purge".

Names leave once their workshop is closed and the central has said "backed up" for every fact that cites them. The
facts about people leave thirty days of kit life later; the counts stay, as a fact of their own. What people wrote
(opinions, letters, replies) leaves after those thirty days too, and so does each single answer once results have
counted it: the sums stay. Nothing is purged on "sent": what no receipt covers is left alone, however old it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.feedback import day_doors, leaving
from kit.feedback import queries as feedback_queries
from kit.feedback.rules import door_subject
from kit.journal import queries as journal_queries
from kit.journal.life import DAY_MS, tick
from kit.journal.ranges import Range, merge, subtract
from kit.people import audit, identities
from kit.people.facts import ERASED, Erased
from kit.people.node import Node
from kit.sync.messages import BACKED_UP
from kit.sync.outbox import covered, proof
from kit.workshops import actions as workshops
from kit.workshops import forgetting, purge_queries, rules
from kit.workshops import queries as workshop_queries
from kit.workshops.queries import Workshop

SHUT_HOURS = 72
MOST_AT_ONCE = 500
MOST_ANSWERS = 5_000
BY_ITSELF = "la durée de conservation"


class Purged(msgspec.Struct, frozen=True):
    """What one purge removed: envelopes, workshops whose people became counts, and answers that did."""

    envelopes: int = 0
    workshops: int = 0
    answers: int = 0


def shut_forgotten_doors(node: Node) -> list[bytes]:
    """Destroy the door of every workshop or stop that nobody closed 72 running hours after its end; whose they were.

    A stop's door hides the texts of opinions; it dies at once when the stop was closed elsewhere. The doors of texts
    given outside any stop die 72 running hours after their day of the box's life.

    The hours are those of the box's life: a clock that jumps shortens nothing. A box unsure of its clock waits, and
    one whose clock was corrected forgets what it believed over.
    """
    life, now = tick(node.store, node.clock), node.clock.wall_ms()
    gone = []
    for subject, ends_at_ms in (*forgetting.list_unclosed(node.store), *_open_doors_of_stops(node)):
        with node.journal.write():
            if not rules.has_ended(ends_at_ms, now, node.clock.is_behind):
                forgetting.forget_watch(node.store, subject)
            elif rules.is_forgotten(life - forgetting.left_open_since(node.store, subject, life), SHUT_HOURS):
                identities.destroy_door(node, subject)
                gone.append(subject)
    with node.journal.write():
        gone += [*_shut_closed_stops(node), *day_doors.shut_old(node)]
    if gone:
        node.store.flush()
    return gone


def _open_doors_of_stops(node: Node) -> list[tuple[bytes, int]]:
    """(whose door, end in Unix milliseconds) of the stops nobody closed, planned here or at home."""
    stops = [(door_subject(stop.stop_id), stop.ends_at_ms) for stop in node.list_stops() if not stop.is_closed]
    return [(subject, ends) for subject, ends in stops if forgetting.has_open_door(node.store, subject)]


def _shut_closed_stops(node: Node) -> list[bytes]:
    subjects = [door_subject(stop.stop_id) for stop in node.list_stops() if stop.is_closed]
    gone = [subject for subject in subjects if forgetting.has_open_door(node.store, subject)]
    for subject in gone:
        identities.destroy_door(node, subject)
    return gone


def purge(node: Node, days: int | None = None) -> Purged:
    """Remove what a receipt covers and is old enough in kit life; run again, it does nothing more.

    `days` of kit life for facts about people (None: the setting `purge_days`).
    """
    life = tick(node.store, node.clock)
    safe = covered(node, BACKED_UP)
    limit = node.settings.purge_days if days is None else days
    gone = Purged()
    for workshop in purge_queries.list_closed(node.store):
        with node.journal.write():
            gone = _add(gone, _purge_one(node, workshop, safe, life, limit))
    for workshop_id in forgetting.list_shut(node.store):
        with node.journal.write():
            gone = _add(gone, _purge_names(node, workshop_queries.get_workshop(node.store, workshop_id), safe))
    with node.journal.write():
        gone = _add(gone, _purge_texts(node, safe, life, limit))
    if gone != Purged():
        node.store.flush()
    return gone


def _purge_one(node: Node, workshop: Workshop, safe: dict[int, list[Range]], life: int, days: int) -> Purged:
    subjects = purge_queries.list_subjects(node.store, workshop)
    since = purge_queries.finished_at(node.store, workshop.workshop_id, life)
    numbers = journal_queries.numbers_of_subjects(node.store, subjects)
    if not is_covered(numbers, safe):
        return Purged()
    envelopes = journal_queries.delete_envelopes(node.store, subjects)
    is_old = life - since >= days * DAY_MS
    if is_old:
        own = merge((seq, seq) for log_no, seq in numbers if log_no == node.journal.log_no)
        workshops.purge_people(node, workshop, subjects, own)
    _prove(node, workshop.workshop_id, envelopes, len(subjects) if is_old else 0, numbers)
    return Purged(envelopes, int(is_old))


def _purge_names(node: Node, workshop: Workshop, safe: dict[int, list[Range]]) -> Purged:
    """The names of a workshop whose door died by itself; its facts stay until somebody closes it."""
    subjects = purge_queries.list_subjects(node.store, workshop)
    numbers = journal_queries.numbers_of_subjects(node.store, subjects)
    if not is_covered(numbers, safe):
        return Purged()
    envelopes = journal_queries.delete_envelopes(node.store, subjects)
    _prove(node, workshop.workshop_id, envelopes, 0, numbers)
    return Purged(envelopes)


def _purge_texts(node: Node, safe: dict[int, list[Range]], life: int, days: int) -> Purged:
    """What people wrote and answered, and what was replied here: each under the receipt of its own fact."""
    leaving.note_today(node, life)
    old = [one for one in leaving.list_old(node, life, days) if is_covered([(one.log_no, one.seq)], safe)]
    envelopes = feedback_queries.delete_texts(node.store, old)
    counted = leaving.list_old_answers(node, life, days, MOST_ANSWERS)
    answers = [one for one in counted if is_covered([(one.log_no, one.seq)], safe)]
    leaving.forget_answers(node, answers)
    numbers = {*((one.log_no, one.seq) for one in old), *((one.log_no, one.seq) for one in answers)}
    _prove(node, forgetting.TEXTS, envelopes, len(answers), sorted(numbers))
    return Purged(envelopes, answers=len(answers))


def _prove(node: Node, about: bytes, envelopes: int, people: int, numbers: Sequence[tuple[int, int]]) -> None:
    """Keep one line: what went, which numbers, and under which signed words."""
    if not envelopes and not people:
        return
    ranges = merge((seq, seq) for _, seq in numbers)
    told = ", ".join(f"{low}-{high}" if high > low else str(low) for low, high in ranges)
    digest, at_ms = proof(node, BACKED_UP, [log_no for log_no, _ in numbers])
    values = (node.clock.wall_ms(), about, envelopes, people, told, digest, at_ms)
    forgetting.add_line(node.store, values)


def is_covered(numbers: Sequence[tuple[int, int]], safe: dict[int, list[Range]]) -> bool:
    """True when a receipt speaks of every one of these (log number, fact number) pairs."""
    by_log: dict[int, list[Range]] = {}
    for log_no, seq in numbers:
        by_log.setdefault(log_no, []).append((seq, seq))
    return not any(subtract(ranges, safe.get(log_no, [])) for log_no, ranges in by_log.items())


def _add(one: Purged, other: Purged) -> Purged:
    return Purged(one.envelopes + other.envelopes, one.workshops + other.workshops, one.answers + other.answers)


def purge_home(node: Node, most: int = MOST_AT_ONCE) -> int:
    """Erase, at home, names of workshops and texts whose time is over (`keep_days`), at most so many; how many went.

    An erasure is a fact with a tombstone: kits hear of it, and an old USB key brings nothing back. Counts stay. A
    server unsure of its clock erases nothing.
    """
    if not node.settings.keep_days or not node.is_hour_sure:
        return 0
    before = node.clock.wall_ms() - node.settings.keep_days * DAY_MS
    old = purge_queries.list_old_names(node.store, before, most)
    old += feedback_queries.list_aged_texts(node.store, before, most - len(old))
    if old:
        with node.journal.write():
            for subject in old:
                node.journal.append(ERASED, subject, Erased("retention"))
            audit.note_named(node, BY_ITSELF, "retention.purged", many=len(old))
        node.store.flush()
    return len(old)
