"""Pages found as their users find them: by following links from the first one, a few pages of each shape."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import urljoin

from flask.testing import FlaskClient

from scripts.screens_kit import shape

_LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')
SKIPPED = ("/static/", "/deconnexion", "langue=")


def follow(
    phone: FlaskClient, start: tuple[str, ...], within: tuple[str, ...] = ("/",), each: int = 1
) -> Iterator[tuple[str, str]]:
    """Addresses and their pages (HTML only), reached from `start` without leaving the addresses that begin so.

    each: how many pages of one shape; a workshop that is over and one to come show different things.
    """
    waiting, seen, met = deque(start), Counter[str](), set[str]()
    while waiting:
        address = waiting.popleft()
        if seen[shape(address)] >= each or address in met or not address.startswith(within):
            continue
        if any(word in address for word in SKIPPED):
            continue
        seen[shape(address)] += 1
        met.add(address)
        with phone.get(address) as answer:
            is_page = answer.mimetype == "text/html" and "attachment" not in answer.headers.get(
                "Content-Disposition", ""
            )
            text = answer.get_data(as_text=True) if is_page else ""
        if text:
            yield address, text
            waiting.extend(urljoin(address, one.replace("&amp;", "&")) for one in _LINK.findall(text))
