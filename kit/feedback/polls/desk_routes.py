"""The team's pages of consultations, on a kit and at the central."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.feedback import catalogue, pages
from kit.feedback.polls import actions, forms, queries, slips
from kit.feedback.polls.routes import read_result
from kit.ids import read_text
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.addresses import written_root
from kit.web.fields import Fields
from kit.web.pages import tell

blueprint = Blueprint("poll_desk", __name__, url_prefix="/console/consultations")


@blueprint.get("")
@staff_only("feedback")
def list_page() -> str:
    """Every consultation, and a form for a new one."""
    return _list()


def _list(values: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> str:
    node = the_node()
    polls = [one.questionnaire for one in catalogue.list_questionnaires(node) if one.questionnaire.purpose == "poll"]
    closed = {one.code for one in polls if queries.find_closed(node.store, one.code)}
    return render_template(
        "feedback/polls/desk.html", polls=polls, closed=closed, values=values or {}, errors=errors or {},
        is_central=node.settings.is_central,
    )  # fmt: skip


@blueprint.post("")
@staff_only("feedback")
def begin() -> Response | tuple[str, int]:
    """Open a new consultation."""
    try:
        code = catalogue.new_code(request.form.get("title", "") or "consultation")
        made = actions.begin(the_node(), forms.read_poll(request.form, code))
    except FieldProblems as problem:
        return _list(request.form, pages.field_words(problem)), problem.status
    tell("ok", fr("La consultation est ouverte."))
    return redirect(f"/console/consultations/{made.code}", 303)


@blueprint.get("/<code>")
@staff_only("feedback")
def poll_page(code: str) -> str:
    """One consultation: who took part, papers, codes, its end."""
    return _poll(code)


def _poll(code: str, errors: Mapping[str, str] | None = None, values: Mapping[str, str] | None = None) -> str:
    node = the_node()
    poll, stop = actions.get_poll(node, code), node.current_stop()
    stops = [(one.stop_id, one.label) for one in node.list_stops()]
    papers = queries.list_papers(node.store, code)
    here = next((one for one in papers if one.is_ours and one.stop_id == (stop.stop_id if stop else b"")), None)
    filled = {f"n{value}": count for value, count in here.counts} | {"ballots": here.ballots} if here else {}
    return render_template(
        "feedback/polls/manage.html",
        poll=poll, result=read_result(node, poll), papers=papers, stops=dict(stops), stop=stop,
        taken=queries.count_noted(node.store, code) + queries.count_in_urn(node.store, code),
        codes=queries.count_codes(node.store, code), twice=queries.count_used_twice(node.store, code),
        values=values or filled, errors=errors or {},
        is_central=node.settings.is_central,
    )  # fmt: skip


@blueprint.post("/<code>/papier")
@staff_only("feedback")
def count_paper(code: str) -> Response | tuple[str, int]:
    """Note what was counted on paper."""
    try:
        new = forms.read_paper(request.form, actions.get_poll(the_node(), code))
        actions.count_paper(the_node(), code, read_text(request.form.get("halte", "")) or b"", new)
    except FieldProblems as problem:
        return _poll(code, pages.field_words(problem), request.form), problem.status
    tell("ok", fr("Le dépouillement du papier est noté."))
    return redirect(f"/console/consultations/{code}", 303)


@blueprint.post("/<code>/choix")
@staff_only("feedback")
def add_option(code: str) -> Response | tuple[str, int]:
    """One more choice: an idea that somebody had."""
    try:
        actions.add_option(the_node(), code, request.form.get("label", ""))
    except FieldProblems as problem:
        return _poll(code, pages.field_words(problem), request.form), problem.status
    tell("ok", fr("Ce choix est ajouté."))
    return redirect(f"/console/consultations/{code}", 303)


@blueprint.post("/<code>/bulletins")
@staff_only("feedback")
def print_codes(code: str) -> Response | str | tuple[str, int]:
    """Slips with a code each, to print now: they are told once."""
    poll = actions.get_poll(the_node(), code)
    fields = Fields(request.form)
    count = fields.number("count", 1, forms.MOST_CODES)
    try:
        fields.check()
    except FieldProblems as problem:
        return _poll(code, pages.field_words(problem), request.form), problem.status
    made = slips.make_codes(the_node(), code, count)
    url = written_root(the_node().settings)
    is_central = the_node().settings.is_central
    return render_template("feedback/polls/slips.html", poll=poll, codes=made, url=url, is_central=is_central)


@blueprint.post("/<code>/terminer")
@staff_only("feedback")
def end(code: str) -> Response | tuple[str, int]:
    """End it: the tally is told, for ever."""
    try:
        actions.end(the_node(), code)
    except Problem as problem:
        tell("bad", pages.problem_words(problem))
    return redirect(f"/console/consultations/{code}", 303)
