"""A page that comes in two pieces is counted whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.conftest import OpenPhone


class _TwoPieces(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(
            b"<!doctype html><html lang=fr><title>t</title><main><a href=/suite>La suite</a>" + b" " * 9000
        )
        self.wfile.flush()
        if self.path == "/suite":
            time.sleep(0.4)
            self.wfile.write(b"<ul><li>un<li>deux</ul>")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def in_pieces() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _TwoPieces)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("asked", ["count", "all", "content", "inner_text"])
def test_a_page_is_counted_when_it_has_been_read(in_pieces: str, open_phone: OpenPhone, asked: str) -> None:
    phone = open_phone()
    phone.goto(in_pieces)
    phone.get_by_role("link").click()
    found = {
        "count": lambda: phone.locator("li").count() == 2,
        "all": lambda: len(phone.locator("li").all()) == 2,
        "content": lambda: "deux" in phone.content(),
        "inner_text": lambda: "deux" in phone.locator("main").inner_text(),
    }
    assert found[asked](), phone.url
