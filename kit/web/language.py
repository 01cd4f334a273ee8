"""The reader's language: French is the source; another is offered only where its catalogue is there.

Words go through `say` (in templates `_`); words that follow a number through `say_count` (`_n`). Participants' pages
speak every language of `locale/`; those of the team speak the languages that have a `team.LANGUAGE.po`: their templates
are plain French, told by `kit/web/translated.py`, and the French texts of sources are `fr("...")` (kit/errors/kind.py).

What the team wrote is in its own language on a page in another: it says so (RGAA 8.7), by `{{ written(words) }}` in the
tag around it or `{{ words|as_written }}` where there is none. Works say theirs: `{{ lang_of(item.language) }}`, or
`{{ item.title|in_language(item.language) }}`. What participants wrote is in nobody knows which: it has dir="auto" only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, has_request_context, request
from flask.templating import Environment
from jinja2 import BaseLoader, Template
from markupsafe import Markup, escape
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from kit.errors import counted
from kit.errors.kind import fr, speak_with

if TYPE_CHECKING:
    from kit.web.catalogues import Catalogue

LOCALE = Path(__file__).parent / "locale"
SOURCE = "fr"
# What each language calls itself, in the order in which they are offered. One without a catalogue is not offered.
OWN_NAMES = {"fr": "Français", "en": "English", "ar": "العربية"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
POINTED = frozenset({"en"})  # languages that write 1.2; the others write 1,2
OFFERED_TO_TEAM = frozenset({"en"})  # languages whose `team.LANGUAGE.po` is complete
COOKIE = "langue"
ELSE = "VALISE_LANGUAGE"  # of the configuration: the language of readers whose browser asks for none of ours
AT_CENTRAL = "VALISE_AT_CENTRAL"  # the key of the application's configuration
# Papers that are signed, handed out or put on a wall are French, whoever prints them; samples are for builders.
PAPERS = frozenset(
    ("workshops/sheet.html", "feedback/paper/form.html", "feedback/paper/poster.html", "hotspot/poster.html",
     "hotspot/card.html", "shared/style_guide.html", "workshops/paper/_announce.html", "workshops/paper/_frame.html",
     "workshops/paper/agenda.html", "workshops/paper/badges.html", "workshops/paper/certificate.html",
     "workshops/paper/flyers.html", "workshops/paper/grid.html", "workshops/paper/numbers.html",
     "workshops/paper/poster.html", "workshops/paper/slips.html")
)  # fmt: skip
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
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
def team_languages() -> tuple[str, ...]:
    """The languages of the team's pages, French first; the others stand in `locale/team.LANGUAGE.po`."""
    return tuple(code for code in OWN_NAMES if code == SOURCE or code in OFFERED_TO_TEAM)


@cache
def languages() -> tuple[str, ...]:
    """The languages people may choose, French first."""
    return tuple(code for code in OWN_NAMES if code == SOURCE or (LOCALE / f"{code}.po").is_file())


def say(words: str) -> str:
    """`words` (French) in the reader's language, or in French where they are not translated."""
    language = chosen()
    return words if language == SOURCE else find_words(language, words) or words


def find_words(language: str, words: str) -> str | None:
    """What these French words are in a language: a participant's, or else the team's."""
    told = catalogue(language).words.get(words)
    return (
        told if told is not None or language not in team_languages() else catalogue(f"team.{language}").words.get(words)
    )


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
    """The language of this request: address, then cookie, then what the browser prefers, then the box's own.

    The team's pages are French where the language preferred is not one of the team's, and say so to screen readers.
    """
    if not has_request_context():
        return SOURCE
    language: str | None = g.get("language")
    if language is None:
        language = _choose()
        if find_area() != "public" and language not in team_languages():
            language = SOURCE
        g.language = language
    return language


def _choose() -> str:
    asked = (request.args.get("langue"), request.cookies.get(COOKIE))
    known = [name for name in asked if name in languages()]
    return known[0] if known else preferred(request.headers.get("Accept-Language", "")) or current_app.config[ELSE]


@lru_cache(maxsize=256)
def preferred(header: str) -> str:
    """The first of our languages that a browser's `Accept-Language` asks for, or ""."""
    asked = (name.lower().partition("-")[0] for name, quality in parse_accept_header(header, LanguageAccept) if quality)
    return next((code for code in asked if code in languages()), "")


