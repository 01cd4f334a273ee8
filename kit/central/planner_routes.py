"""The calendar of the coordination: month, week, paper agenda, and a file for other calendars."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from kit.central import planner
from kit.central.planner import Asked
from kit.errors.kind import fr
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.addresses import written_root
from kit.web.language import say
from kit.web.pages import MONTHS, WEEKDAYS, day_words
from kit.workshops import calendars
from kit.workshops import queries as workshops

blueprint = Blueprint("planner", __name__)
PAGE = "/planning"
KEPT_MS, MOST = 30 * 86_400_000, 3000


@blueprint.get(PAGE)
@staff_only("central", bounded=True)
def planning_page() -> str:
    """Stops, workshops and what was asked, day by day; every day and every entry is a plain link."""
    node, staff = the_node(), current_staff()
    asked = planner.read_asked(node, request.args)
    calendar = planner.read_calendar(node, asked, staff)
    return render_template(
        "central/planning.html", calendar=calendar, asked=asked, views=planner.VIEWS, week=map(say, WEEKDAYS),
        kits=planner.list_kits(node, staff), tours=sorted({stop.tour for stop in node.list_stops() if stop.tour}),
        title=_title(asked), address=lambda **changes: _address(asked, **changes), day_label=day_label,
    )  # fmt: skip


def _address(asked: Asked, **changes: object) -> str:
    told = {"vue": asked.view, "jour": asked.day, "valise": asked.kit, "tournee": asked.tour} | changes
    return f"{PAGE}?{urlencode({name: str(value) for name, value in told.items() if value})}"


def _title(asked: Asked) -> str:
    if asked.view == "semaine":
        return fr("Semaine du %(day)s") % {"day": day_label(planner.span_of(asked)[0])}
    return f"{say(MONTHS[asked.day.month - 1]).capitalize()} {asked.day.year}"


def day_label(day: date) -> str:
    """A day in words, with its name."""
    return day_words(day)


@blueprint.get(f"{PAGE}/agenda.ics")
@staff_only("central", bounded=True)
def calendar_file() -> Response:
    """The stops and workshops this person sees, for the calendar of her computer; no participant is in it."""
    node, staff = the_node(), current_staff()
    begin = node.clock.wall_ms() - KEPT_MS
    entries = planner.list_entries(node, planner.read_asked(node, request.args), staff, begin, 2**53)
    shown = {one.key for one in entries if one.kind == "workshop"}
    listed = [one for one in workshops.list_between(node.store, begin, 2**53, MOST, 0) if one.workshop_id in shown]
    stops = [stop for stop in node.list_stops() if stop.stop_id in {one.key for one in entries}]
    url = written_root(node.settings)
    pages = calendars.Pages(url, "/ateliers-recus", node.settings.timezone)
    answer = Response(
        calendars.write_calendar("La Valise : planning", listed, stops, node.clock.wall_ms(), pages),
        content_type="text/calendar; charset=utf-8",
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="planning.ics"'
    return answer
