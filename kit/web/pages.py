"""What every page shares: error pages, template globals and filters, paging, static files with long caching."""

from __future__ import annotations

import errno
import gzip
import hashlib
import mimetypes
import re
import time
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import msgspec
from flask import Flask, Request, Response, flash, get_flashed_messages, jsonify, render_template, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from kit.clock import at
from kit.errors import FieldProblems, Problem
from kit.ids import to_text
from kit.settings import Settings
from kit.web.language import POINTED, chosen, init_language, say, say_in
from kit.web.navigation import init_navigation

STATIC = Path(__file__).parent / "static"
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
SIZES = (("%(size)s Go", 1e9), ("%(size)s Mo", 1e6), ("%(size)s Ko", 1e3))
_HTTP_CODES = {404: "web.not_found", 405: "web.method", 413: "web.too_large", 503: "web.busy"}


def init_pages(app: Flask, settings: Settings) -> None:
    """Register error pages, filters, globals and the static route."""
    zone = ZoneInfo(settings.timezone)
    app.session_interface = MessageSessions()
    init_language(app)
    init_navigation(app, settings.is_central)
    app.register_error_handler(Problem, problem_page)
    app.register_error_handler(HTTPException, http_problem_page)
    app.register_error_handler(Exception, broken_page)
    app.jinja_env.filters.update(
        day=lambda moment: day_words(_local(moment, zone)),
        dated=lambda moment: f"{day_words(local := _local(moment, zone))} {local.year}",  # for paper that is kept
        hour=lambda moment: hour_words(_local(moment, zone)),
        minutes=length_words,
        size=size_words,
        syllables=with_syllables,
        id=to_text,
    )
    app.jinja_env.globals.update(
        static_url=static_url,
        static_data=static_data,
        node_name=settings.node_name,
        messages=list_messages,
        page_url=page_url,
    )
    app.add_url_rule("/static/<path:name>", "static_file", static_file)


def _local(moment: datetime | int, zone: ZoneInfo) -> datetime:
    return (at(moment) if isinstance(moment, int) else moment).astimezone(zone)


def day_words(moment: date) -> str:
    """`lundi 23 novembre`, in the reader's language."""
    day = say("1er") if moment.day == 1 else moment.day
    return say("%(weekday)s %(day)s %(month)s") % {
        "weekday": say(WEEKDAYS[moment.weekday()]), "day": day, "month": say(MONTHS[moment.month - 1]),
    }  # fmt: skip


def hour_words(moment: datetime) -> str:
    """`14 h` or `14 h 30`, never parted at the end of a line."""
    words = say("%(hours)s\u00a0h\u00a0%(minutes)s") if moment.minute else say("%(hours)s\u00a0h")
    return words % {"hours": moment.hour, "minutes": f"{moment.minute:02}"}


