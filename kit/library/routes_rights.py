"""The rights of many shelved works at once: the works ticked, a whole shelf, or all that is held back."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from kit.errors import FieldProblems, counted
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.library import settling
from kit.library.forms import read_rights_of_many
from kit.library.licences import all_licences
from kit.library.queries import ItemView, list_all_shelves
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell

blueprint = Blueprint("rights", __name__)

PAGE = "/console/bibliotheque/droits"
MOST = 20_000
MOST_SHOWN = 200


@blueprint.get(PAGE)
@staff_only("library")
def rights() -> str:
    """Which works, and which rights."""
    return rights_page({}, [found for one in request.values.getlist("item") if (found := read_text(one))])


def rights_page(errors: dict[str, str], item_ids: list[bytes]) -> str:
    """The form, for these works or (without any) for a shelf."""
    ids = [to_text(one) for one in item_ids]
    licences = [
        ("", fr("Ne pas changer")),
        *((one.licence_id, f"{one.short} · {one.name}") for one in all_licences().values()),
    ]
    shelves = [("", fr("Toutes")), *((name, f"{name} ({count})") for name, count in list_all_shelves(the_node().store))]
    return render_template(
        "library/rights_many.html", ids=ids, licences=licences, shelves=shelves, values=request.values, errors=errors
    )


@blueprint.post(PAGE)
@staff_only("library")
def settle() -> Response | str | tuple[str, int]:
    """What it would give; after that, note it."""
    try:
        given = read_rights_of_many(request.form)
    except FieldProblems as problem:
        ids = [found for one in request.form.getlist("item") if (found := read_text(one))]
        return rights_page({name: str(one) for name, one in problem.fields.items()}, ids), problem.status
    items, only_missing = _chosen(), bool(request.form.get("only_missing"))
    if request.form.get("do") == "settle":
        return _note([one.item_id for one in items], given, only_missing=only_missing)
    seen = settling.foresee_rights(items, given, only_missing=only_missing)
    held = [one for one in seen if one.reasons]
    return render_template(
        "library/rights_many_preview.html", seen=seen, held=held[:MOST_SHOWN], held_count=len(held),
        changed=sum(bool(one.given) for one in seen), licence=all_licences().get(given["licence"]), form=request.form,
        back=PAGE,
    )  # fmt: skip


def _chosen() -> list[ItemView]:
    ids = [found for one in request.form.getlist("item") if (found := read_text(one))]
    held_only = bool(request.form.get("held_only"))
    return settling.list_chosen(the_node(), ids, request.form.get("shelf", "")[:100], held_only=held_only, limit=MOST)


def refused_words(refused: int) -> str:
    """How many works another library alone may change."""
    return counted(
        refused, fr("%s document ne change pas : son étagère est à une autre bibliothèque."),
        fr("%s documents ne changent pas : leur étagère est à une autre bibliothèque."),
    )  # fmt: skip


def _note(ids: list[bytes], given: dict[str, str], *, only_missing: bool) -> Response:
    changed, refused = settling.settle_many(the_node(), current_staff(), ids, given, only_missing=only_missing)
    tell("ok", counted(changed, fr("%s document complété."), fr("%s documents complétés.")))
    if refused:
        tell("warn", refused_words(refused))
    return redirect("/console/bibliotheque", 303)  # type: ignore[return-value]
