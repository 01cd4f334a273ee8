"""Pages of people who help: those who said so for everybody, all of them for the team."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.directory import queries as places
from kit.directory import rules
from kit.directory import vocabulary as national
from kit.directory.advisers import actions, forms, queries, vocabulary
from kit.directory.stop_queries import list_stops
from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.people.access import current_staff, staff_only
from kit.people.audit import holds_key
from kit.people.node import the_node
from kit.web.fields import read_version
from kit.web.language import Written
from kit.web.pages import asked_page, tell, to_page
from kit.web.security import form_nonce

blueprint = Blueprint("advisers", __name__)
PAGE = "/console/annuaire/personnes"
PER_PAGE = 30
WORDS_SIGNS = 100
MOST_TARGETS = 8


@blueprint.get("/annuaire/personnes")
def list_page() -> str:
    """People who help and said that everybody may read of them."""
    store, words = the_node().store, request.args.get("q", "")[:WORDS_SIGNS]
    page = to_page(
        queries.count_cards(store, words), asked_page(), PER_PAGE,
        lambda limit, skip: queries.list_cards(store, words, limit, skip),
    )  # fmt: skip
    return render_template("directory/advisers/list.html", page=page, words=words)


@blueprint.get("/annuaire/personnes/<adviser>")
def card_page(adviser: str) -> str:
    """One of them: what she does, where and when, how to reach her."""
    found = queries.find_card(the_node().store, read_text(adviser))
    if found is None:
        raise Problem("directory.no_adviser")
    return render_template("directory/advisers/card.html", one=found, today=the_node().today())


# -- the team -----------------------------------------------------------------------------------------------------


@blueprint.get(PAGE)
@staff_only("directory")
def desk_page() -> str:
    """Everybody who helps, shown or not."""
    store, words = the_node().store, request.args.get("q", "")[:WORDS_SIGNS]
    page = to_page(
        queries.count_advisers(store, words), asked_page(), PER_PAGE,
        lambda limit, skip: queries.list_advisers(store, words, limit, skip),
    )  # fmt: skip
    return render_template("directory/advisers/desk.html", page=page, words=words)


@blueprint.get(f"{PAGE}/nouvelle")
@staff_only("directory")
def add_page() -> str:
    """An empty form of a person."""
    return _form({})


@blueprint.post(f"{PAGE}/nouvelle")
@staff_only("directory")
def add() -> Response | tuple[str, int]:
    """Note somebody who helps."""
    node = the_node()
    try:
        wanted = forms.read_adviser(request.form, request.form, the_node().today(), is_new=True)
    except FieldProblems as problem:
        return _form(_typed(), problem), problem.status
    adviser_id = actions.add_adviser(node, form_nonce(), wanted)
    tell("ok", fr("C’est noté. Dites maintenant où cette personne aide."))
    return redirect(f"{PAGE}/{to_text(adviser_id)}", 303)


@blueprint.get(f"{PAGE}/<adviser>")
@staff_only("directory")
def one_page(adviser: str) -> str:
    """One person: what is noted, where she helps, and how to change it."""
    return _page(queries.get_adviser(the_node().store, read_text(adviser)))


def _page(one: queries.Adviser, **more: object) -> str:
    node, words = the_node(), request.args.get("lieu", "")[:WORDS_SIGNS]
    found = places.list_places(node.store, words, "", MOST_TARGETS, 0) if words.strip() else []
    now = node.clock.wall_ms()
    stops = [stop for stop in list_stops(node.store) if not stop.is_closed and stop.ends_at_ms >= now][-MOST_TARGETS:]
    targets: list[tuple[str, str]] = [
        (f"place:{to_text(line.place_id)}", Written(f"{line.name}, {line.commune}")) for line in found
    ]
    targets += [
        (f"stop:{to_text(stop.stop_id)}", fr("Halte : %(label)s") % {"label": Written(stop.label)})
        for stop in reversed(stops)
    ]
    given: dict[str, object] = {"errors": {}, "values": {}, "told": None, "phone_words": rules.show_phone} | more
    return render_template(
        "directory/advisers/one.html", one=one, words=words, targets=targets, today=the_node().today(),
        may_open=holds_key(current_staff()) and one.envelope is not None, **given,
    )  # fmt: skip


@blueprint.post(f"{PAGE}/<adviser>/contact")
@staff_only("names")
def open_contact(adviser: str) -> str:
    """Open who she is; a line says so in the audit trail."""
    node = the_node()
    told = actions.open_contact(node, current_staff(), read_text(adviser))
    return _page(queries.get_adviser(node.store, read_text(adviser)), told=told, is_opened=True)


@blueprint.get(f"{PAGE}/<adviser>/changer")
@staff_only("directory")
def change_page(adviser: str) -> str:
    """What is noted of a person, to be rewritten."""
    one = queries.get_adviser(the_node().store, read_text(adviser))
    said = {name: "|".join(one.profile[name]) for name in ("skills", "services")}
    values = {
        **said, "role": one.profile["role"], "about": one.profile["about"], "hours": one.profile["hours"],
        "communes": ", ".join(one.profile["communes"]), "name": one.name, "phone": one.phone, "email": one.email,
        "public": "oui" if one.said_on else "", "said_on": one.said_on,
    }  # fmt: skip
    return _form(values, one=one)


@blueprint.post(f"{PAGE}/<adviser>/changer")
@staff_only("directory")
def change(adviser: str) -> Response | tuple[str, int]:
    """Rewrite a person; somebody else's change meanwhile is not written over."""
    node = the_node()
    one = queries.get_adviser(node.store, read_text(adviser))
    try:
        wanted = forms.read_adviser(request.form, request.form, the_node().today(), is_new=False)
        actions.change_adviser(node, one.adviser_id, wanted, read_version(request.form))
    except FieldProblems as problem:
        return _form(_typed(), problem, one), problem.status
    except Problem as problem:
        return _form(_typed(), one=one, refused=problem), problem.status
    tell("ok", fr("C’est noté."))
    return redirect(f"{PAGE}/{to_text(one.adviser_id)}", 303)


