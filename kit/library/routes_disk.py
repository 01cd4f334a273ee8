"""The team's page of the disk beside the box: choose one, put works there, bring them home."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.blueprints import BlueprintSetupState

from kit.errors import Problem, counted
from kit.errors.kind import fr
from kit.library import disk
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.usb import list_keys
from kit.web.pages import tell
from kit.work import Work

blueprint = Blueprint("disk", __name__)
PAGE = "/console/bibliotheque/disque"


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Give the application its place for long work."""
    state.app.extensions[disk.EXTENSION] = Work[str]("works-disk")


def _work() -> Work[str]:
    work: Work[str] = current_app.extensions[disk.EXTENSION]
    return work


@blueprint.get(PAGE)
@staff_only("library")
def disk_page() -> str:
    """Where works lie, and what may be done."""
    node, work = the_node(), _work()
    disk.look_again(node)
    count, size_bytes = disk.waiting(node)
    return render_template(
        "library/disk.html", disk=disk.find(node), work=work, keys=list_keys(node.settings.keys_folder), count=count,
        size_bytes=size_bytes,
    )  # fmt: skip


@blueprint.post(PAGE)
@staff_only("library")
def act() -> Response:
    """Choose a disk, move works to it, bring them back, or use it no more."""
    node, do = the_node(), request.form.get("do", "")
    if do == "choose":
        disk.choose(node, request.form.get("key", ""))
    elif do == "forget":
        disk.forget(node)
        tell("ok", fr("Ce disque n’est plus celui des œuvres. Ce qui s’y trouve y reste."))
        return _back()
    move, words = (
        (disk.bring_back, (fr("%s fichier est revenu."), fr("%s fichiers sont revenus.")))
        if do == "back"
        else (disk.move_out, (fr("%s fichier est sur le disque."), fr("%s fichiers sont sur le disque.")))
    )
    if disk.find(node) is None:
        raise Problem("disk.none")
    if not _work().begin(node.store, lambda report: counted(move(node, report), *words)):
        tell("warn", fr("Des œuvres se déplacent déjà. Attendez la fin."))
    return _back()


def _back() -> Response:
    return redirect(PAGE, 303)  # type: ignore[return-value]
