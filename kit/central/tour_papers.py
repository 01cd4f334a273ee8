"""Papers of the tour to print at home, without an account (a town hall prints them). No person is in them."""

from __future__ import annotations

from flask import Blueprint, render_template

from kit.ids import read_text, to_text
from kit.people.node import the_node
from kit.web.qr import qr_svg
from kit.workshops import calendar_pages, calendars
from kit.workshops import queries as workshops

blueprint = Blueprint("tour_papers", __name__)
BASE = "/tournee"


@blueprint.get("/tournee/affiche")
def agenda_page() -> str:
    """The poster of what is to come: stops with their workshops."""
    stops, found = calendar_pages.list_to_come(the_node())
    by_stop = calendars.by_stop(one for one in found if not one.is_cancelled)
    url = calendar_pages.pages_of(the_node(), BASE).url + BASE
    words = {"tours": calendars.tours_of(stops), "by_stop": by_stop, "qr": qr_svg(url, url), "url": url}
    return render_template("workshops/paper/agenda.html", back=BASE, **words)


@blueprint.get("/tournee/<workshop>/affiche")
def poster_page(workshop: str) -> str:
    """One page for the wall."""
    return _announce("workshops/paper/poster.html", workshop)


@blueprint.get("/tournee/<workshop>/prospectus")
def flyers_page(workshop: str) -> str:
    """Four to a page, to be cut."""
    return _announce("workshops/paper/flyers.html", workshop)


def _announce(page: str, workshop: str) -> str:
    found = workshops.get_workshop(the_node().store, read_text(workshop))
    pages = calendar_pages.pages_of(the_node(), BASE)
    url = pages.of(found)
    words = {"stop": the_node().find_stop(found.stop_id), "qr": qr_svg(url, url), "url": pages.url + BASE}
    return render_template(page, workshop=found, back=f"{BASE}/{to_text(found.workshop_id)}", **words)
