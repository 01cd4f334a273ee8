"""A better copy takes the place of the one that is here: the work keeps its address, its thanks and its counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kit.errors import Problem
from kit.library import blobs, facts, leaving
from kit.library import queries as items
from kit.library.bench import queries
from kit.library.bench.acceptance import clear_finished, keep_files
from kit.library.bench.queries import Entry
from kit.library.bench.room import told
from kit.library.queries import FileView, ItemView
from kit.library.shelves.actions import check_may_change
from kit.people.actions import Staff
from kit.people.node import Node

# What the team wrote stays; what nobody wrote is taken from the better copy.
FILLED = {"licence": "licence_id", "source": "source", "attribution": "attribution", "summary": "summary",
          "language": "language", "level": "level", "series": "series"}  # fmt: skip


def find_copied(node: Node, entry: Entry) -> ItemView | None:
    """The work here that a file which waits is another copy of, or None."""
    item = items.find_item(node.store, entry.twin) if entry.twin and entry.state == "proposed" else None
    return item if item is not None and item.is_here else None


def replace_copy(node: Node, staff: Staff, entry: Entry) -> ItemView:
    """Put a file that waits in the place of the one that is here, which is erased; the work.

    Raises Problem `library.no_twin`, `library.not_your_shelf`, `library.no_space`, `bench.gone`.
    """
    item = find_copied(node, entry)
    if item is None:
        raise Problem("library.no_twin")
    check_may_change(node, staff, [item.shelf])
    with blobs.taking_in(node.data):
        _replace(node, entry, item)
    leaving.erase_leaving(node, leaving.PATIENCE_SECONDS)
    clear_finished(node)
    return item


def _replace(node: Node, entry: Entry, item: ItemView) -> None:
    blobs.sync_disk(node.data)
    with told():
        body = keep_files(node, entry)
        blobs.sync_disk(node.data)
    with told(), node.journal.write():
        if not items.has_item(node.store, item.item_id) or not queries.remove_entry(node.store, entry.entry_id):
            raise Problem("bench.gone")
        leaving.note_leaving(node, [item.item_id])
        change = facts.ItemChanged(**_difference(item, items.list_files(node.store, item.item_id), body))
        home = items.get_home(node.store, item.item_id)
        node.journal.append(facts.CHANGED, item.item_id, change, home=home)


def _difference(item: ItemView, files: Iterable[FileView], body: facts.ItemAdded) -> dict[str, Any]:
    """What changes: its files, its cover and chapters when the copy has any, and what nobody wrote yet."""
    names = {one.name for one in body.files}
    beside = [one for one in files if one.number > 1 and one.name not in names] if body.kind == item.kind else []
    kept = (facts.ItemFile(one.sha256, one.name, one.media_type, one.size_bytes) for one in beside)
    given: dict[str, Any] = {"files": (*body.files, *kept), "kind": body.kind}
    given |= {name: value for name in ("covers", "chapters", "rights_note") if (value := getattr(body, name))}
    given |= {
        name: getattr(body, name) for name, now in FILLED.items() if not getattr(item, now) and getattr(body, name)
    }
    if body.duration_minutes:
        given["duration_minutes"] = body.duration_minutes
    return given | ({"subjects": body.subjects} if body.subjects and not item.subjects else {})


def replace_many(node: Node, staff: Staff, ids: Iterable[bytes]) -> tuple[int, int]:
    """The same for each of these that is another copy; how many were, and how many stand on another library's shelf."""
    done = refused = 0
    for entry_id in ids:
        entry = queries.find_entry(node.store, entry_id)
        if entry is None or find_copied(node, entry) is None:
            continue
        try:
            replace_copy(node, staff, entry)
            done += 1
        except Problem as problem:
            if problem.code != "library.not_your_shelf":
                raise
            refused += 1
    return done, refused
