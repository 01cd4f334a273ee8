"""The public page where anybody hands over what a kit gave: no account, no JavaScript. Its answer goes back by hand."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, request, send_file
from flask.blueprints import BlueprintSetupState

from kit.central import bringing
from kit.central.answers import AnswerPacker
from kit.central.turnstile import Turnstile
from kit.errors import CATALOGUE, Problem
from kit.people.node import Node, the_node
from kit.sync import bundle
from kit.sync.carriers import courier
from kit.sync.carriers.file import write_checked
from kit.web.uploads import takes_file

blueprint = Blueprint("bringing", __name__)
FOLDER = "answers"
KEEP_SECONDS = 24 * 3600
MOST_KEPT = 200
EXTENSION = "valise.bringing"


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Each application counts for itself."""
    clock = state.app.extensions["valise.node"].clock
    state.app.extensions[EXTENSION] = Turnstile(clock.mono_ms)


def _incoming(_length: int) -> courier.Incoming:
    return courier.Incoming(the_node().data / "tmp")


@blueprint.get("/apporter")
def page() -> str:
    """Where a file of a kit is handed over."""
    return render_template("central/bring.html", results=[])


@blueprint.post("/apporter")
@takes_file(courier.most_bytes, _incoming)
def bring() -> str | tuple[str, int]:
    """Take in what was brought, say what became of each file, and give an answer to carry back.

    Raises Problem `people.slow_down` when one address brings too much in a minute.
    """
    node = the_node()
    turnstile: Turnstile = current_app.extensions[EXTENSION]
    turnstile.enter(request.remote_addr or "")
    results = []
    for name, file in courier.incoming():
        taken = bringing.take_bundle(node, name, file)
        tokens = _keep_answers(node, taken) if taken.hello else []
        words = CATALOGUE[taken.trouble].words if taken.trouble in CATALOGUE else taken.trouble
        results.append((taken, words, tokens))
    return render_template("central/bring.html", results=results), 200 if results else 422


@blueprint.get("/apporter/reponse/<token>")
def answer(token: str) -> Response:
    """The answer for one kit; only who brought its file knows the address."""
    path = the_node().data / "tmp" / FOLDER / token
    if len(token) != 32 or not token.isalnum() or not path.is_file():
        raise Problem("web.not_found")
    return send_file(
        path,
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=f"retour-{token[:6]}{bundle.SUFFIX}",
    )


def _keep_answers(node: Node, taken: bringing.Taken) -> list[str]:
    """Where to find the answers for one kit: as many as what goes down to it needs."""
    packer, tokens = AnswerPacker(node, taken.hello, taken.relayed), list[str]()
    while packer.has_more:
        tokens.append(_keep(node.data / "tmp" / FOLDER, packer.bundle()))
    return tokens


def _keep(folder: Path, pieces: Iterable[bytes]) -> str:
    """Keep an answer for a day under a name nobody guesses."""
    folder.mkdir(exist_ok=True, mode=0o700)
    kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    old = time.time() - KEEP_SECONDS
    for path in kept[: max(0, len(kept) - MOST_KEPT)] + [path for path in kept if path.stat().st_mtime < old]:
        path.unlink(missing_ok=True)
    token = secrets.token_hex(16)
    write_checked(folder / token, pieces)
    return token
