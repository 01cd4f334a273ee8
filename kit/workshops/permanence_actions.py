"""What happens at a permanence: arriving under a number, being called, the visit's report, lending a device."""

from __future__ import annotations

import msgspec

from kit.errors import Problem
from kit.people.node import Node
from kit.workshops import actions, door_facts, permanence_queries, queries, returning
from kit.workshops.door_facts import VisitClosed
from kit.workshops.permanence_queries import Visit
from kit.workshops.reports import actions as reports
from kit.workshops.reports.forms import NewReport
from kit.workshops.reports.vocabulary import with_papers


def arrive(node: Node, workshop_id: bytes, visit_id: bytes, mark: bytes | None = None) -> Visit:
    """Somebody takes the next number: the person of a row of the roll (`mark`), or one more without a name.

    She is ticked in the same transaction; the same visit again keeps its number. Raises Problem like
    `actions.note_came`.
    """
    with node.journal.write():
        workshop = actions.open_workshop(node, workshop_id)
        if mark is not None:
            visit_id = actions.note_came(node, workshop_id, mark)
        if permanence_queries.find_visit(node.store, visit_id) is None:
            if mark is None:
                actions.add_anonymous(node, workshop_id, visit_id)
            number = permanence_queries.next_number(node.store, workshop)
            body = door_facts.VisitArrived(workshop_id, number)
            actions.append(node, workshop, door_facts.ARRIVED, visit_id, body)
    return permanence_queries.get_visit(node.store, visit_id)


def call(node: Node, visit_id: bytes) -> Visit:
    """It is her turn; called twice changes nothing. Raises Problem `workshops.no_visit` and those of `arrive`."""
    with node.journal.write():
        visit = permanence_queries.get_visit(node.store, visit_id)
        workshop = actions.open_workshop(node, visit.workshop_id)
        if visit.state == "waiting":
            actions.append(node, workshop, door_facts.CALLED, visit_id, door_facts.VisitCalled())
    return visit


def leave(node: Node, visit_id: bytes) -> Visit:
    """She went before her turn: she is not counted as helped, and her tick is taken back."""
    with node.journal.write():
        visit = permanence_queries.get_visit(node.store, visit_id)
        workshop = actions.open_workshop(node, visit.workshop_id)
        if visit.state in ("waiting", "called"):
            actions.append(node, workshop, door_facts.LEFT, visit_id, door_facts.VisitLeft())
            actions.undo_came(node, visit.workshop_id, visit_id)
    return visit


def close(node: Node, visit_id: bytes, report: VisitClosed) -> Visit:
    """The visit is over: its individual report is among the reports, where it is corrected. Again: nothing changes.

    Raises Problem `workshops.no_visit`, `.closed`, `.cancelled` or `.hosted_elsewhere`.
    """
    with node.journal.write():
        visit = permanence_queries.get_visit(node.store, visit_id)
        workshop = actions.open_workshop(node, visit.workshop_id)
        if visit.state != "closed":
            actions.append(node, workshop, door_facts.VISIT_CLOSED, visit_id, report)
            reports.add_help(node, visit_id, _to_report(node, workshop, visit_id, report), workshop.home)
    return visit


def _to_report(node: Node, workshop: queries.Workshop, visit_id: bytes, report: VisitClosed) -> NewReport:
    """The same in the fields of a report; what was not said stays empty."""
    has_come_before = returning.has_come_before(node.store, visit_id)
    given = {"gender": report.gender, "age_band": report.age_band, "status": report.status}
    return msgspec.structs.replace(
        reports.draft_help(node),
        stop_id=workshop.stop_id,
        place_name=workshop.place or workshop.stop_label,
        date_ms=workshop.starts_at_ms,
        minutes=report.minutes,
        known=None if has_come_before is None else int(has_come_before),
        themes=with_papers([*report.themes, *report.procedures]),
        autonomy=report.autonomy,
        redirected="yes" if report.redirect else "",
        redirection=report.redirect,
        materials=list(report.equipment),
        **{family: {code: 1} if code else {} for family, code in given.items()},
    )


def lend(node: Node, workshop_id: bytes, use_id: bytes, device: str) -> None:
    """A device is lent now; the same id again changes nothing. Raises Problem like `arrive`."""
    with node.journal.write():
        workshop = actions.open_workshop(node, workshop_id)
        if not node.journal.facts_of(door_facts.USE, use_id):
            body = door_facts.UseBegun(workshop_id, device, max(0, node.clock.wall_ms()))
            actions.append(node, workshop, door_facts.USE_BEGUN, use_id, body)


def take_back(node: Node, workshop_id: bytes, use_id: bytes) -> None:
    """It is back; twice changes nothing. Raises Problem `workshops.no_visit`."""
    with node.journal.write():
        workshop = actions.own_workshop(node, workshop_id)
        uses = [one for one in permanence_queries.list_uses(node.store, workshop) if one.use_id == use_id]
        if not uses:
            raise Problem("workshops.no_visit")
        if not uses[0].to_ms:
            body = door_facts.UseEnded(max(0, node.clock.wall_ms()))
            actions.append(node, workshop, door_facts.USE_ENDED, use_id, body)
