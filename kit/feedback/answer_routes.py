"""Answering a questionnaire: no account, no cookie, all on one page; what was typed stays whatever is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, current_app, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from kit.errors import FieldProblems, Problem
from kit.feedback import actions, catalogue, forms, pages
from kit.feedback.forms import Given
from kit.feedback.letters import pages as letter_pages
from kit.feedback.letters.forms import LETTERS, is_only_warned
from kit.feedback.polls import actions as poll_actions
from kit.feedback.polls import queries as polls
from kit.feedback.polls.forms import BALLOT
from kit.feedback.questionnaires import END_OF_WORKSHOP, Questionnaire
from kit.people.node import the_node
from kit.web.language import as_written
from kit.web.pace import Pace
from kit.web.security import form_nonce

blueprint = Blueprint("answering", __name__)
VOTED = "valise_consultations"
CHOICES = "valise.workshop_choices"
MOST_CHOICES = 12
UNCHOSEN = "-"


@blueprint.get("/avis")
def opinion_page() -> str:
    """Three faces and one open question; more for those who wish."""
    return answer_page(catalogue.get_questionnaire(the_node(), END_OF_WORKSHOP), "/avis", forms.to_given(request.args))


@blueprint.post("/avis")
def give_opinion() -> Response | tuple[str, int]:
    """Note an opinion."""
    return _take(END_OF_WORKSHOP, "/avis", "/avis/merci")


@blueprint.get("/avis/merci")
@blueprint.get("/questionnaires/merci")
def thanks_page() -> str:
    """It is noted."""
    return render_template("feedback/thanks.html", again=request.path.rpartition("/")[0])


@blueprint.get("/questionnaires")
def offered_page() -> str:
    """The questionnaires one may answer."""
    offered = [pages.spoken(one) for one in catalogue.list_offered(the_node())]
    return render_template("feedback/offered.html", offered=offered)


@blueprint.get("/questionnaires/<code>")
def questionnaire_page(code: str) -> str | Response:
    """One questionnaire, all on one page."""
    questionnaire = catalogue.get_questionnaire(the_node(), code)
    if questionnaire.purpose in LETTERS:
        return letter_pages.show(questionnaire, forms.to_given(request.args))
    if questionnaire.purpose == "poll" and polls.find_closed(the_node().store, code) is not None:
        return redirect(f"/consultations/{code}", 303)
    return answer_page(questionnaire, f"/questionnaires/{code}", forms.to_given(request.args))


@blueprint.post("/questionnaires/<code>")
def give_answer(code: str) -> Response | tuple[str, int]:
    """Note an answer; a grievance or a question is a letter, with a code for what becomes of it."""
    questionnaire = cited(code, request.form.get("version", ""))
    if questionnaire.purpose in LETTERS:
        return letter_pages.take(questionnaire, forms.to_given(request.form))
    if questionnaire.purpose == "poll":
        return _mark(_take(code, f"/questionnaires/{code}", f"/consultations/{code}"), code)
    return _take(code, f"/questionnaires/{code}", "/questionnaires/merci")


def _take(code: str, action: str, thanks: str) -> Response | tuple[str, int]:
    given = forms.to_given(request.form)
    questionnaire = cited(code, request.form.get("version", ""))
    try:
        pages.pace("answers").take(request.remote_addr or "")
        named = [one for one, _ in workshops()]
        answer = forms.read_answer(given, questionnaire, named, is_confirmed="confirme" in given)
        if questionnaire.purpose == "poll":
            poll_actions.note_vote(the_node(), form_nonce(), answer, (given.get(BALLOT) or [""])[-1])
        else:
            actions.note_answer(the_node(), form_nonce(), answer)
    except FieldProblems as problem:
        words, warned = pages.field_words(problem), is_only_warned(problem)
        return answer_page(questionnaire, action, given, words, warned=warned), problem.status
    except Problem as problem:
        return answer_page(questionnaire, action, given, refused=pages.problem_words(problem)), problem.status
    return redirect(thanks, 303)


@blueprint.record_once
def init_pace(state: BlueprintSetupState) -> None:
    """The purses of this application."""
    mono_ms = state.app.extensions["valise.node"].clock.mono_ms
    state.app.extensions["valise.answer_pace"] = {
        "answers": Pace(mono_ms),
        "steps": Pace(mono_ms, burst=300, each_ms=500),
        "codes": Pace(mono_ms, burst=8, each_ms=5_000),
    }


def _mark(answer: Response | tuple[str, int], code: str) -> Response | tuple[str, int]:
    """Let the phone itself remember which consultations it answered; the box keeps nothing of it."""
    if isinstance(answer, Response):
        codes = {*request.cookies.get(VOTED, "").split(".")[-50:], code} - {""}
        answer.set_cookie(
            VOTED,
            ".".join(sorted(codes)),
            max_age=90 * 86_400,
            httponly=True,
            samesite="Strict",
            secure=request.is_secure,
        )
    return answer


def has_voted(questionnaire: Questionnaire) -> bool:
    """True when this phone remembers that it answered this consultation."""
    return questionnaire.purpose == "poll" and questionnaire.code in request.cookies.get(VOTED, "").split(".")


def cited(code: str, version: str) -> Questionnaire:
    """The version an answer was given to, though it was replaced meanwhile; the newest when none is cited."""
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 7 else None
    found = catalogue.find_questionnaire(the_node(), code, number)
    return found or catalogue.get_questionnaire(the_node(), code)


def answer_page(
    questionnaire: Questionnaire, action: str, given: Given, errors: Mapping[str, str] | None = None,
    refused: str = "", *, warned: bool = False,
) -> str:  # fmt: skip
    """One questionnaire as a form, with what was typed and what is wrong; `warned`: it may be sent all the same."""
    shown = pages.spoken(questionnaire)
    choices = workshops() if questionnaire.about == "workshop" else []
    only = choices[0][0] if len(choices) == 1 else UNCHOSEN
    return render_template(
        "feedback/questionnaire.html",
        questionnaire=shown,
        blocks=pages.to_blocks(shown),
        notes=pages.to_notes(shown),
        action=action,
        choices=choices,
        chosen=(given.get("atelier") or [only])[-1],
        given=given,
        errors=errors or {},
        refused=refused,
        warned=warned,
        voted=has_voted(questionnaire),
    )


def workshops() -> list[tuple[str, str]]:
    """The workshops one may speak of, as (id, label): from the application, for rooms do not know each other."""
    listed: Callable[[], list[tuple[str, str]]] = current_app.extensions.get(CHOICES, list)
    return [(code, as_written(title)) for code, title in listed()[:MOST_CHOICES]]
