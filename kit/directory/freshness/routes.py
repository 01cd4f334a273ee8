"""Pages that keep the directory true: the round of places to ask, and what they or a visitor answer."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kit.directory import finding, forms, looking, queries
from kit.directory.freshness import actions, codes
from kit.directory.freshness import queries as freshness
from kit.errors import FieldProblems
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.addresses import written_root
from kit.web.cells import neutral
from kit.web.pace import Pace
from kit.web.pages import asked_page, tell, to_page
from kit.web.qr import qr_svg
from kit.web.security import form_nonce

blueprint = Blueprint("freshness", __name__)
PAGE = "/console/annuaire/fraicheur"
PER_PAGE = 50
WORDS = {"closed": fr("Ce lieu n’existe plus")}


def _take_pace() -> None:
    """A phone or a script says a few things a minute. Raises Problem `feedback.slow_down`."""
    node = the_node()
    pace: Pace = current_app.extensions.setdefault("valise.directory_pace", Pace(node.clock.mono_ms, 20, 15_000))
    pace.take(request.remote_addr or "")


@blueprint.get("/annuaire/confirmer")
def code_page() -> str | AnyResponse:
    """Where a place types the code of its letter."""
    code = request.args.get("code", "")[:60]
    return redirect(f"/annuaire/confirmer/{code}") if code.strip() else _asks_code()


def _asks_code() -> str:
    return render_template("directory/freshness/code.html")


@blueprint.get("/annuaire/confirmer/<code>")
def confirm_page(code: str) -> str:
    """What is written of the place that holds this code."""
    _take_pace()
    place_id = actions.require_place(codes.find_place(the_node(), code))
    return _form(queries.get_place(the_node().store, place_id), is_holder=True)


@blueprint.post("/annuaire/confirmer/<code>")
def confirm(code: str) -> str | tuple[str, int]:
    """The place says that all is right, or what is not."""
    _take_pace()
    node = the_node()
    place = queries.get_place(node.store, actions.require_place(codes.find_place(node, code)))
    if request.form.get("juste") == "1":
        actions.note_check(node, place.place_id, "link")
        return render_template("directory/freshness/thanks.html", place=place, is_right=True)
    return _propose(place, is_holder=True)


@blueprint.get("/annuaire/<place>/erreur")
def wrong_page(place: str) -> str:
    """Anybody may say what is wrong."""
    return _form(queries.get_place(the_node().store, read_text(place)))


@blueprint.post("/annuaire/<place>/erreur")
def wrong(place: str) -> str | tuple[str, int]:
    """It waits for people, whatever it says."""
    _take_pace()
    return _propose(queries.get_place(the_node().store, read_text(place)))


def _propose(place: queries.Place, is_holder: bool = False) -> str | tuple[str, int]:
    word = request.form.get("mot", "")
    try:
        wanted = forms.read_outside(request.form)
    except FieldProblems as problem:
        return _form(place, problem, is_holder), problem.status
    is_new = actions.propose_from_outside(
        the_node(), place.place_id, wanted, word if word in WORDS else "", form_nonce()
    )
    return render_template("directory/freshness/thanks.html", place=place, is_right=False, is_new=is_new)


def _form(place: queries.Place, problem: FieldProblems | None = None, is_holder: bool = False) -> str:
    values = problem.values if problem else place.fields | {"telephone": place.phone}
    return render_template(
        "directory/freshness/outside.html", place=place, values=values, errors=problem.fields if problem else {},
        labels=forms.outside(), is_holder=is_holder, words=list(WORDS.items()),
    )  # fmt: skip


# -- the team -----------------------------------------------------------------------------------------------------


@blueprint.get(PAGE)
@staff_only("directory")
def round_page() -> str:
    """What nobody checked for a year, the oldest first; past rounds."""
    node, words = the_node(), request.args.get("q", "")[:100]
    before = looking.stale_day(node.local_now())
    page = to_page(
        freshness.count_old(node.store, before, words), asked_page(), PER_PAGE,
        lambda limit, skip: freshness.list_old(node.store, before, words, limit, skip),
    )  # fmt: skip
    return render_template(
        "directory/freshness/round.html", page=page, words=words, fresh=freshness.count_fresh(node.store, before),
        rounds=freshness.list_days_asked(node.store, 10), asked_by=actions.ASKED_BY, days=finding.STALE_DAYS,
    )  # fmt: skip


@blueprint.post(PAGE)
@staff_only("directory")
def ask() -> AnyResponse:
    """The chosen places are asked today."""
    node = the_node()
    how = "mail" if request.form.get("comment") == "mail" else "letter"
    chosen = [one for text in request.form.getlist("lieu") if (one := read_text(text)) is not None]
    if not chosen:
        tell("warn", fr("Cochez au moins un lieu."))
        return redirect(PAGE, 303)
    actions.ask(node, chosen, how)
    name = "courriels.csv" if how == "mail" else "lettres"
    return redirect(f"{PAGE}/{name}?jour={node.today()}", 303)


@blueprint.get(f"{PAGE}/lettres")
@staff_only("directory")
def letters_page() -> str:
    """The letters of a day, one a sheet: what is written, the address to confirm, a slip to send back."""
    node, day = the_node(), request.args.get("jour", "")[:10]
    asked = freshness.list_asked(node.store, day, "letter")
    places = queries.find_places(node.store, [one.place_id for one in asked])
    letters = [(places[one.place_id], codes.make_code(node, one.place_id, day)) for one in asked]
    return render_template(
        "directory/freshness/letters.html", letters=letters, url=_door(), qr_svg=qr_svg, labels=forms.outside(), day=day
    )


@blueprint.get(f"{PAGE}/courriels.csv")
@staff_only("directory")
def mails_file() -> Response:
    """The places asked by e-mail on a day, with the link of each: for the team's own mail program."""
    node, day = the_node(), request.args.get("jour", "")[:10]
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["nom", "commune", "courriels", "lien"])
    for one in freshness.list_asked(node.store, day, "mail"):
        link = f"{_door()}/{codes.make_code(node, one.place_id, day)}"
        writer.writerow([neutral(one.name), neutral(one.commune), neutral(one.mails.replace("|", ", ")), link])
    headers = {"Content-Disposition": 'attachment; filename="a-confirmer.csv"'}
    return Response("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _door() -> str:
    return written_root(the_node().settings) + "/annuaire/confirmer"


@blueprint.post("/console/annuaire/lieux/<place>/verifie")
@staff_only("directory")
def checked(place: str) -> AnyResponse:
    """Somebody of the team looked: what is written is right."""
    how = request.form.get("comment", "")
    found = queries.get_place(the_node().store, read_text(place))
    actions.note_check(the_node(), found.place_id, how if how in actions.BY_TEAM else "visit")
    tell("ok", fr("C’est noté : vérifié aujourd’hui."))
    return redirect(f"/annuaire/{to_text(found.place_id)}", 303)
