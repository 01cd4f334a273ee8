"""Papers of a questionnaire: the form to print, the grid to type it back, the poster with its QR code."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.errors import Problem, counted
from kit.errors.kind import fr
from kit.feedback import actions, answer_routes, catalogue, pages, paper
from kit.feedback.letters.forms import LETTERS
from kit.keys.primitives import digest
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.addresses import written_root
from kit.web.language import lay_on_paper
from kit.web.pages import tell
from kit.web.qr import qr_svg
from kit.web.security import form_nonce

blueprint = Blueprint("questionnaire_papers", __name__, url_prefix="/console/questionnaires")


@blueprint.get("/<code>/papier")
@staff_only("feedback")
def form_page(code: str) -> str:
    """The questionnaire as a sheet to print; choices carry the numbers of the grid."""
    lay_on_paper()
    shown = catalogue.get_questionnaire(the_node(), code)
    return render_template(
        "feedback/paper/form.html", questionnaire=shown, blocks=pages.to_blocks(shown), notes=pages.to_notes(shown),
        is_letter=shown.purpose in LETTERS,
    )  # fmt: skip


@blueprint.get("/<code>/affiche")
@staff_only("feedback")
def poster_page(code: str) -> str:
    """One page for the wall, with the address as a QR code; `atelier`: about one workshop."""
    lay_on_paper()
    shown = catalogue.get_questionnaire(the_node(), code)
    workshop = request.args.get("atelier", "")
    label = next((words for one, words in answer_routes.workshops() if one == workshop), "")
    root = written_root(the_node().settings)
    url = f"{root}/avis" if code == "fin-atelier" else f"{root}/questionnaires/{code}"
    url += f"?atelier={workshop}" if label else ""
    return render_template(
        "feedback/paper/poster.html", questionnaire=shown, label=label, url=url, qr=qr_svg(url, url),
        choices=answer_routes.workshops() if shown.about == "workshop" else [],
    )  # fmt: skip


@blueprint.get("/<code>/reprise")
@staff_only("feedback")
def grid_page(code: str) -> str:
    """The grid: one row for each paper."""
    return _grid(code, {}, {})


def _grid(code: str, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    questionnaire = catalogue.get_questionnaire(the_node(), code)
    if questionnaire.purpose in LETTERS or questionnaire.purpose == "poll":
        raise Problem("questionnaires.not_for_grid")
    return render_template(
        "feedback/paper/grid.html", questionnaire=questionnaire, values=values, errors=errors, rows=paper.ROWS,
        choices=answer_routes.workshops() if questionnaire.about == "workshop" else [],
    )  # fmt: skip


@blueprint.post("/<code>/reprise")
@staff_only("feedback")
def type_back(code: str) -> Response | tuple[str, int]:
    """Note every paper of the grid, or none while a cell is wrong; the same grid again changes nothing."""
    questionnaire = answer_routes.cited(code, request.form.get("version", ""))
    answers, wrong = paper.read_grid(request.form, questionnaire, request.form.get("atelier", ""))
    if wrong:
        return _grid(code, request.form, {name: pages.problem_words(one) for name, one in wrong.items()}), 422
    for number, answer in enumerate(answers):
        actions.note_answer(the_node(), digest(form_nonce(), bytes([number]), size=16), answer)
    tell("ok", counted(len(answers), fr("%s papier repris. Déchirez-le."), fr("%s papiers repris. Déchirez-les.")))
    return redirect(f"/console/questionnaires/{code}/reprise", 303)
