"""Bundles that somebody brings: from a key, or through the public page. Whoever brings them, signatures count."""

from __future__ import annotations

import errno
import glob
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from kit.central import actions, returned
from kit.central.answers import AnswerPacker, kit_of
from kit.errors import Problem
from kit.keys.envelope import envelope_hash
from kit.people.node import Node
from kit.sync import blob_inbox, bundle
from kit.sync.carriers.file import BACK, OUT, write_checked
from kit.sync.segment import read_segment
from kit.usb import reason_of

MOST_RELAYED = 8
_NAME = re.compile(r"^(.+-[0-9a-f]{8}-)\d{4,}\.valise$")
Report = Callable[[int, int], None]  # bundles read, of how many


class Found(msgspec.Struct, frozen=True):
    """A bundle on a key before it is taken in. `kit` is the nickname its greeting claims; `trouble` what is wrong."""

    name: str
    size_bytes: int
    kit: str
    trouble: str


class Taken(msgspec.Struct, frozen=True):
    """What one bundle brought. `hello` is its kit's greeting when it is answered; `trouble` the first thing wrong.

    `relayed`: greetings of other kits, for which this one carries. `kit`: the nickname of who greeted.
    """

    name: str
    segments: int = 0
    known: int = 0
    envelopes: int = 0
    refused: int = 0
    trouble: str = ""
    hello: bytes = b""
    pieces: int = 0
    relayed: tuple[bytes, ...] = ()
    kit: str = ""


def take_bundle(node: Node, name: str, file: IO[bytes]) -> Taken:
    """Take in every good part of a bundle; a bad one is counted and stops nothing. Never raises for its content."""
    taken = Taken(name)
    try:
        for part in bundle.read_parts(file):
            taken = _take_part(node, part, taken)
    except Problem as problem:
        if problem.code.startswith("store."):
            raise
        taken = msgspec.structs.replace(taken, trouble=taken.trouble or problem.code)
    return taken


def _take_part(node: Node, part: bundle.Part, taken: Taken) -> Taken:
    try:
        if part.kind == bundle.SEGMENT:
            is_new = actions.take_segment(node, read_segment(part.raw).segment_id, part.raw)
            return msgspec.structs.replace(taken, segments=taken.segments + is_new, known=taken.known + (not is_new))
        if part.kind == bundle.ENVELOPE:
            is_new = actions.take_envelope(node, envelope_hash(part.raw), part.raw)
            return msgspec.structs.replace(taken, envelopes=taken.envelopes + is_new)
        if part.kind == bundle.RETURNED:
            is_new = returned.take_returned(node, part.raw)
            return msgspec.structs.replace(taken, segments=taken.segments + is_new, known=taken.known + (not is_new))
        if part.kind == bundle.MANIFEST:
            actions.take_manifest(node, part.raw)
        if part.kind == bundle.PIECE:
            return msgspec.structs.replace(taken, pieces=taken.pieces + blob_inbox.take_part(node, part.raw))
        if part.kind == bundle.RELAYED and part.raw not in taken.relayed[:MOST_RELAYED]:
            actions.answer_hello(node, part.raw)
            return msgspec.structs.replace(taken, relayed=(*taken.relayed, part.raw)[:MOST_RELAYED])
        if part.kind == bundle.HELLO:
            actions.answer_hello(node, part.raw)  # a greeting that is not accepted is told at once
            return msgspec.structs.replace(taken, hello=part.raw)
    except Problem as problem:
        if problem.code.startswith("store."):
            raise
        return msgspec.structs.replace(taken, refused=taken.refused + 1, trouble=taken.trouble or problem.code)
    return taken


def pack_answer(node: Node, hello: bytes, relayed: Sequence[bytes] = ()) -> Iterator[bytes]:
    """The first bundle for the kit that greeted: receipts for what is here, and what it lacks of the logs that go down.

    `relayed`: greetings of kits it carries for; receipts for them go along.
    """
    yield from AnswerPacker(node, hello, relayed).bundle()


