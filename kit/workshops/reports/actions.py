"""Reports: drafted from what is known, corrected by people; each is one immediate transaction."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from msgspec.structs import asdict

from kit.errors import Problem
from kit.people.node import Node, StopView
from kit.workshops import queries as workshops
from kit.workshops import returning
from kit.workshops.queries import Workshop
from kit.workshops.reports import facts, queries, vocabulary
from kit.workshops.reports.forms import NewReport, as_new
from kit.workshops.reports.queries import Report, Terms

HELP_MINUTES = 30


def draft_after_close(node: Node, workshop_id: bytes, stop_id: bytes) -> None:
    """What closing a workshop does here: its report drafts itself. Only inside `write()`."""
    workshop = workshops.get_workshop(node.store, workshop_id)
    if queries.find_report(node.store, workshop_id) is None:
        new = draft_report(node, workshop, node.find_stop(stop_id) if stop_id else None)
        if not new.participants and returning.count_received(node.store).get(workshop_id):
            return  # each visit of a permanence has a report of its own, and nobody else came
        node.journal.append(facts.DRAFTED, workshop_id, _body(new, 0), home=workshop.home)


def draft_again(node: Node, workshop: Workshop, to: bytes | None) -> None:
    """Who came was corrected: count the people of a draft anew. A report that people corrected is theirs.

    Only inside `write()`. `to`: at a central, the kit that is told.
    """
    known = queries.find_report(node.store, workshop.workshop_id)
    if known is None or known.is_checked:
        return
    came, counts = queries.count_profiles(node.store, workshop.log_no, workshop.workshop_id)
    families = {family: dict(counts.get(family, {})) for family in vocabulary.FAMILIES}
    again = {"participants": came, "known": _known_by_cards(node, workshop, came), **families}
    new = msgspec.structs.replace(as_new(known), **again)
    if came != known.participants or counts != known.counts:
        node.journal.append(facts.DRAFTED, known.report_id, _body(new, known.version), home=known.home, to=to)


def draft_report(node: Node, workshop: Workshop, stop: StopView | None) -> NewReport:
    """A workshop's report from what is known: nothing is guessed, what nobody noted stays empty.

    People with an individual report of their own are not in it.
    """
    came, counts = queries.count_profiles(node.store, workshop.log_no, workshop.workshop_id)
    terms = queries.read_terms(node.store, to_terms_id(stop.tour)) if stop else Terms()
    return NewReport(
        activity="collectif",
        workshop_id=workshop.workshop_id,
        stop_id=workshop.stop_id,
        date_ms=workshop.starts_at_ms,
        minutes=min(workshop.length_minutes, 24 * 60 - 1),
        place_name=workshop.place or workshop.stop_label,
        title=workshop.title,
        level=workshop.level,
        autonomy="",
        redirected="",
        redirection="",
        procedure="",
        themes=vocabulary.with_papers([workshop.theme] if workshop.theme else []),
        participants=came,
        known=_known_by_cards(node, workshop, came),
        **_place_of(node, stop),
        **_handed_down(terms),
        gender=counts["gender"],
        age_band=counts["age_band"],
        status=counts["status"],
    )


def _known_by_cards(node: Node, workshop: Workshop, came: int) -> int | None:
    """How many had come before, when every single one showed a card; else nobody knows."""
    cards = returning.count_cards(node.store).get(workshop.workshop_id, returning.NONE)
    return cards.known if came and cards.known + cards.new == came else None


def draft_help(node: Node) -> NewReport:
    """Help given to one person now, at the stop of today; to be completed by whoever helped."""
    stop = node.current_stop()
    terms = queries.read_terms(node.store, to_terms_id(stop.tour)) if stop else Terms()
    return NewReport(
        activity="individuel",
        workshop_id=b"",
        stop_id=stop.stop_id if stop else b"",
        date_ms=node.clock.wall_ms(),
        minutes=HELP_MINUTES,
        place_name=stop.label if stop else "",
        title="",
        level="",
        autonomy="",
        redirected="",
        redirection="",
        procedure="",
        themes=[],
        participants=1,
        known=None,
        **_place_of(node, stop),
        **_handed_down(terms),
        gender={},
        age_band={},
        status={},
    )


def _place_of(node: Node, stop: StopView | None) -> dict[str, Any]:
    insee = stop.code_insee if stop else ""
    return {
        "place_kind": "lieu_activite",
        "tour": stop.tour if stop else "",
        "address": stop.address if stop else "",
        "commune": stop.commune if stop else "",
        "insee": insee,
        "postcode": queries.find_postcode(node.store, insee),
    }


def _handed_down(terms: Terms) -> dict[str, Any]:
    return {"schemes": terms.schemes, "tags": terms.tags, "materials": terms.materials}


def correct_report(node: Node, report: Report, new: NewReport, edition: int, by: bytes = b"") -> None:
    """Note what a person of the box says the activity was. `edition` is the one she had before her eyes, `by` her id.

    Raises Problem `reports.changed_meanwhile` or `reports.elsewhere`.
    """
    with node.journal.write():
        known = queries.get_report(node.store, report.report_id)
        if not known.is_ours:
            raise Problem("reports.elsewhere")
        if known.edition != edition:
            raise Problem("reports.changed_meanwhile")
        body = msgspec.structs.replace(_body(new, known.version), seen=known.turn, by=by)
        node.journal.append(facts.CORRECTED, known.report_id, body, home=known.home)


def amend_report(node: Node, report: Report, new: NewReport, edition: int, by: bytes, to: bytes | None) -> bool:
    """Note at home what the activity was; False: it was read already, and nothing is other than it says.

    `edition` is the one that was read, `by` the id of who corrects, `to` the kit that is told (None: it is accepted no
    longer). Raises Problem `reports.changed_meanwhile`.
    """
    with node.journal.write():
        known = queries.get_report(node.store, report.report_id)
        if known.edition != edition:
            raise Problem("reports.changed_meanwhile")
        was = as_new(known)
        if was == new and known.is_checked and not known.clashes:
            return False
        now = msgspec.structs.replace(_body(new, known.version), by=by)
        body = facts.ReportAmended(known.turn + 1, _body(was, known.version), now)
        node.journal.append(facts.AMENDED, known.report_id, body, home=known.home, to=to)
    return True


def add_help(node: Node, report_id: bytes, new: NewReport, home: bytes | None = None) -> None:
    """Note help given to one person. The same id again (a form posted twice) changes nothing."""
    with node.journal.write():
        if queries.find_report(node.store, report_id) is None:
            node.journal.append(facts.CORRECTED, report_id, _body(new, 0), home=home)


def remove_help(node: Node, report: Report) -> None:
    """Take back help noted by mistake; a workshop's report stays. Raises Problem `reports.elsewhere`."""
    with node.journal.write():
        if not report.is_ours or not report.is_individual:
            raise Problem("reports.elsewhere")
        node.journal.append(facts.REMOVED, report.report_id, facts.ReportRemoved(), home=report.home)


