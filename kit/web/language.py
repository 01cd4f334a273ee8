"""The reader's language: French is the source; another is offered only where its catalogue is there.

Words go through `say` (in templates `_`); words that follow a number through `say_count` (`_n`). Participants' pages
speak every language of `locale/`; those of the team speak French (see `chosen`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, has_request_context, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from kit.errors import counted

if TYPE_CHECKING:
    from kit.web.catalogues import Catalogue

LOCALE = Path(__file__).parent / "locale"
SOURCE = "fr"
# What each language calls itself, in the order in which they are offered. One without a catalogue is not offered.
OWN_NAMES = {"fr": "Français", "en": "English", "ar": "العربية"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
POINTED = frozenset({"en"})  # languages that write 1.2; the others write 1,2
COOKIE = "langue"
AT_CENTRAL = "VALISE_AT_CENTRAL"  # the key of the application's configuration
# What anybody may read of a central: the catalogue of its libraries, the directory, the tour.
OPEN_SHELVES = (
    "/bibliotheque", "/credits", "/proposer", "/annuaire", "/besoin", "/pres-d-ici", "/tournee", "/vos-donnees",
    "/accessibilite",
)  # fmt: skip


@cache
def catalogue(language: str) -> Catalogue:
    """The words of a language, read when somebody first asks for them: a start in French reads none."""
    from kit.web.catalogues import read_catalogue

    return read_catalogue(LOCALE / f"{language}.po")


@cache
def languages() -> tuple[str, ...]:
    """The languages people may choose, French first."""
    return tuple(code for code in OWN_NAMES if code == SOURCE or (LOCALE / f"{code}.po").is_file())


def say(words: str) -> str:
    """`words` (French) in the reader's language, or in French where they are not translated."""
    return words if chosen() == SOURCE else catalogue(chosen()).find(words)


def say_in(context: str, words: str) -> str:
    """`words` where French says the same of two things that other languages tell apart: `context` says which."""
    return words if chosen() == SOURCE else catalogue(chosen()).find(words, context)


def say_count(one: str, many: str, count: int, **details: object) -> str:
    """Words that follow a number, filled in with it: `one` for 0 and 1, `many` from 2 on, as French counts.

    Other languages have other forms (Arabic six), which their catalogue keeps under `one`.
    """
    french = many if abs(count) >= 2 else one
    words = french if chosen() == SOURCE else catalogue(chosen()).find_form(one, many, count)
    return words % {"count": count, **details}


def find_area() -> str:
    """Whose page is asked: public, console (of a kit) or central."""
    if current_app.config.get(AT_CENTRAL):
        return "public" if g.get("staff") is None and request.path.startswith(OPEN_SHELVES) else "central"
    return "console" if is_console(request.path) else "public"


def is_console(path: str) -> bool:
    """True for the staff's pages of a kit."""
    return path.startswith("/console") or path in ("/connexion", "/secours", "/presence") or path.startswith("/equipe")


def direction(language: str) -> str:
    """How a language is written: "ltr" or "rtl"."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def chosen() -> str:
    """The language of this request: address, then cookie, then what the browser prefers, then French.

    The team's pages are not translated: they are French whatever is preferred, and say so to screen readers.
    """
    if not has_request_context():
        return SOURCE
    language: str | None = g.get("language")
    if language is None:
        language = g.language = _choose() if find_area() == "public" else SOURCE
    return language


def _choose() -> str:
    asked = (request.args.get("langue"), request.cookies.get(COOKIE))
    known = [name for name in asked if name in languages()]
    return known[0] if known else preferred(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=256)
def preferred(header: str) -> str:
    """The first of our languages that a browser's `Accept-Language` asks for, or French."""
    asked = (name.lower().partition("-")[0] for name, quality in parse_accept_header(header, LanguageAccept) if quality)
    return next((code for code in asked if code in languages()), SOURCE)


def say_options(options: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The options of a select or of radios, as (code, words in the reader's language)."""
    return [(code, say(words)) for code, words in options]


def switch_language_url(language: str) -> str:
    """This page's address in another language."""
    kept = {name: value for name, value in request.args.items() if name != "langue"}
    return f"{request.path}?{urlencode({**kept, 'langue': language})}"


def other_languages() -> list[tuple[str, str]]:
    """The other languages of this page, as (code, what the language calls itself)."""
    return [(code, OWN_NAMES[code]) for code in languages() if code != chosen()]


def init_language(app: Flask) -> None:
    """Give templates their words, and remember a choice made in an address."""

    # Macros are imported without the context of a page, made once and kept: what they need of a request they ask here.
    app.jinja_env.globals.update(
        _=say, _n=say_count, counted=counted, _in=say_in, said=say_options, reader_language=chosen
    )
    app.jinja_env.globals.update(counted=counted, reader_language=chosen)
    app.jinja_env.filters["said"] = say  # for lists of words: |map("said")

    @app.after_request
    def remember(response: Response) -> Response:
        if request.args.get("langue") in languages():
            response.set_cookie(COOKIE, _choose(), max_age=86400, samesite="Lax", httponly=True)
        response.headers.setdefault("Content-Language", chosen())
        return response

    @app.context_processor
    def words() -> dict[str, object]:
        language = chosen()
        return {
            "lang": language,
            "dir": direction(language),
            "other_languages": other_languages,
            "switch_language_url": switch_language_url,
        }
