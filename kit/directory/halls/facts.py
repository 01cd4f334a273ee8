"""The facts about halls, and their fold. What stands here is of a building and its organisation, never of a person."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated

from msgspec import Meta

from kit.directory.facts import Code, Count, Line, Text
from kit.directory.rules import plain_text
from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.rules import in_order_of_versions
from kit.store import Store

Answers = Annotated[dict[Code, Code], Meta(max_length=40)]


class HallNoted(Body, frozen=True):
    """A hall, whole, changed from version `base`. `host` is an organisation, `host_phone` its number at work; `seats`
    0: not said; `north` and `east` are degrees as text; `state` and `sheet` hold codes of the vocabulary."""

    base: Count
    label: Annotated[str, Meta(min_length=1, max_length=120)]
    commune: Line
    code_insee: Line
    address: Line
    north: Line
    east: Line
    state: Code
    seats: Count
    host: Line
    host_phone: Line
    keys: Line
    hours: Line
    remarks: Text
    sheet: Answers


class HallRemoved(Body, frozen=True):
    """It is no hall any more, or was noted by mistake."""


NOTED = Kind("hall.noted", HallNoted)
REMOVED = Kind("hall.removed", HallRemoved)


def fold_hall(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One hall, by its newest version."""
    store.run("DELETE FROM hall WHERE hall_id = ?", subject)
    noted = in_order_of_versions(fact for fact in facts if fact.kind == NOTED.name)
    if not noted or any(fact.kind == REMOVED.name for fact in facts):
        return
    last, body = noted[-1], noted[-1].body
    plain = ("label", "commune", "code_insee", "address", "north", "east", "state", "seats", "host", "host_phone",
             "keys", "hours", "remarks")  # fmt: skip
    row: Mapping[str, object] = {
        "log_no": log_number(store, last.home, None, None), "hall_id": subject, "version": len(noted),
        "sort_name": plain_text(f"{body.commune} {body.label}").strip(),
        **{name: getattr(body, name) for name in plain},
        "sheet": json.dumps(body.sheet, sort_keys=True), "noted_ms": max(0, last.moment.wall_ms),
    }  # fmt: skip
    marks = ",".join("?" for _ in row)
    store.run(f"INSERT INTO hall ({', '.join(row)}) VALUES ({marks}) ON CONFLICT DO NOTHING", *row.values())


HALL = Thing("hall", (NOTED, REMOVED), ("hall",), fold_hall, goes_down=True)
THINGS: Sequence[Thing] = (HALL,)
