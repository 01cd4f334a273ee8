"""The team's pages of questionnaires, on a kit and at the central: list, write, try, publish, offer."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.feedback import catalogue, editing, pages, queries, rules, xlsform, xlsform_export
from kit.feedback.questionnaires import Questionnaire
from kit.feedback.soundness import check_questionnaire
from kit.feedback.workbooks import MOST_BYTES
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.pages import tell
from kit.web.security import takes_files

blueprint = Blueprint("questionnaires", __name__, url_prefix="/console/questionnaires")
MORE_FOR_FIELDS = 4096
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("")
@staff_only("feedback")
def list_page() -> str:
    """Every questionnaire, and the drafts."""
    return _list()


def _list(refused: str = "") -> str:
    node = the_node()
    listed = catalogue.list_questionnaires(node)
    codes = [one.questionnaire.code for one in listed]
    return render_template(
        "feedback/desk.html",
        listed=listed,
        ids={code: rules.questionnaire_id(code) for code in codes},
        drafts=[one for code in queries.list_written(node.store) if (one := editing.find_draft(node, code))],
        is_central=node.settings.is_central,
        refused=refused,
    )


@blueprint.post("/nouveau")
@staff_only("feedback")
def begin() -> Answer:
    """A new draft."""
    draft = editing.begin(the_node(), request.form.get("title", "").strip() or "Questionnaire")
    return redirect(f"/console/questionnaires/{draft.code}/modifier", 303)


@blueprint.post("/importer")
@staff_only("feedback")
@takes_files(lambda _app: MOST_BYTES + MORE_FOR_FIELDS)
def import_workbook() -> Answer | str | tuple[str, int]:
    """A draft from an XLSForm workbook, with the list of what was not taken."""
    sent = request.files.get("file")
    title = (sent.filename or "").rpartition(".")[0] if sent else ""
    try:
        read = xlsform.read_xlsform(sent.read() if sent else b"", catalogue.new_code(title or "classeur"), title)
        draft = editing.keep_draft(the_node(), read.questionnaire)
    except Problem as problem:
        return _list(pages.problem_words(problem)), problem.status
    return render_template("feedback/imported.html", draft=draft, left=read.left)


@blueprint.post("/<code>/copier")
@staff_only("feedback")
def copy(code: str) -> Answer:
    """A draft of our own from any questionnaire."""
    return redirect(f"/console/questionnaires/{editing.copy(the_node(), code).code}/modifier", 303)


@blueprint.post("/<code>/proposer")
@staff_only("feedback")
def offer(code: str) -> Answer:
    """Into the visitors' list, or out of it."""
    catalogue.offer(the_node(), code, is_offered=request.form.get("offered") == "1")
    return redirect("/console/questionnaires", 303)


@blueprint.get("/<code>/apercu")
@staff_only("feedback")
def preview_page(code: str) -> str:
    """A draft (else the newest version) as people will see it; nothing can be sent."""
    shown = pages.spoken(editing.get_draft(the_node(), code))
    return render_template(
        "feedback/preview.html", questionnaire=shown, blocks=pages.to_blocks(shown), notes=pages.to_notes(shown)
    )


@blueprint.get("/<code>/classeur.xlsx")
@staff_only("feedback")
def export_workbook(code: str) -> Response:
    """The questionnaire as an XLSForm."""
    raw = xlsform_export.write_xlsform(editing.get_draft(the_node(), code))
    return Response(raw, mimetype=SPREADSHEET, headers={"Content-Disposition": f'attachment; filename="{code}.xlsx"'})


# -- writing ------------------------------------------------------------------------------------------------------


@blueprint.get("/<code>/modifier")
@staff_only("feedback")
def edit_page(code: str) -> str:
    """Title, rules and questions of a draft."""
    return _edit(code)


def _edit(code: str, errors: Mapping[str, str] | None = None, refused: str = "") -> str:
    draft = editing.get_draft(the_node(), code)
    return render_template("feedback/edit.html", draft=draft, kinds=editing.KINDS, errors=errors or {}, refused=refused)


