"""Runs a node's application under waitress until it is told to end."""

from __future__ import annotations

import errno
import signal
from types import FrameType
from typing import TextIO

from waitress.server import create_server

from kit.app import create_app
from kit.errors import Problem
from kit.settings import Settings


def serve_forever(settings: Settings, out: TextIO) -> None:
    """Serve until SIGINT or SIGTERM. Raises Problem `start.port_taken`, `start.bad_folder`, `store.newer`."""
    app = create_app(settings)
    try:
        server = create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            connection_limit=settings.connection_limit,
            max_request_body_size=settings.max_upload,
            channel_timeout=60,
            ident="valise",
            clear_untrusted_proxy_headers=True,
        )
    except OSError as refusal:
        if refusal.errno == errno.EADDRINUSE:
            raise Problem("start.port_taken", port=settings.port) from refusal
        raise

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    print(f"http://{settings.host}:{settings.port}/", file=out, flush=True)
    try:
        server.run()
    finally:
        server.close()
