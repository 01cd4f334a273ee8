"""Counting what is asked for, and the page to print: what was taken home today."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, current_app, render_template, request
from flask.blueprints import BlueprintSetupState

from kit.ids import read_text
from kit.library.counts import facts, queries
from kit.library.counts.counter import EXTENSION, Counter
from kit.people.access import find_current_staff, staff_only
from kit.people.node import Node, the_node

blueprint = Blueprint("counts", __name__)
MOST_WORKS = 300
MOST_DAYS = 60
INSIDE = "valise.inside"  # in the environment of a request that no visitor made
_READ = "library.reading.contents"
_PAGES = ("library.keep.keep_page", "library.site.keep_page")
_FILE = "library.file"
_SITE = "library.site.first_page"  # leads to the first page: whoever reads on is not counted again


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Give the application its counter."""
    node: Node = state.app.extensions["valise.node"]
    state.app.extensions[EXTENSION] = Counter(node)


def the_counter() -> Counter:
    """This application's counter."""
    counter: Counter = current_app.extensions[EXTENSION]
    return counter


@blueprint.after_app_request
def count(response: Response) -> Response:
    """Count a visitor's page and work. The team counts nothing, nor the rest of a file asked in pieces, nor a page that
    another of ours reads (`INSIDE`)."""
    if INSIDE in request.environ:
        return response
    is_begun = response.status_code == 302 and request.endpoint == _SITE
    if request.method != "GET" or not (is_begun or response.status_code in (200, 206)) or find_current_staff():
        return response
    if response.mimetype == "text/html" and not request.path.startswith(("/console", "/connexion")):
        the_counter().visit(request.remote_addr or "", request.user_agent.string)
    if request.endpoint in (_READ, _FILE, _SITE, *_PAGES) and _is_beginning():
        item_id = read_text((request.view_args or {}).get("text_id", ""))
        is_kept = request.endpoint in _PAGES or (request.endpoint == _FILE and request.args.get("ici") != "1")
        if item_id:
            the_counter().count(item_id, is_kept=is_kept)
    return response


def _is_beginning() -> bool:
    return request.headers.get("Range", "bytes=0-").replace(" ", "").startswith("bytes=0-")


@blueprint.get("/console/emporte")
@staff_only("library")
def taken() -> str:
    """What was read and kept on one day, to print."""
    node, counter = the_node(), the_counter()
    counter.note()
    today = counter.today()
    asked = request.args.get("jour", "")
    day = int(asked) if asked.isdigit() and len(asked) < 6 else today
    stop = node.current_stop() if day == today else None
    works = queries.list_taken(node.store, day, MOST_WORKS)
    return render_template(
        "library/counts/taken.html", works=works, stop=stop.label if stop else "", day=day, as_date=as_date,
        visitors=queries.count_visitors(node.store, day, facts.NOBODY), days=queries.list_days(node.store, MOST_DAYS),
        reads=sum(one.read for one in works), kept=sum(one.kept for one in works),
    )  # fmt: skip


def as_date(day: int) -> datetime:
    """Noon of a day given in days since 1970, so that it is that day in any zone people live in."""
    return datetime(1970, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
