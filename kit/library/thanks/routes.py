"""Thanking an author (public), and the team's page of words."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from kit.errors import FieldProblems
from kit.errors.kind import fr
from kit.ids import read_text
from kit.library.serving import visible_item
from kit.library.shelves.actions import check_may_change
from kit.library.thanks import actions, queries
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.fields import Fields
from kit.web.pages import tell
from kit.web.security import form_nonce

blueprint = Blueprint("thanks", __name__)
LONGEST_WORD = 400
DESK = "/console/mots"


@blueprint.get("/bibliotheque/<text_id>/merci")
def thanks_page(text_id: str) -> str:
    """The form."""
    return _page(text_id)


def _page(text_id: str, word: str = "", error: object = None, *, is_noted: bool = False) -> str:
    item = visible_item(text_id)
    return render_template(
        "library/thanks/give.html", item=item, word=word, error=error, is_noted=is_noted, longest=LONGEST_WORD,
        has_author=queries.is_gift(the_node().store, item.item_id),
    )  # fmt: skip


@blueprint.post("/bibliotheque/<text_id>/merci")
def give(text_id: str) -> str | tuple[str, int]:
    """Note thanks, and a word if there is one."""
    item, fields = visible_item(text_id), Fields(request.form)
    word = fields.text("word", LONGEST_WORD, lines=True)
    try:
        fields.check()
    except FieldProblems as problem:
        return _page(text_id, request.form.get("word", ""), problem.fields["word"]), problem.status
    actions.give(the_node(), form_nonce(), item, word)
    return _page(text_id, is_noted=True)


@blueprint.get(DESK)
@staff_only("library")
def words_page() -> str:
    """Words that wait, opened for those who may, and those that are shown."""
    node, staff = the_node(), current_staff()
    return render_template(
        "library/thanks/words.html", waiting=actions.open_waiting(node, staff), shown=actions.list_shown(node),
        can_open=staff.vault() is not None,
    )  # fmt: skip


@blueprint.post(f"{DESK}/<text_id>")
@staff_only("library")
def settle(text_id: str) -> Response:
    """Show a word, or take it away."""
    node, thanks_id, is_shown = the_node(), read_text(text_id) or b"", request.form.get("do") == "show"
    item = actions.get_item(node, thanks_id)
    check_may_change(node, current_staff(), [item.shelf] if item else [])
    if is_shown:
        actions.show(node, current_staff(), thanks_id)
    else:
        actions.refuse(node, thanks_id)
    tell("ok", fr("Ce mot est montré sous l’œuvre.") if is_shown else fr("Ce mot est retiré."))
    return redirect(DESK, 303)  # type: ignore[return-value]
