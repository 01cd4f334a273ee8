"""The catalogue as OPDS 2.0 (JSON): a start, works by page with facets, and a search, of what the public may see."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from flask import Blueprint, Response, request

from kit.errors.kind import keep_plain
from kit.library import kept_lists, lettering, opds2, queries
from kit.library.queries import Choice, ItemView
from kit.library.rules import KIND_WORDS, LANGUAGE_WORDS, LEVEL_WORDS
from kit.library.search import find_works, list_found
from kit.library.serving import send_made, visible_item
from kit.people.node import the_node
from kit.web.pages import Page, asked_page, to_page

blueprint = Blueprint("opds2", __name__)

PER_PAGE = 50
WORKS = "/opds2/oeuvres"
SEARCH = {"rel": "search", "href": WORKS + "{?q}", "type": opds2.FEED, "templated": True}
START = {"rel": "start", "href": "/opds2", "type": opds2.FEED}
# Facet: its French name, its word in addresses, the words of its values.
FACETS = (("Sorte", "sorte", "kind", KIND_WORDS), ("Langue", "dans", "language", LANGUAGE_WORDS),
          ("Niveau", "niveau", "level", LEVEL_WORDS))  # fmt: skip


def _answer(feed: dict[str, Any]) -> Response:
    for link in feed["links"]:
        if link["rel"] == "self":  # Readium manifest, section 2.2: where this very document is, as an absolute address
            link["href"] = f"{request.host_url.rstrip('/')}{link['href']}"
    response = Response(msgspec.json.encode(feed, enc_hook=keep_plain), content_type=opds2.FEED)
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/opds2")
def root() -> Response:
    """Where a reading app begins: all works, the newest, and each shelf."""
    store = the_node().store
    shelves = [
        {"title": name, "href": f"{WORKS}?{urlencode({'etagere': name})}", "type": opds2.FEED,
         "rel": "subsection", "properties": {"numberOfItems": count}}
        for name, count in kept_lists.count_by_shelf(store)
    ]  # fmt: skip
    all_works = {"title": "Tout", "href": WORKS, "type": opds2.FEED, "rel": "subsection"}
    newest = [_publication(item, files) for item, files in _with_files(queries.list_new_items(store, 12))]
    feed: dict[str, Any] = {
        "metadata": {"title": the_node().settings.node_name, "modified": opds2.iso(kept_lists.newest_ms(store))},
        "links": [{"rel": "self", "href": "/opds2", "type": opds2.FEED}, START, SEARCH],
        "navigation": [all_works, *shelves],
    }
    if newest:
        link = {"rel": "self", "href": WORKS, "type": opds2.FEED}
        feed["groups"] = [{"metadata": {"title": "Nouveautés"}, "links": [link], "publications": newest}]
    return _answer(feed)


@blueprint.get("/bibliotheque/<text_id>/couverture/lettres.svg")
def lettered_cover(text_id: str) -> Response:
    """A cover set in type, for reading apps."""
    item = visible_item(text_id)
    return send_made(item, lettering.draw(item), "image/svg+xml")


@blueprint.get("/opds2/oeuvres")
def works() -> Response:
    """Works of a choice, or what a search finds, by page."""
    store, text, values = the_node().store, request.args.get("q", "").strip()[:200], asked_values()
    choice = choice_of(values)
    if text:
        found = find_works(store, text, choice)
        page = to_page(len(found.hits), asked_page(), PER_PAGE, lambda n, skip: list_found(store, found, n, skip))
        values["q"] = text
    else:
        page = kept_lists.page_of(store, choice, asked_page(), PER_PAGE)
    feed: dict[str, Any] = {
        "metadata": {
            "title": values.get("etagere") or text or "Tout", "numberOfItems": page.total,
            "itemsPerPage": PER_PAGE, "currentPage": page.number,
        },
        "links": _links(page, values),
        "publications": [_publication(item, files) for item, files in _with_files(page.rows)],
        "facets": _facets(values),
    }  # fmt: skip
    return _answer(feed)


def asked_values() -> dict[str, str]:
    """What the address filters by."""
    names = ("etagere", *(word for _, word, _, _ in FACETS), "libre")
    return {name: request.args[name][:100] for name in names if request.args.get(name)}


def choice_of(values: dict[str, str]) -> Choice:
    """The works that these filters leave."""
    return Choice(
        shelf=values.get("etagere", ""), kind=values.get("sorte", ""), language=values.get("dans", ""),
        level=values.get("niveau", ""), is_reusable=values.get("libre") == "1",
    )  # fmt: skip


def _address(values: dict[str, str], number: int = 1) -> str:
    query = urlencode({**values, **({"page": str(number)} if number > 1 else {})})
    return f"{WORKS}?{query}" if query else WORKS


def _links(page: Page, values: dict[str, str]) -> list[dict[str, Any]]:
    numbers = {"self": page.number, "first": 1, "last": page.pages}
    if page.number > 1:
        numbers["previous"] = page.number - 1
    if page.number < page.pages:
        numbers["next"] = page.number + 1
    pages = [{"rel": rel, "href": _address(values, number), "type": opds2.FEED} for rel, number in numbers.items()]
    return [*pages, START, SEARCH]


def list_facets() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Groups of filters: title, and (title, word of the address, value) of each."""
    offered = kept_lists.list_choices(the_node().store)
    facets = [
        (title, [(words.get(code, code), word, code) for code in offered.get(field, [])])
        for title, word, field, words in FACETS
    ]
    facets.append(("Droits", [("Que je peux copier et changer", "libre", "1")]))
    return [(title, choices) for title, choices in facets if choices]


def _facets(values: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"metadata": {"title": title}, "links": [_facet(values, *one) for one in choices]}
        for title, choices in list_facets()
    ]


def _facet(values: dict[str, str], title: str, word: str, code: str) -> dict[str, Any]:
    link: dict[str, Any] = {"title": title, "href": _address({**values, word: code}), "type": opds2.FEED}
    return {**link, "rel": "self"} if values.get(word) == code else link


def _with_files(items: list[ItemView]) -> list[tuple[ItemView, list[queries.FileView]]]:
    files = queries.list_files_of(the_node().store, [item.item_id for item in items]) if items else {}
    return [(item, files.get(item.item_id, [])) for item in items]


def _publication(item: ItemView, files: list[queries.FileView]) -> dict[str, Any]:
    return opds2.publication(
        item, files, lambda one, file: f"{one.url}/fichier/{file.number}/{quote(file.name)}",
        lambda one, is_small: one.cover_url if is_small else one.large_cover_url,
        lambda one: f"{one.url}/couverture/lettres.svg",
    )  # fmt: skip
