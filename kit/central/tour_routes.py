"""The tour as people at home see it: dates, asking for a place, the ticket. Staff use it when the town hall calls."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.central import queries
from kit.errors import FieldProblems, Problem
from kit.ids import read_code, read_text
from kit.people.access import the_throttle
from kit.people.node import the_node
from kit.web.qr import qr_svg
from kit.web.security import form_nonce
from kit.workshops import another_date, calendar_pages, calendars, forms, from_home
from kit.workshops import queries as workshops
from kit.workshops.proposals import queries as proposals
from kit.workshops.public_routes import page_words
from kit.workshops.queries import Signup, Workshop
from kit.workshops.ticket_routes import is_stop_off
from kit.workshops.words import field_words, problem_words

blueprint = Blueprint("tour", __name__)
BASE = "/tournee"
MOST_DATES = 200


@blueprint.get("/tournee")
def tour_page() -> str:
    """Stops and dates to come, of every suitcase; dates that belong to no stop shown come last."""
    node = the_node()
    now_ms = node.clock.wall_ms()
    found = from_home.list_to_come(node.store, now_ms, MOST_DATES)
    stops, _ = calendar_pages.list_to_come(node)
    tours = calendars.tours_of(stops)
    shown = {stop.stop_id for stop in stops}
    return render_template(
        "central/tour.html",
        tours=tours,
        by_stop=calendars.by_stop(found),
        elsewhere=[one for one in found if one.stop_id not in shown],
        states={one.workshop_id: from_home.find_state(node, one) for one in found},
        expected=proposals.list_expected(node.store, now_ms, MOST_DATES),
        themes={one.theme: one.theme_label for one in found if one.theme and not one.is_cancelled},
    )


@blueprint.get("/agenda.ics")
def calendar() -> Response:
    """The same for the phone's calendar, and of one stop (`halte`), tour (`tournee`) or theme (`theme`)."""
    return calendar_pages.send_feed(the_node(), request.args, BASE)


@blueprint.get("/tournee/<workshop>/agenda.ics")
def add_to_calendar(workshop: str) -> Response:
    """One date, for the phone's own calendar."""
    return calendar_pages.send_one(the_node(), workshop, BASE)


@blueprint.get("/tournee/<workshop>")
def date_page(workshop: str) -> str:
    """One date and the form to ask for a place."""
    return _page(workshops.get_workshop(the_node().store, read_text(workshop)))


@blueprint.post("/tournee/<workshop>")
def ask(workshop: str) -> Response | tuple[str, int]:
    """Ask for places: the box that holds the workshop answers when it hears of it."""
    node = the_node()
    found = workshops.get_workshop(node.store, read_text(workshop))
    try:
        party, asking = forms.read_party(request.form, request.form.getlist("access"))
        kit_id = queries.host_of(node.store, found.log_no)
        made = from_home.ask_from_home(node, kit_id, found.workshop_id, form_nonce(), party, asking)
    except FieldProblems as problem:
        return _page(found, values=problem.values, errors=field_words(problem)), problem.status
    except Problem as problem:
        if not problem.code.startswith("workshops."):
            raise
        return _page(found, values=request.form, refused=problem_words(problem)), problem.status
    return redirect(f"/tournee/ticket/{made[0].code}", 303)


def _page(workshop: Workshop, **more: object) -> str:
    state = from_home.find_state(the_node(), workshop)
    is_held = queries.find_host(the_node().store, workshop.log_no) is not None
    stop = the_node().find_stop(workshop.stop_id)
    event = calendars.to_event(workshop, stop, calendar_pages.pages_of(the_node(), BASE))
    words = page_words(workshop) | {"state": state if is_held else "elsewhere", "event": event}
    return render_template("central/tour_date.html", **words, **more)


@blueprint.get("/tournee/mon-ticket")
def find_page() -> str:
    """Type the code that was written down, to see a ticket again."""
    return _find_form("", None)