def withdraw_help(node: Node, report: Report, to: bytes | None) -> None:
    """Take back at home help that a box noted by mistake; `to` is the kit that is told (None: none).

    Raises Problem `reports.not_help` for what is no help given to one person.
    """
    if not report.is_individual:
        raise Problem("reports.not_help")
    with node.journal.write():
        if queries.find_report(node.store, report.report_id) is not None:
            node.journal.append(facts.WITHDRAWN, report.report_id, facts.ReportRemoved(), home=report.home, to=to)


def set_terms(node: Node, terms: Terms) -> None:
    """Say what every activity of a tour inherits from now on; reports already drafted stay as they are."""
    terms_id = to_terms_id(terms.tour)
    with node.journal.write():
        known = queries.read_terms(node.store, terms_id)
        body = facts.TourTermsSet(known.version, terms.tour, terms.schemes, terms.tags, terms.materials)
        node.journal.append(facts.TERMS_SET, terms_id, body)


def to_terms_id(tour: str) -> bytes:
    """Where the terms of a tour are kept: a tour has only its label, so its label names it on every node."""
    return hashlib.blake2b(tour.strip().casefold().encode(), digest_size=16, person=b"valise.tour").digest()


def _body(new: NewReport, base: int) -> facts.ReportWritten:
    return facts.ReportWritten(base=base, **asdict(new))
