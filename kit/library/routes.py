"""The library's public pages: shelves, search, a work, its files and cover, and the credits of all works."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote_plus

from flask import Blueprint, Response, render_template, request
from flask.blueprints import BlueprintSetupState
from markupsafe import Markup, escape

from kit.library import (
    jsonld,
    queries,
    routes_bench,
    routes_card,
    routes_desk,
    routes_disk,
    routes_keep,
    routes_links,
    routes_listening,
    routes_many,
    routes_opds,
    routes_opds2,
    routes_podcast,
    routes_reading,
    routes_rights,
    routes_site,
    search,
)
from kit.library.counts import routes as count_routes
from kit.library.deposits import routes as deposit_routes
from kit.library.kept_lists import list_choices, page_of, page_of_shelves
from kit.library.kept_shelves import read_change, show_kept
from kit.library.licences import all_licences
from kit.library.packs import routes as pack_routes
from kit.library.queries import Choice
from kit.library.records import routes as record_routes
from kit.library.routes_links import led_to
from kit.library.routes_listening import MOST_OF_A_SERIES, heard
from kit.library.rules import (
    ACCESS_WORDS,
    DEFAULT_SHELF,
    FILE_WORDS,
    KEPT_AS_PAGE,
    KIND_WORDS,
    LANGUAGE_WORDS,
    LEVEL_WORDS,
    seconds_to_keep,
    way_to_read,
)
from kit.library.serving import send_blob, send_work, visible_file, visible_item
from kit.library.sheets import draft_routes
from kit.library.sheets import routes as sheet_routes
from kit.library.shelves import routes as shelf_routes
from kit.library.shelves.facts import shelf_id
from kit.library.shelves.queries import find_owner, list_owners
from kit.library.thanks import queries as thanks
from kit.library.thanks import routes as thanks_routes
from kit.people.node import the_node
from kit.web.addresses import written_root
from kit.web.keeping import keep
from kit.web.language import Translated, chosen, say
from kit.web.navigation import is_simple
from kit.web.pages import asked_page, static_url, to_page

blueprint = Blueprint("library", __name__)
blueprint.register_blueprint(routes_reading.blueprint)
blueprint.register_blueprint(routes_keep.blueprint)
blueprint.register_blueprint(routes_links.blueprint)
blueprint.register_blueprint(routes_listening.blueprint)
blueprint.register_blueprint(routes_site.blueprint)
blueprint.register_blueprint(routes_opds.blueprint)
blueprint.register_blueprint(routes_bench.blueprint)
blueprint.register_blueprint(record_routes.blueprint)
blueprint.register_blueprint(routes_rights.blueprint)
blueprint.register_blueprint(routes_desk.blueprint)
blueprint.register_blueprint(routes_many.blueprint)
blueprint.register_blueprint(routes_card.blueprint)
blueprint.register_blueprint(routes_disk.blueprint)
blueprint.register_blueprint(sheet_routes.blueprint)
blueprint.register_blueprint(shelf_routes.blueprint)
blueprint.register_blueprint(draft_routes.blueprint)
blueprint.register_blueprint(deposit_routes.blueprint)
blueprint.register_blueprint(pack_routes.blueprint)
blueprint.register_blueprint(thanks_routes.blueprint)
blueprint.register_blueprint(routes_opds2.blueprint)
blueprint.register_blueprint(routes_podcast.blueprint)
blueprint.register_blueprint(count_routes.blueprint)

PER_PAGE = 24
FOUND_PER_PAGE = 12  # each with the words where it was found: three screens of a phone
CREDITS_PER_PAGE = 50
MOST_WORDS = 20
_TYPED = "\ue000"  # stands for the words typed until they are put in: of private use, no words of ours hold it


@blueprint.get("/bibliotheque")
def shelves() -> str:
    """The shelves; one shelf or a choice of works when asked; what a search finds."""
    text, choice = request.args.get("q", "").strip(), _asked_choice()
    if text:
        return _found(text, choice)
    if choice != Choice():
        return _chosen(choice)
    owners = tuple(list_owners(the_node().store).items())
    key = (chosen(), is_simple(), asked_page(), static_url("icons.svg"), owners)
    # Links to other pages repeat whatever else stands in an address: such a page is made for one reader only.
    is_plain = request.args.keys() <= {"page", "langue"}
    shown = show_kept(the_node().store, key, _shelves) if is_plain else Markup(_shelves())  # noqa: S704 - escaped by Jinja
    return render_template("library/shelves.html", shelves=shown)


def _shelves() -> str:
    store = the_node().store
    page = page_of_shelves(store, asked_page())
    owners = list_owners(store)
    return render_template("library/_shelves.html", page=page, choices=_choices(), choice=Choice(), owners=owners)


def _asked_choice() -> Choice:
    asked = request.args
    return Choice(
        shelf=asked.get("etagere", "")[:100],
        kind=asked.get("sorte", "")[:20],
        language=asked.get("dans", "")[:5],
        level=asked.get("niveau", "")[:20],
        is_reusable=asked.get("libre") == "1",
        access=asked.get("aide", "") if asked.get("aide") in ACCESS_WORDS else "",
        licence=asked.get("licence", "") if asked.get("licence") in all_licences() else "",
        series=asked.get("serie", "")[:150],
    )


def _found(text: str, choice: Choice) -> str:
    store = the_node().store
    found = search.find_works(store, text, choice)
    page = to_page(
        len(found.hits), asked_page(), FOUND_PER_PAGE,
        lambda limit, offset: search.read_results(store, found, limit, offset),
    )  # fmt: skip
    return render_template(
        "library/found.html", page=page, text=text[:200], found=found, filters=_filters(text[:200], choice)
    )


def _filters(text: str, choice: Choice) -> Markup:
    """What a search may be narrowed by: made once for each choice, as searches differ by the words typed."""
    made = keep(
        "library.filters", read_change(the_node().store), (chosen(), is_simple(), static_url("icons.svg"), choice),
        lambda: render_template("library/_filters.html", choices=_choices(), choice=choice, text=_TYPED),
    )  # fmt: skip
    return Markup(made.replace(quote_plus(_TYPED), quote_plus(text)).replace(_TYPED, escape(text)))  # noqa: S704 - escaped


def _chosen(choice: Choice) -> str:
    store = the_node().store
    page = page_of(store, choice, asked_page(), PER_PAGE)
    owner = find_owner(store, shelf_id(choice.shelf)) if choice.shelf else ""
    return render_template("library/chosen.html", page=page, choices=_choices(), choice=choice, owner=owner)


def _choices() -> Mapping[str, list[str]]:
    return list_choices(the_node().store)


@blueprint.get("/bibliotheque/<text_id>")
def item(text_id: str) -> str:
    """One work: what it is, how to read it here, how to keep it, what one may do with it."""
    shown = visible_item(text_id)
    files = queries.list_files(the_node().store, shown.item_id)
    ways = [(one, way_to_read(one.media_type), seconds_to_keep(one.size_bytes)) for one in files]
    around = _around(shown)
    more = {**heard(shown, files), **led_to(shown, files), **around, **_told(shown, files, around)}
    has_text = bool(files) and search.has_text(the_node().store, shown.item_id)
    return render_template("library/item.html", item=shown, ways=ways, has_text=has_text, **more)


def _told(shown: queries.ItemView, files: list[queries.FileView], around: dict[str, Any]) -> dict[str, object]:
    """What a central, that is on the Internet, tells search engines and podcast apps too."""
    settings = the_node().settings
    if not settings.is_central or not shown.is_public:
        return {}
    base = written_root(settings)
    said = jsonld.tell(shown, files, base, around["owner"], around["origin"])
    return {"about": jsonld.block(said), "podcast_url": routes_podcast.feed_url(shown) if around["series"] else ""}


def _around(shown: queries.ItemView) -> dict[str, Any]:
    """Whose shelf a work stands on, what it was made from, and what was made from it."""
    store = the_node().store
    origin = queries.list_by_ids(store, [shown.based_on]).get(shown.based_on) if shown.based_on else None
    series = queries.list_series(store, shown, MOST_OF_A_SERIES)
    place = next((n for n, one in enumerate(series) if one.item_id == shown.item_id), None)
    return {
        "series": series,
        "next_one": series[place + 1] if place is not None and place + 1 < len(series) else None,
        "origin": origin,
        "derived": queries.list_based_on(store, shown.item_id),
        "owner": find_owner(store, shelf_id(shown.shelf)),
        **_thanked(shown),
    }


def _thanked(shown: queries.ItemView) -> dict[str, object]:
    """For a work that somebody gave: how many thanked, and the words that the team shows."""
    store = the_node().store
    if not thanks.is_gift(store, shown.item_id):
        return {"is_gift": False}
    words = thanks.list_shown(store, shown.item_id, MOST_WORDS)
    return {"is_gift": True, "thanks_count": thanks.count_for(store, shown.item_id), "words": words}


@blueprint.get("/bibliotheque/<text_id>/fichier/<int:number>/<path:name>")
def file(text_id: str, number: int, name: str) -> Response:
    """A file of a work, to keep, or to show in place (`?ici=1`) where that is harmless."""
    shown, found = visible_file(text_id, number)
    return send_work(shown, found, in_place=request.args.get("ici") == "1")


@blueprint.get("/bibliotheque/<text_id>/couverture/<int:width>.jpg")
def cover(text_id: str, width: int) -> Response:
    """A work's cover, small or large."""
    shown = visible_item(text_id)
    return send_blob(shown, shown.cover_small if width <= 160 else shown.cover_large, "image/jpeg")


