"""The team's page of packs: what the plugged keys bring, what is installed, making one from a shelf."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug.datastructures import MultiDict

from kit.errors import FieldProblems, Problem
from kit.ids import read_text
from kit.library import queries as library
from kit.library.packs import installing, keys_on_hand, making, queries
from kit.library.packs.forms import read_about
from kit.library.packs.rules import AGES, About, competences
from kit.library.packs.work import EXTENSION, PackWork, Report
from kit.library.shelves.actions import check_may_change
from kit.people.access import current_staff, staff_only
from kit.people.node import Node, the_node
from kit.usb import list_keys
from kit.web.pages import size_words, tell

blueprint = Blueprint("packs", __name__)
SHOWN = 30


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Give the application its place for long work."""
    state.app.extensions[EXTENSION] = PackWork()


def _work() -> PackWork:
    work: PackWork = current_app.extensions[EXTENSION]
    return work


@blueprint.get("/console/paquets")
@staff_only("library")
def packs_page() -> str:
    """Packs on the keys with what each would do, those installed, and the form that makes one."""
    return _page(MultiDict(), {})


def _page(values: MultiDict[str, str], errors: Mapping[str, Problem]) -> str:
    node, work = the_node(), _work()
    return render_template(
        "library/packs/packs.html", work=work, values=values, errors=errors,
        on_keys=[] if work.is_running else keys_on_hand.list_packs(node), keys=list_keys(node.settings.keys_folder),
        installed=queries.list_packs(node.store, SHOWN), shelves=library.count_by_shelf(node.store), ages=AGES,
        competences=competences(),
    )  # fmt: skip


def _back() -> Response:
    return redirect("/console/paquets", 303)  # type: ignore[return-value]


@blueprint.post("/console/paquets/installer")
@staff_only("library")
def install() -> Response:
    """Bring a pack in from a key; first vouching for who signed it, when staff say they know her."""
    node = the_node()
    path = keys_on_hand.get_path(node, request.form.get("pack", ""))
    forecast = installing.look(node, path)
    check_may_change(node, current_staff(), [item.shelf for item in forecast.content.items])
    if not forecast.signer_name:
        if request.form.get("signer") != forecast.signer.hex():
            raise Problem("packs.unknown_signer")
        installing.vouch(node, forecast.signer, forecast.content.about.organisation or "Sans nom")

    def do(report: Report) -> str:
        installing.install(node, path, report)
        return f"« {forecast.content.about.title} » est installé : {len(forecast.content.items)} œuvres."

    if not _work().start(node, do):
        tell("warn", "Un autre paquet est en cours. Attendez qu’il finisse.")
    return _back()


@blueprint.post("/console/paquets/<text_id>/retirer")
@staff_only("library")
def undo(text_id: str) -> Response:
    """Go back to what was before a pack."""
    node, install_id = the_node(), read_text(text_id) or b""
    check_may_change(node, current_staff(), installing.shelves_of(node, install_id))
    pack = installing.undo(node, install_id)
    tell("ok", f"« {pack.title} » est retiré. Rien n’est effacé : on peut l’installer de nouveau.")
    return _back()


@blueprint.post("/console/paquets/faire")
@staff_only("library")
def make() -> Response | tuple[str, int]:
    """Make the pack of a shelf on a marked key."""
    node = the_node()
    keys = {str(key): key for key in list_keys(node.settings.keys_folder)}
    try:
        shelf, about = read_about(request.form, [name for name, _ in library.count_by_shelf(node.store)])
        key = keys.get(request.form.get("key", ""))
        if key is None:
            raise FieldProblems({"key": Problem("packs.no_write", reason="clé retirée")}, request.form)
    except FieldProblems as problem:
        return _page(request.form, problem.fields), problem.status
    if not _work().start(node, lambda _report: _make(node, shelf, about, key)):
        tell("warn", "Un autre paquet est en cours. Attendez qu’il finisse.")
    return _back()


def _make(node: Node, shelf: str, about: About, key: Path) -> str:
    place = key / keys_on_hand.FOLDER
    try:
        place.mkdir(exist_ok=True)
    except OSError as refusal:
        raise Problem("packs.no_write", reason=refusal.strerror or "?") from refusal
    made = making.make_pack(node, shelf, about, place)
    left = f" {made.left_out} restent ici : leur autorisation ne vaut que pour vous." if made.left_out else ""
    words = f"« {about.title} », version {made.version}, est écrit et relu : {made.count} œuvres"
    return f"{words}, {size_words(made.size_bytes)}.{left}"
