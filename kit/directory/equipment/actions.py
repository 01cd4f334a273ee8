"""What can be done with equipment; each change is one immediate transaction: nothing is promised twice."""

from __future__ import annotations

import subprocess
import sys

from kit.directory.equipment import facts, queries, rules
from kit.directory.equipment.facts import EquipmentNoted
from kit.directory.equipment.forms import WantedSpan
from kit.errors import FieldProblems, Problem
from kit.people.node import Node

MOST_PICTURE_BYTES = 16 * 1024 * 1024
SHRINK_SECONDS = 20


def add_equipment(node: Node, equipment_id: bytes, body: EquipmentNoted) -> bytes:
    """Note a thing; its id. The same form twice notes it once."""
    with node.journal.write():
        if not node.journal.facts_of(facts.EQUIPMENT, equipment_id):
            node.journal.append(facts.NOTED, equipment_id, body)
    return equipment_id


def change_equipment(node: Node, equipment_id: bytes | None, body: EquipmentNoted) -> None:
    """Note it anew; `body.base` is the version that was read.

    Raises Problem `directory.no_equipment`, `.equipment_elsewhere` or `.equipment_changed`.
    """
    with node.journal.write():
        known = _held_here(node, equipment_id)
        if known.version != body.base:
            raise Problem("directory.equipment_changed")
        node.journal.append(facts.NOTED, known.equipment_id, body, home=known.home)


def set_picture(node: Node, equipment_id: bytes | None, raw: bytes) -> None:
    """What it looks like, made small, without where and when it was taken. Raises Problem `directory.bad_picture`."""
    small = _shrink(raw)
    with node.journal.write():
        known = _held_here(node, equipment_id)
        body = facts.EquipmentPictured(known.picture_count, small)
        node.journal.append(facts.PICTURED, known.equipment_id, body, home=known.home)


def _shrink(raw: bytes) -> bytes:
    """In a process of its own: a picture from outside costs at most itself."""
    command = [sys.executable, "-m", "kit.directory.equipment.picture_worker"]
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=SHRINK_SECONDS, check=True)  # noqa: S603 - our own module
    except (subprocess.SubprocessError, OSError) as refusal:
        raise Problem("directory.bad_picture") from refusal
    if not 0 < len(done.stdout) <= facts.MOST_PICTURE:
        raise Problem("directory.bad_picture")
    return done.stdout


def remove_equipment(node: Node, equipment_id: bytes | None) -> None:
    """It is shared no more. Raises Problem `directory.equipment_out` while somebody has it."""
    with node.journal.write():
        known = _held_here(node, equipment_id)
        if known.holder:
            raise Problem("directory.equipment_out", whom=known.holder)
        node.journal.append(facts.REMOVED, known.equipment_id, facts.EquipmentRemoved(), home=known.home)


def book(node: Node, equipment_id: bytes | None, span_id: bytes, wanted: WantedSpan, *, is_out: bool) -> None:
    """Somebody asks for it, or takes it away now (`is_out`). The same form twice counts once.

    Raises FieldProblems where others have it in those days, Problem `directory.equipment_unfit` when it does not work.
    """
    with node.journal.write():
        known = _held_here(node, equipment_id)
        spans = queries.list_spans(node.store, known.equipment_id)
        if any(one.span_id == span_id for one in spans):
            return
        if known.state not in rules.USABLE:
            raise Problem("directory.equipment_unfit")
        _check_free(node, spans, wanted)
        _append_span(node, known, span_id, wanted, is_out)


def hand_over(node: Node, equipment_id: bytes | None, span_id: bytes | None) -> None:
    """Who asked for it takes it away now. Raises Problem `directory.no_loan`, or `.equipment_out`: others have it."""
    with node.journal.write():
        known = _held_here(node, equipment_id)
        one = queries.get_span(node.store, known.equipment_id, span_id)
        if one.is_out or one.back_on:
            return
        if known.holder:
            raise Problem("directory.equipment_out", whom=known.holder)
        wanted = WantedSpan(one.for_whom, one.phone, min(one.since, node.today()), max(one.until, node.today()))
        _append_span(node, known, one.span_id, wanted, True)


def take_back(node: Node, equipment_id: bytes | None, span_id: bytes | None, state: str, said: str) -> None:
    """It came back in a state, or nobody wants it any more; the same again changes nothing."""
    with node.journal.write():
        known = _held_here(node, equipment_id)
        one = queries.get_span(node.store, known.equipment_id, span_id)
        if one.back_on:
            return
        body = facts.EquipmentBack(known.word_count, one.span_id, node.today(), one.is_out, said[:200])
        node.journal.append(facts.BACK, known.equipment_id, body, home=known.home)
        if one.is_out and state in rules.STATES and state != known.state:
            noted = EquipmentNoted(
                known.version, known.label, known.kind, known.number, known.owner, known.place, state, known.remarks
            )
            node.journal.append(facts.NOTED, known.equipment_id, noted, home=known.home)


def _check_free(node: Node, spans: list[queries.Lent], wanted: WantedSpan) -> None:
    live = [one.span for one in spans if not one.back_on]
    clash = rules.find_clash(live, wanted.since, wanted.until, node.today())
    if clash is not None:
        days = " au ".join("/".join(reversed(day.split("-"))) for day in (clash.since, clash.until))
        problem = Problem("directory.equipment_taken", whom=clash.for_whom, days=days)
        values = {"for_whom": wanted.for_whom, "phone": wanted.phone, "since": wanted.since, "until": wanted.until}
        raise FieldProblems({"since": problem}, values)


def _append_span(node: Node, known: queries.Equipment, span_id: bytes, wanted: WantedSpan, is_out: bool) -> None:
    body = facts.EquipmentBooked(
        known.word_count, span_id, wanted.for_whom, wanted.since, wanted.until, is_out, wanted.phone
    )
    node.journal.append(facts.BOOKED, known.equipment_id, body, home=known.home)


def _held_here(node: Node, equipment_id: bytes | None) -> queries.Equipment:
    known = queries.get_equipment(node.store, equipment_id)
    if not known.is_ours:
        raise Problem("directory.equipment_elsewhere")
    return known
