"""What the worker fetches before it reads: the documents of a marked USB key, or those of an online catalogue."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from kit.errors import Problem
from kit.library.bench import feed, queries
from kit.library.bench.arrival import take_stream
from kit.library.bench.names import batch_folder, files_folder, parts_folder, to_inside
from kit.library.bench.outside import open_outside, read_outside
from kit.library.bench.queries import Batch
from kit.people.node import Node
from kit.usb import list_keys

_OURS = ("sauvegarde-", "blobs", "lost+found", "System Volume Information")
PACKS = "paquets"  # packs are read where they are, from the page « Paquets »
SAY_EVERY = 10
FEED_FILE = "catalogue-recu"  # a catalogue that came as a file
MOST_PAGES = 50
MOST_WORKS = 2_000


def fetch(node: Node, batch: Batch) -> None:
    """Bring a batch's documents onto the bench; those that are here already are not fetched again.

    Raises Problem `bench.key_gone`, or `library.no_space`: what came before stays.
    """
    parts_folder(node.data, batch.batch_id).mkdir(parents=True, exist_ok=True, mode=0o700)
    if batch.origin == "key":
        _copy_key(node, batch)
    elif batch.origin == "feed":
        _copy_feed(node, batch)


def _copy_feed(node: Node, batch: Batch) -> None:
    """Take what a catalogue offers, page after page. One work that cannot be had stops no other."""
    near, url = near_hosts(node), batch.source
    here = batch_folder(node.data, batch.batch_id) / FEED_FILE
    done = missed = 0
    for _ in range(MOST_PAGES):
        raw, base = (here.read_bytes(), url) if here.is_file() else read_outside(url, near, feed.LARGEST)
        page = feed.parse_feed(raw, base)
        for one in page.offered[: MOST_WORKS - done - missed]:
            try:
                _take_offered(node, batch, one, near)
                done += 1
            except Problem as refusal:
                if refusal.code == "library.no_space":
                    raise
                missed += 1
            with node.store.write():
                queries.note_progress(node.store, batch.batch_id, done + missed, len(page.offered))
        if not page.next_url or here.is_file() or done + missed >= MOST_WORKS:
            break
        url = page.next_url
    if missed:
        raise Problem("bench.feed_partly", missed=missed, taken=done)


def _take_offered(node: Node, batch: Batch, one: feed.Offered, near: frozenset[str]) -> None:
    """One work, with what the catalogue says of it in a note beside it."""
    mark = hashlib.sha256(one.url.encode()).hexdigest()[:8]
    name = f"{to_inside(one.note.get('title', '') or 'document').name[:80]}-{mark}{one.suffix}"
    if (files_folder(node.data, batch.batch_id) / to_inside(name)).exists():
        return
    note = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in one.note.items())
    take_stream(node, batch.batch_id, f"{name}.toml", io.BytesIO(note.encode()))
    with open_outside(one.url, near, node.settings.max_upload) as (stream, _):
        take_stream(node, batch.batch_id, name, stream)


def near_hosts(node: Node) -> frozenset[str]:
    """The hosts of the local network whose catalogues the operator lets in."""
    return frozenset(node.settings.near_feeds.lower().split())


def _copy_key(node: Node, batch: Batch) -> None:
    source = Path(batch.source)
    if source not in list_keys(node.settings.keys_folder):
        raise Problem("bench.key_gone")
    try:
        paths = [path for path in walk_key(source) if path.relative_to(source).parts[0] != PACKS]
        for number, path in enumerate(paths, 1):
            inside = path.relative_to(source)
            if not (files_folder(node.data, batch.batch_id) / to_inside(str(inside))).exists():
                with path.open("rb") as document:
                    take_stream(node, batch.batch_id, str(inside), _FromKey(document))  # type: ignore[arg-type]
            if number % SAY_EVERY == 0 or number == len(paths):
                with node.store.write():
                    queries.note_progress(node.store, batch.batch_id, number, len(paths))
    except OSError as refusal:
        raise Problem("bench.key_gone") from refusal


class _FromKey:
    """A document of a key: what its reading refuses is the key's affair, not the disk's."""

    def __init__(self, document: BinaryIO) -> None:
        self._document = document

    def read(self, size: int) -> bytes:
        """The next bytes. Raises Problem `bench.key_gone`."""
        try:
            return self._document.read(size)
        except OSError as refusal:
            raise Problem("bench.key_gone") from refusal


def walk_key(source: Path) -> Iterator[Path]:
    """The files of a marked folder, without links, hidden files and our own backups. Raises OSError when it is gone."""
    with os.scandir(source) as inside:
        entries = sorted(inside, key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.startswith((".", *_OURS)) or entry.is_symlink():
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from walk_key(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)
