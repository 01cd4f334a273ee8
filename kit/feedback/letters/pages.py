"""The page where a grievance or a question is written, and what is told once it is noted."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, render_template, request

from kit.errors import FieldProblems, Problem
from kit.feedback import pages
from kit.feedback.forms import Given
from kit.feedback.letters import actions, codes, forms
from kit.feedback.questionnaires import Questionnaire
from kit.people.node import the_node
from kit.web.security import form_nonce


def show(
    questionnaire: Questionnaire, given: Given, errors: Mapping[str, str] | None = None, refused: str = "",
    *, warned: bool = False, moved: bool = False,
) -> str:  # fmt: skip
    """The letter as a form. `warned`: it may be sent all the same; `moved`: what tells who wrote it was set apart."""
    shown = pages.spoken(questionnaire)
    return render_template(
        "feedback/letters/write.html",
        questionnaire=shown, blocks=pages.to_blocks(shown), notes=pages.to_notes(shown),
        action=f"/questionnaires/{questionnaire.code}", given=given, errors=errors or {}, refused=refused,
        warned=warned, moved=moved,
        name=(given.get(forms.NAME) or [""])[-1], call=(given.get(forms.CALL) or [""])[-1],
    )  # fmt: skip


def take(questionnaire: Questionnaire, given: Given) -> Response | tuple[str, int]:
    """Note a letter and tell its code; the same form again tells the same code."""
    if "deplacer" in given:
        return show(questionnaire, forms.set_apart(given, questionnaire), moved=True), 200
    code = codes.code_for(the_node(), form_nonce())
    try:
        pages.pace("answers").take(request.remote_addr or "")
        letter = forms.read_letter(given, questionnaire)
        actions.note_letter(the_node(), code, letter)
    except FieldProblems as problem:
        words, warned = pages.field_words(problem), forms.is_only_warned(problem)
        return show(questionnaire, given, words, warned=warned), problem.status
    except Problem as problem:
        return show(questionnaire, given, refused=pages.problem_words(problem)), problem.status
    page = render_template("feedback/letters/noted.html", code=code, purpose=questionnaire.purpose)
    answer = Response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer
