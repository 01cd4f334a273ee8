"""Accepting a deposit: unsealed, read in a process of its own like every stranger's file, then on the shelves."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from kit.errors import CATALOGUE, Problem
from kit.keys.stream import decrypt_file, read_pieces
from kit.library import blobs, queries
from kit.library.deposits.actions import Given, Waiting, get_waiting, open_waiting, settle, waiting_path
from kit.library.formats.metadata import to_line
from kit.library.shelves.actions import give
from kit.library.shelves.queries import find_organisation, list_owners
from kit.people.actions import Staff
from kit.people.node import Node
from kit.settings import TABLE

OWN_LICENCE = "LicenseRef-tous-droits-reserves-autorisation"
LONGEST_READING_SECONDS = 600
_REFUSAL = re.compile(r"\[([a-z_]+\.[a-z_]+)\]\s*$", re.MULTILINE)
_UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f]')


def shelf_of_gifts(node: Node, staff: Staff) -> str:
    """Where a gift goes: "" (by its kind), or a shelf of the library that accepts it, when several share this node."""
    organisation = find_organisation(node.store, staff.staff_id)
    if organisation:
        shelf = f"Dons, {organisation}"[:100]
        give(node, staff, shelf, organisation)
        return shelf
    return "Dons" if list_owners(node.store) else ""


def accept(node: Node, vault: bytes | None, deposit_id: bytes, word: str, shelf: str = "") -> bytes:
    """Put the work on the shelves with the rights its giver ticked, and answer; the work's id.

    Raises Problem `deposits.settled`, `deposits.gone`, `people.forbidden`, or `library.*` when the file is refused:
    then nothing is answered, and it still waits.
    """
    waiting = open_waiting(node, vault, get_waiting(node, deposit_id))
    item_id = shelve(node, deposit_id, waiting, shelf)
    settle(node, deposit_id, "accepted", word, item_id)
    return item_id


def shelve(node: Node, deposit_id: bytes, waiting: Waiting, shelf: str = "") -> bytes:
    """Put the work on the shelves; its id. Raises Problem `deposits.gone` or `library.*` when the file is refused."""
    folder = node.data / "tmp" / blobs.aside_name()
    try:
        folder.mkdir(mode=0o700)
        work = unseal(node, deposit_id, waiting.key, folder / safe_name(waiting.given.name))
        (folder / f"{work.name}.toml").write_text(side_file(waiting.given, shelf), "utf-8")
        _add(node, work)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    item_id = bytes.fromhex(waiting.given.sha256)[:16]
    if queries.find_item(node.store, item_id) is None:
        raise Problem("library.broken")
    return item_id


def unseal(node: Node, deposit_id: bytes, key: bytes, target: Path) -> Path:
    """Write the clear file. Raises Problem `deposits.gone`, or `keys.cannot_open` when a byte changed."""
    sealed = waiting_path(node, deposit_id)
    if not sealed.is_file():
        raise Problem("deposits.gone")
    decrypt_file(sealed, target, key)
    return target


def read_sealed(node: Node, deposit_id: bytes, key: bytes) -> Iterator[bytes]:
    """The clear file in pieces, never written to the disk. Raises Problem `deposits.gone`."""
    sealed = waiting_path(node, deposit_id)
    if not sealed.is_file():
        raise Problem("deposits.gone")
    return read_pieces(sealed, key)


def safe_name(name: str) -> str:
    """A file's name that leads nowhere, with its suffix."""
    path = Path(_UNSAFE.sub("_", name).lstrip("."))
    suffix = path.suffix[:12]
    return (path.stem.encode()[:100].decode(errors="ignore").strip() or "document") + suffix


def side_file(given: Given, shelf: str = "") -> str:
    """What the giver said, as the note that stands beside a file (TOML)."""
    told = given.offer
    note: dict[str, str | list[str]] = {
        "title": told.title,
        "creators": [told.maker],
        "licence": told.licence or OWN_LICENCE,
        "source": "Donné par son auteur ou ayant droit, autorisation signée",
        "attribution": f"{told.title}, {told.maker}",
        **({"shelf": shelf} if shelf else {}),
    }
    return "".join(f"{name} = {_toml(value)}\n" for name, value in note.items())


def _toml(value: str | list[str]) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return '"' + to_line(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _add(node: Node, work: Path) -> None:
    environment = {f"VALISE_{one.name.upper()}": str(getattr(node.settings, one.name)) for one in TABLE}
    try:
        done = subprocess.run(  # noqa: S603 - our own program, by the interpreter that runs us
            [sys.executable, "-m", "kit.cli", "add", str(work)], cwd=Path(__file__).parents[3], check=False,
            env={**os.environ, **environment}, capture_output=True, text=True, timeout=LONGEST_READING_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired as refusal:
        raise Problem("library.too_large") from refusal
    refused = _REFUSAL.search(done.stdout)
    if refused and refused.group(1) in CATALOGUE:
        raise _told(refused.group(1))
    if done.returncode:
        raise Problem("library.broken")


def _told(code: str) -> Problem:
    """The reason in the catalogue's words; one that needs details this process does not have becomes the plain one."""
    return Problem("library.broken") if "%(" in CATALOGUE[code].words else Problem(code)
