"""One question per screen: each answer is kept on the box before the next question is shown."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.errors import FieldProblems, Problem
from kit.feedback import actions, answer_routes, drafts, forms, pages
from kit.feedback.drafts import Draft
from kit.feedback.forms import Given
from kit.feedback.letters.forms import LETTERS, is_only_warned
from kit.feedback.questionnaires import Question, Questionnaire
from kit.ids import read_text, to_text
from kit.people.node import the_node

blueprint = Blueprint("answering_by_steps", __name__)
ONE_PAGE = LETTERS | {"poll"}


@blueprint.get("/questionnaires/<code>/pas")
def first_step(code: str) -> str | Response:
    """The first question, under a new token; a letter is written on one page."""
    questionnaire = answer_routes.cited(code, "")
    if questionnaire.purpose in ONE_PAGE:
        return redirect(f"/questionnaires/{code}", 303)
    given = {"atelier": [request.args["atelier"]]} if "atelier" in request.args else {}
    return _page(questionnaire, drafts.new_token(), 1, given)


@blueprint.get("/questionnaires/<code>/pas/<token>/<int:number>")
def step_page(code: str, token: str, number: int) -> str:
    """A question with what was answered to it; past the last one, what will be sent."""
    raw, draft, questionnaire = _open(code, token, number)
    return _page(questionnaire, raw, number, draft.given)


@blueprint.post("/questionnaires/<code>/pas/<token>/<int:number>")
def keep_step(code: str, token: str, number: int) -> Response | tuple[str, int]:
    """Keep one answer, then the next question (or the one before)."""
    raw, draft, questionnaire = _open(code, token, number)
    given = forms.to_given(request.form)
    question = _question(questionnaire, number)
    later = drafts.with_step(draft, given, _names(question, number))
    try:
        pages.pace("steps").take(request.remote_addr or "")
        _check(questionnaire, question, later)
        drafts.keep_draft(the_node(), raw, later)
    except FieldProblems as problem:
        if "avant" not in request.form:
            words, warned = pages.field_words(problem), is_only_warned(problem)
            return _page(questionnaire, raw, number, given, words, warned=warned), problem.status
        later = draft
    except Problem as problem:
        return _page(questionnaire, raw, number, given, refused=pages.problem_words(problem)), problem.status
    following = forms.next_step(questionnaire, later.given, number, -1 if "avant" in request.form else 1)
    return redirect(_url(code, raw, following), 303)


@blueprint.post("/questionnaires/<code>/pas/<token>/envoyer")
def send_steps(code: str, token: str) -> Response | tuple[str, int]:
    """Note the whole answer; sent twice it counts once."""
    raw, draft, questionnaire = _open(code, token, 2)
    try:
        pages.pace("answers").take(request.remote_addr or "")
        answer = forms.read_answer(draft.given, questionnaire, [one for one, _ in answer_routes.workshops()])
        actions.note_answer(the_node(), raw, answer)
    except FieldProblems as problem:
        number = forms.number_of(questionnaire, next(iter(problem.fields)))
        return _page(questionnaire, raw, number, draft.given, pages.field_words(problem)), problem.status
    except Problem as problem:
        last = len(questionnaire.asked) + 1
        return _page(questionnaire, raw, last, draft.given, refused=pages.problem_words(problem)), problem.status
    return redirect("/questionnaires/merci", 303)


def _open(code: str, token: str, number: int) -> tuple[bytes, Draft, Questionnaire]:
    """The draft of an address, empty when it begins. Raises Problem `questionnaires.sent` or `.draft_gone`."""
    raw = read_text(token)
    if raw is None:
        raise Problem("questionnaires.draft_gone")
    node = the_node()
    draft = drafts.find_draft(node, raw)
    if draft is None and drafts.is_sent(node, raw):
        raise Problem("questionnaires.sent")
    if draft is None and number > 1 and request.method == "GET":
        raise Problem("questionnaires.draft_gone")
    questionnaire = answer_routes.cited(code, str(draft.version) if draft else request.form.get("version", ""))
    if questionnaire.purpose in ONE_PAGE:
        raise Problem("questionnaires.draft_gone")
    return raw, draft or Draft(questionnaire.code, questionnaire.version), questionnaire


def _question(questionnaire: Questionnaire, number: int) -> Question:
    if not 1 <= number <= len(questionnaire.asked):
        raise Problem("questionnaires.draft_gone")
    return questionnaire.asked[number - 1]


def _names(question: Question, number: int) -> tuple[str, ...]:
    """The fields of one step; the first one also asks which workshop one speaks of."""
    ranks = tuple(f"{question.id}.{mark}" for mark in question.marks) if question.kind == "ranking" else ()
    return (question.id, f"confirme.{question.id}", *ranks, *(("atelier",) if number == 1 else ()))


def _check(questionnaire: Questionnaire, question: Question, draft: Draft) -> None:
    """Raise FieldProblems when what this step answers is wrong."""
    answering = forms.Answering(draft.given, questionnaire.guard)
    answering.read(questionnaire.asked[: questionnaire.asked.index(question) + 1])
    here = {name: problem for name, problem in answering.fields.problems.items() if name == question.id}
    if here:
        raise FieldProblems(here, dict(answering.fields.values))


def _url(code: str, raw: bytes, number: int) -> str:
    return f"/questionnaires/{code}/pas/{to_text(raw)}/{number}"


def _page(
    questionnaire: Questionnaire,
    raw: bytes,
    number: int,
    given: Given,
    errors: Mapping[str, str] | None = None,
    refused: str = "",
    *,
    warned: bool = False,
) -> str:
    shown = pages.spoken(questionnaire)
    choices = answer_routes.workshops() if questionnaire.about == "workshop" and number == 1 else []
    only = choices[0][0] if len(choices) == 1 else ""
    is_last = number > len(shown.asked)
    return render_template(
        "feedback/last_step.html" if is_last else "feedback/step.html",
        questionnaire=shown,
        number=number,
        question=None if is_last else shown.asked[number - 1],
        told=pages.tell_given(shown, given) if is_last else [],
        base=f"/questionnaires/{questionnaire.code}/pas/{to_text(raw)}",
        choices=choices,
        chosen=(given.get("atelier") or [only])[-1],
        given=given,
        errors=errors or {},
        refused=refused,
        warned=warned,
    )
