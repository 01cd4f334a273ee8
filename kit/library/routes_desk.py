"""The team's side: works held back, why, and settling their rights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, render_template, request

from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.library import actions, queries
from kit.library.deposits.queries import count_waiting
from kit.library.desk_queries import Listed, count_listed, list_ids, list_works
from kit.library.forms import read_rights
from kit.library.licences import all_licences
from kit.library.public_domain import NOT_KNOWN, count_years, find_deaths, read_years
from kit.library.queries import ItemView
from kit.library.sheets.queries import count_waiting as count_reports
from kit.library.shelves.actions import check_may_change, may_change
from kit.library.shelves.facts import shelf_id
from kit.library.shelves.queries import find_owner
from kit.library.thanks.queries import count_waiting as count_words
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import asked_page, tell, to_page

blueprint = Blueprint("desk", __name__)

PER_PAGE = 30


def domain_help(creators: Iterable[str]) -> dict[str, object]:
    """The count of the public domain for the years asked, else for those that the authors' names carry."""
    this_year = datetime.fromtimestamp(the_node().clock.wall_ms() / 1000, UTC).year
    asked = request.args.get("mort", "")[:60]
    deaths = read_years(asked, this_year) if asked else find_deaths(creators, this_year)
    years = asked or " ; ".join(map(str, deaths))
    return {"advice": count_years(deaths, this_year), "years": years, "not_known": NOT_KNOWN}


@blueprint.get("/console/bibliotheque")
@staff_only("library")
def to_sort() -> str:
    """Works held back, with the reasons; or, with `?voir=etageres`, those on the shelves; found by a word of them."""
    store, listed = the_node().store, read_listed(request.args)
    counts = {is_shown: count_listed(store, Listed(is_shown)) for is_shown in (False, True)}
    home = the_node().identity.sign_public
    total = counts[listed.is_shown] if listed == Listed(listed.is_shown) else count_listed(store, listed)
    page = to_page(
        total, asked_page(), PER_PAGE, lambda limit, offset: list_works(store, list_ids(store, listed, limit, offset))
    )
    return render_template(
        "library/to_sort.html", page=page, held=counts[False], shown=counts[True], listed=listed,
        on_shelves=listed.is_shown,
        shelf_options=[(name, f"{name} ({count})") for name, count in queries.list_all_shelves(store)],
        offered=count_waiting(store, home), words=count_words(store, home), reports=count_reports(store),
    )  # fmt: skip


def read_listed(asked: Mapping[str, str]) -> Listed:
    """Which works are looked at, as the address or a form says."""
    return Listed(
        asked.get("voir") == "etageres", asked.get("q", "").strip()[:100], asked.get("etagere", "")[:100],
        asked.get("sorte", "")[:20],
    )  # fmt: skip


@blueprint.get("/console/bibliotheque/<text_id>")
@staff_only("library")
def rights(text_id: str) -> str:
    """What a work says of its rights, and the form that settles them."""
    item = _item(text_id)
    values = {"licence": item.licence_id, "source": item.source, "attribution": item.attribution}
    values["based_on"] = f"/bibliotheque/{to_text(item.based_on)}" if item.based_on else ""
    return _rights_page(item, values)


@blueprint.post("/console/bibliotheque/<text_id>")
@staff_only("library")
def settle(text_id: str) -> Response | tuple[str, int]:
    """Publish with the rights given, or hide."""
    item, node = _item(text_id), the_node()
    check_may_change(node, current_staff(), [item.shelf])
    if request.form.get("do") == "hide":
        actions.hide(node, item.item_id)
        tell("ok", fr("« %(title)s » est caché. Rien n’est effacé.") % {"title": item.title})
        return _back()
    try:
        actions.publish(node, item.item_id, read_rights(request.form), request.form.get("mark", ""))
    except FieldProblems as problem:
        return _rights_page(item, request.form, problem.fields), problem.status
    except Problem as problem:
        if problem.code != "library.changed":
            raise
        tell("bad", str(problem))
        return _rights_page(_item(text_id), request.form), problem.status
    tell("ok", fr("« %(title)s » est sur les étagères.") % {"title": item.title})
    return _back()


def _back() -> Response:
    return redirect("/console/bibliotheque", 303)  # type: ignore[return-value]


def _item(text_id: str) -> ItemView:
    return actions.get_item(the_node(), read_text(text_id) or b"")


def _rights_page(item: ItemView, values: Mapping[str, str], errors: dict[str, Problem] | None = None) -> str:
    licences = [
        ("", fr("Choisir…")),
        *((one.licence_id, f"{one.short} · {one.name}") for one in all_licences().values()),
    ]
    owner = find_owner(the_node().store, shelf_id(item.shelf))
    return render_template(
        "library/rights.html", item=item, owner=owner, **domain_help(item.creators.split(", ")),
        is_ours=may_change(the_node(), current_staff(), item.shelf), values=values, licences=licences,
        errors={name: str(one) for name, one in (errors or {}).items()},
    )  # fmt: skip