@blueprint.post("/<code>/modifier")
@staff_only("feedback")
def change_settings(code: str) -> Answer | tuple[str, int]:
    """Keep title and rules."""
    draft = editing.get_draft(the_node(), code)
    try:
        editing.keep_draft(the_node(), editing.read_settings(request.form, draft))
    except FieldProblems as problem:
        return _edit(code, pages.field_words(problem)), problem.status
    return redirect(f"/console/questionnaires/{code}/modifier", 303)


@blueprint.get("/<code>/modifier/<place>")
@staff_only("feedback")
def question_page(code: str, place: str) -> str:
    """One question of a draft, or a new one past the last."""
    number = _number(place)
    draft = editing.get_draft(the_node(), code)
    question = draft.questions[number] if number < len(draft.questions) else None
    return _question(code, min(number, len(draft.questions)), editing.to_form(question))


def _number(place: str) -> int:
    """The place of a question, from an address. Raises Problem `questionnaires.not_found`."""
    if not (place.isascii() and place.isdigit() and len(place) < 4):
        raise Problem("questionnaires.not_found")
    return int(place)


def _question(
    code: str, place: int, values: Mapping[str, str], errors: Mapping[str, str] | None = None, refused: str = ""
) -> str:
    draft = editing.get_draft(the_node(), code)
    question = draft.questions[place] if place < len(draft.questions) else None
    beyond = question is not None and editing.is_beyond(question.shown_if)
    return render_template(
        "feedback/edit_question.html",
        draft=draft,
        place=place,
        question=question,
        stamp=editing.stamp(question),
        kept_if=pages.to_notes(draft).get(question.id, "") if question and beyond else "",
        values=values,
        errors=errors or {},
        refused=refused,
        kinds=editing.KINDS,
        before=[one for one in draft.questions[:place] if one.marks and one.kind != "ranking"],
    )


@blueprint.post("/<code>/modifier/<place>")
@staff_only("feedback")
def change_question(code: str, place: str) -> Answer | tuple[str, int]:
    """Keep one question; `what`: up, down or remove it instead. It is found by its name, wherever it stands now."""
    node, what, number = the_node(), request.form.get("what", ""), _number(place)
    draft = editing.get_draft(node, code)
    try:
        number = editing.find_place(draft, number, request.form.get("question"))
        if what in ("up", "down"):
            changed = editing.move_question(draft, number, -1 if what == "up" else 1)
        elif what == "remove":
            changed = editing.remove_question(draft, number)
        else:
            changed = _with_question(draft, number)
        editing.keep_draft(node, changed)
    except FieldProblems as problem:
        return _question(code, number, request.form, pages.field_words(problem)), problem.status
    except Problem as problem:
        return _question_refused(code, number, problem), problem.status
    return redirect(f"/console/questionnaires/{code}/modifier", 303)


def _with_question(draft: Questionnaire, number: int) -> Questionnaire:
    """The draft with what the form says. Raises Problem `questionnaires.question_changed`."""
    question = draft.questions[number] if number < len(draft.questions) else None
    if question and request.form.get("stamp", editing.stamp(question)) != editing.stamp(question):
        raise Problem("questionnaires.question_changed")
    return editing.put_question(draft, number, editing.read_question(request.form, draft, number))


def _question_refused(code: str, number: int, problem: Problem) -> str:
    """The form again with what was typed; a question that is gone is shown as a new one."""
    place = len(editing.get_draft(the_node(), code).questions) if problem.code.endswith("question_gone") else number
    return _question(code, place, request.form, refused=pages.problem_words(problem))


@blueprint.post("/<code>/jeter")
@staff_only("feedback")
def throw_away(code: str) -> Answer:
    """Forget a draft; published versions stay."""
    editing.throw_away(the_node(), code)
    tell("ok", fr("Le brouillon est jeté. Ce qui était publié le reste."))
    return redirect("/console/questionnaires", 303)


@blueprint.post("/<code>/publier")
@staff_only("feedback")
def publish(code: str) -> Answer | tuple[str, int]:
    """Make a version of the draft."""
    try:
        check_questionnaire(editing.get_draft(the_node(), code))
        made = editing.publish(the_node(), code)
    except Problem as problem:
        return _edit(code, refused=pages.problem_words(problem)), problem.status
    tell(
        "ok", fr("« %(title)s », version %(version)s : c’est publié.") % {"title": made.title, "version": made.version}
    )
    return redirect("/console/questionnaires", 303)