def length_words(minutes: int) -> str:
    """`50 min`, `2 h` or `1 h 30`, never parted at the end of a line."""
    if minutes < 60:
        return say("%(minutes)s\u00a0min") % {"minutes": minutes}
    words = (
        say_in("durée", "%(hours)s\u00a0h\u00a0%(minutes)s") if minutes % 60 else say_in("durée", "%(hours)s\u00a0h")
    )
    return words % {"hours": minutes // 60, "minutes": f"{minutes % 60:02}"}


def size_words(size_bytes: int) -> str:
    """`1,2 Mo`."""
    for unit, step in SIZES:
        if size_bytes >= step:
            return say(unit) % {"size": number_words(round(size_bytes / step, 1))}
    return say("%(size)s o") % {"size": size_bytes}


_LONG_WORD = re.compile(r"[^\W\d_]{7,}")
_CLUSTERS = ("br", "cr", "dr", "fr", "gr", "pr", "tr", "vr", "bl", "cl", "fl", "gl", "pl", "ch", "ph", "th", "gn")
_SYLLABLE = re.compile(
    rf"(?<=\w\w)(?=(?:{'|'.join(_CLUSTERS)}|[bcçdfgjklmnpqrstvwxz])[aeiouyàâäéèêëîïôöùûüœæ])(?=\w{{3}})", re.IGNORECASE
)


@lru_cache(maxsize=2048)  # titles of works without a cover, on every shelf
def with_syllables(text: str) -> str:
    """Long words with soft hyphens where French would cut them (two letters before at least, three after)."""

    def cut(word: re.Match[str]) -> str:
        return _SYLLABLE.sub(
            lambda at: "" if word[0][at.start() - 1 : at.start() + 1].lower() in _CLUSTERS else "\u00ad", word[0]
        )

    return _LONG_WORD.sub(cut, text)


def number_words(number: float) -> str:
    """`1,2`, without zeros behind the comma."""
    return f"{number:.1f}".removesuffix(".0").replace(".", "." if chosen() in POINTED else ",")


class MessageSessions(SecureCookieSessionInterface):
    """The cookie of messages: a visitor has none, and nothing is worked out for it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The messages that wait for whoever asks."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def get_cookie_secure(self, app: Flask) -> bool:
        """What was said over TLS stays there."""
        return request.is_secure


def list_messages() -> list[tuple[str, str]]:
    """What the last action said, as (kind, words); shown once."""
    return [(str(pair[0]), str(pair[1])) for pair in get_flashed_messages(with_categories=True)]


def tell(kind: str, words: str) -> None:
    """Say something on the next page: kind is ok, warn or bad. Only for staff: visitors carry no session."""
    flash(str(words), kind)


# -- errors -------------------------------------------------------------------------------------------------------


def wants_json() -> bool:
    """True when a program asks, not a person."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" and request.accept_mimetypes[best] > request.accept_mimetypes["text/html"]


def problem_words(problem: Problem) -> str:
    """A refusal in the reader's words."""
    return say(problem.words) % problem.details if problem.details else say(problem.words)


def problem_page(problem: Problem) -> tuple[Response | str, int] | tuple[Response | str, int, dict[str, str]]:
    """A refusal, in the reader's words or as JSON."""
    words, headers = problem_words(problem), _headers(problem)
    if wants_json():
        told = jsonify(error={"code": problem.code, "message": words, "fields": _field_codes(problem)})
        return told, problem.status, headers
    page = "shared/sign_in_needed.html" if problem.code == "people.sign_in" else "shared/problem.html"
    shown = render_template(page, problem=problem, words=words, wanted=request.path, is_sent_back=is_sent_back())
    return shown, problem.status, headers


def is_sent_back() -> bool:
    """True for who comes from the page of signing in and shows no cookie at all: the browser may refuse them."""
    return not request.cookies and (request.referrer or "").partition("?")[0].endswith("/connexion")


def _headers(problem: Problem) -> dict[str, str]:
    """What programs read of a refusal: when to come again (RFC 6585, 4), how to prove oneself (RFC 6750, 3)."""
    if problem.status == 429:
        return {"Retry-After": str(problem.details.get("seconds", 60))}
    return {"WWW-Authenticate": 'Bearer realm="valise"'} if problem.code == "api.no_token" else {}


def _field_codes(problem: Problem) -> dict[str, str]:
    return {name: one.code for name, one in problem.fields.items()} if isinstance(problem, FieldProblems) else {}


def http_problem_page(error: HTTPException) -> Any:
    """Flask's own refusals (404, 405, 413...) as Problems of the catalogue; redirects pass."""
    if error.code is None or error.code < 400:
        return error
    if error.code == 413:
        return problem_page(Problem("web.too_large", limit=size_words(request.max_content_length or 0)))
    page = problem_page(Problem(_HTTP_CODES.get(error.code, "web.bad_request")))
    if isinstance(error, MethodNotAllowed):  # RFC 9110, 15.5.6: a 405 says which methods there are
        return *page[:2], {"Allow": ", ".join(sorted(error.valid_methods or ()))}
    return page


def broken_page(error: Exception) -> Any:
    """A fault of ours: logged with its trace, told in plain words."""
    from flask import current_app

    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return problem_page(Problem("store.full"))
    current_app.logger.error("broken page %s", request.endpoint, exc_info=error)
    return problem_page(Problem("web.broken"))


# -- paging -------------------------------------------------------------------------------------------------------


class Page(msgspec.Struct, frozen=True):
    """One page of a list: `rows` of it, its number from 1, how many pages, how many rows in all."""

    rows: list[Any]
    number: int
    pages: int
    total: int


def asked_page() -> int:
    """The page number in the address, 1 when it is missing or nonsense."""
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isdigit() and len(text) < 7 else 1


def to_page(total: int, number: int, per_page: int, read: Callable[[int, int], list[Any]]) -> Page:
    """A page made by `read(limit, offset)`; a number past the end gives the last page."""
    pages = max(1, -(-total // per_page))
    number = min(number, pages)
    return Page(read(per_page, (number - 1) * per_page), number, pages, total)


def page_url(number: int) -> str:
    """The address of another page of the list that is shown, for templates."""
    kept = {name: value for name, value in request.args.items() if name not in ("page", "langue")}
    return f"{request.path}?{urlencode({**kept, 'page': number})}"


# -- static files -------------------------------------------------------------------------------------------------

LOOK_AGAIN_SECONDS = 1.0
_loaded: dict[str, tuple[float, bytes, bytes, str]] = {}
_addresses: dict[str, tuple[float, str]] = {}  # name -> when its file was looked at, its address


def _load(name: str) -> tuple[float, bytes, bytes, str] | None:
    """A file by a name of ours, never by one that came from outside."""
    path = STATIC / name
    try:
        changed = path.stat().st_mtime
    except FileNotFoundError:
        return None
    kept = _loaded.get(name)
    if kept is None or kept[0] != changed:
        raw = path.read_bytes()
        small = gzip.compress(raw, 9, mtime=0)
        kept = _loaded[name] = (changed, raw, small, hashlib.sha256(raw).hexdigest()[:10])
    return kept


def static_url(name: str) -> str:
    """The address of a static file with its version in it, so that it may be kept for ever."""
    now, (looked, address) = time.monotonic(), _addresses.get(name, (0.0, ""))
    if not address or now - looked > LOOK_AGAIN_SECONDS:
        kept = _load(name)
        address = f"/static/{name}?v={kept[3]}" if kept else f"/static/{name}"
        _addresses[name] = (now, address)
    return address


def static_data(name: str) -> str:
    """A small drawing as an address that holds it: one request less for the page everybody opens first."""
    kept = _load(name)
    return f"data:image/svg+xml,{quote(kept[1].decode())}" if kept else ""


def static_file(name: str) -> Response:
    """A style, script or icon, compressed when the browser reads gzip."""
    is_ours = name in {path.name for path in STATIC.iterdir()}  # whatever else was asked never reaches the disk
    kept = _load(name) if is_ours else None
    if kept is None:
        raise Problem("web.not_found")
    _, raw, small, version = kept
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = request.accept_encodings["gzip"] > 0 and len(small) < len(raw)
    response = Response(small if packed else raw, mimetype=kind)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    versioned = request.args.get("v") == version
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
    response.set_etag(version)
    response.make_conditional(request)
    return response
