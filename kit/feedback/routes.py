"""Pages of this room: giving an opinion (no account, no cookie), and what the team reads of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.errors import FieldProblems, Problem
from kit.feedback import actions, forms, opinions, queries
from kit.feedback.personal_data import WORDS
from kit.feedback.questionnaires import current
from kit.ids import read_text
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.language import say
from kit.web.pages import asked_page, to_page
from kit.web.security import form_nonce

blueprint = Blueprint("feedback", __name__)
CHOICES = "valise.workshop_choices"
LABELS = "valise.workshop_labels"
MOST_CHOICES = 12
UNCHOSEN = "-"
GROUPS_PER_PAGE = 20
TEXTS_PER_PAGE = 50


@blueprint.get("/avis")
def opinion_page() -> str:
    """Three faces and one open question."""
    return _page(request.args)


@blueprint.post("/avis")
def give_opinion() -> Response | tuple[str, int]:
    """Note an opinion; what was typed stays in the form whatever is refused."""
    try:
        answer = forms.read_answer(request.form, current(), [one for one, _ in _workshops()])
        actions.note_answer(the_node(), form_nonce(), answer)
    except FieldProblems as problem:
        errors = {name: _words(one) for name, one in problem.fields.items()}
        return _page(request.form, errors), problem.status
    except Problem as problem:
        return _page(request.form, refused=_words(problem)), problem.status
    return redirect("/avis/merci", 303)


@blueprint.get("/avis/merci")
def thanks_page() -> str:
    """It is noted."""
    return render_template("feedback/thanks.html")


def _page(values: Mapping[str, str], errors: Mapping[str, str] | None = None, refused: str = "") -> str:
    choices = _workshops()
    only = choices[0][0] if len(choices) == 1 else UNCHOSEN
    chosen = values.get("atelier", only)
    return render_template(
        "feedback/opinion.html",
        questions=current().questions,
        choices=choices,
        chosen=chosen,
        values=values,
        errors=errors,
        refused=refused,
    )


def _workshops() -> list[tuple[str, str]]:
    """The workshops one may speak of, as (id, label): from the application, for rooms do not know each other."""
    listed: Callable[[], list[tuple[str, str]]] = current_app.extensions.get(CHOICES, list)
    return listed()[:MOST_CHOICES]


def _words(problem: Problem) -> str:
    details = dict(problem.details)
    if problem.code == "feedback.personal_data":
        kinds: tuple[str, ...] = details.pop("kinds")  # type: ignore[assignment]
        details["what"] = f" {say('et')} ".join(say(WORDS[kind]) for kind in kinds)
    return say(problem.words) % details if details else say(problem.words)


# -- the team -----------------------------------------------------------------------------------------------------


@blueprint.get("/console/avis")
@staff_only("feedback")
def list_page() -> str:
    """Every group of opinions, and how many wait in the urn."""
    node = the_node()
    page = to_page(
        queries.count_groups(node.store),
        asked_page(),
        GROUPS_PER_PAGE,
        lambda limit, offset: opinions.list_opinions(node, _labels, limit, offset),
    )
    waiting = opinions.list_waiting(node, _labels)
    return render_template("feedback/list.html", page=page, waiting=waiting, enough=node.settings.small_group)


@blueprint.get("/console/avis/<scope>/<scope_id>")
@staff_only("feedback")
def group_page(scope: str, scope_id: str) -> str:
    """One group: its counts and, when it is large enough, what people wrote."""
    node, vault = the_node(), current_staff().vault()
    opinion = opinions.find_opinion(node, _labels, scope, read_text(scope_id))
    if opinion is None:
        raise Problem("feedback.not_found")
    page = to_page(
        opinion.text_count,
        asked_page(),
        TEXTS_PER_PAGE,
        lambda limit, offset: [opinions.read_texts(node, vault, opinion, limit, offset)],
    )
    return render_template("feedback/group.html", opinion=opinion, page=page, texts=page.rows[0])


def _labels(workshop_ids: Sequence[bytes]) -> Mapping[bytes, str]:
    """The titles of workshops, from the application."""
    read: opinions.Labels = current_app.extensions.get(LABELS, lambda _ids: {})
    return read(workshop_ids)
