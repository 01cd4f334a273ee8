"""What the moving map asks for: outlines, marks, tiles; and the page where librarians load a file of tiles."""

from __future__ import annotations

import secrets

from flask import Blueprint, Flask, Response, current_app, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kit.directory import maps
from kit.directory.atlas import tiles
from kit.errors import Problem
from kit.errors.kind import fr
from kit.ids import to_text
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.pages import problem_words, tell
from kit.web.security import takes_files

blueprint = Blueprint("atlas", __name__)
PAGE = "/console/carte"
MOST_MARKS = 400
A_DAY = "public, max-age=86400"


@blueprint.get("/annuaire/carte/contours.json")
def outlines() -> Response:
    """The departments, to be drawn in the browser."""
    response = jsonify(maps.all_outlines())
    response.headers["Cache-Control"] = A_DAY
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/annuaire/carte/lieux.json")
def marks() -> Response:
    """Places between the edges asked for, near ones gathered; nothing for edges that make no sense."""
    asked = [request.args.get(name, "") for name in ("s", "n", "o", "e", "largeur")]
    edges = _read_edges(asked)
    if edges is None:
        raise Problem("directory.bad_edges")
    south, north, west, east, width = edges
    km = max(0.05, (east - west) * maps.KM_PER_DEGREE * 0.7 * maps.WIDTH / max(200.0, min(width, 4000.0)))
    view = maps.View((south + north) / 2, (west + east) / 2, km)
    found = maps.gather(the_node().store, view, (south, north, west, east))[:MOST_MARKS]
    return jsonify([
        {"n": one.north, "e": one.east, "nombre": one.count, "nom": one.name, "lieu": to_text(one.place_id),
         "tous": [{"lieu": to_text(place_id), "nom": name} for place_id, name in one.members]}
        for one in found
    ])  # fmt: skip


def _read_edges(asked: list[str]) -> tuple[float, float, float, float, float] | None:
    try:
        south, north, west, east, width = (float(one) for one in asked)
    except ValueError:
        return None
    is_sane = -90 <= south < north <= 90 and -540 <= west < east <= 540 and width == width
    return (south, north, west, east, width) if is_sane else None


@blueprint.get("/annuaire/carte/fond/<int:zoom>/<int:x>/<int:y>")
def tile(zoom: int, x: int, y: int) -> Response:
    """One picture of the background; 204 where the file has none."""
    data = the_node().data
    found = tiles.find_tiles(data)
    raw = tiles.read_tile(data, zoom, x, y) if found else None
    if found is None or raw is None:
        return current_app.response_class(status=204)
    response = current_app.response_class(raw, content_type=found.media_type)
    response.headers["Cache-Control"] = A_DAY
    return response


# -- the team -----------------------------------------------------------------------------------------------------


def _most(_app: Flask) -> int:
    return the_node().settings.max_upload


@blueprint.get(PAGE)
@staff_only("library")
def tiles_page() -> str:
    """What background the map has, and how to load one."""
    return _page()


def _page(error: str = "") -> str:
    return render_template(
        "directory/atlas/tiles.html", found=tiles.find_tiles(the_node().data), error=error, credit=maps.credit()
    )


@blueprint.post(PAGE)
@staff_only("library")
@takes_files(_most)
def load() -> str | AnyResponse | tuple[str, int]:
    """Take in a file of tiles, in the place of the one before."""
    node, sent = the_node(), request.files.get("fichier")
    path = node.data / "tmp" / f"tuiles-{secrets.token_hex(8)}"
    try:
        if sent is None or not sent.filename:
            raise Problem("field.required")
        sent.save(path)
        tiles.take_in(node.data, path)
    except Problem as problem:
        return _page(problem_words(problem)), problem.status
    finally:
        path.unlink(missing_ok=True)
    tell("ok", fr("Le fond de carte est en place."))
    return redirect(PAGE, 303)


@blueprint.post(f"{PAGE}/retirer")
@staff_only("library")
def remove() -> AnyResponse:
    """Back to the outlines alone."""
    tiles.remove(the_node().data)
    tell("ok", fr("Le fond de carte est retiré ; les contours restent."))
    return redirect(PAGE, 303)