def list_bundles(place: Path) -> list[Path]:
    """The bundles on a key, in the order they were made. Raises Problem `sync.bad_key`."""
    with _on_key():
        if (place / OUT).is_symlink() or (place / BACK).is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        found = (place / OUT).glob(f"*{bundle.SUFFIX}")
        return sorted(path for path in found if path.is_file() and not path.is_symlink())


def look_at(node: Node, path: Path) -> Found:
    """Whose bundle this seems to be, without taking anything in: its first part is the greeting. Raises Problem
    `sync.bad_key`."""
    with _on_key():
        size = path.stat().st_size
        with path.open("rb") as file:
            try:
                first = next(bundle.read_parts(file), None)
            except Problem as problem:
                return Found(path.name, size, "", problem.code)
    kit = kit_of(node, first.raw)[1] if first is not None and first.kind == bundle.HELLO else ""
    return Found(path.name, size, kit, "" if kit else "sync.unknown_kit")


def read_key(node: Node, place: Path, report: Report = lambda done, total: None) -> list[Taken]:
    """Take in every bundle in the folder `envoi` of a key, and write the answers into `retour`: for each journal of
    each kit one to its newest greeting, in as many files as it needs. Older answers leave: the new ones say it all.

    A card that was copied is two boxes under one name, told apart by the journal each writes: both hear.

    A bundle that cannot be read stops no other. Raises Problem `sync.bad_key` or `sync.bad_copy`.
    """
    paths, found = list_bundles(place), list[Taken]()
    for done, path in enumerate(paths):
        report(done, len(paths))
        with _on_key(), path.open("rb") as file:
            taken = take_bundle(node, path.name, file)
        found.append(msgspec.structs.replace(taken, kit=kit_of(node, taken.hello)[1] if taken.hello else ""))
    for group in _by_journal(node, found).values():
        newest = max(group, key=lambda taken: (bool(_prefix(taken.name)), taken.name))
        relayed = tuple(dict.fromkeys(one for taken in reversed(group) for one in taken.relayed))[:MOST_RELAYED]
        _write_answers(node, place / BACK, newest, relayed)
    report(len(paths), len(paths))
    return found


def _by_journal(node: Node, found: list[Taken]) -> dict[tuple[bytes, str], list[Taken]]:
    """Bundles with a greeting, by kit and by what begins their names; a file under another name belongs to any."""
    groups: dict[tuple[bytes, str], list[Taken]] = {}
    for taken in found:
        if taken.hello:
            groups.setdefault((kit_of(node, taken.hello)[0], _prefix(taken.name)), []).append(taken)
    for kit, unnamed in [(kit, group) for (kit, prefix), group in groups.items() if not prefix]:
        named = [group for (other, prefix), group in groups.items() if other == kit and prefix]
        for group in named:
            group.extend(unnamed)
        if named:
            del groups[kit, ""]
    return groups


def _write_answers(node: Node, folder: Path, newest: Taken, relayed: tuple[bytes, ...]) -> None:
    prefix, packer, written = _prefix(newest.name), AnswerPacker(node, newest.hello, relayed), list[str]()
    while packer.has_more:
        stem = newest.name.removesuffix(bundle.SUFFIX)
        name = f"{stem}{f'-{len(written) + 1}' if written else ''}{bundle.SUFFIX}"
        write_checked(folder / name, packer.bundle())
        written.append(name)
    if prefix:
        with _on_key():
            for path in folder.glob(f"{glob.escape(prefix)}*"):
                if path.name not in written and path.is_file():
                    path.unlink(missing_ok=True)


def _prefix(name: str) -> str:
    """How the names of a kit's bundles begin, or "" for a file that somebody named otherwise."""
    found = _NAME.match(name)
    return found[1] if found else ""


@contextmanager
def _on_key() -> Iterator[None]:
    try:
        yield
    except OSError as refusal:
        raise Problem("sync.bad_key", reason=reason_of(refusal)) from refusal
