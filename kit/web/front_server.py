"""Behind a front server on the same machine (nginx), every request comes from 127.0.0.1: whose it is, nginx says.

Only the addresses of the setting `trusted_proxy` are believed. From anybody else such a header is a lie, or a habit,
and is not read: else a phone could give itself a new address with every guess.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class FrontServer:
    """Reads the last address of `X-Forwarded-For`, and `X-Forwarded-Proto`, when a trusted front server speaks."""

    def __init__(self, app: WSGIApplication, trusted: Iterable[str]) -> None:
        self._direct = app
        self._behind = ProxyFix(app, x_for=1, x_proto=1, x_host=0, x_port=0, x_prefix=0)
        self._trusted = frozenset(trusted)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        app = self._behind if environ.get("REMOTE_ADDR") in self._trusted else self._direct
        return app(environ, start_response)


def init_front_server(app: Flask, trusted: Iterable[str]) -> None:
    """Put it before the application when anybody is trusted."""
    if names := list(trusted):
        app.wsgi_app = FrontServer(app.wsgi_app, names)  # type: ignore[method-assign]
