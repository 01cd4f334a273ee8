"""« À refaire chez moi », for everybody; and where the team chooses the works a workshop stands on."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from kit.errors import Problem
from kit.ids import read_text, to_text
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.addresses import written_root
from kit.web.pages import tell
from kit.web.qr import qr_svg
from kit.workshops import actions, forms, queries, rules, series, take_home
from kit.workshops.queries import Workshop
from kit.workshops.words import problem_words

blueprint = Blueprint("take_home", __name__)
FOUND = 20


def _get(workshop: str) -> Workshop:
    return queries.get_workshop(the_node().store, read_text(workshop))


@blueprint.get("/ateliers/<workshop>/chez-moi")
def take_home_page(workshop: str) -> str:
    """What can be done again at home: works to keep, one file, a booklet, the next date."""
    node, found = the_node(), _get(workshop)
    works, following = take_home.list_supports(node, found), take_home.find_next_date(node, found)
    return render_template("workshops/take_home.html", workshop=found, works=works, following=following)


@blueprint.get("/ateliers/<workshop>/chez-moi.html")
def take_home_file(workshop: str) -> Response:
    """All of it as one file that opens without any app and without any network. Raises `workshops.no_support`."""
    node, found = the_node(), _get(workshop)
    parts = take_home.read_parts(node, found)
    if not any(part.html for part in parts):
        raise Problem("workshops.no_support")
    page = render_template(
        "workshops/take_home_file.html",
        workshop=found,
        parts=parts,
        following=take_home.find_next_date(node, found),
        style=Markup(take_home.read_style(node, found)),  # noqa: S704 - our own, from a page we made
        policy=take_home.POLICY,
    )
    answer = Response(page, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Content-Disposition"] = f'attachment; filename="{take_home.file_name(found)}"'
    return answer


@blueprint.get("/ateliers/<workshop>/livret")
def booklet_page(workshop: str) -> str:
    """The same to print, on A5."""
    node, found = the_node(), _get(workshop)
    parts, following = take_home.read_parts(node, found), take_home.find_next_date(node, found)
    return render_template("workshops/paper/booklet.html", workshop=found, parts=parts, following=following)


@blueprint.get("/console/ateliers/<workshop>/a-refaire")
@staff_only("roll")
def slips_page(workshop: str) -> str:
    """Slips of paper, four to a page: what to do again, where to find it, the next date."""
    node, found = the_node(), _get(workshop)
    base = written_root(node.settings)
    url = f"{base}/ateliers/{to_text(found.workshop_id)}/chez-moi"
    works, following = take_home.list_supports(node, found), take_home.find_next_date(node, found)
    given = {"works": works, "following": following, "qr": qr_svg(url, url), "url": url}
    return render_template("workshops/paper/slips.html", workshop=found, **given)


# -- choosing -----------------------------------------------------------------------------------------------------


@blueprint.get("/console/ateliers/<workshop>/supports")
@staff_only("plan")
def supports_page(workshop: str) -> str:
    """The works chosen, and works of the library to choose from (`q`: words to look for)."""
    node, found, text = the_node(), _get(workshop), request.args.get("q", "").strip()[:200]
    chosen = set(rules.split_ids(found.supports))
    offered = [work for work in node.search_works(text, FOUND) if work.item_id not in chosen]
    dates = [one for one in series.list_dates(node.store, found.series_id) if one.is_ours and one.will_be]
    given = {"text": text, "works": take_home.list_supports(node, found), "offered": offered}
    return render_template("workshops/supports.html", workshop=found, dates=len(dates), **given)


@blueprint.post("/console/ateliers/<workshop>/supports")
@staff_only("plan")
def choose_supports(workshop: str) -> AnyResponse:
    """One work more (`plus`) or less (`moins`); with `serie`, for every date of the series that will be."""
    node, found = the_node(), _get(workshop)
    more, less = (read_text(request.form.get(name, "")) for name in ("plus", "moins"))
    dates = series.list_dates(node.store, found.series_id) if request.form.get("serie") == "1" else []
    others = [one for one in dates if one.is_ours and one.will_be and one.workshop_id != found.workshop_id]
    try:
        for one in (found, *others):
            actions.choose_supports(node, one.workshop_id, more or b"", less or b"")
    except Problem as problem:
        tell("bad", problem_words(problem))
    text = forms.read_words(request.form)
    return redirect(f"/console/ateliers/{workshop}/supports" + (f"?q={text}" if text else ""), 303)
