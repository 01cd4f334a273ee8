"""The tour for everybody: a page of stops that prints as a plain list, and calendars to keep."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from kit.people.node import the_node
from kit.workshops import calendar_pages, calendars

blueprint = Blueprint("calendar", __name__)
BASE = "/ateliers"


@blueprint.get("/tournee")
def tour_page() -> str:
    """Where the suitcase stops, when, and what happens there; dates that belong to no stop shown come last."""
    stops, workshops = calendar_pages.list_to_come(the_node())
    by_stop = calendars.by_stop(workshops)
    shown = {stop.stop_id for stop in stops}
    elsewhere = [one for one in workshops if one.stop_id not in shown and not one.is_closed]
    themes = {one.theme: one.theme_label for one in workshops if one.theme and not one.is_cancelled}
    return render_template(
        "workshops/tour.html", tours=calendars.tours_of(stops), by_stop=by_stop, elsewhere=elsewhere, themes=themes
    )


@blueprint.get("/agenda.ics")
def calendar() -> Response:
    """All that is to come (and the last month); of one stop (`halte`), tour (`tournee`) or theme (`theme`)."""
    return calendar_pages.send_feed(the_node(), request.args, BASE)


@blueprint.get("/ateliers/<workshop>/agenda.ics")
def add_to_calendar(workshop: str) -> Response:
    """One workshop, for the phone's own calendar."""
    return calendar_pages.send_one(the_node(), workshop, BASE)


@blueprint.get("/ateliers/<workshop>/evenement.json")
def event(workshop: str) -> Response:
    """One workshop as schema.org's Event."""
    return calendar_pages.send_event(the_node(), workshop, BASE)
