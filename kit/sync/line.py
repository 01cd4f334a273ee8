"""One call to a server: HTTPS always verified, bounded in time and size, every failure a Problem in plain words."""

from __future__ import annotations

import json
import random
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import msgspec

from kit.clock import Clock
from kit.errors import CATALOGUE, Problem
from kit.sync.certificates import ABOUT_DATES, dated_context
from kit.sync.messages import CONTENT_TYPE, MOST_BYTES

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0
TRIES = 5
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
_HEADERS = {"Content-Type": CONTENT_TYPE, "Accept": "application/json"}
T = TypeVar("T")


class Patience(msgspec.Struct, frozen=True):
    """How often a call is tried again on a broken line, and how long it waits first; `pause` is injected by tests."""

    tries: int = TRIES
    first_pause_seconds: float = FIRST_PAUSE_SECONDS
    pause: Callable[[float], None] = time.sleep

    def keep_trying(self, call: Callable[[], T]) -> T:
        """Call until it answers; between tries, a pause that doubles and is jittered. Raises the last Problem."""
        for attempt in range(self.tries - 1):
            try:
                return call()
            except Problem as problem:
                if problem.code not in ("sync.unreachable", "sync.refused"):
                    raise
            most = min(LONGEST_PAUSE_SECONDS, self.first_pause_seconds * 2**attempt)
            self.pause(random.uniform(most / 2, most))  # noqa: S311 - spreads kits apart, guards nothing
        return call()


def post(url: str, path: str, body: bytes, clock: Clock | None = None) -> bytes:
    """One POST to a server, tried again on a broken line; the body of its answer."""
    with open_line(url, clock) as client:
        return Patience().keep_trying(lambda: call(client, "POST", path, body))


def open_line(url: str, clock: Clock | None = None) -> httpx.Client:
    """A client of one server. Its certificate is always verified: its dates by the node's clock once somebody vouched
    for that, else (and without a clock) by the system's."""
    if clock is not None and clock.confidence == "confirmed" and url.startswith("https:"):
        return _client(url, dated_context(clock.wall_ms))
    return _client(url, True)


def open_unverified(url: str) -> httpx.Client:
    """A client that believes any certificate: only for what proves itself and tells nothing (see `kit.sync.hour`)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return _client(url, context)


def _client(url: str, verify: ssl.SSLContext | bool) -> httpx.Client:
    import httpx

    timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
    return httpx.Client(
        base_url=url, timeout=timeout, limits=limits, headers=_HEADERS, follow_redirects=False, verify=verify
    )


def call(client: httpx.Client, method: str, path: str, body: bytes) -> bytes:
    """One request. Raises Problem `sync.unreachable`, `sync.tls`, `sync.wrong_host`, `sync.refused`, or the server's
    own word when it is one of ours."""
    with _translated(), client.stream(method, path, content=body) as response:
        raw = b""
        for chunk in response.iter_raw():
            raw += chunk
            if len(raw) > MOST_BYTES:
                raise Problem("sync.wrong_host")
        if response.status_code not in (200, 201):
            raise _refusal(response.status_code, raw)
        if response.headers.get("Content-Type", "").partition(";")[0] != CONTENT_TYPE:
            raise Problem("sync.wrong_host")
    return raw


@contextmanager
def _translated() -> Iterator[None]:
    import httpx

    try:
        yield
    except httpx.TransportError as failure:
        raise Problem("sync.tls" if _is_tls(failure) else "sync.unreachable") from failure
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as failure:
        raise Problem("sync.wrong_host") from failure


def is_about_dates(problem: Problem) -> bool:
    """True when TLS failed because a certificate is not valid yet, or no longer, by the clock that was asked."""
    return any(getattr(cause, "verify_code", None) in ABOUT_DATES for cause in _causes(problem))


def _is_tls(failure: BaseException) -> bool:
    """True when a certificate or the protocol of TLS was refused, anywhere in the chain of causes."""
    return any(isinstance(c, ssl.SSLError) or "CERTIFICATE_VERIFY_FAILED" in str(c) for c in _causes(failure))


def _causes(failure: BaseException | None) -> Iterator[BaseException]:
    while failure is not None:
        yield failure
        failure = failure.__cause__ or failure.__context__


def _refusal(status: int, raw: bytes) -> Problem:
    """The server's own Problem when it names one that people can read; a stranger's answer otherwise."""
    try:
        code = json.loads(raw)["error"]["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return Problem("sync.refused" if status >= 500 else "sync.wrong_host")
    if code == "web.not_found" or (isinstance(code, str) and code.startswith("sync.") and code in CATALOGUE):
        return Problem(code)
    return Problem("sync.refused")
