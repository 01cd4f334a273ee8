"""Pages of equipment shared between places, for the team: what there is, labels, bookings, loans and their slips."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request
from msgspec.structs import asdict
from werkzeug.wrappers import Response as AnyResponse

from kit.directory.equipment import actions, forms, queries, rules
from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.addresses import written_root
from kit.web.fields import read_version
from kit.web.pages import asked_page, problem_words, tell, to_page
from kit.web.qr import qr_svg
from kit.web.security import form_nonce, takes_files

blueprint = Blueprint("equipment", __name__)
PAGE = "/console/materiel"
PER_PAGE, LABELS = 30, 200


def _most(_app: Flask) -> int:
    return actions.MOST_PICTURE_BYTES


def _asked() -> tuple[str, str]:
    shown = request.args.get("montrer", "")
    return request.args.get("q", "")[:100], shown if shown in queries.SHOWN else ""


@blueprint.get(PAGE)
@staff_only("directory")
def list_page() -> str:
    """Every thing, and who has it."""
    store, today, (words, shown) = the_node().store, the_node().today(), _asked()
    page = to_page(
        queries.count_equipment(store, words, shown, today), asked_page(), PER_PAGE,
        lambda limit, skip: queries.list_equipment(store, words, shown, today, limit, skip),
    )  # fmt: skip
    return render_template(
        "directory/equipment/list.html", page=page, words=words, shown=shown, choices=list(queries.SHOWN.items()),
        today=today,
    )  # fmt: skip


@blueprint.get(f"{PAGE}/etiquettes")
@staff_only("directory")
def labels_page() -> str:
    """QR labels to cut out, of all that the list shows."""
    words, shown = _asked()
    found = queries.list_equipment(the_node().store, words, shown, the_node().today(), LABELS, 0)
    return render_template("directory/equipment/labels.html", things=found, qr_svg=qr_svg, door=_door())


@blueprint.get(f"{PAGE}/nouveau")
@staff_only("directory")
def add_page() -> str:
    """An empty form of a thing."""
    return _form({"state": "good"})


@blueprint.post(f"{PAGE}/nouveau")
@staff_only("directory")
def add() -> AnyResponse | tuple[str, int]:
    """Note a thing."""
    try:
        body = forms.read_equipment(request.form)
    except FieldProblems as problem:
        return _form(problem.values, problem), problem.status
    equipment_id = actions.add_equipment(the_node(), form_nonce(), body)
    tell("ok", fr("C’est noté."))
    return redirect(f"{PAGE}/{to_text(equipment_id)}", 303)


@blueprint.get(f"{PAGE}/<thing>")
@staff_only("directory")
def thing_page(thing: str) -> str:
    """One thing: what, where, in what state, who has it; where its label leads."""
    return _page(queries.get_equipment(the_node().store, read_text(thing)))


def _page(found: queries.Equipment, problem: FieldProblems | None = None, error: str = "") -> str:
    spans = queries.list_spans(the_node().store, found.equipment_id)
    return render_template(
        "directory/equipment/thing.html", thing=found, spans=spans, today=the_node().today(),
        states=list(rules.STATES.items()), is_usable=found.state in rules.USABLE,
        values=problem.values if problem else {}, errors=problem.fields if problem else {}, error=error,
    )  # fmt: skip


@blueprint.get(f"{PAGE}/<thing>/changer")
@staff_only("directory")
def change_page(thing: str) -> str:
    """A thing, to be changed."""
    found = queries.get_equipment(the_node().store, read_text(thing))
    return _form({name: str(value) for name, value in asdict(found).items()}, thing=found)


@blueprint.post(f"{PAGE}/<thing>/changer")
@staff_only("directory")
def change(thing: str) -> AnyResponse | tuple[str, int]:
    """Change a thing; somebody else's change meanwhile is not written over."""
    node = the_node()
    found = queries.get_equipment(node.store, read_text(thing))
    try:
        body = forms.read_equipment(request.form, read_version(request.form))
        actions.change_equipment(node, found.equipment_id, body)
    except FieldProblems as problem:
        return _form(problem.values, problem, found), problem.status
    except Problem as problem:
        return _form(dict(request.form), thing=found, refused=problem), problem.status
    tell("ok", fr("C’est noté."))
    return redirect(f"{PAGE}/{to_text(found.equipment_id)}", 303)


