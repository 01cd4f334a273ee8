"""The facts about equipment, and their fold. Who borrows is a place or an organisation, never a person's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from msgspec import Meta

from kit.directory.facts import Code, Count, Day, Id, Line, Text
from kit.directory.rules import plain_text
from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.rules import in_order_of_versions
from kit.store import Store

MOST_PICTURE = 32 * 1024


class EquipmentNoted(Body, frozen=True):
    """A thing, whole, changed from version `base`. `number` is the one glued to it; `owner` an organisation; `place`
    where it is kept; `kind` and `state` are codes."""

    base: Count
    label: Annotated[str, Meta(min_length=1, max_length=120)]
    kind: Code
    number: Line
    owner: Line
    place: Line
    state: Code
    remarks: Text


class EquipmentPictured(Body, frozen=True):
    """What it looks like: a small WebP. Empty takes it away. The one with the greatest `base` counts."""

    base: Count
    picture: Annotated[bytes, Meta(max_length=MOST_PICTURE)]


class EquipmentRemoved(Body, frozen=True):
    """It is shared no more."""


class EquipmentBooked(Body, frozen=True):
    """Somebody has it, or will: from a day to a day. `is_out`: it left. `base`: how many words came before."""

    base: Count
    span_id: Id
    for_whom: Annotated[str, Meta(min_length=1, max_length=200)]
    since: Day
    until: Day
    is_out: bool
    phone: Line = ""


class EquipmentBack(Body, frozen=True):
    """It came back, or nobody wants it any more (`was_out` false), on a day; `said` is what there is to know."""

    base: Count
    span_id: Id
    day: Day
    was_out: bool
    said: Line = ""


NOTED = Kind("equipment.noted", EquipmentNoted)
PICTURED = Kind("equipment.pictured", EquipmentPictured)
REMOVED = Kind("equipment.removed", EquipmentRemoved)
BOOKED = Kind("equipment.booked", EquipmentBooked)
BACK = Kind("equipment.back", EquipmentBack)


def fold_equipment(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One thing by its newest version, and everybody who has had it or asked for it."""
    for table in ("equipment", "equipment_span"):
        store.run(f"DELETE FROM {table} WHERE equipment_id = ?", subject)
    noted = in_order_of_versions(fact for fact in facts if fact.kind == NOTED.name)
    if not noted or any(fact.kind == REMOVED.name for fact in facts):
        return
    last, log_no = noted[-1].body, log_number(store, noted[-1].home, None, None)
    pictures = in_order_of_versions(fact for fact in facts if fact.kind == PICTURED.name)
    spans = in_order_of_versions(fact for fact in facts if fact.kind in (BOOKED.name, BACK.name))
    row: Mapping[str, object] = {
        "log_no": log_no, "equipment_id": subject, "version": len(noted),
        "plain": f" {plain_text(f'{last.label} {last.number} {last.owner} {last.place}')} ",
        **{name: getattr(last, name) for name in ("label", "kind", "number", "owner", "place", "state", "remarks")},
        "picture": pictures[-1].body.picture if pictures else b"", "picture_count": len(pictures),
        "word_count": len(spans),
    }  # fmt: skip
    _insert(store, "equipment", row)
    for span in _fold_spans(spans).values():
        _insert(store, "equipment_span", {"log_no": log_no, "equipment_id": subject, **span})


def _fold_spans(words: Sequence[Fact]) -> dict[bytes, dict[str, object]]:
    found: dict[bytes, dict[str, object]] = {}
    for fact in words:
        body = fact.body
        if fact.kind == BOOKED.name:
            found[body.span_id] = {
                "span_id": body.span_id, "for_whom": body.for_whom, "phone": body.phone, "since": body.since,
                "until": body.until, "is_out": int(body.is_out), "back_on": "", "said": "", "was_out": int(body.is_out),
            }  # fmt: skip
        elif body.span_id in found:
            found[body.span_id] |= {"is_out": 0, "back_on": body.day, "said": body.said, "was_out": int(body.was_out)}
    return found


def _insert(store: Store, table: str, row: Mapping[str, object]) -> None:
    marks = ",".join("?" for _ in row)
    store.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks}) ON CONFLICT DO NOTHING", *row.values())


EQUIPMENT = Thing(
    "equipment", (NOTED, PICTURED, REMOVED, BOOKED, BACK), ("equipment", "equipment_span"), fold_equipment,
    goes_down=True,
)  # fmt: skip
THINGS: Sequence[Thing] = (EQUIPMENT,)
