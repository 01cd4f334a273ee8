"""Sanitises what books and texts are made of. nh3 has the last word on every byte that reaches a reader's phone.

What a book names is renamed (`l-` before ids and classes), so that it can neither look like a button of the box nor be
reached by its styles; what it links to is rewritten or taken away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import nh3

MARK = "l-"
Link = Callable[[str], str | None]
_TAGS_WORDS = (
    "a abbr address article aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div "
    "dl dt em figcaption figure footer h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li main mark ol p pre q rp "
    "rt ruby s samp section small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr "
    "nav center tt big"
)
TAGS = frozenset(_TAGS_WORDS.split())
_GONE_WITH_CONTENT_WORDS = (
    "script style template noscript iframe object embed applet form button select textarea input math svg canvas "
    "title head audio video frameset noframes noembed xmp plaintext"
)
GONE_WITH_CONTENT = frozenset(_GONE_WITH_CONTENT_WORDS.split())
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "*": frozenset({"id", "class", "lang", "dir", "title", "hidden"}),
    "a": frozenset({"href", "name"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "td": frozenset({"colspan", "rowspan", "headers", "scope"}),
    "th": frozenset({"colspan", "rowspan", "headers", "scope"}),
    "col": frozenset({"span"}),
    "ol": frozenset({"start", "type", "reversed"}),
    "li": frozenset({"value"}),
    "time": frozenset({"datetime"}),
    "details": frozenset({"open"}),
}
_SHIFT = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6"}
_HEADING = re.compile(r"<(/?)(h[1-5])(?=[\s>/])", re.IGNORECASE)
_EMPTY = re.compile(
    r"<(a|abbr|b|bdi|cite|code|div|em|figure|h[1-6]|i|p|section|small|span|strong|sub|sup|td|th|title|u)"
    r"((?:\s[^<>]{0,2000})?)/>",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^\d{1,4}$")


def shift_heading(tag: str) -> str:
    """The page has the only h1: a book's headings go one step down."""
    return _SHIFT.get(tag, tag)


def renamed(names: str) -> str:
    """A book's ids or class names, set apart from the box's own."""
    return " ".join(MARK + name for name in names.split()[:20])


def clean_html(html: str, *, link: Link, picture: Link) -> str:
    """Safe HTML from any HTML: `link` and `picture` give the address to use for one found, or None to take it away."""

    def keep(tag: str, name: str, value: str) -> str | None:
        if name in ("id", "class", "headers"):
            return renamed(value) or None
        if name == "name":
            return renamed(value.replace(" ", "-")) or None
        if name == "href":
            return link(value)
        if name == "src":
            return picture(value)
        if name in ("width", "height"):
            return value if _NUMBER.match(value) else None
        return value

    return nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(GONE_WITH_CONTENT),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=keep,
        url_schemes={"https"},  # only addresses that `link` and `picture` made remain: paths of this box
        link_rel=None,
    )


def prepare_loose(text: str) -> str:
    """HTML that is no XML, made ready for `clean_html`: its body, XHTML's empty tags closed, headings one step down."""
    body = re.search(r"<body\b[^>]{0,2000}>(.*)", text, re.IGNORECASE | re.DOTALL)
    inside = re.sub(r"</(body|html)\s*>", "", body.group(1) if body else text, flags=re.IGNORECASE)
    closed = _EMPTY.sub(r"<\1\2></\1>", inside)
    return _HEADING.sub(lambda found: f"<{found.group(1)}{shift_heading(found.group(2).lower())}", closed)


def no_link(_address: str) -> str | None:
    """Takes every address away."""
    return None
