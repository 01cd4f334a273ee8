"""The pages of a tablet in kiosk mode: they empty themselves without JavaScript, and lead nowhere else."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from kit.errors import FieldProblems, Problem
from kit.feedback import actions, answer_routes, catalogue, forms, kiosk, pages
from kit.feedback.forms import Given
from kit.feedback.kiosk import Kiosk
from kit.feedback.letters.forms import LETTERS, is_only_warned
from kit.feedback.polls import actions as poll_actions
from kit.feedback.questionnaires import Questionnaire
from kit.people import access
from kit.people import actions as people
from kit.people.access import current_staff, staff_only, the_throttle
from kit.people.node import the_node
from kit.web import language
from kit.web.security import form_nonce

blueprint = Blueprint("kiosk", __name__)
OPEN = ("/borne", "/static/")


@blueprint.before_app_request
def stay() -> Answer | None:
    """A tablet in kiosk mode is led back to its questionnaire from everywhere."""
    if kiosk.COOKIE not in request.cookies or request.path.startswith(OPEN):
        return None
    return redirect("/borne", 303) if _asked() else None


def _asked() -> Kiosk | None:
    return kiosk.read_cookie(the_node(), request.cookies.get(kiosk.COOKIE))


def _kiosk() -> tuple[Kiosk, Questionnaire]:
    asked = _asked()
    if asked is None:
        raise Problem("questionnaires.no_kiosk")
    return asked, catalogue.get_questionnaire(the_node(), asked.code)


# -- starting, by the team --------------------------------------------------------------------------------------------


@blueprint.get("/console/questionnaires/<code>/borne")
@staff_only("feedback")
def prepare_page(code: str) -> str:
    """What the kiosk will ask, and about which workshop."""
    questionnaire = catalogue.get_questionnaire(the_node(), code)
    choices = answer_routes.workshops() if questionnaire.about == "workshop" else []
    return render_template("feedback/kiosk/prepare.html", questionnaire=questionnaire, choices=choices)


@blueprint.post("/console/questionnaires/<code>/borne")
@staff_only("feedback")
def start(code: str) -> Answer | Response:
    """Make a kiosk of this very device: signed out, its code told once. A letter needs a paper for its own code,
    a slip is typed where nobody looks."""
    questionnaire = catalogue.get_questionnaire(the_node(), code)
    if questionnaire.purpose in LETTERS or questionnaire.needs_code:
        raise Problem("questionnaires.not_for_kiosk")
    leaving = kiosk.new_leaving_code()
    cookie = kiosk.make_cookie(the_node(), code, request.form.get("atelier", "")[:40], leaving)
    people.sign_out(the_node(), current_staff())
    page = render_template("feedback/kiosk/started.html", questionnaire=questionnaire, leaving=leaving)
    answer = _fresh(page)
    answer.delete_cookie(access.COOKIE)
    answer.set_cookie(
        kiosk.COOKIE, cookie, max_age=kiosk.DAYS * 86_400, httponly=True, samesite="Strict", secure=request.is_secure
    )
    return answer


# -- asking -----------------------------------------------------------------------------------------------------------


@blueprint.get("/borne")
def first_page() -> Response:
    """The start: the languages, one big button, and nothing of whoever was here before."""
    _, questionnaire = _kiosk()
    answer = _fresh(render_template("feedback/kiosk/start.html", questionnaire=pages.spoken(questionnaire)))
    if "langue" not in request.args:
        answer.delete_cookie(language.COOKIE)
    return answer


@blueprint.get("/borne/repondre")
def ask_page() -> Response:
    """The questions, empty."""
    _, questionnaire = _kiosk()
    return _fresh(_page(questionnaire, {}))


@blueprint.post("/borne/repondre")
def take() -> Answer | Response:
    """Note an answer, or give more time: the page as it was, for as long again."""
    asked, _ = _kiosk()
    given = forms.to_given(request.form)
    questionnaire = answer_routes.cited(asked.code, request.form.get("version", ""))
    if "encore" in given:
        return _fresh(_page(questionnaire, given))
    try:
        pages.pace("answers").take(request.remote_addr or "")
        about = {**given, "atelier": [asked.workshop]}
        named = [one for one, _ in answer_routes.workshops()]
        answer = forms.read_answer(about, questionnaire, named, is_confirmed="confirme" in given)
        if questionnaire.purpose == "poll":
            poll_actions.note_vote(the_node(), form_nonce(), answer)
        else:
            actions.note_answer(the_node(), form_nonce(), answer)
    except FieldProblems as problem:
        words, warned = pages.field_words(problem), is_only_warned(problem)
        return _fresh(_page(questionnaire, given, words, warned=warned), problem.status)
    except Problem as problem:
        return _fresh(_page(questionnaire, given, refused=pages.problem_words(problem)), problem.status)
    return redirect("/borne/merci", 303)


@blueprint.get("/borne/merci")
def thanks_page() -> Response:
    """Thanks, then the start again by itself."""
    _, questionnaire = _kiosk()
    return _fresh(render_template("feedback/kiosk/thanks.html", questionnaire=questionnaire))


# -- leaving ----------------------------------------------------------------------------------------------------------


@blueprint.get("/borne/quitter")
def leave_page() -> Response:
    """Where staff type the six digits."""
    _kiosk()
    return _fresh(render_template("feedback/kiosk/leave.html", refused=""))


@blueprint.post("/borne/quitter")
def leave() -> Answer | Response:
    """Leave kiosk mode with the code that was told when it began."""
    asked, _ = _kiosk()
    throttle = the_throttle()
    who = f"kiosk {request.remote_addr}"
    try:
        throttle.check(who)
        if not kiosk.is_leaving_code(the_node(), asked, request.form.get("code", "")):
            throttle.failed(who)
            raise Problem("questionnaires.kiosk_code")
    except Problem as problem:
        refused = pages.problem_words(problem)
        return _fresh(render_template("feedback/kiosk/leave.html", refused=refused), problem.status)
    throttle.passed(who)
    answer = redirect("/", 303)
    answer.delete_cookie(kiosk.COOKIE)
    return answer


def _fresh(page: str, status: int = 200) -> Response:
    """A page that the browser keeps nowhere: going back finds the start, not what was typed."""
    answer: Response = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(
    questionnaire: Questionnaire, given: Given, errors: Mapping[str, str] | None = None, refused: str = "",
    *, warned: bool = False,
) -> str:  # fmt: skip
    shown = pages.spoken(questionnaire)
    return render_template(
        "feedback/kiosk/ask.html",
        questionnaire=shown, blocks=pages.to_blocks(shown), notes=pages.to_notes(shown), given=given,
        errors=errors or {}, refused=refused, warned=warned, seconds=kiosk.RESET_SECONDS,
    )  # fmt: skip
