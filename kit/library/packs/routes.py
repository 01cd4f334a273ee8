"""The team's page of packs: what came or lies on the plugged keys, what is installed, making one from a shelf."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, render_template, request, send_file
from flask.blueprints import BlueprintSetupState
from werkzeug.datastructures import MultiDict

from kit.errors import FieldProblems, Problem, counted
from kit.errors.kind import fr
from kit.ids import read_text
from kit.library import queries as library
from kit.library.bench.queries import list_batches
from kit.library.bench.worker import is_running, start_worker
from kit.library.packs import arrived, giving, installing, kept, keys_on_hand, made, making, queries
from kit.library.packs.forms import read_about
from kit.library.packs.rules import AGES, competences
from kit.library.packs.work import EXTENSION, make_work
from kit.library.shelves.actions import check_may_change
from kit.people.access import current_staff, staff_only
from kit.people.node import Node, the_node
from kit.usb import list_keys
from kit.web.pages import asked_page, tell, to_page
from kit.work import Report, Work

blueprint = Blueprint("packs", __name__)
SHOWN = 30
WORKS_A_PAGE = 50
PAGE = "/console/paquets"


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Give the application its place for long work."""
    state.app.extensions[EXTENSION] = make_work()


def _work() -> Work[str]:
    work: Work[str] = current_app.extensions[EXTENSION]
    return work


@blueprint.get(PAGE)
@staff_only("library")
def packs_page() -> str:
    """Packs at hand with what each would do, those installed, and the form that makes one."""
    return _page(MultiDict(), {})


def _page(values: MultiDict[str, str], errors: Mapping[str, Problem], plan: making.Plan | None = None) -> str:
    node, work = the_node(), _work()
    installed = queries.list_packs(node.store, SHOWN)
    return render_template(
        "library/packs/packs.html", work=work, values=values, errors=errors, plan=plan,
        givable=giving.list_givable(node, installed),
        at_hand=[] if work.is_running else keys_on_hand.list_packs(node), keys=list_keys(node.settings.keys_folder),
        installed=installed, shelves=library.count_by_shelf(node.store), ages=AGES,
        competences=competences(), made=made.list_made(node.data), is_reading=_is_bench_busy(node),
        free=made.free_bytes(node, Path(values.get("key", ""))),
    )  # fmt: skip


def _is_bench_busy(node: Node) -> bool:
    """True while the bench reads what came: a pack may be in it."""
    is_waiting = any(one.is_busy for one in list_batches(node.store))
    if is_waiting:
        start_worker(node)
    return is_waiting or is_running(node.data)


def _back() -> Response:
    return redirect(PAGE, 303)  # type: ignore[return-value]


@blueprint.post(f"{PAGE}/installer")
@staff_only("library")
def install() -> Response:
    """Bring a pack in; first vouching for who signed it, when staff say they know her."""
    node = the_node()
    path = keys_on_hand.get_path(node, request.form.get("pack", ""))
    forecast = installing.look(node, path)
    check_may_change(node, current_staff(), installing.shelves_changed(node, forecast.content))
    if not forecast.signer_name:
        if request.form.get("signer") != forecast.signer.hex():
            tell(
                "warn",
                fr("Rien n’est installé : cochez d’abord que vous connaissez la bibliothèque qui a fait ce paquet."),
            )
            return _back()
        installing.vouch(node, forecast.signer, forecast.content.about.organisation or "Sans nom")
    if not _work().begin(node.store, lambda report: _install(node, path, forecast, report)):
        tell("warn", fr("Un autre paquet est en cours. Attendez qu’il finisse."))
    return _back()


def _install(node: Node, path: Path, forecast: installing.Forecast, report: Report) -> str:
    kept.keep(node.data, installing.install(node, path, report), path)
    arrived.remove(node.data, path)
    corrected = ""
    if forecast.corrected:
        corrected = counted(forecast.corrected, fr(" %s fiche est corrigée."), fr(" %s fiches sont corrigées."))
    works = counted(len(forecast.content.items), fr("%s œuvre"), fr("%s œuvres"))
    return fr("« %(title)s » est installé : %(works)s.%(corrected)s") % {
        "title": forecast.content.about.title,
        "works": works,
        "corrected": corrected,
    }


