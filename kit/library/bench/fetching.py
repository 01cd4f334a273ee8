"""What the worker fetches before it reads: the documents of a marked USB key, or those of an online catalogue."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from kit.errors import Problem
from kit.library.bench import queries
from kit.library.bench.arrival import take_stream
from kit.library.bench.names import files_folder, parts_folder, to_inside
from kit.library.bench.queries import Batch
from kit.people.node import Node
from kit.usb import list_keys

_OURS = ("sauvegarde-", "blobs", "lost+found", "System Volume Information")
PACKS = "paquets"  # packs are read where they are, from the page « Paquets »
SAY_EVERY = 10


def fetch(node: Node, batch: Batch) -> None:
    """Bring a batch's documents onto the bench; those that are here already are not fetched again.

    Raises Problem `bench.key_gone`, or `library.no_space`: what came before stays.
    """
    parts_folder(node.data, batch.batch_id).mkdir(parents=True, exist_ok=True, mode=0o700)
    if batch.origin == "key":
        _copy_key(node, batch)


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
