"""The facts of reports: a draft by the box, corrections by people. No name, no free note: notes are La Coop's own.

`seen` and `turn` count the corrections made at home, which only the central writes: a correction of the box says how
many of them its writer had before her eyes, and those are in what she wrote.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.rules import in_order_of_versions, last_version
from kit.journal.writers import ANYBODY, CENTRAL, HOME_OR_CENTRAL
from kit.store import Store
from kit.workshops.facts import Code, Count, Line, MaybeId, Millis
from kit.workshops.reports import rules
from kit.workshops.reports.vocabulary import FAMILIES

Words = Annotated[list[Line], Meta(max_length=60)]
Counted = Annotated[dict[Code, Count], Meta(max_length=40)]


class ReportWritten(Body, frozen=True):
    """A whole report. `base` is the version it was made from (0: the draft); codes are the API values of La Coop.

    `known` counts people helped before ("déjà accompagnés"), None when nobody said. Counters are marginal: each
    stands alone and no row of a person can be made of them. `by` is the id of who corrected it, of the writer's team.
    """

    base: Count
    activity: Code
    workshop_id: MaybeId
    stop_id: MaybeId
    tour: Line
    date_ms: Millis
    minutes: Annotated[int, Meta(ge=1, le=100_000)]
    place_kind: Code
    place_name: Line
    address: Line
    commune: Line
    postcode: Code
    insee: Code
    title: Line
    level: Code
    autonomy: Code
    redirected: Code
    redirection: Code
    procedure: Line
    materials: Words
    themes: Words
    tags: Words
    schemes: Words
    participants: Count
    known: Count | None
    gender: Counted
    age_band: Counted
    status: Counted
    seen: Count = 0
    by: MaybeId = b""


class ReportAmended(Body, frozen=True):
    """Home corrected a report for the `turn`-th time: what it read (`base`: the box's version), what it says now."""

    turn: Annotated[int, Meta(ge=1, le=1_000_000)]
    was: ReportWritten
    now: ReportWritten


class ReportRemoved(Body, frozen=True):
    """Written by mistake: it is no report any more. Said at home, of help given to one person only."""


class TourTermsSet(Body, frozen=True):
    """What every activity of a tour inherits. `base` is the version it was made from (0: the first)."""

    base: Count
    tour: Line
    schemes: Words
    tags: Words
    materials: Words


DRAFTED = Kind("report.drafted", ReportWritten, writers=HOME_OR_CENTRAL)
CORRECTED = Kind("report.corrected", ReportWritten)
AMENDED = Kind("report.amended", ReportAmended, writers=CENTRAL)
REMOVED = Kind("report.removed", ReportRemoved)
WITHDRAWN = Kind("report.withdrawn", ReportRemoved, writers=CENTRAL)
TERMS_SET = Kind("tour_terms.set", TourTermsSet, writers=ANYBODY)
_PLAIN = (
    "tour", "date_ms", "minutes", "place_kind", "place_name", "address", "commune", "postcode", "insee", "title",
    "level", "autonomy", "redirected", "redirection", "procedure", "participants",
)  # fmt: skip


def fold_report(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One report: the box's newest version with what home changed since; what both changed is left to people."""
    store.run("DELETE FROM report WHERE report_id = ?", subject)
    written = _in_order(fact for fact in facts if fact.kind in (DRAFTED.name, CORRECTED.name))
    if not written or any(fact.kind == REMOVED.name for fact in facts):
        return
    first, last = written[0], written[-1]
    if last.body.activity == "individuel" and any(fact.kind == WITHDRAWN.name for fact in facts):
        return
    amended = sorted((fact for fact in facts if fact.kind == AMENDED.name), key=lambda fact: int(fact.body.turn))
    stands, clashes = _amend(last.body, amended)
    moments = [fact.moment.wall_ms for fact in (*written, *amended)]
    row: dict[str, object] = {
        "log_no": log_number(store, first.home, None, None),
        "report_id": subject,
        "workshop_id": _whole(last.body.workshop_id),
        "stop_id": _whole(last.body.stop_id),
        **{name: stands[name] for name in _PLAIN},
        "activity": stands["activity"],
        "known": stands["known"],
        **{name: "\n".join(stands[name]) for name in ("materials", "themes", "tags", "schemes")},
        "counts": json.dumps({name: stands[name] for name in FAMILIES}, sort_keys=True),
        "is_checked": int(bool(amended) or last.kind == CORRECTED.name),
        "version": last.body.base + 1,
        "noted_ms": min(moments),
        "changed_ms": max(moments),
        "clashes": "|".join(clashes),
        **_who(last, amended),
    }
    _insert(store, "report", row)


def _in_order(facts: Iterable[Fact]) -> list[Fact]:
    """Versions in which they count: a draft made anew never outweighs what a person of the box wrote."""
    return sorted(in_order_of_versions(facts), key=lambda fact: fact.kind == CORRECTED.name)


def _amend(newest: ReportWritten, amended: list[Fact]) -> tuple[dict[str, Any], list[str]]:
    stands, clashes = _normal(newest), list[str]()
    for fact in amended:
        if fact.body.turn <= newest.seen:
            continue  # in it already, or overruled by somebody who had read it
        if fact.body.was.base > newest.base:
            clashes = []  # home had read the very version that stands: what clashed before was before her eyes
        stands, more = rules.amend(stands, _normal(fact.body.was), _normal(fact.body.now))
        clashes = list(dict.fromkeys([*clashes, *more]))
    return _normal_counts(stands), clashes


def _normal(body: ReportWritten) -> dict[str, Any]:
    """A body as the table can hold it."""
    given = msgspec.structs.asdict(body)
    given["activity"] = body.activity if body.activity == "individuel" else "collectif"
    given["redirected"] = body.redirected if body.redirected in ("yes", "no") else ""
    return _normal_counts(given)


def _normal_counts(given: dict[str, Any]) -> dict[str, Any]:
    known = given["known"]
    return given | {"known": None if known is None else min(known, given["participants"])}


def _who(last: Fact, amended: list[Fact]) -> dict[str, object]:
    """Whose word stands, and who wrote on each side."""
    is_corrected, newest = last.kind == CORRECTED.name, amended[-1] if amended else None
    is_home = newest is not None and newest.body.turn > last.body.seen
    return {
        "turn": newest.body.turn if newest else 0,
        "last_by": "central" if is_home else "kit" if is_corrected else "",
        "checked_by": _whole(last.body.by) if is_corrected else b"",
        "amended_by": _whole(newest.body.now.by) if newest else b"",
        "amended_ms": max(0, newest.moment.wall_ms) if newest else 0,
    }


def fold_terms(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """The terms of one tour, as last set."""
    store.run("DELETE FROM tour_terms WHERE terms_id = ?", subject)
    last = last_version(facts)
    if last is None:
        return
    given = msgspec.structs.asdict(last.body)
    row: dict[str, object] = {
        "log_no": log_number(store, facts[0].home, None, None),
        "terms_id": subject,
        "tour": given["tour"],
        **{name: "\n".join(given[name]) for name in ("schemes", "tags", "materials")},
        "version": given["base"] + 1,
    }
    _insert(store, "tour_terms", row)


def _whole(raw: bytes) -> bytes:
    return raw if len(raw) == 16 else b""


def _insert(store: Store, table: str, row: dict[str, object]) -> None:
    marks = ",".join("?" for _ in row)
    store.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks}) ON CONFLICT DO NOTHING", *row.values())


REPORT = Thing("report", (DRAFTED, CORRECTED, AMENDED, REMOVED, WITHDRAWN), ("report",), fold_report)
TERMS = Thing("tour_terms", (TERMS_SET,), ("tour_terms",), fold_terms, goes_down=True)
THINGS: tuple[Thing, ...] = (REPORT, TERMS)
