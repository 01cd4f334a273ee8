"""Papers of a workshop and of the tour: flyers, poster, grid to copy from paper, badges, certificates."""

from __future__ import annotations

from flask import Blueprint, render_template

from kit.clock import at
from kit.errors import Problem
from kit.ids import read_text, to_text
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.addresses import written_root
from kit.web.qr import qr_svg
from kit.workshops import calendars, paper, queries, roll, rules, vocabulary
from kit.workshops.queries import Workshop

blueprint = Blueprint("paper", __name__, url_prefix="/console")
EMPTY_LINES = 12


@blueprint.context_processor
def phrases() -> dict[str, object]:
    """A certificate tells the year."""
    return {"year": lambda unix_ms: at(unix_ms).year}


def _get(workshop: str) -> Workshop:
    return queries.get_workshop(the_node().store, read_text(workshop))


def _url() -> str:
    return written_root(the_node().settings)


@blueprint.get("/ateliers/<workshop>/papier")
@staff_only("roll")
def papers_page(workshop: str) -> str:
    """Everything that can be printed for a workshop."""
    found = _get(workshop)
    opened = roll.open_roll(the_node(), current_staff(), found)
    named = [line for line in opened.lines if line.row.has_come and line.name]
    return render_template("workshops/paper/papers.html", workshop=found, named=named, has_names=opened.has_names)


@blueprint.get("/ateliers/<workshop>/affiche")
@staff_only("roll")
def poster_page(workshop: str) -> str:
    """One page for the wall."""
    return _announce("workshops/paper/poster.html", _get(workshop))


@blueprint.get("/ateliers/<workshop>/prospectus")
@staff_only("roll")
def flyers_page(workshop: str) -> str:
    """Four to a page, to be cut."""
    return _announce("workshops/paper/flyers.html", _get(workshop))


def _announce(page: str, found: Workshop) -> str:
    url = f"{_url()}/ateliers/{to_text(found.workshop_id)}"
    stop = the_node().find_stop(found.stop_id)
    return render_template(page, workshop=found, stop=stop, qr=qr_svg(url, url), url=_url())


@blueprint.get("/ateliers/<workshop>/grille")
@staff_only("roll")
def grid_page(workshop: str) -> str:
    """A grid for a day without the box: copied on the screen afterwards, in the same order."""
    lists = {name: vocabulary.labels(name) for name in ("gender", "age_band", "status")}
    return render_template("workshops/paper/grid.html", workshop=_get(workshop), lists=lists, lines=EMPTY_LINES)


@blueprint.get("/ateliers/<workshop>/badges")
@staff_only("roll")
def badges_page(workshop: str) -> str:
    """A badge for each name that may be read, and empty ones."""
    found = _get(workshop)
    opened = roll.open_roll(the_node(), current_staff(), found)
    names = [line for line in opened.lines if line.name and (line.row.signup_state != "waiting" or line.row.has_come)]
    return render_template("workshops/paper/badges.html", workshop=found, names=names, empty=8 - len(names) % 8)


@blueprint.get("/ateliers/<workshop>/attestation/<mark>")
@staff_only("roll")
def certificate_page(workshop: str, mark: str) -> str:
    """A certificate for somebody named who came and asks, while the workshop's names can be read."""
    found, raw = _get(workshop), rules.read_mark(mark)
    row = queries.find_person(the_node().store, found, raw) if raw else None
    if row is None or not row.has_come:
        raise Problem("workshops.nobody")
    line = roll.open_person(the_node(), current_staff(), found, row)
    if not line.name:
        raise Problem("workshops.name_closed")
    minutes = paper.attended_minutes(found, row.halves)
    today_ms = the_node().clock.wall_ms()
    return render_template(
        "workshops/paper/certificate.html", workshop=found, name=line.name, minutes=minutes, today_ms=today_ms
    )


@blueprint.get("/papier/tournee")
@staff_only("roll")
def agenda_page() -> str:
    """The poster of what is to come: stops with their workshops."""
    node = the_node()
    today, _ = rules.day_bounds(node.clock.wall_ms(), node.settings.timezone)
    stops = [stop for stop in node.list_stops() if stop.ends_at_ms >= today and not stop.is_closed]
    by_stop: dict[bytes, list[Workshop]] = {}
    for one in queries.list_between(node.store, today, 2**53, 500, 0):
        if not one.is_cancelled:
            by_stop.setdefault(one.stop_id, []).append(one)
    url = f"{_url()}/tournee"
    tours = calendars.tours_of(stops)
    return render_template("workshops/paper/agenda.html", tours=tours, by_stop=by_stop, qr=qr_svg(url, url), url=url)
