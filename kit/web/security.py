"""Headers of every answer, and the check that a form comes from a page of ours."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, request
from markupsafe import Markup
from werkzeug.exceptions import MethodNotAllowed

from kit.errors import Problem
from kit.ids import ID_BYTES, new_dated_id
from kit.keys.primitives import is_same, mac
from kit.web.uploads import has_room

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; media-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
BOOK_CSP = "sandbox; default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'"
DRESS = (
    ("Content-Security-Policy", CSP),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "geolocation=(), microphone=(), payment=()"),
)
# Browsers heed it over TLS only (and on a machine's own loopback, where it costs a process at each first page).
OPENER = ("Cross-Origin-Opener-Policy", "same-origin")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "csrf"
_TAG_BYTES = 16
HEADER = "X-Valise-Csrf"  # for scripts of ours that send bytes instead of a form; no other site can set it
MOST_PARTS = 25_000
PACKED = frozenset({"text/html", "application/atom+xml", "application/opds+json"})
LEAST_PACKED = 1000  # bytes; below, nothing is won
V = TypeVar("V", bound=Callable[..., object])


def init_security(app: Flask, secret: bytes) -> None:
    """Check every unsafe request and dress every answer. `secret` is this node's own and outlives restarts."""
    app.extensions["valise.csrf_secret"] = secret

    @app.before_request
    def check() -> None:
        if request.method in SAFE_METHODS or is_exempt(app, request) or is_refused_by_api(request):
            return
        check_same_origin(request)
        allow_large(app, request)
        token = request.headers.get(HEADER) or request.form.get(FIELD, "")
        g.form_nonce = check_token(secret, csrf_scope(), token)

    @app.after_request
    def dress(response: Response) -> Response:
        headers = response.headers
        given = {name.lower() for name in headers.keys()}  # noqa: SIM118 - a Headers iterates over pairs
        for name, value in (*DRESS, OPENER) if request.is_secure else DRESS:
            if name.lower() not in given:
                headers.add(name, value)
        if "cache-control" not in given:
            headers.add("Cache-Control", "no-store" if getattr(g, "staff", None) else "no-cache")
        pack(response)
        return response

    app.jinja_env.globals["csrf_field"] = csrf_field


def pack(response: Response) -> None:
    """Pages go out packed, a third of their bytes, where they go in the clear: on the suitcase's own Wi-Fi.

    Over TLS they do not: the size of what is packed together with a form's token would tell of the token (BREACH).
    """
    if response.mimetype not in PACKED or response.is_streamed or response.status_code in (204, 206, 304):
        return
    if request.is_secure or "Content-Encoding" in response.headers:
        return
    response.vary.add("Accept-Encoding")
    raw = response.get_data()
    if len(raw) < LEAST_PACKED or request.accept_encodings["gzip"] <= 0:
        return
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    response.set_data(packer.compress(raw) + packer.flush())
    response.headers["Content-Encoding"] = "gzip"
    tag, _ = response.get_etag()
    if tag is not None:
        response.set_etag(tag, weak=True)  # the same page in another form


def is_exempt(app: Flask, asked: Request) -> bool:
    """True for addresses that prove who speaks by signatures instead of a form (the sync protocol)."""
    view = app.view_functions.get(asked.endpoint or "")
    return bool(getattr(view, "proves_itself", False))


def is_refused_by_api(asked: Request) -> bool:
    """True when no view of the API takes this method: nothing can change, and the answer is 405."""
    return asked.path.startswith("/api/") and isinstance(asked.routing_exception, MethodNotAllowed)


def allow_large(app: Flask, asked: Request) -> None:
    """A view that takes files has a limit of its own, for people of the team only."""
    view = app.view_functions.get(asked.endpoint or "")
    limit = getattr(view, "takes_bytes", None)
    if limit is not None and getattr(g, "staff", None) is not None:
        if not has_room(app, asked.content_length or 0):
            raise Problem("store.full")
        asked.max_content_length = limit(app)
        asked.max_form_parts = MOST_PARTS


def takes_files(limit: Callable[[Flask], int]) -> Callable[[V], V]:
    """A view of the team's that takes large files: `limit` gives the most bytes of one request."""

    def decorate(view: V) -> V:
        view.takes_bytes = limit  # type: ignore[attr-defined]
        return view

    return decorate


def proves_itself(view: V) -> V:
    """A view that checks signatures itself and takes no form."""
    view.proves_itself = True  # type: ignore[attr-defined]
    return view


def csrf_scope() -> bytes:
    """What a token is good for: one staff session, or the visitors' forms (which carry no power of their own)."""
    scope: bytes = getattr(g, "csrf_scope", b"visitor")
    return scope


def check_same_origin(asked: Request) -> None:
    """Refuse a form that the browser says was sent from another site. Raises Problem `web.stale_form`."""
    if asked.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Problem("web.stale_form")
    origin = asked.headers.get("Origin")
    if origin and origin != "null" and urlsplit(origin).netloc != asked.host:
        raise Problem("web.stale_form")


def new_token(secret: bytes, scope: bytes) -> str:
    """A form's token: a nonce and its tag. The nonce also names the form, so that a double post counts once."""
    nonce = new_dated_id()
    return base64.urlsafe_b64encode(nonce + mac(secret, b"csrf", scope, nonce)[:_TAG_BYTES]).decode()


def check_token(secret: bytes, scope: bytes, token: str) -> bytes:
    """The nonce of a token of ours. Raises Problem `web.stale_form`."""
    try:
        raw = base64.urlsafe_b64decode(token.encode())
    except (binascii.Error, ValueError) as refusal:
        raise Problem("web.stale_form") from refusal
    nonce, tag = raw[:ID_BYTES], raw[ID_BYTES:]
    if len(tag) != _TAG_BYTES or not is_same(tag, mac(secret, b"csrf", scope, nonce)[:_TAG_BYTES]):
        raise Problem("web.stale_form")
    return nonce


def csrf_field() -> Markup:
    """The hidden input every form carries."""
    from flask import current_app

    secret: bytes = current_app.extensions["valise.csrf_secret"]
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, new_token(secret, csrf_scope()))


def form_nonce() -> bytes:
    """The sixteen bytes that name the form just posted: an id for what it makes, so posting twice makes one."""
    nonce: bytes = g.form_nonce
    return nonce
