"""Open data beside the directory: the calendar of the tour and the catalogue, for anybody, without a token."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request

from kit.central import queries
from kit.errors import Problem
from kit.ids import to_text
from kit.keys import primitives
from kit.library import queries as library
from kit.library.queries import Choice, ItemView
from kit.people.node import StopView, the_node
from kit.web.addresses import written_root
from kit.workshops import queries as workshops
from kit.workshops.queries import Workshop

blueprint = Blueprint("open_calendar", __name__, url_prefix="/api/v1")
PER_PAGE, MOST_PAGES, MOST_DATES = 100, 100_000, 3000


@blueprint.get("/calendrier")
def calendar() -> Response:
    """Stops and dates that are not over, in order. Nobody's name is in it."""
    node = the_node()
    now, url = node.clock.wall_ms(), written_root(node.settings)
    stops = sorted((one for one in node.list_stops() if one.ends_at_ms >= now), key=lambda one: one.starts_at_ms)
    dates = workshops.list_between(node.store, now, 2**53, MOST_DATES, 0)
    held = {log_no for log_no in {one.log_no for one in dates} if queries.find_host(node.store, log_no)}
    return _answer(
        haltes=[_stop(one) for one in stops],
        ateliers=[_date(one, url, one.log_no in held) for one in dates],
    )  # fmt: skip


def _stop(stop: StopView) -> dict[str, object]:
    return {
        "id": to_text(stop.stop_id), "nom": stop.label, "commune": stop.commune, "code_insee": stop.code_insee,
        "adresse": stop.address, "tournee": stop.tour, "debut": _when(stop.starts_at_ms), "fin": _when(stop.ends_at_ms),
    }  # fmt: skip


def _date(one: Workshop, url: str, is_held: bool) -> dict[str, object]:
    return {
        "id": to_text(one.workshop_id), "titre": one.title, "resume": one.summary, "thematique": one.theme,
        "niveau": one.level, "halte": to_text(one.stop_id) if one.stop_id else None, "lieu": one.where,
        "debut": _when(one.starts_at_ms), "fin": _when(one.ends_at_ms), "places": one.places,
        "annule": one.is_cancelled, "inscription": f"{url}/tournee/{to_text(one.workshop_id)}" if is_held else None,
    }  # fmt: skip


def _when(unix_ms: int) -> str:
    return datetime.fromtimestamp(unix_ms / 1000, UTC).isoformat(timespec="seconds")


@blueprint.get("/catalogue")
def catalogue() -> Response:
    """The works of the public library, by title, a hundred a page."""
    node, asked = the_node(), request.args.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 6 and 1 <= int(asked) <= MOST_PAGES):
        raise Problem("api.bad_parameter", name="page")
    page, url = int(asked), written_root(node.settings)
    total = library.count_items(node.store, Choice())
    found = library.list_items(node.store, Choice(), PER_PAGE, (page - 1) * PER_PAGE)
    following = f"{url}/api/v1/catalogue?page={page + 1}" if page * PER_PAGE < total and page < MOST_PAGES else None
    return _answer(total=total, oeuvres=[_work(one, url) for one in found], suivante=following)


def _work(one: ItemView, url: str) -> dict[str, object]:
    return {
        "id": to_text(one.item_id), "titre": one.title, "auteurs": one.creators, "sorte": one.kind,
        "langue": one.language, "licence": one.licence_id, "source": one.source, "resume": one.summary,
        "adresse": f"{url}/bibliotheque/{one.text_id}",
    }  # fmt: skip


def _answer(**told: object) -> Response:
    """With an ETag of what it says: 304 to who has just that."""
    response = jsonify(**told)
    response.set_etag(primitives.digest(response.get_data()).hex()[:32])
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag"
    return response.make_conditional(request)  # type: ignore[return-value]
