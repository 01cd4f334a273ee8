"""The reader's language: French is the source; another is offered only when its catalogue is there."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, Response, g, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LOCALE = Path(__file__).parent / "locale"
SOURCE = "fr"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he"})
COOKIE = "langue"


@cache
def catalogue(language: str) -> dict[str, str]:
    """French words to those of `language`."""
    path = LOCALE / f"{language}.json"
    words: dict[str, str] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return words


@cache
def languages() -> tuple[str, ...]:
    """The languages people may choose, French first."""
    return (SOURCE, *sorted(path.stem for path in LOCALE.glob("*.json")))


def say(words: str) -> str:
    """`words` (French) in the reader's language, or in French where they are not translated."""
    return catalogue(chosen()).get(words, words)


def counted(count: int, one: str, many: str) -> str:
    """What is said of so many things (`%s`: the number), in the reader's language; French says none as it says one."""
    is_one = count < 2 if chosen() == SOURCE else count == 1
    return say(one if is_one else many).replace("%s", str(count))


def chosen() -> str:
    """The language of this request: address, then cookie, then what the browser prefers, then French."""
    language: str | None = g.get("language")
    if language is None:
        asked = (request.args.get("langue"), request.cookies.get(COOKIE))
        known = [name for name in asked if name in languages()]
        language = g.language = known[0] if known else preferred(request.headers.get("Accept-Language", ""))
    return language


@lru_cache(maxsize=256)
def preferred(header: str) -> str:
    """The first of our languages that a browser's `Accept-Language` asks for, or French."""
    return parse_accept_header(header, LanguageAccept).best_match(languages()) or SOURCE


def switch_language_url(language: str) -> str:
    """This page's address in another language."""
    kept = {name: value for name, value in request.args.items() if name != "langue"}
    return f"{request.path}?{urlencode({**kept, 'langue': language})}"


def init_language(app: Flask) -> None:
    """Give templates their words, and remember a choice made in an address."""

    # Macros are imported without the context of a page, made once and kept: what they need of a request they ask here.
    app.jinja_env.globals.update(_=say, counted=counted, reader_language=chosen)

    @app.after_request
    def remember(response: Response) -> Response:
        if request.args.get("langue") in languages():
            response.set_cookie(COOKIE, chosen(), max_age=86400, samesite="Lax", httponly=True)
        response.headers.setdefault("Content-Language", chosen())
        return response

    @app.context_processor
    def words() -> dict[str, object]:
        language = chosen()
        return {
            "lang": language,
            "dir": "rtl" if language in RIGHT_TO_LEFT else "ltr",
            "languages": languages(),
            "switch_language_url": switch_language_url,
        }
