"""Staff's part: correct what is proposed, settle rights of many at once, accept, or throw away."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from kit.errors import Problem
from kit.library import blobs, facts
from kit.library import queries as item_queries
from kit.library.bench import queries
from kit.library.bench.names import batch_folder, covers_folder, files_folder
from kit.library.bench.proposal import DrawnCover, Proposal, pack, twin_key
from kit.library.bench.queries import Entry
from kit.library.bench.room import FULL, problem_of, told
from kit.library.rules import held_reasons
from kit.library.shelves.actions import may_change
from kit.library.words import to_sort
from kit.people.actions import Staff
from kit.people.node import Node

AT_ONCE = 50  # works a transaction, and two flushes of the disk


def get_entry(node: Node, entry_id: bytes) -> Entry:
    """One work that waits. Raises Problem `bench.gone`."""
    found = queries.find_entry(node.store, entry_id)
    if found is None:
        raise Problem("bench.gone")
    return found


def correct(node: Node, entry: Entry, version: int, **given: object) -> None:
    """Write what staff corrected. Raises Problem `bench.changed` when somebody else did meanwhile."""
    if entry.proposal is None:
        raise Problem("bench.gone")
    if entry.version != version:
        raise Problem("bench.changed")
    with node.store.write():
        if not write_proposal(node, entry, replace(entry.proposal, **given)):
            raise Problem("bench.changed")


def write_proposal(node: Node, entry: Entry, proposal: Proposal) -> bool:
    """Put this in the place of what was proposed; False when somebody else changed it. Only inside `write()`."""
    key = twin_key(proposal.title, proposal.creators)
    return queries.change_entry(node.store, entry, pack(proposal), to_sort(proposal.title), key)


def correct_many(node: Node, ids: Iterable[bytes], given: dict[str, object]) -> int:
    """The same for many at once, one transaction; how many were changed. Works that have left meanwhile are passed."""
    changed = 0
    with node.store.write():
        for entry_id in ids:
            entry = queries.find_entry(node.store, entry_id)
            if entry is not None and entry.proposal is not None and given:
                changed += write_proposal(node, entry, replace(entry.proposal, **given))
    return changed


def foresee(entries: Sequence[Entry], given: dict[str, object]) -> list[tuple[Entry, Proposal, list[str]]]:
    """What each work would become with `given`, and why visitors would still not see it (empty: they would)."""
    found = []
    for entry in entries:
        if entry.proposal is not None:
            after = replace(entry.proposal, **given)
            why = held_reasons(after.licence, after.source, is_hidden=False, kind=after.kind)
            found.append((entry, after, why))
    return found


def part_ours(node: Node, staff: Staff, ids: Iterable[bytes]) -> tuple[list[bytes], int]:
    """Those of these works that this person may put on their shelves, and how many she may not."""
    found = [one for entry_id in ids if (one := queries.find_entry(node.store, entry_id))]
    refused = {name for name in {one.shelf for one in found} if not may_change(node, staff, name)}
    ours = [one.entry_id for one in found if one.shelf not in refused]
    return ours, len(found) - len(ours)


def choose(node: Node, ids: Sequence[bytes]) -> int:
    """Works that staff accept: the worker puts them on the shelves, so that a thousand of them hold nobody up."""
    with node.store.write():
        return queries.choose_entries(node.store, ids)


def take_chosen(node: Node) -> int:
    """Put every chosen work on the shelves; how many. Called by the worker, or by staff for a few.

    Raises Problem `library.no_space` when the disk is full: what is not on the shelves yet waits again, as corrected.
    """
    taken, full = 0, False
    while not full and (entries := queries.next_chosen(node.store, AT_ONCE)):
        with blobs.taking_in(node.data):
            some, full = _take_some(node, entries)
        taken += some
    if taken:
        clear_finished(node)
    if full:
        _give_back(node)
        raise Problem("library.no_space")
    return taken


def _take_some(node: Node, entries: Sequence[Entry]) -> tuple[int, bool]:
    """How many were put on the shelves, and True when the disk is full."""
    kept, full = list[tuple[Entry, facts.ItemAdded]](), False
    for entry in entries:
        try:
            kept.append((entry, keep_files(node, entry)))
        except (Problem, OSError) as refusal:
            reason = problem_of(refusal)
            full = reason.code in FULL
            if full:
                break
            with node.store.write():
                queries.refuse_entry(node.store, entry.entry_id, str(reason))
    with told():
        blobs.sync_disk(node.data)  # their names, before the facts that speak of them; their bytes are there
    with told(), node.journal.write():
        return sum(_append(node, entry, body) for entry, body in kept), full


def _give_back(node: Node) -> None:
    """The disk is full: what was chosen waits again, and its batches say why."""
    with told(), node.store.write():
        queries.give_back(node.store, str(Problem("bench.no_room")))


def clear_finished(node: Node) -> None:
    """Batches of which nothing waits any more leave the bench by themselves, with what is left of their files."""
    for batch_id in queries.list_finished(node.store):
        with node.store.write():
            queries.remove_batch(node.store, batch_id)
        shutil.rmtree(batch_folder(node.data, batch_id), ignore_errors=True)


def _append(node: Node, entry: Entry, body: facts.ItemAdded) -> bool:
    """Write the fact and take the work off the bench; False when another hand did it already."""
    if not queries.remove_entry(node.store, entry.entry_id) or entry.sha256 is None:
        return False
    item_id = entry.sha256[:16]
    if not item_queries.has_item(node.store, item_id):
        facts.append_added(node.journal, item_id, body)
    return True


def keep_files(node: Node, entry: Entry) -> facts.ItemAdded:
    """Move a work's file to the blobs (a kill after this finds it there again), and make its fact."""
    proposal, sha256 = entry.proposal, entry.sha256
    if proposal is None or sha256 is None:
        raise Problem("bench.gone")
    base = batch_folder(node.data, entry.batch_id)
    blobs.adopt_file(base / proposal.path, blobs.home_path(node.data, sha256))
    files = [facts.ItemFile(sha256, proposal.name, proposal.media_type, entry.size_bytes)]
    for one in proposal.attached:
        path = base / one.folder / one.path
        digest, size = blobs.keep_file(node.data, node.settings.reserve, path)
        files.append(facts.ItemFile(digest, one.name or path.name, one.media_type, size))
    covers = [_keep_cover(node, entry, drawn) for drawn in proposal.covers]
    return _fact(proposal, tuple(files), tuple(covers))


