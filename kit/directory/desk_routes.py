"""The desk of the directory, the same on a kit and at the central: add, rewrite, remove a place; take in a file."""

from __future__ import annotations

import secrets

from flask import Blueprint, Flask, redirect, render_template, request, send_file
from werkzeug.wrappers import Response

from kit.directory import actions, desk, forms, proposals, queries, standard
from kit.directory.files import MOST_BYTES
from kit.directory.proposal_routes import PAGE, SAID
from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.pages import problem_words, tell
from kit.web.security import form_nonce, takes_files

blueprint = Blueprint("directory_desk", __name__)
MOST_SHOWN = 50


def _most(_app: Flask) -> int:
    return MOST_BYTES


@blueprint.get(f"{PAGE}/nouveau")
@staff_only("directory")
def add_page() -> str:
    """An empty form of a place."""
    return _form({})


@blueprint.post(f"{PAGE}/nouveau")
@staff_only("directory")
def add() -> Response | tuple[str, int]:
    """A new place, held here."""
    try:
        wanted = forms.read_place(request.form, request.form)
    except FieldProblems as problem:
        return _form(_typed(), problem), problem.status
    subject = desk.add_place(the_node(), wanted, form_nonce())
    tell("ok", fr("Le lieu est dans l’annuaire."))
    return redirect(f"/annuaire/{to_text(subject)}", 303)


@blueprint.get(f"{PAGE}/lieux/<place>/tout")
@staff_only("directory")
def rewrite_page(place: str) -> str:
    """Everything that is written of a place."""
    found = queries.get_place(the_node().store, read_text(place))
    return _form(found.fields | {"telephone": found.phone}, place=found)


@blueprint.post(f"{PAGE}/lieux/<place>/tout")
@staff_only("directory")
def rewrite(place: str) -> Response | tuple[str, int]:
    """Rewrite a place, or propose it to its home; somebody else's change meanwhile is shown, not written over."""
    node = the_node()
    found = queries.get_place(node.store, read_text(place))
    try:
        wanted = forms.read_place(request.form, request.form)
    except FieldProblems as problem:
        return _form(_typed(), problem, found), problem.status
    if request.form.get("version") != str(found.version):
        return _form(_typed(), place=found, is_late=True), 409
    tell("ok", SAID[proposals.correct(node, found.place_id, wanted, form_nonce())])
    return redirect(f"/annuaire/{to_text(found.place_id)}", 303)


def _typed() -> dict[str, str]:
    """The form as it was filled, lists joined as they are stored."""
    return {name: "|".join(request.form.getlist(name)) for name in request.form}


def _form(
    values: dict[str, str],
    problem: FieldProblems | None = None,
    place: queries.Place | None = None,
    is_late: bool = False,
) -> str:
    return render_template(
        "directory/edit.html", values=values, errors=problem.fields if problem else {}, place=place, is_late=is_late,
        corrected=forms.CORRECTED, full=forms.FULL, lists=forms.lists(), list_labels=forms.LIST_LABELS,
        export=standard.to_standard(place.fields) if place else None,
    )  # fmt: skip


@blueprint.get(f"{PAGE}/lieux/<place>/retirer")
@staff_only("directory")
def remove_page(place: str) -> str:
    """Ask why before a place goes."""
    found = queries.get_place(the_node().store, read_text(place))
    return render_template("directory/remove.html", place=found, reasons=desk.REASONS)


@blueprint.post(f"{PAGE}/lieux/<place>/retirer")
@staff_only("directory")
def remove(place: str) -> Response:
    """It is no place of help any more."""
    reason = request.form.get("raison", "")
    node = the_node()
    desk.remove_place(
        node, queries.get_place(node.store, read_text(place)).place_id, reason if reason in desk.REASONS else ""
    )
    tell("ok", fr("Le lieu est retiré de l’annuaire."))
    return redirect(PAGE, 303)


# -- files --------------------------------------------------------------------------------------------------------


@blueprint.get(f"{PAGE}/importer")
@staff_only("directory")
def import_page() -> str:
    """Where to give a file of places, and in what shape they leave."""
    return render_template("directory/import.html", outcome=None)


@blueprint.post(f"{PAGE}/importer")
@staff_only("directory")
@takes_files(_most)
def import_file() -> str | tuple[str, int]:
    """Take in a file; what could not be taken comes back as a file with the reasons."""
    node, sent = the_node(), request.files.get("fichier")
    path = node.data / "tmp" / f"lieux-{secrets.token_hex(8)}"
    try:
        if sent is None or not sent.filename:
            raise Problem("field.required")
        sent.save(path)
        outcome = actions.import_places(node, path)
        rejects = desk.keep_rejects(node, path, outcome)
    except Problem as problem:
        return render_template("directory/import.html", outcome=None, error=problem_words(problem)), problem.status
    finally:
        path.unlink(missing_ok=True)
    return render_template("directory/import.html", outcome=outcome, rejects=rejects, most=MOST_SHOWN)


@blueprint.get(f"{PAGE}/importer/<name>.csv")
@staff_only("directory")
def rejects_file(name: str) -> Response:
    """The rows that were refused, with the reasons, to be mended and given again."""
    return send_file(desk.find_rejects(the_node(), name), "text/csv", True, "lignes-refusees.csv")
