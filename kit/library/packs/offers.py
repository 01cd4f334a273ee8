"""Packs that the coordination sends: offered by it to every suitcase, brought piece by piece to those that ask.

A suitcase asks by hand: a pack may be larger than what a telephone in a field should pay for. One that came lies with
the packs that arrived as files, and is installed like them.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import BinaryIO, Protocol

from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.journal.coming import Coming, Parcel
from kit.keys import primitives
from kit.library.blobs import sync_folder
from kit.library.packs import arrived, installing, kept, made
from kit.library.packs import offer_queries as queries
from kit.library.packs.offer_facts import OFFERED, WITHDRAWN, PackOffered, PackWithdrawn
from kit.people import chosen, identities
from kit.people.node import Node

MOST_PIECES = 8192  # the list of their hashes is one message
# The title of an update of the program, which is sent like a pack and has a version of its own in it.
PROGRAM = re.compile(r"Programme \S+ \(\S+, Python \d+\.\d+\)")


class Elsewhere(Protocol):
    """Another room that takes files which are no packs (kit/updates/sending.py)."""

    def is_theirs(self, path: Path) -> bool:
        """True for a file of theirs."""

    def place(self, list_id: bytes) -> Path:
        """Where such a file lies here, or would."""


def folder_of(data: Path) -> Path:
    """Where packs that are sent lie at the central."""
    return data / arrived.FOLDER / "sent"


def offer(node: Node, name: str) -> queries.Offer:
    """Send a pack that was made as a file. Raises Problem `packs.not_found`, `packs.*` (it is spoilt) or
    `packs.too_large_to_send`."""
    path = made.get_path(node.data, name)
    content = installing.look(node, path).content
    return offer_file(node, path, content.about.title, content.version)


def offer_file(node: Node, path: Path, title: str, version: int = 1) -> queries.Offer:
    """The same for any file; one that is no pack is taken where it comes by `elsewhere` of `make_coming`."""
    with path.open("rb") as file:
        listed = kept.hashes_of(file)
    if len(listed) > MOST_PIECES * 32:
        raise Problem("packs.too_large_to_send", most=f"{MOST_PIECES * kept.PIECE_BYTES // 10**9} Go")
    list_id = primitives.digest(listed)
    target = folder_of(node.data)
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not _path(node, list_id).exists():
        _lay(path, _path(node, list_id))
    sync_folder(target)
    known = queries.find_offer(node.store, list_id[:16])
    if known is None or known.is_withdrawn:
        body = PackOffered(list_id, title, version, path.stat().st_size)
        node.journal.append(OFFERED, list_id[:16], body)
    found = queries.find_offer(node.store, list_id[:16])
    assert found is not None
    return found


def _lay(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:  # on another disk
        draft = target.with_suffix(".new")
        shutil.copyfile(path, draft)
        draft.replace(target)


def withdraw(node: Node, offer_id: bytes | None) -> None:
    """Send it no longer. Raises Problem `packs.not_found`."""
    found = queries.find_offer(node.store, offer_id)
    if found is None or found.is_withdrawn:
        raise Problem("packs.not_found")
    node.journal.append(WITHDRAWN, found.offer_id, PackWithdrawn())
    _path(node, found.list_id).unlink(missing_ok=True)


def _path(node: Node, list_id: bytes) -> Path:
    return folder_of(node.data) / f"{list_id.hex()}.zip"


# -- how the sync room is told ------------------------------------------------------------------------------------


def make_coming(node: Node, elsewhere: Elsewhere | None = None) -> Coming:
    """What may come down, and what becomes of it once it is here. `elsewhere`: who takes a file that is no pack."""

    def parcels() -> list[Parcel]:
        wanted, for_others = queries.list_wanted(node.store), chosen.list_for_others(node)
        states = {None: "offered", False: "wanted", True: "here"}
        return [
            Parcel(one.list_id, _words(one), one.size_bytes, states[wanted.get(one.offer_id)], _page(one))
            for one in queries.list_offers(node.store)
            if one.offer_id not in for_others
        ]

    def find(list_id: bytes) -> BinaryIO | None:
        places = [_path(node, list_id), arrived.folder_of(node.data) / _name(node, list_id)]
        places += [elsewhere.place(list_id)] if elsewhere else []
        path = next((path for path in places if path.is_file()), None)
        if path is not None:
            return path.open("rb")
        recipe = kept.find_listed(node.data, list_id)  # installed: its works are on the shelves
        return kept.open_file(node.data, recipe) if recipe is not None else None

    def want(list_id: bytes, is_wanted: bool) -> None:
        found = queries.find_offer(node.store, list_id[:16])
        if found is None or found.list_id != list_id:
            raise Problem("packs.not_found")
        with node.journal.write():
            (queries.want if is_wanted else queries.stop_wanting)(node.store, found.offer_id)

    return Coming(parcels, find, lambda list_id, path: _take(node, list_id, path, elsewhere), want)


def _words(one: queries.Offer) -> str:
    return one.title if PROGRAM.fullmatch(one.title) else f"{one.title}, version {one.version}"


def _page(one: queries.Offer) -> str:
    return "/console/mise-a-jour" if PROGRAM.fullmatch(one.title) else "/console/paquets"


def _name(node: Node, list_id: bytes) -> str:
    found = queries.find_offer(node.store, list_id[:16])
    title = "".join(sign if sign.isalnum() else "-" for sign in found.title.lower()) if found else "paquet"
    return f"{title[:40].strip('-') or 'paquet'}-{list_id.hex()[:12]}.zip"


def _take(node: Node, list_id: bytes, path: Path, elsewhere: Elsewhere | None) -> None:
    """A whole pack came: it lies with those that arrived. Its signer is the coordination, whom this suitcase knows."""
    target = arrived.folder_of(node.data) / _name(node, list_id)
    if elsewhere is not None and elsewhere.is_theirs(path):
        target = elsewhere.place(list_id)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.replace(target)
    sync_folder(target.parent)
    server = journal_queries.get_state(node.store, identities.SERVER)
    if server is not None:
        installing.vouch(node, server, "La coordination")
    with node.journal.write():
        queries.note_came(node.store, list_id[:16])
