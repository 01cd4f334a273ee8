"""The open data of a central, under /api/v1: anybody may read it, from anywhere, and copy only what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from kit.directory import open_api, open_data
from kit.directory.open_data import Change
from kit.ids import to_text
from kit.people.node import the_node
from kit.store import Store
from kit.web.addresses import written_root

blueprint = Blueprint("open_data", __name__, url_prefix="/api/v1")
CSV, JSON = "text/csv; charset=utf-8", "application/json; charset=utf-8"
API = "application/vnd.api+json"
PER_PAGE = 100


@blueprint.after_request
def open_to_all(response: Response) -> Response:
    """Pages of other sites may read what is public here."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Content-Disposition"
    return response


@blueprint.get("/openapi.json")
def document() -> Response:
    """What is served here, in OpenAPI 3.1."""
    return jsonify(open_api.describe(written_root(the_node().settings)))


@blueprint.get("/documentation")
def documentation() -> str:
    """The same for people; no script."""
    return render_template("directory/open_api.html", api=open_api.describe(""))


@blueprint.get("/lieux.csv")
def places_csv() -> Response:
    """Places, in the national CSV v1.0.2."""
    return _answer(open_data.csv_pieces, CSV, "csv")


@blueprint.get("/lieux.json")
def places_json() -> Response:
    """Places, in the national JSON v1.0.2."""
    return _answer(open_data.json_pieces, JSON)


@blueprint.get("/data-inclusion/structures.json")
def structures() -> Response:
    """Places, as data·inclusion v1 structures."""
    return _answer(open_data.structure_pieces, JSON)


@blueprint.get("/data-inclusion/services.json")
def services() -> Response:
    """What places offer, as data·inclusion v1 services."""
    return _answer(open_data.service_pieces, JSON)


def _answer(pieces: Callable[[Store], Iterator[str]], media_type: str, extension: str = "") -> Response:
    """A whole list, in pieces; 304 when nothing changed since the reader's copy."""
    node = the_node()
    response = current_app.response_class(pieces(node.store), content_type=media_type)
    response.set_etag(open_data.version_of(node.store))
    if extension:
        day = node.clock.now().astimezone(UTC).date().isoformat()
        name = f"{day}_valise-nomade_lieux-de-mediation-numerique.{extension}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.make_conditional(request)
    return response


@blueprint.get("/lieux")
def changes() -> Response:
    """Places page by page in the order they last changed, with tombstones: who copies them asks only what is new."""
    node, asked = the_node(), request.args
    open_data.take_note(node)
    cursor, since = asked.get("page[cursor]"), asked.get("filter[modification][depuis]")
    size = open_data.read_size(asked.get("page[size]"), PER_PAGE)
    found = open_data.list_changes(
        node.store,
        open_data.read_since(since) if since is not None else 0,
        open_data.read_cursor(cursor) if cursor is not None else None,
        size + 1,
    )
    shown, has_more = found[:size], len(found) > size
    response = jsonify(
        data=[_resource(one) for one in shown],
        links={"next": _next_url(shown[-1], size) if has_more else None},
        meta={"version": open_data.version_of(node.store)},
    )
    response.content_type = API
    return response


def _next_url(last: Change, size: int) -> str:
    return f"{request.base_url}?page[size]={size}&page[cursor]={last.cursor}"


def _resource(change: Change) -> dict[str, object]:
    when = datetime.fromtimestamp(change.seen_ms / 1000, UTC).isoformat(timespec="milliseconds")
    dates = {"modification": when, "suppression": None if change.row else when}
    said = {name: value for name, value in (change.row or {"id": change.local_id}).items() if value}
    return {"type": "lieux", "id": to_text(change.place_id), "attributes": said | dates}
