"""The card of a work that is here: its title, authors, shelf, series, chapters, cover."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request

from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text
from kit.library import actions, carding, queries
from kit.library.forms import read_card, to_chapter_lines
from kit.library.queries import ItemView
from kit.library.rules import LEVEL_WORDS, is_media
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell
from kit.web.security import takes_files

blueprint = Blueprint("card", __name__)
LARGEST_COVER = 20 << 20


@blueprint.get("/console/bibliotheque/<text_id>/fiche")
@staff_only("library")
def card(text_id: str) -> str:
    """The form."""
    return _page(_item(text_id), {})


def _item(text_id: str) -> ItemView:
    return actions.get_item(the_node(), read_text(text_id) or b"")


def _page(item: ItemView, errors: Mapping[str, Problem], typed: Mapping[str, str] | None = None) -> str:
    node = the_node()
    now, files = carding.card_of(node, item), queries.list_files(node.store, item.item_id)
    values = {name: getattr(now, name) for name in ("title", "language", "summary", "shelf", "level", "series")}
    values |= {"creators": "; ".join(now.creators), "subjects": "; ".join(now.subjects),
               "series_place": now.series_place or "", "chapters": to_chapter_lines(now.chapters)}  # fmt: skip
    return render_template(
        "library/card.html",
        item=item,
        values={**values, **(typed or {})},
        mark=carding.mark_of(now),
        errors=errors,
        levels=[("", fr("Sans niveau")), *LEVEL_WORDS.items()],
        shelves=queries.list_all_shelves(node.store),
        files=files,
        has_chapters=bool(now.chapters) or (bool(files) and is_media(files[0].media_type)),
    )


@blueprint.post("/console/bibliotheque/<text_id>/fiche")
@staff_only("library")
@takes_files(lambda _app: LARGEST_COVER)
def correct(text_id: str) -> Response | tuple[str, int]:
    """Note what was corrected."""
    item, sent = _item(text_id), request.files.get("cover")
    picture = sent.stream.read() if sent is not None and sent.filename else b""
    try:
        typed = read_card(request.form)
        is_new = carding.correct_card(
            the_node(), current_staff(), item.item_id, typed, request.form.get("mark", ""), picture
        )
    except FieldProblems as problem:
        return _page(item, problem.fields, request.form), problem.status
    except Problem as problem:
        if problem.code not in ("library.changed", "library.not_your_shelf"):
            raise
        tell("bad", str(problem))
        return _page(item, {}, request.form), problem.status
    tell(
        "ok",
        fr("La fiche de « %(title)s » est corrigée.") % {"title": typed.title} if is_new else fr("Rien n’a changé."),
    )
    return redirect(f"/console/bibliotheque/{text_id}", 303)  # type: ignore[return-value]