@blueprint.get("/credits")
def credits() -> str:
    """Who made every work, under which licence, and where it comes from."""
    page = page_of(the_node().store, Choice(), asked_page(), CREDITS_PER_PAGE)
    return render_template("library/credits.html", page=page)


@blueprint.app_template_filter("wait")
def wait_words(seconds: int) -> str:
    """« 12 s » or « 3 min »."""
    if seconds < 90:
        return say("%(seconds)s s") % {"seconds": seconds}
    return say("%(minutes)s min") % {"minutes": round(seconds / 60)}


@blueprint.app_template_filter("file_word")
def file_word(media_type: str) -> str:
    """What a file is called by people who know."""
    return say(FILE_WORDS[media_type]) if media_type in FILE_WORDS else media_type


@blueprint.record_once
def give_words(state: BlueprintSetupState) -> None:
    """Kinds, languages and levels in words, for templates."""
    state.app.jinja_env.globals.update(
        kind_words=KIND_WORDS,
        language_words=LANGUAGE_WORDS,
        level_words=LEVEL_WORDS,
        access_words=ACCESS_WORDS,
        kept_as_page=KEPT_AS_PAGE,
        licence_words={one.licence_id: one.short for one in all_licences().values()},
        named=_named,
        shelf_words=lambda name: Translated(say(name)) if name in DEFAULT_SHELF.values() else name,  # else typed
    )


def _named(codes: Iterable[str], words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Options of a select: each code with its words."""
    return [(code, say(words.get(code, code))) for code in codes]