@blueprint.post(f"{PAGE}/<adviser>/liens")
@staff_only("directory")
def add_link(adviser: str) -> Response | tuple[str, int]:
    """She helps at a place or a stop."""
    node, adviser_id = the_node(), read_text(adviser)
    one = queries.get_adviser(node.store, adviser_id)
    try:
        actions.add_link(node, one.adviser_id, forms.read_link(request.form))
    except FieldProblems as problem:
        return _page(one, errors=problem.fields, values=problem.values), problem.status
    tell("ok", fr("C’est noté."))
    return redirect(f"{PAGE}/{to_text(one.adviser_id)}", 303)


@blueprint.post(f"{PAGE}/<adviser>/liens/<target>/terminer")
@staff_only("directory")
def end_link(adviser: str, target: str) -> Response:
    """She helps there no longer."""
    actions.end_link(the_node(), read_text(adviser), read_text(target), the_node().today())
    tell("ok", fr("C’est noté : elle n’y aide plus à partir de demain."))
    return redirect(f"{PAGE}/{adviser}", 303)


@blueprint.post(f"{PAGE}/<adviser>/retirer")
@staff_only("directory")
def remove(adviser: str) -> Response:
    """She is here no longer, and what was sealed is erased."""
    if request.form.get("oui") != "1":
        tell("warn", fr("Cochez la case pour retirer cette personne. Rien n’a changé."))
        return redirect(f"{PAGE}/{adviser}", 303)
    actions.remove_adviser(the_node(), current_staff(), read_text(adviser))
    tell("ok", fr("C’est retiré, et son nom est effacé."))
    return redirect(PAGE, 303)


def _typed() -> dict[str, str]:
    return {name: "|".join(request.form.getlist(name)) for name in request.form}


def _form(
    values: dict[str, str],
    problem: FieldProblems | None = None,
    one: queries.Adviser | None = None,
    refused: Problem | None = None,
) -> str:
    return render_template(
        "directory/advisers/edit.html", values=values, errors=problem.fields if problem else {}, one=one,
        refused=refused, roles=list(vocabulary.ROLES.items()), frames=vocabulary.FRAMES,
        by_domain=vocabulary.by_domain,
        services=[(code, fr(national.say("services", value))) for code, value in national.service_codes().items()],
    )  # fmt: skip