@blueprint.post("/tournee/mon-ticket")
def find() -> Response | tuple[str, int]:
    """Go to the ticket of a code, or say that none is known here."""
    typed = request.form.get("code", "")
    try:
        return redirect(f"/tournee/ticket/{_party(typed)[0].code}", 303)
    except Problem as problem:
        return _unknown(typed, problem, 422)


def _find_form(typed: str, refused: str | None) -> str:
    return render_template(
        "workshops/find_ticket.html", code=typed[:60], error=refused, action="/tournee/mon-ticket", back="/tournee"
    )


def _unknown(typed: str, problem: Problem, status: int) -> tuple[str, int]:
    status = problem.status if problem.code == "people.slow_down" else status
    return _find_form(typed, problem_words(problem)), status


@blueprint.get("/tournee/ticket/<code>")
def ticket_page(code: str) -> str | tuple[str, int]:
    """What is known at home of a ticket."""
    try:
        party = _party(code)
    except Problem as problem:
        return _unknown(code, problem, 404)
    store = the_node().store
    places = [(one, workshops.get_workshop(store, one.workshop_id), workshops.find_rank(store, one)) for one in party]
    url = f"{calendar_pages.pages_of(the_node(), BASE).url}{BASE}/ticket/{party[0].code}"
    is_movable = bool(another_date.list_other_dates(the_node(), party, 1))
    held, instead = another_date.split_party(party)
    shown = next((one for one in places if one[0] in held), places[0])
    return render_template(
        "central/tour_ticket.html", code=party[0].code, places=places, qr=qr_svg(url, "QR"), is_movable=is_movable,
        shown=shown, is_standing=bool(held), instead=instead,
        off={found.workshop_id for _, found, _ in places if is_stop_off(the_node(), found)},
    )  # fmt: skip


@blueprint.post("/tournee/ticket/<code>/annuler")
def cancel(code: str) -> Response | tuple[str, int]:
    """Give the places of a ticket back."""
    try:
        party = _party(code)
    except Problem as problem:
        return _unknown(code, problem, 404)
    from_home.cancel_from_home(the_node(), queries.host_of(the_node().store, party[0].log_no), party)
    return redirect(f"/tournee/ticket/{party[0].code}", 303)


@blueprint.get("/tournee/ticket/<code>/changer")
def change_page(code: str) -> str | tuple[str, int]:
    """Another date for the same ticket."""
    try:
        return _change_form(_party(code), {}, {})
    except Problem as problem:
        return _unknown(code, problem, 404)


@blueprint.post("/tournee/ticket/<code>/changer")
def change(code: str) -> Response | tuple[str, int]:
    """Ask for another date under the same code; the places held so far go to the next."""
    node, party = the_node(), _party(code)
    try:
        people = forms.read_same_party(request.form, len(another_date.split_party(party)[0]))
        kit_id = queries.host_of(node.store, party[0].log_no)
        target = read_text(request.form.get("date", ""))
        another_date.change_date_from_home(node, kit_id, party, target, people)
    except FieldProblems as problem:
        return _change_form(party, problem.values, field_words(problem)), problem.status
    except Problem as problem:
        if not problem.code.startswith("workshops."):
            raise
        return _change_form(party, request.form, {"date": problem_words(problem)}), problem.status
    return redirect(f"/tournee/ticket/{party[0].code}", 303)


def _change_form(party: list[Signup], values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    held, _ = another_date.split_party(party)
    dates, has = another_date.list_other_dates(the_node(), party, 20), {one.workshop_id for one in held}
    given = {"dates": dates, "has": has, "people": len(held), "values": values, "errors": errors}
    return render_template("central/tour_change.html", code=party[0].code, **given)


def _party(code: str) -> list[Signup]:
    """The places of a ticket. Raises Problem `workshops.no_ticket`, or `people.slow_down` after wrong ones in a row."""
    throttle = the_throttle()
    who = f"ticket {request.remote_addr}"
    throttle.check(who)
    party = workshops.list_by_code(the_node().store, read_code(code))
    if not party:
        throttle.failed(who)
        raise Problem("workshops.no_ticket")
    throttle.passed(who)
    return party
