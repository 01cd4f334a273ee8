"""Pages found as their users find them: by following links from the first one, one page of each shape."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import urljoin

from flask.testing import FlaskClient

from scripts.screens_kit import shape

_LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')
SKIPPED = ("/static/", "/deconnexion", "langue=")


def follow(phone: FlaskClient, start: tuple[str, ...], within: tuple[str, ...] = ("/",)) -> Iterator[tuple[str, str]]:
    """Addresses and their pages (HTML only), reached from `start` without leaving the addresses that begin so."""
    waiting, seen = deque(start), set[str]()
    while waiting:
        address = waiting.popleft()
        if shape(address) in seen or not address.startswith(within) or any(word in address for word in SKIPPED):
            continue
        seen.add(shape(address))
        with phone.get(address) as answer:
            is_page = answer.mimetype == "text/html" and "attachment" not in answer.headers.get(
                "Content-Disposition", ""
            )
            text = answer.get_data(as_text=True) if is_page else ""
        if text:
            yield address, text
            waiting.extend(urljoin(address, one.replace("&amp;", "&")) for one in _LINK.findall(text))