def say_options(options: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The options of a select or of radios, as (code, words in the reader's language)."""
    return [(code, say(words)) for code, words in options]


def switch_language_url(language: str) -> str:
    """This page's address in another language."""
    kept = {name: value for name, value in request.args.items() if name != "langue"}
    return f"{request.path}?{urlencode({**kept, 'langue': language})}"


def other_languages() -> list[tuple[str, str]]:
    """The other languages of this page, as (code, what the language calls itself)."""
    if g.get("is_paper"):
        return []
    offered = languages() if find_area() == "public" else team_languages()
    return [(code, OWN_NAMES[code]) for code in offered if code != chosen()]


class Translated(str):
    """Words of the team, or of the program, that are in the reader's language: nothing is said of theirs."""

    __slots__ = ()


class Written(str):
    """What the team wrote, put into words of ours: a text everywhere, and on a page what `as_written` makes of it."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(escape(as_written(str(self))))


def team_language() -> str:
    """In which language the team writes: the box's own, where the team's pages speak it, or else French."""
    own: str = current_app.config[ELSE]
    return own if own in team_languages() else SOURCE


def say_known(words: str) -> str:
    """`words` that are the program's or the team's: in the reader's language where they are the program's."""
    told, team = say(words), team_language()
    is_ours = told != words or (team != SOURCE == chosen() and find_words(team, words) is not None)
    return Translated(told) if is_ours else words


def written_in(words: str) -> str:
    """The language of what the team wrote ("": nobody knows). Its first letter says which, as it says a direction."""
    if isinstance(words, Translated | fr) or not has_request_context():
        return ""
    letter = _LETTER.search(words)
    if letter is None or _LATIN.match(letter[0]):
        return team_language()
    return "ar" if _ARABIC.match(letter[0]) else ""


def lang_of(language: str | None) -> str:
    """The attribute that says a language other than the page's; nothing where it is the page's, or not known."""
    return Markup(' lang="{}"').format(language) if language and language != chosen() else ""


def written(words: str = "") -> str:
    """The attribute that says in which language the team wrote `words`, where it is not the page's."""
    return lang_of(written_in(words))


def in_language(words: str, language: str | None) -> str:
    """`words` of a known language; in an element that says so where it is not the page's."""
    attribute = lang_of(language)
    return Markup("<bdi{}>{}</bdi>").format(attribute, words) if attribute and words else words


def as_written(words: str) -> str:
    """What the team wrote, in an element that says its language where that is not the page's."""
    return in_language(words, written_in(words)) if words else words


def typed(words: object) -> str:
    """The attribute of a field that holds what the team wrote; on participants' pages a field holds what they write."""
    words = "" if words is None else str(words)
    return written(words) if _LETTER.search(words) and find_area() != "public" else ""


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Inside it words of ours are in `language` ("": the reader’s): where no element may part them from the team’s."""
    before = chosen()
    g.language = language or before
    try:
        yield
    finally:
        g.language = before


def colon() -> str:
    """A colon after words of ours: French sets a no-break space before it, others do not."""
    return "\u00a0:" if chosen() == SOURCE else ":"


def lay_on_paper() -> None:
    """What this request shows goes on paper: French, whoever prints it."""
    g.language, g.is_paper = SOURCE, True


def _is_one(count: int) -> bool:
    """Whether words for one thing follow this number: in French for none as well."""
    return count < 2 if chosen() == SOURCE else count == 1


class Pages(Environment):
    """Templates, each once more for readers of another language: `en/front/today.html` is made from the French one."""

    def get_template(
        self, name: str | Template, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        """The template in the reader's language; what it extends and imports comes in the same (`join_path`)."""
        if parent is None and isinstance(name, str) and has_request_context():
            if name in PAPERS:
                lay_on_paper()
            elif (language := chosen()) in team_languages()[1:]:
                name = f"{language}/{name}"
        return super().get_template(name, parent, globals)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template knows: ours as they are, unless it has more. A chain of one is slow to ask for its names,
        which jinja2 does for each import of each page."""
        return super().make_globals(d) if d else self.globals

    def join_path(self, template: str, parent: str) -> str:
        """Beside the page that asks for it, in its language."""
        language, _, rest = parent.partition("/")
        return f"{language}/{template}" if rest and language in team_languages() else template


class Told(BaseLoader):
    """Reads templates of `inner`, and tells those of another language from the French."""

    def __init__(self, inner: BaseLoader) -> None:
        self.inner = inner

    def list_templates(self) -> list[str]:
        """The French ones."""
        return self.inner.list_templates()

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:  # type: ignore[override]
        """The French template, or the one that `kit/web/translated.py` makes of it."""
        language, _, name = template.partition("/")
        if language not in team_languages():
            return self.inner.get_source(environment, template)
        from kit.web.translated import translate

        source, path, is_fresh = self.inner.get_source(environment, name)
        return translate(source, lambda words: find_words(language, words)), path, is_fresh


def init_language(app: Flask) -> None:
    """Give templates their words, and remember a choice made in an address."""

    # Macros are imported without the context of a page, made once and kept: what they need of a request they ask here.
    app.jinja_env.globals.update(
        _=say, _n=say_count, counted=counted, _in=say_in, said=say_options, reader_language=chosen, written=written,
        lang_of=lang_of, typed=typed, colon=colon,
    )  # fmt: skip
    if app.jinja_env.loader is not None:
        app.jinja_env.loader = Told(app.jinja_env.loader)
    speak_with(say, _is_one)
    app.jinja_env.filters["said"] = say  # for lists of words: |map("said")
    app.jinja_env.filters.update(as_written=as_written, in_language=in_language)

    @app.after_request
    def remember(response: Response) -> Response:
        if request.args.get("langue") in languages():
            response.set_cookie(
                COOKIE, _choose(), max_age=86400, samesite="Lax", httponly=True, secure=request.is_secure
            )
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
