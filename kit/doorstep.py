"""How much of a request's body the server takes in, settled from its first lines, before anything of it is stored.

A body is spooled by waitress before a route sees it; one limit for everybody would let any phone fill the disk as far
as a librarian may. So the limit of the route decides; what exceeds it is read and thrown away (a browser shows
the page that says why only when its sending has ended), up to a point, after which the line is cut.
"""

from __future__ import annotations

from copy import copy
from http.cookies import CookieError, SimpleCookie
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from flask import Flask
from waitress.buffers import FileBasedBuffer, OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer
from waitress.utilities import RequestEntityTooLarge

from kit.errors import Problem
from kit.people.access import COOKIE
from kit.people.actions import find_signed_in
from kit.people.node import Node
from kit.web.uploads import has_room, most_body

MOST_THROWN_AWAY = 64 << 20


class Nothing(OverflowableBuffer):  # type: ignore[misc]
    """Forgets what it is given."""

    def append(self, _piece: bytes) -> None:
        """Nothing is kept."""

    def getfile(self) -> BytesIO:
        """An empty body."""
        return BytesIO()


class Spool(OverflowableBuffer):  # type: ignore[misc]
    """A body of the team's: beyond what memory holds, in a nameless file beside the data, where there is room."""

    buf: Any

    def __init__(self, overflow: int, folder: Path) -> None:
        super().__init__(overflow)
        self.folder = folder

    def _set_large_buffer(self) -> None:
        before = self.buf
        self.buf = FileBasedBuffer(TemporaryFile("w+b", dir=self.folder), before)  # noqa: SIM115 - closed by close()
        if before is not None:
            before.close()
        self.overflowed = True


class TooLarge(RequestEntityTooLarge):  # type: ignore[misc]
    """The answer before the line is cut, in our words."""

    def to_response(self, ident: object = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status, headers, body."""
        return f"{self.code} {self.reason}", [("Content-Type", "text/plain; charset=utf-8")], self.body.encode()


def guard(app: Flask, node: Node, sockets: dict[int, object]) -> None:
    """Make every listening socket of `sockets` ask the application how much a request may bring."""

    class Parser(_Parser):
        application, of_node = app, node

    class Channel(HTTPChannel):  # type: ignore[misc]
        parser_class = Parser

    for one in sockets.values():
        if isinstance(one, BaseWSGIServer):
            one.channel_class = Channel


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    application: Flask
    of_node: Node
    error: Any
    adj: Any

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first lines, then settle how much may follow."""
        super().parse_header(header_plus)
        if self.body_rcv is None:
            return
        most = most_body(self.application, self.command, self.path, is_staff=self._is_staff)
        self.adj = copy(self.adj)
        self.adj.max_request_body_size = max(most, MOST_THROWN_AWAY) + 1
        if self.content_length > most or not self._has_room():
            self.body_rcv.buf = Nothing(0)
        elif most > MOST_THROWN_AWAY and self._is_staff():
            self.body_rcv.buf = Spool(self.adj.inbuf_overflow, self.of_node.data / "tmp")
        if self.chunked:
            self.adj.max_request_body_size = most + 1

    def _has_room(self) -> bool:
        """A large form that the disk cannot hold is thrown away as it comes; the view says why."""
        return self.content_length <= MOST_THROWN_AWAY or has_room(self.application, self.content_length)

    def received(self, data: bytes) -> Any:
        """Take what comes; a refusal is told in our words."""
        taken = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge) and not isinstance(self.error, TooLarge):
            limit = f"{(self.adj.max_request_body_size - 1) >> 20} Mio"
            self.error = TooLarge(str(Problem("web.too_large", limit=limit)))
        return taken

    def _is_staff(self) -> bool:
        try:
            cookie = SimpleCookie(self.headers.get("COOKIE", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and find_signed_in(self.of_node, cookie.value) is not None
