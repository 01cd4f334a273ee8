"""Pages as a phone handles them: fetch, find the form's token, post."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kit.store import Store

_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


def post_form(client: FlaskClient, url: str, action: str = "", **fields: Any) -> TestResponse:
    """Open the page at `url`, fill its first form, send it to `action` (default: the same address)."""
    page = client.get(url)
    found = _TOKEN.search(page.get_data(as_text=True))
    assert found, f"{url} answered {page.status_code} and has no form"
    answer = client.post(action or url, data={"csrf": found.group(1), **fields})
    answer.request.environ["wsgi.input"].close()  # of a large form the client makes a file, which it never closes
    return answer


@contextmanager
def count_statements(store: Store) -> Iterator[list[str]]:
    """The SQL statements that this thread's connection runs inside the block."""
    seen: list[str] = []
    connection = store.db.connection()
    connection.set_trace_callback(seen.append)
    try:
        yield seen
    finally:
        connection.set_trace_callback(None)
