"""The facts of reports: a draft by the box, corrections by people. No name, no free note: notes are La Coop's own."""

from __future__ import annotations

import json
from typing import Annotated

import msgspec
from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.rules import in_order_of_versions, last_version
from kit.journal.writers import ANYBODY, HOME_OR_CENTRAL
from kit.store import Store
from kit.workshops.facts import Code, Count, Line, MaybeId, Millis
from kit.workshops.reports.vocabulary import FAMILIES

Words = Annotated[list[Line], Meta(max_length=60)]
Counted = Annotated[dict[Code, Count], Meta(max_length=40)]


class ReportWritten(Body, frozen=True):
    """A whole report. `base` is the version it was made from (0: the draft); codes are the API values of La Coop.

    `known` counts people helped before ("déjà accompagnés"), None when nobody said. Counters are marginal: each
    stands alone and no row of a person can be made of them.
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


class ReportRemoved(Body, frozen=True):
    """Written by mistake: it is no report any more."""


class TourTermsSet(Body, frozen=True):
    """What every activity of a tour inherits. `base` is the version it was made from (0: the first)."""

    base: Count
    tour: Line
    schemes: Words
    tags: Words
    materials: Words


DRAFTED = Kind("report.drafted", ReportWritten, writers=HOME_OR_CENTRAL)
CORRECTED = Kind("report.corrected", ReportWritten)
REMOVED = Kind("report.removed", ReportRemoved)
TERMS_SET = Kind("tour_terms.set", TourTermsSet, writers=ANYBODY)
_PLAIN = (
    "tour", "date_ms", "minutes", "place_kind", "place_name", "address", "commune", "postcode", "insee", "title",
    "level", "autonomy", "redirected", "redirection", "procedure", "participants",
)  # fmt: skip


def fold_report(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One report: the version made from the newest one counts; what no table can hold is left to people."""
    store.run("DELETE FROM report WHERE report_id = ?", subject)
    written = in_order_of_versions(fact for fact in facts if fact.kind != REMOVED.name)
    if not written or len(written) < len(facts):
        return
    first, body = written[0], written[-1].body
    moments = [fact.moment.wall_ms for fact in written]
    row: dict[str, object] = {
        "log_no": log_number(store, first.home, None, None),
        "report_id": subject,
        "workshop_id": _whole(body.workshop_id),
        "stop_id": _whole(body.stop_id),
        **{name: getattr(body, name) for name in _PLAIN},
        "activity": body.activity if body.activity == "individuel" else "collectif",
        "redirected": body.redirected if body.redirected in ("yes", "no") else "",
        **{name: "\n".join(getattr(body, name)) for name in ("materials", "themes", "tags", "schemes")},
        "known": None if body.known is None else min(body.known, body.participants),
        "counts": json.dumps({name: getattr(body, name) for name in FAMILIES}, sort_keys=True),
        "is_checked": int(any(fact.kind == CORRECTED.name for fact in written)),
        "version": body.base + 1,
        "noted_ms": min(moments),
        "changed_ms": max(moments),
    }
    _insert(store, "report", row)


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


REPORT = Thing("report", (DRAFTED, CORRECTED, REMOVED), ("report",), fold_report)
TERMS = Thing("tour_terms", (TERMS_SET,), ("tour_terms",), fold_terms)
THINGS: tuple[Thing, ...] = (REPORT, TERMS)
