"""« À refaire chez moi »: what of a workshop can be done again at home, as one file, a booklet, the next date."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from markupsafe import Markup

from kit.ids import to_text
from kit.people.node import Node, WorkView
from kit.workshops import queries, rules, series
from kit.workshops.queries import Workshop

MOST_BYTES = 6_000_000
POLICY = "default-src 'none';style-src 'unsafe-inline';img-src data:"
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.S)
_TITLE = re.compile(r"(</?)h1\b")
_STYLE = re.compile(r"<style>(.*?)</style>", re.S)


class Part(msgspec.Struct, frozen=True):
    """One support: the work, and its text as HTML (None: it is to be kept apart, a film or a book too large)."""

    work: WorkView
    html: Markup | None


def list_supports(node: Node, workshop: Workshop) -> Sequence[WorkView]:
    """The works of a workshop that visitors can see here."""
    return node.find_works(rules.split_ids(workshop.supports))


def find_next_date(node: Node, workshop: Workshop) -> Workshop | None:
    """The next date to go on: of its series, else of the same title, else of the same theme; None: there is none."""
    after = max(workshop.starts_at_ms, node.clock.wall_ms()) + 1
    dates = [one for one in series.list_dates(node.store, workshop.series_id) if one.starts_at_ms >= after]
    coming = [
        one for one in queries.list_between(node.store, after, 2**53, 300, 0) if one.workshop_id != workshop.workshop_id
    ]
    alike = [one for one in coming if one.title == workshop.title]
    same_theme = [one for one in coming if one.theme == workshop.theme]
    return next((one for one in (*dates, *alike, *same_theme) if one.will_be), None)


def read_parts(node: Node, workshop: Workshop) -> list[Part]:
    """The supports with their text, as long as all of it together stays a file that a phone can keep."""
    parts, size = [], 0
    for work in list_supports(node, workshop):
        raw = node.keep_work(work.item_id)
        is_fitting = raw is not None and size + len(raw) <= MOST_BYTES
        size += len(raw) if raw is not None and is_fitting else 0
        parts.append(Part(work, read_body(raw.decode("utf-8", "replace")) if raw is not None and is_fitting else None))
    return parts


def read_body(page: str) -> Markup:
    """The body of a kept page: its text was made harmless when it was kept; its titles go below ours."""
    found = _BODY.search(page)
    body = (found[1] if found else "").replace("<h1>", '<h2 class="work">', 1)
    return Markup(_TITLE.sub(r"\1h2", body))  # noqa: S704


def read_style(node: Node, workshop: Workshop) -> str:
    """The style sheet that kept pages carry inside themselves, or nothing."""
    for work in list_supports(node, workshop):
        if raw := node.keep_work(work.item_id):
            found = _STYLE.search(raw.decode("utf-8", "replace"))
            return found[1] if found else ""
    return ""


def file_name(workshop: Workshop) -> str:
    """What the file is called on a phone."""
    words = re.sub(r"[^a-z0-9]+", "-", rules.plain_text(workshop.title)).strip("-")[:50]
    return f"{words or to_text(workshop.workshop_id)[:8]}-chez-moi.html"
