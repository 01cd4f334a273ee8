"""Correcting the card of a work that is on the shelves or held back: only what differs is noted."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from kit.errors import FieldProblems, Problem
from kit.library import blobs, facts, queries
from kit.library.actions import get_item
from kit.library.forms import Card
from kit.library.queries import ItemView
from kit.library.shelves.actions import check_may_change
from kit.people.actions import Staff
from kit.people.node import Node


def card_of(node: Node, item: ItemView) -> Card:
    """A work's card as it is now."""
    creators, subjects = (tuple(filter(None, text.split(", "))) for text in (item.creators, item.subjects))
    chapters = tuple(queries.list_chapters(node.store, item.item_id))
    return Card(
        item.title, creators, item.language, item.summary, subjects, item.shelf, item.level, item.series,
        item.series_place, chapters,
    )  # fmt: skip


def mark_of(card: Card) -> str:
    """Changes with the card, so that two people do not overwrite each other."""
    return hashlib.sha256(msgspec.msgpack.encode(card)).hexdigest()[:16]


def draw_cover(node: Node, raw: bytes) -> tuple[facts.Cover, ...]:
    """A cover from a picture somebody chose. Raises FieldProblems when it is none."""
    from kit.library.reading import child

    try:
        told = child.ask("kit.library.cover_worker", told=raw)
    except Problem as refusal:
        raise FieldProblems({"cover": Problem("library.no_cover")}, {}) from refusal
    width, height, jpeg = msgspec.msgpack.decode(told, type=tuple[int, int, bytes])
    return (facts.Cover(blobs.keep_bytes(node.data, node.settings.reserve, jpeg)[0], width, height),)


def correct_card(node: Node, staff: Staff, item_id: bytes, card: Card, mark: str, picture: bytes = b"") -> bool:
    """Note what differs from what is here; False when nothing does.

    Raises Problem `library.not_found`, `library.not_your_shelf`, `library.changed`, FieldProblems for the cover.
    """
    with blobs.taking_in(node.data):
        return _correct(node, staff, item_id, card, mark, draw_cover(node, picture) if picture else None)


def _correct(
    node: Node, staff: Staff, item_id: bytes, card: Card, mark: str, covers: tuple[facts.Cover, ...] | None
) -> bool:
    with node.journal.write():
        item = get_item(node, item_id)
        now = card_of(node, item)
        if mark != mark_of(now):
            raise Problem("library.changed")
        given = _difference(now, card) | ({"covers": covers} if covers else {})
        check_may_change(node, staff, [item.shelf, card.shelf])
        if given:
            home = queries.get_home(node.store, item_id)
            node.journal.append(facts.CHANGED, item_id, facts.ItemChanged(**given), home=home)
    return bool(given)


def _difference(now: Card, card: Card) -> dict[str, Any]:
    given = {name: value for name in Card.__struct_fields__ if (value := getattr(card, name)) != getattr(now, name)}
    if "chapters" in given:
        given["chapters"] = tuple(facts.Chapter(*one) for one in card.chapters)
    return given