def _keep_cover(node: Node, entry: Entry, drawn: DrawnCover) -> facts.Cover:
    digest = bytes.fromhex(drawn.name)
    blobs.adopt_file(covers_folder(node.data, entry.batch_id) / drawn.name, blobs.home_path(node.data, digest))
    return facts.Cover(digest, drawn.width, drawn.height)


def _fact(proposal: Proposal, files: tuple[facts.ItemFile, ...], covers: tuple[facts.Cover, ...]) -> facts.ItemAdded:
    names = set(facts.ItemAdded.__struct_fields__) & set(Proposal.__struct_fields__) - {"covers", "files", "chapters"}
    given = {name: getattr(proposal, name) for name in names}
    chapters = tuple(facts.Chapter(*one) for one in proposal.chapters)
    return facts.ItemAdded(**given, files=files, covers=covers, chapters=chapters)


def throw_away(node: Node, ids: Iterable[bytes]) -> int:
    """Take works off the bench and delete their files; how many were still there."""
    gone = 0
    for entry_id in ids:
        entry = queries.find_entry(node.store, entry_id)
        if entry is None or entry.state == "chosen":
            continue
        with node.store.write():
            gone += queries.remove_entry(node.store, entry_id)
        _delete(files_folder(node.data, entry.batch_id) / entry.name)
    clear_finished(node)
    return gone


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
