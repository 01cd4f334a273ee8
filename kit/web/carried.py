"""Choices of a reader whose browser keeps no cookie: they go on in the addresses of the page, link after link.

Portal windows keep none, and some people refuse them all. A first choice looks the same (its cookie leaves with this
very answer), so its page carries it once for nothing. Read only by who chose in an address and showed no cookie.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from urllib.parse import urlencode, urlsplit

from flask import Response

UNSENT = frozenset({204, 206, 304})  # answers without a page of their own
# Where a link or a form of ours leads, and where it opens with GET, whose fields take the place of the query.
_ADDRESS = re.compile(r'(<(?:a|form)\b[^>]*?\s(?:href|action)=")(/(?!/|static/)[^"]*)')
_ASKING = re.compile(r'<form\b(?=[^>]*\smethod="get")[^>]*>', re.IGNORECASE)


def carry(response: Response, choices: Mapping[str, str]) -> None:
    """Add the choices to every address of ours that says nothing of them; what is kept as a file goes as it is."""
    if 300 <= response.status_code < 400 and response.location:
        response.location = extend(response.location, choices)
    elif response.status_code in UNSENT or response.mimetype != "text/html":
        return
    elif not response.is_streamed and "Content-Disposition" not in response.headers:
        response.set_data(carry_in(response.get_data(as_text=True), choices))


def carry_in(page: str, choices: Mapping[str, str]) -> str:
    """The page whose links and forms keep these choices."""
    fields = "".join(f'<input type="hidden" name="{name}" value="{escape(one)}">' for name, one in choices.items())
    page = _ADDRESS.sub(lambda found: found[1] + escape(extend(unescape(found[2]), choices)), page)
    return _ASKING.sub(lambda found: found[0] + fields, page)


def extend(address: str, choices: Mapping[str, str]) -> str:
    """An address of ours with the choices that it says nothing of; somebody else's as it is."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return address
    said = {pair.partition("=")[0] for pair in parts.query.split("&")}
    more = urlencode({name: one for name, one in choices.items() if name not in said})
    return parts._replace(query="&".join(filter(None, (parts.query, more)))).geturl()
