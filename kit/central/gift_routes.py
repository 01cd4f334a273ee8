"""Pages of the works offered on suitcases that arrived at home."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request

from kit.central import bounds, gift_queries, gifts
from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.feedback import places
from kit.ids import read_text
from kit.library.deposits import accepting, rules
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.fields import Fields
from kit.web.pages import asked_page, tell, to_page

blueprint = Blueprint("gifts", __name__)
PER_PAGE = 50


@blueprint.get("/documents-recus")
@staff_only("library")
def list_page() -> str:
    """Works offered, by suitcase (`lieu`: of one territory); nothing is said of them until who holds the key opens."""
    node, staff, lieu = the_node(), current_staff(), request.args.get("lieu", "")
    stop_ids, _ = places.read_asked(node, lieu)
    logs = bounds.find_logs(node, staff)
    if stop_ids is None:
        count = gift_queries.count_gifts(node.store, logs)
        page = to_page(count, asked_page(), PER_PAGE, lambda limit, skip: gifts.list_gifts(node, limit, skip, logs))
    else:
        there = gifts.list_gifts_at(node, stop_ids, logs)
        page = to_page(len(there), asked_page(), PER_PAGE, lambda limit, skip: there[skip : skip + limit])
    can_open = staff.may("names") and staff.vault() is not None
    choices = places.to_choices(places.list_places(node))
    return render_template("central/gifts.html", page=page, can_open=can_open, lieu=lieu, choices=choices)


@blueprint.get("/documents-recus/<text_id>")
@staff_only("names", bounded=True)
def gift_page(text_id: str) -> str | tuple[str, int]:
    """One work: what its giver said, its file, and the answer when its suitcase is lost."""
    return _gift_page(text_id)


def _gift_page(
    text_id: str, word: str = "", errors: Mapping[str, Problem] | None = None, status: int = 200
) -> str | tuple[str, int]:
    node, deposit_id, given = the_node(), read_text(text_id), None
    try:
        opened = gifts.open_gift(node, current_staff(), deposit_id)
        gift, given = opened.gift, opened.given
    except Problem as problem:
        if problem.code != "keys.cannot_open":
            raise
        gift, status = gifts.get_gift(node, current_staff(), deposit_id), problem.status
    can_answer = gift.is_ours and current_staff().may("library")
    page = render_template(
        "central/gift.html", gift=gift, given=given, rules=rules, word=word, errors=errors or {}, can_answer=can_answer
    )
    return page, status


@blueprint.post("/documents-recus/<text_id>")
@staff_only("names", bounded=True)
def answer(text_id: str) -> Response | str | tuple[str, int]:
    """Accept or refuse what waited in a lost suitcase, with a word to its giver. Raises Problem `deposits.*`."""
    node, staff, fields = the_node(), current_staff(), Fields(request.form)
    if not staff.may("library"):
        raise Problem("people.forbidden")
    is_accepted = request.form.get("do") == "accept"
    word = fields.text("word", rules.LONGEST_WORD, lines=True, required=not is_accepted)
    try:
        fields.check()
        (gifts.accept if is_accepted else gifts.refuse)(node, staff, read_text(text_id), word)
    except FieldProblems as problem:
        return _gift_page(text_id, word, problem.fields, problem.status)
    except Problem as problem:
        if not problem.code.startswith("library."):
            raise
        return _gift_page(text_id, word, {"file": problem}, problem.status)
    tell(
        "ok",
        fr("C’est sur les étagères d’ici.") if is_accepted else fr("C’est refusé. Le fichier et le nom sont effacés."),
    )
    return redirect("/documents-recus", 303)  # type: ignore[return-value]


@blueprint.get("/documents-recus/<text_id>/fichier")
@staff_only("names", bounded=True)
def download(text_id: str) -> Response:
    """The file itself, opened as it leaves; always as a download."""
    node = the_node()
    opened = gifts.open_gift(node, current_staff(), read_text(text_id))
    response = Response(gifts.read_file(node, opened), mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=accepting.safe_name(opened.given.name))
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    response.content_length = opened.given.size_bytes
    return response
