"""The catalogue for reading apps: OPDS 1.2 (specs.opds.io), Atom feeds of what the public may see."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from kit.clock import at
from kit.library import kept_lists, queries
from kit.library.queries import Choice, ItemView
from kit.library.routes_opds2 import asked_values, choice_of, list_facets
from kit.library.search import find_works, list_found
from kit.people.node import the_node
from kit.web.pages import Page, asked_page, to_page

blueprint = Blueprint("opds", __name__)

PER_PAGE = 50
NAVIGATION = "application/atom+xml;profile=opds-catalog;kind=navigation"
ACQUISITION = "application/atom+xml;profile=opds-catalog;kind=acquisition"
SEARCH = "application/opensearchdescription+xml"


def _feed(template: str, media_type: str, **values: object) -> Response:
    text = render_template(template, iso=lambda ms: at(ms).strftime("%Y-%m-%dT%H:%M:%SZ"), **values)
    return Response(text, content_type=f"{media_type};charset=utf-8")


@blueprint.get("/opds")
def root() -> Response:
    """Where a reading app begins."""
    store = the_node().store
    shelves = kept_lists.count_by_shelf(store)
    now = kept_lists.newest_ms(store)
    return _feed("library/opds_root.xml", NAVIGATION, shelves=shelves, updated_ms=now)


@blueprint.get("/opds/tout")
def everything() -> Response:
    """Every work, by title."""
    values = asked_values()
    values.pop("etagere", None)
    return _choice("Tout", choice_of(values), "/opds/tout", values)


@blueprint.get("/opds/etagere")
def shelf() -> Response:
    """One shelf."""
    name = request.args.get("nom", "")[:100]
    values = asked_values()
    values.pop("etagere", None)
    choice = choice_of({**values, "etagere": name})
    return _choice(name or "Tout", choice, "/opds/etagere", {**values, "nom": name})


@blueprint.get("/opds/nouveautes")
def newest() -> Response:
    """The newest works."""
    items = queries.list_new_items(the_node().store, PER_PAGE)
    return _acquisition("Nouveautés", Page(items, 1, 1, len(items)), "/opds/nouveautes", None)


@blueprint.get("/opds/recherche")
def search() -> Response:
    """What a search finds."""
    store, text = the_node().store, request.args.get("q", "")
    values = asked_values()
    found = find_works(store, text, choice_of(values))
    page = to_page(
        len(found.hits), asked_page(), PER_PAGE,
        lambda limit, offset: list_found(store, found, limit, offset),
    )  # fmt: skip
    return _acquisition("Recherche", page, "/opds/recherche", {**values, "q": text[:200]})


@blueprint.get("/opds/recherche.xml")
def search_description() -> Response:
    """How to search here (OpenSearch 1.1)."""
    return _feed("library/opensearch.xml", SEARCH, root=request.host_url.rstrip("/"))


def _choice(title: str, choice: Choice, path: str, values: dict[str, str]) -> Response:
    page = kept_lists.page_of(the_node().store, choice, asked_page(), PER_PAGE)
    return _acquisition(title, page, path, values)


def _acquisition(title: str, page: Page, path: str, given: dict[str, str] | None) -> Response:
    """A feed of works; `given` is what the address chooses by, None where there is nothing to choose."""
    values = given or {}
    store = the_node().store
    items: list[ItemView] = page.rows
    files = queries.list_files_of(store, [item.item_id for item in items])
    return _feed(
        "library/opds_feed.xml", ACQUISITION, title=title, page=page, files=files, path=path,
        updated_ms=kept_lists.newest_ms(store), per_page=PER_PAGE,
        facets=_facets(path, values) if given is not None else [],
        address=lambda number: f"{path}?{urlencode({**values, 'page': number})}",
    )  # fmt: skip


def _facets(path: str, values: dict[str, str]) -> list[dict[str, object]]:
    """Links that leave fewer works, each in its group. Chosen again, one that is active is taken back.

    Source: OPDS Catalog 1.2, section 4 (facets).
    """
    found = []
    for group, choices in list_facets():
        for title, word, code in choices:
            is_active = values.get(word) == code
            others = {name: value for name, value in values.items() if name != word}
            query = urlencode(others if is_active else {**others, word: code})
            found.append({"group": group, "title": title, "href": f"{path}?{query}", "is_active": is_active})
    return found
