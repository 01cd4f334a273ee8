"""Works as a workshop carries them: found again by their ids, looked for by words, and taken home as one page."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import msgspec

from kit.errors import Problem
from kit.library import queries, search
from kit.library.blobs import blob_path
from kit.library.queries import ItemView
from kit.library.rules import KEPT_AS_PAGE
from kit.people.node import Node


class Support(msgspec.Struct, frozen=True):
    """A work that everybody may see here. `language`: "" if nobody knows. `keep_url`: the file to keep on a phone."""

    item_id: bytes
    title: str
    creators: str
    kind_words: str
    language: str
    url: str
    keep_url: str
    print_url: str


def find_supports(node: Node, item_ids: Sequence[bytes]) -> list[Support]:
    """These works, in their order; one that visitors cannot see, or that is not here, is left out."""
    found = queries.list_by_ids(node.store, list(item_ids))
    shown = [found[one] for one in item_ids if one in found and found[one].is_public and found[one].is_here]
    return [_support(node, one) for one in shown]


def search_supports(node: Node, text: str, limit: int) -> list[Support]:
    """Works that visitors can see, by words of their title and text; without words the newest."""
    found = search.search_items(node.store, text, limit) if text.strip() else queries.list_new_items(node.store, limit)
    return [_support(node, one) for one in found if one.is_public and one.is_here]


def make_page(node: Node, item_id: bytes) -> bytes | None:
    """The work as one page that needs no other app, or None when it is no text, or cannot be read."""
    from kit.library.reading.keep import make_kept_page

    item, files = queries.find_item(node.store, item_id), queries.list_files(node.store, item_id)
    if item is None or not files or not _is_text(files[0].media_type):
        return None
    path = blob_path(node.data, files[0].sha256)
    with suppress(Problem):
        return make_kept_page(item, files[0].media_type, path, node.data / "cache") if path.is_file() else None
    return None


def _is_text(media_type: str) -> bool:
    return media_type in KEPT_AS_PAGE


def _support(node: Node, item: ItemView) -> Support:
    files = queries.list_files(node.store, item.item_id)
    keep = f"{item.url}/garder.html" if files and _is_text(files[0].media_type) else item.url
    printed = f"{item.url}/imprimer" if item.kind == "sheet" else ""
    return Support(item.item_id, item.title, item.creators, item.kind_words, item.language, item.url, keep, printed)
