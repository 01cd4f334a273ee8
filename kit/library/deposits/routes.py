"""Giving a work (public), following it by its code, printing the authorisation; and the team's side."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text
from kit.keys.stream import Sealer
from kit.library.deposits import accepting, actions, queries, rules
from kit.library.deposits.forms import read_offer
from kit.library.thanks.actions import tell_author
from kit.people import audit
from kit.people.access import current_staff, staff_only
from kit.people.node import Node, the_node
from kit.web.addresses import written_root
from kit.web.fields import Fields
from kit.web.pages import asked_page, tell, to_page
from kit.web.security import form_nonce
from kit.web.uploads import received, takes_file

blueprint = Blueprint("deposits", __name__)
PER_PAGE = 30
FOLLOWED = "library/deposits/followed.html"


@blueprint.get("/proposer")
def offer_page() -> str:
    """The form; in a window where no file can be chosen, how to get out of it."""
    if rules.is_portal_window(request.user_agent.string):
        address = f"{written_root(the_node().settings)}/proposer"
        return render_template("library/deposits/open_elsewhere.html", address=address)
    return _offer_page(MultiDict(), {})


def _most_bytes() -> int:
    return the_node().settings.max_deposit


def _open_target(announced: int) -> Sealer:
    return actions.open_target(the_node(), announced)


@blueprint.post("/proposer")
@takes_file(_most_bytes, _open_target)
def offer() -> Response | str | tuple[str, int]:
    """Take a work in, sealed; give its receipt code."""
    try:
        told = read_offer(request.form)
        upload = next(iter(received(Sealer)), None)
        if upload is None:
            raise FieldProblems({"file": Problem("deposits.no_file")})
        sent = request.files["file"].filename or ""
        code = actions.offer(the_node(), form_nonce(), upload, sent, told)
    except FieldProblems as problem:
        return _offer_page(request.form, problem.fields), problem.status
    return _followed("library/deposits/receipt.html", code, status=201)


def _offer_page(values: MultiDict[str, str], errors: Mapping[str, Problem]) -> str:
    return render_template(
        "library/deposits/offer.html", values=values, errors=errors, rules=rules,
        limit=the_node().settings.max_deposit,
    )  # fmt: skip


@blueprint.get("/proposer/suivi")
def code_page() -> str:
    """Where one writes the code."""
    return render_template("library/deposits/code.html", code="", error=None)


@blueprint.post("/proposer/suivi")
def follow() -> Response | tuple[str, int]:
    """What became of a deposit, for whoever has its code."""
    return _by_code(FOLLOWED)


@blueprint.post("/proposer/autorisation")
def authorisation() -> Response | tuple[str, int]:
    """The authorisation, in two copies to print and sign."""
    return _by_code("library/deposits/authorisation.html")


def _by_code(template: str) -> Response | tuple[str, int]:
    code = request.form.get("code", "")
    try:
        return _followed(template, code)
    except Problem as problem:
        return render_template("library/deposits/code.html", code=code[:200], error=problem), problem.status


def _followed(template: str, code: str, status: int = 200) -> Response:
    found = actions.follow(the_node(), code)
    is_told = template == FOLLOWED  # the other pages show no thanks: they must not pass for seen
    told = tell_author(the_node(), found.deposit.deposit_id, found.deposit.item_id) if is_told else None
    text = render_template(template, found=found, code=code, rules=rules, told=told)
    return Response(text, status=status, headers={"Cache-Control": "no-store"}, mimetype="text/html")


# -- the team -----------------------------------------------------------------------------------------------------


@blueprint.get("/console/propositions")
@staff_only("library")
def waiting_list() -> str:
    """Works that were offered and wait; nothing is said of them until a mediator opens one."""
    store, home = the_node().store, the_node().identity.sign_public
    page = to_page(
        queries.count_waiting(store, home), asked_page(), PER_PAGE,
        lambda limit, offset: queries.list_waiting(store, home, limit, offset),
    )  # fmt: skip
    can_open = current_staff().vault() is not None
    return render_template("library/deposits/waiting.html", page=page, can_open=can_open, days=rules.WAIT_DAYS)


@blueprint.get("/console/propositions/<text_id>")
@staff_only("library")
def waiting_page(text_id: str) -> str:
    """One work: what its giver said, its file, and the answer."""
    return _waiting_page(text_id)


def _waiting_page(text_id: str, word: str = "", errors: Mapping[str, Problem] | None = None) -> str:
    node, deposit_id = the_node(), read_text(text_id) or b""
    deposit, waiting = _open(node, deposit_id)
    return render_template(
        "library/deposits/open.html", deposit=deposit, given=waiting.given, rules=rules, word=word,
        errors=errors or {},
    )  # fmt: skip


def _open(node: Node, deposit_id: bytes) -> tuple[queries.Deposit, actions.Waiting]:
    deposit = actions.get_waiting(node, deposit_id)
    waiting = actions.open_waiting(node, current_staff().vault(), deposit)
    audit.note_door(node, current_staff(), "gift.opened", deposit_id)
    return deposit, waiting


@blueprint.get("/console/propositions/<text_id>/fichier")
@staff_only("library")
def look(text_id: str) -> Response:
    """The file itself, to look at before answering; always as a download."""
    node, deposit_id = the_node(), read_text(text_id) or b""
    _, waiting = _open(node, deposit_id)
    pieces = accepting.read_sealed(node, deposit_id, waiting.key)
    response = Response(pieces, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=accepting.safe_name(waiting.given.name))
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.content_length = waiting.given.size_bytes
    return response


@blueprint.post("/console/propositions/<text_id>")
@staff_only("library")
def answer(text_id: str) -> Response | tuple[str, int]:
    """Accept or refuse, with a word to the giver."""
    node, deposit_id, fields = the_node(), read_text(text_id) or b"", Fields(request.form)
    is_accepted = request.form.get("do") == "accept"
    word = fields.text("word", rules.LONGEST_WORD, lines=True, required=not is_accepted)
    try:
        fields.check()
        if is_accepted:
            shelf = accepting.shelf_of_gifts(node, current_staff())
            accepting.accept(node, current_staff().vault(), deposit_id, word, shelf)
        else:
            _open(node, deposit_id)
            actions.settle(node, deposit_id, "refused", word)
    except FieldProblems as problem:
        return _waiting_page(text_id, word, problem.fields), problem.status
    except Problem as problem:
        if not problem.code.startswith("library."):
            raise
        return _waiting_page(text_id, word, {"file": problem}), problem.status
    tell("ok", fr("C’est sur les étagères.") if is_accepted else fr("C’est refusé. Le fichier et le nom sont effacés."))
    return redirect("/console/propositions", 303)  # type: ignore[return-value]
