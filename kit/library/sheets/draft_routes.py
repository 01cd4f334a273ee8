"""The page where the team writes step-by-step sheets, with a phone in the hand and without JavaScript."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text
from kit.library import actions
from kit.library import queries as library
from kit.library.blobs import blob_path
from kit.library.formats.sheet import MEDIA_TYPE, PICTURES
from kit.library.licences import all_licences
from kit.library.rules import LEVEL_WORDS
from kit.library.sheets import draft_forms, drafts
from kit.library.sheets.drafts import Draft
from kit.library.sheets.rules import DEVICE_LABELS, GESTURE_WORDS, warn_about, warn_about_sheet
from kit.library.shelves.actions import check_may_change
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell
from kit.web.security import BOOK_CSP, takes_files

blueprint = Blueprint("drafts", __name__)
BASE = "/console/fiches/ecrire"
LARGEST_PICTURE = 24 << 20


def _draft(draft_id: str) -> Draft:
    return drafts.get_draft(the_node(), draft_id)


def _number(place: str) -> int:
    if not (place.isascii() and place.isdigit() and len(place) < 4):
        raise Problem("library.not_found")
    return int(place)


def _to(address: str) -> Response:
    return redirect(address, 303)  # type: ignore[return-value]


@blueprint.get(BASE)
@staff_only("library")
def all_drafts() -> str:
    """Sheets being written, and a new one."""
    return render_template("library/sheets/drafts.html", drafts=drafts.list_drafts(the_node()), errors={}, values={})


@blueprint.post(BASE)
@staff_only("library")
def begin() -> Response | tuple[str, int]:
    """A new sheet by its title, or one made from a published sheet."""
    node, source = the_node(), request.form.get("from", "")
    if source:
        item = actions.get_item(node, read_text(source) or b"")
        check_may_change(node, current_staff(), [item.shelf])
        files = library.list_files(node.store, item.item_id)
        if not files or files[0].media_type != MEDIA_TYPE:
            raise Problem("library.not_found")
        return _to(drafts.begin_from(node, item, blob_path(node.data, files[0].sha256)).url)
    try:
        about = draft_forms.read_about(request.form)
    except FieldProblems as problem:
        page = render_template(
            "library/sheets/drafts.html", drafts=drafts.list_drafts(node), errors=problem.fields, values=problem.values
        )
        return page, problem.status
    given = {**about, "language": "fr", "shelf": fr("Fiches pas à pas"), "licence": "CC-BY-SA-4.0", "level": "debutant",
             "device": "tous"}  # fmt: skip
    return _to(drafts.begin(node, given).url)


@blueprint.get(f"{BASE}/<draft_id>")
@staff_only("library")
def draft(draft_id: str) -> str:
    """One sheet: its steps with what is hard in each, and what it says of itself."""
    found = _draft(draft_id)
    values = {**found.about, "creators": "; ".join(map(str, found.about.get("creators") or []))}  # type: ignore[call-overload]
    return _page(found, values, {})


def _page(found: Draft, values: object, errors: object) -> str:
    licences = [
        ("", fr("Choisir…")),
        *((one.licence_id, f"{one.short} · {one.name}") for one in all_licences().values()),
    ]
    return render_template(
        "library/sheets/draft.html", draft=found, values=values, errors=errors, licences=licences,
        levels=[("", "—"), *LEVEL_WORDS.items()], devices=[("", "—"), *DEVICE_LABELS.items()], gestures=GESTURE_WORDS,
        warnings=[warn_about(step.action, step.image, step.help) for step in found.steps],
        whole=warn_about_sheet(bool(found.about.get("easy")), len(found.steps), str(found.about.get("checked_on", ""))),
    )  # fmt: skip


@blueprint.post(f"{BASE}/<draft_id>")
@staff_only("library")
def change(draft_id: str) -> Response | tuple[str, int]:
    """What the sheet says of itself; then published, when asked."""
    node, found = the_node(), _draft(draft_id)
    try:
        about = draft_forms.read_about(request.form)
    except FieldProblems as problem:
        return _page(found, problem.values, problem.fields), problem.status
    drafts.write_about(node, found.path, {**found.about, **about})
    if request.form.get("do") == "publish":
        return _publish(_draft(draft_id))
    tell("ok", fr("C’est noté."))
    return _to(found.url)


def _publish(found: Draft) -> Response:
    node, old = the_node(), drafts.replaces(found)
    replaced = library.find_item(node.store, old) if old else None
    check_may_change(
        node, current_staff(), [str(found.about.get("shelf", "")), *([replaced.shelf] if replaced else [])]
    )
    drafts.drop_unused(found)
    item, _is_new = actions.add_work(node, found.path)
    if replaced and replaced.item_id != item.item_id:
        actions.hide(node, replaced.item_id)
    drafts.throw_away(found)
    tell(
        "ok" if item.is_public else "warn",
        " ".join(item.reasons) or fr("« %(title)s » est sur les étagères.") % {"title": item.title},
    )
    return _to(item.url)


@blueprint.post(f"{BASE}/<draft_id>/jeter")
@staff_only("library")
def throw_away(draft_id: str) -> Response:
    """Delete a draft."""
    drafts.throw_away(_draft(draft_id))
    tell("ok", fr("Le brouillon est jeté."))
    return _to(BASE)


@blueprint.get(f"{BASE}/<draft_id>/dossier.zip")
@staff_only("library")
def folder(draft_id: str) -> Response:
    """The plain-text folder."""
    answer = Response(drafts.to_zip(_draft(draft_id)), mimetype="application/zip")
    answer.headers["Content-Disposition"] = "attachment; filename=fiche.zip"
    return answer


@blueprint.get(f"{BASE}/<draft_id>/images/<name>")
@staff_only("library")
def picture(draft_id: str, name: str) -> Response:
    """A picture of a draft."""
    found = _draft(draft_id)
    if f"images/{name}" not in {step.image for step in found.steps}:
        raise Problem("library.not_found")
    path = found.path / "images" / name
    if not path.is_file():
        raise Problem("library.not_found")
    answer = Response(path.read_bytes(), mimetype=PICTURES[path.suffix])
    answer.headers["Content-Security-Policy"] = BOOK_CSP
    return answer


@blueprint.get(f"{BASE}/<draft_id>/etape/<place>")
@staff_only("library")
def step(draft_id: str, place: str) -> str:
    """One step, or the one after the last."""
    found, number = _draft(draft_id), _number(place)
    if not 1 <= number <= len(found.steps) + 1:
        raise Problem("library.not_found")
    values: dict[str, object] = {"mark": ""}
    if number <= len(found.steps):
        one = found.steps[number - 1]
        x, y = one.pointer or ("", "")
        values = {"action": one.action, "gesture": one.gesture, "help": one.help, "mark": found.marks[number - 1],
                  "x": x if x == "" else round(float(x)), "y": y if y == "" else round(float(y))}  # fmt: skip
    return _step_page(found, number, values, {})


def _step_page(found: Draft, number: int, values: object, errors: object) -> str:
    one = found.steps[number - 1] if number <= len(found.steps) else None
    return render_template(
        "library/sheets/draft_step.html", draft=found, number=number, step=one, values=values, errors=errors,
        gestures=[("", fr("Ce n’est pas sur l’écran")), *GESTURE_WORDS.items()],
        warnings=warn_about(one.action, one.image, one.help) if one else [],
    )  # fmt: skip


@blueprint.post(f"{BASE}/<draft_id>/etape/<place>")
@staff_only("library")
@takes_files(lambda _app: LARGEST_PICTURE)
def change_step(draft_id: str, place: str) -> Response | tuple[str, int]:
    """Keep, move or take away one step."""
    node, found, number = the_node(), _draft(draft_id), _number(place)
    do = request.form.get("do", "")
    if do == "remove":
        drafts.remove_step(node, found, number)
        return _to(found.url)
    if do in ("up", "down"):
        drafts.move_step(node, found, number, -1 if do == "up" else 1)
        return _to(found.url)
    try:
        given = draft_forms.read_step(request.form, _image(found, number))
        drafts.write_step(node, found, number, given, request.form.get("mark", ""))
    except FieldProblems as problem:
        return _step_page(found, number, problem.values, problem.fields), problem.status
    except Problem as problem:
        if problem.code != "sheets.picture":
            raise
        return _step_page(found, number, request.form, {"picture": problem}), problem.status
    tell("ok", fr("L’étape %(number)s est notée.") % {"number": number})
    return _to(f"{found.url}/etape/{number + 1}" if do == "next" else f"{found.url}/etape/{number}")


def _image(found: Draft, number: int) -> str:
    """The picture of a step: a new one, none, or the one it has. Raises Problem `sheets.picture`."""
    sent = request.files.get("picture")
    if sent is not None and sent.filename:
        return drafts.keep_picture(the_node(), found, sent.read())
    if request.form.get("no_picture") or number > len(found.steps):
        return ""
    return found.steps[number - 1].image