@blueprint.post(f"{PAGE}/<thing>/photo")
@staff_only("directory")
@takes_files(_most)
def set_picture(thing: str) -> AnyResponse | tuple[str, int]:
    """What it looks like."""
    node, sent = the_node(), request.files.get("photo")
    found = queries.get_equipment(node.store, read_text(thing))
    try:
        actions.set_picture(node, found.equipment_id, sent.read() if sent else b"")
    except Problem as problem:
        return _page(found, error=problem_words(problem)), problem.status
    tell("ok", fr("La photo est notée."))
    return redirect(f"{PAGE}/{to_text(found.equipment_id)}", 303)


@blueprint.get(f"{PAGE}/<thing>/photo")
@staff_only("directory")
def picture(thing: str) -> Response:
    """The photo."""
    raw = queries.find_picture(the_node().store, read_text(thing))
    return current_app.response_class(raw, content_type="image/webp")


@blueprint.post(f"{PAGE}/<thing>/reserver")
@staff_only("directory")
def book(thing: str) -> AnyResponse | tuple[str, int]:
    """Somebody asks for it, or takes it away now."""
    node, is_out = the_node(), request.form.get("quoi") == "prete"
    found = queries.get_equipment(node.store, read_text(thing))
    try:
        wanted = forms.read_span(request.form, the_node().today())
        actions.book(node, found.equipment_id, form_nonce(), wanted, is_out=is_out)
    except FieldProblems as problem:
        return _page(found, problem), problem.status
    tell("ok", fr("Le prêt est noté.") if is_out else fr("La réservation est notée."))
    return redirect(f"{PAGE}/{to_text(found.equipment_id)}", 303)


@blueprint.post(f"{PAGE}/<thing>/<span>/remis")
@staff_only("directory")
def hand_over(thing: str, span: str) -> AnyResponse:
    """Who asked for it takes it away now."""
    actions.hand_over(the_node(), read_text(thing), read_text(span))
    tell("ok", fr("Le prêt est noté."))
    return redirect(f"{PAGE}/{thing}", 303)


@blueprint.post(f"{PAGE}/<thing>/<span>/revenu")
@staff_only("directory")
def take_back(thing: str, span: str) -> AnyResponse:
    """It came back, or nobody wants it any more."""
    state, said = request.form.get("etat", ""), " ".join(request.form.get("dit", "").split())
    actions.take_back(the_node(), read_text(thing), read_text(span), state, said)
    tell("ok", fr("C’est noté."))
    return redirect(f"{PAGE}/{thing}", 303)


@blueprint.get(f"{PAGE}/<thing>/<span>/bon")
@staff_only("directory")
def slip_page(thing: str, span: str) -> str:
    """The slip of a booking or loan, in two copies."""
    found = queries.get_equipment(the_node().store, read_text(thing))
    lent = queries.get_span(the_node().store, found.equipment_id, read_text(span))
    return render_template("directory/equipment/slip.html", thing=found, lent=lent, today=the_node().today())


@blueprint.post(f"{PAGE}/<thing>/retirer")
@staff_only("directory")
def remove(thing: str) -> AnyResponse:
    """It is shared no more."""
    actions.remove_equipment(the_node(), read_text(thing))
    tell("ok", fr("C’est retiré."))
    return redirect(PAGE, 303)


def _door() -> str:
    return written_root(the_node().settings) + PAGE


def _form(
    values: dict[str, str],
    problem: FieldProblems | None = None,
    thing: queries.Equipment | None = None,
    refused: Problem | None = None,
) -> str:
    return render_template(
        "directory/equipment/edit.html", values=values, errors=problem.fields if problem else {}, thing=thing,
        refused=refused, kinds=list(rules.KINDS.items()), states=list(rules.STATES.items()),
    )  # fmt: skip