@blueprint.post(f"{PAGE}/oublier")
@staff_only("library")
def forget() -> Response:
    """Remove a pack that came as a file and is not wanted, or one that was made to be downloaded."""
    node, name = the_node(), request.form.get("made", "")
    if name:
        made.remove(node.data, name)
    else:
        arrived.remove(node.data, keys_on_hand.get_path(node, request.form.get("pack", "")))
    tell("ok", fr("Le fichier de ce paquet est retiré."))
    return _back()


@blueprint.post(f"{PAGE}/<text_id>/retirer")
@staff_only("library")
def undo(text_id: str) -> Response:
    """Go back to what was before a pack."""
    node, install_id = the_node(), read_text(text_id) or b""
    check_may_change(node, current_staff(), installing.shelves_of(node, install_id))
    pack = installing.undo(node, install_id)
    _work().forget()  # « est installé » would stand beside « est retiré »
    tell(
        "ok",
        fr("« %(title)s » est retiré. Rien n’est effacé : on peut l’installer de nouveau.") % {"title": pack.title},
    )
    return _back()


@blueprint.get(f"{PAGE}/<text_id>")
@staff_only("library")
def brought(text_id: str) -> str:
    """What an installed pack brought, work by work, and where each stands now."""
    store = the_node().store
    pack = queries.find_pack(store, read_text(text_id) or b"")
    if pack is None:
        raise Problem("packs.not_found")
    ids = queries.read_ids(pack.items + pack.hidden)
    page = to_page(len(ids), asked_page(), WORKS_A_PAGE, lambda limit, skip: ids[skip : skip + limit])
    return render_template(
        "library/packs/brought.html", pack=pack, page=page, works=library.list_kept(store, page.rows),
        came=frozenset(queries.read_ids(pack.shown)), left=frozenset(queries.read_ids(pack.hidden)), ages=AGES,
        competences=competences(),
    )  # fmt: skip


@blueprint.post(f"{PAGE}/<text_id>/donner")
@staff_only("library")
def give(text_id: str) -> Response:
    """Copy an installed pack to a marked key, as it came. Raises Problem `packs.not_kept`."""
    node, key = the_node(), request.form.get("key", "")
    recipe = giving.get_recipe(node, text_id)
    if not _work().begin(node.store, lambda _report: giving.copy_to_key(node, recipe, key)):
        tell("warn", fr("Un autre paquet est en cours. Attendez qu’il finisse."))
    return _back()


@blueprint.get(f"{PAGE}/<text_id>/fichier")
@staff_only("library")
def give_file(text_id: str) -> Response:
    """An installed pack as one file, as it came. Raises Problem `packs.not_kept`."""
    node, recipe = the_node(), giving.get_recipe(the_node(), text_id)
    file = kept.open_file(node.data, recipe)
    response = send_file(file, mimetype="application/zip", as_attachment=True, download_name=recipe.name)
    response.content_length = recipe.size_bytes
    return response


@blueprint.post(f"{PAGE}/faire")
@staff_only("library")
def make() -> Response | str | tuple[str, int]:
    """Say what the pack of a shelf would weigh, or make it: on a marked key, or as a file to download."""
    node, do = the_node(), request.form.get("do", "look")
    try:
        shelf, about = read_about(request.form, [name for name, _ in library.count_by_shelf(node.store)])
        place = made.find_place(node, request.form.get("key", ""))
        if place is None:
            raise FieldProblems({"key": Problem("packs.no_write", reason=fr("clé retirée"))}, request.form)
    except FieldProblems as problem:
        return _page(request.form, problem.fields), problem.status
    if do == "look":
        return _page(request.form, {}, making.plan(node, shelf))
    known = making.known_files(node, shelf) if do == "delta" else frozenset()
    if not _work().begin(node.store, lambda _report: made.make(node, shelf, about, place, known)):
        tell("warn", fr("Un autre paquet est en cours. Attendez qu’il finisse."))
    return _back()


@blueprint.get(f"{PAGE}/fait/<name>")
@staff_only("library")
def download(name: str) -> Response:
    """A pack that was made as a file."""
    return send_file(made.get_path(the_node().data, name), mimetype="application/zip", as_attachment=True)
