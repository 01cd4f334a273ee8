"""The team's results, on a kit and at the central: by group, compared, on a wall, with texts and chosen sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.errors import FieldProblems, Problem
from kit.feedback import catalogue, pages, result_pages, results
from kit.feedback.result_pages import Group
from kit.ids import new_id, read_text
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import asked_page, tell, to_page

blueprint = Blueprint("results", __name__, url_prefix="/console/resultats")
LABELS = "valise.workshop_labels"
PER_PAGE = 20


@blueprint.context_processor
def phrases() -> dict[str, object]:
    """The words of this room, for its templates."""
    return {"one_digit": results.one_digit, "verdicts": result_pages.VERDICTS}


def _labels() -> result_pages.Labels:
    found: result_pages.Labels = current_app.extensions.get(LABELS, lambda _ids: {})
    return found


def _group(code: str, scope: str, scope_id: str) -> Group:
    return result_pages.get_group(the_node(), _labels(), code, scope, read_text(scope_id))


@blueprint.get("")
@staff_only("feedback")
def list_page() -> str:
    """The questionnaires that somebody answered."""
    return render_template("feedback/results/list.html", listed=result_pages.list_answered(the_node()))


@blueprint.get("/<code>")
@staff_only("feedback")
def groups_page(code: str) -> str:
    """The groups that answered one questionnaire."""
    node, questionnaire = the_node(), catalogue.get_questionnaire(the_node(), code)
    results.refresh(node)
    page = to_page(
        result_pages.count_groups(node, code), asked_page(), PER_PAGE,
        lambda limit, offset: result_pages.list_groups(node, _labels(), code, limit, offset),
    )  # fmt: skip
    return render_template("feedback/results/groups.html", questionnaire=questionnaire, page=page)


@blueprint.get("/<code>/<scope>/<scope_id>")
@staff_only("feedback")
def group_page(code: str, scope: str, scope_id: str) -> str:
    """What one group answered, beside the group before it; `mur`: for a wall, which looks again every minute."""
    node, group = the_node(), _group(code, scope, scope_id)
    return render_template(
        "feedback/results/wall.html" if "mur" in request.args else "feedback/results/group.html",
        group=group,
        told=results.read_results(node, group.questionnaire, group.scope, group.scope_id),
        changes=result_pages.compare_with_last(node, _labels(), group),
        skills=result_pages.compare_skills(node, group),
        quotes=result_pages.list_quotes(node, group),
    )


@blueprint.get("/<code>/<scope>/<scope_id>/textes")
@staff_only("feedback")
def texts_page(code: str, scope: str, scope_id: str) -> str:
    """What people of a group wrote, opened for this page only: words that come back, texts, sentences to choose."""
    return _texts(_group(code, scope, scope_id), {})


def _texts(group: Group, errors: Mapping[str, str], typed: str = "") -> str:
    node, staff = the_node(), current_staff()
    page: Any = to_page(
        group.text_count, asked_page(), result_pages.TEXTS_PER_PAGE,
        lambda limit, offset: list(result_pages.read_texts(node, staff, group, limit, offset).opened),
    )  # fmt: skip
    return render_template(
        "feedback/results/texts.html", group=group, page=page, words=result_pages.find_words(node, staff, group),
        quotes=result_pages.list_quotes(node, group), errors=errors, typed=typed,
        closed=group.text_count > 0 and not page.rows,
    )  # fmt: skip


@blueprint.post("/<code>/<scope>/<scope_id>/citation")
@staff_only("feedback")
def choose_quote(code: str, scope: str, scope_id: str) -> Response | tuple[str, int]:
    """Publish a sentence in clear, or take one back (`retirer`)."""
    group = _group(code, scope, scope_id)
    try:
        gone = read_text(request.form.get("retirer", ""))
        text = "" if gone else result_pages.read_quote(request.form)
        result_pages.choose_quote(the_node(), group, gone or new_id(), text)
    except FieldProblems as problem:
        return _texts(group, pages.field_words(problem), request.form.get("text", "")), problem.status
    except Problem as problem:
        tell("bad", pages.problem_words(problem))
    return redirect(f"{group.url}/textes", 303)
