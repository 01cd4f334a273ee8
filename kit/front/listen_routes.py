"""« Écouter » on the box: a page read aloud by the machine's own voice, for phones that have none, without JavaScript.

Only pages that say the same to everybody (`SPOKEN`): a ticket, a letter or an answer under way belongs to one person,
and a sound of its words would lie on the disk.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from kit.device import voice
from kit.errors import Problem
from kit.front.spoken import Line, read_aloud, to_speech
from kit.library.counts.routes import INSIDE
from kit.library.reading.child import kept
from kit.people.node import the_node
from kit.web.language import chosen
from kit.web.navigation import SPOKEN

blueprint = Blueprint("listen", __name__)


@blueprint.get("/ecouter")
def listen_page() -> str:
    """The words of a page, large, with their sound; or what to do where this box has no voice."""
    path = _asked_path("/")
    lines, language = _read(path)
    can = voice.has_voice() and voice.speaks(language)
    return render_template("front/listen.html", path=path, lines=lines, language=language, can=can)


@blueprint.get("/ecouter/son")
def sound() -> Response:
    """The sound of a page, made once for what it says. Raises Problem `listening.*`."""
    lines, language = _read(_asked_path())
    parts = to_speech(lines)
    told = "\n".join([language, *(f"{part.language}\n{part.text}" for part in parts)])
    name = hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
    raw = kept(the_node().data / "cache" / "son", f"{name}.wav", lambda: _speak(parts, language, name))
    try:
        return send_file(io.BytesIO(raw), mimetype="audio/wav", conditional=True, etag=name)
    except RequestedRangeNotSatisfiable:  # RFC 9110, section 15.5.17
        return Response(status=416, headers={"Content-Range": f"bytes */{len(raw)}"})


def _speak(parts: list[Line], language: str, name: str) -> bytes:
    target = the_node().data / "tmp" / f"{name}.wav"
    try:
        voice.speak(parts, language, target)
        return Path(target).read_bytes()
    finally:
        target.unlink(missing_ok=True)


def _asked_path(otherwise: str = "") -> str:
    path = request.args.get("page", otherwise)
    if not SPOKEN.fullmatch(path):
        raise Problem("listening.not_for_all")
    return path


def _read(path: str) -> tuple[list[Line], str]:
    """The lines of one of our pages, each in its language, and the language of most: as without a cookie.

    Raises Problem `web.not_found` when the page is not there.
    """
    app, language = current_app._get_current_object(), chosen()  # type: ignore[attr-defined]
    asked: dict[str, Any] = {"path": path, "query_string": {"langue": language}, "base_url": request.host_url}
    asked["environ_overrides"] = {INSIDE: True}
    with app.app_context(), app.test_request_context(**asked):  # a `g` of its own
        answer = app.full_dispatch_request()
        if answer.status_code != 200 or answer.mimetype != "text/html":
            raise Problem("web.not_found")
        lines, of_work = read_aloud(answer.get_data(as_text=True))
    return [Line(line.text, line.language or language) for line in lines], of_work or language
