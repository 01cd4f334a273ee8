"""Where the team makes packs: on a marked key, or as one file to download, which lies here until it is removed."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

import msgspec

from kit.errors import Problem, counted
from kit.errors.kind import fr
from kit.library.blobs import check_space
from kit.library.packs import arrived, keys_on_hand, making
from kit.library.packs.rules import About
from kit.people.node import Node
from kit.usb import list_keys, reason_of
from kit.web.pages import size_words


class MadeFile(msgspec.Struct, frozen=True):
    """A pack as a file to download."""

    name: str
    size_bytes: int


def folder_of(data: Path) -> Path:
    """Where packs to download lie."""
    return data / arrived.FOLDER / "made"


def list_made(data: Path) -> list[MadeFile]:
    """The packs to download, by name."""
    return [MadeFile(path.name, path.stat().st_size) for path in sorted(folder_of(data).glob("*.zip"))]


def get_path(data: Path, name: str) -> Path:
    """The file of this name. Raises Problem `packs.not_found`."""
    for path in folder_of(data).glob("*.zip"):
        if path.name == name:
            return path
    raise Problem("packs.not_found")


def remove(data: Path, name: str) -> None:
    """Remove one. Raises Problem `packs.not_found`."""
    get_path(data, name).unlink(missing_ok=True)


def find_place(node: Node, key: str) -> Path | None:
    """Where to write: on the marked key of this address, here when it is "", or None when the key is gone."""
    if not key:
        return folder_of(node.data)
    return next((one / keys_on_hand.FOLDER for one in list_keys(node.settings.keys_folder) if str(one) == key), None)


def free_bytes(node: Node, key: Path) -> int:
    """The free bytes of a plugged key, or of this node beyond what is reserved."""
    if key in list_keys(node.settings.keys_folder):
        return shutil.disk_usage(key).free
    return max(0, shutil.disk_usage(node.data).free - node.settings.reserve)


def make(node: Node, shelf: str, about: About, place: Path, known: Collection[str]) -> str:
    """Make the pack of a shelf, as a folder on a key or as a file here; the words for what came of it."""
    try:
        place.mkdir(exist_ok=True, parents=True, mode=0o700)
    except OSError as refusal:
        raise Problem("packs.no_write", reason=reason_of(refusal)) from refusal
    is_file = place == folder_of(node.data)
    if is_file:
        _clear_drafts(place)
        check_space(node.data, node.settings.reserve, 2 * making.plan(node, shelf).total_bytes)
    done = making.make_pack(node, shelf, about, place, known)
    if is_file:
        making.pack_up(done.folder)
    left = f" {left_words(done.left_out)}" if done.left_out else ""
    works, size = counted(done.count, fr("%s œuvre"), fr("%s œuvres")), size_words(done.size_bytes)
    return fr("« %(title)s », version %(version)s, est écrit et relu : %(works)s, %(size)s.%(left)s") % {
        "title": about.title,
        "version": done.version,
        "works": works,
        "size": size,
        "left": left,
    }


def left_words(count: int) -> str:
    """What did not go into a pack, and why."""
    one = fr("%s reste ici : son autorisation ne vaut que pour vous.")
    return counted(count, one, fr("%s restent ici : leur autorisation ne vaut que pour vous."))


def _clear_drafts(place: Path) -> None:
    """Remove what a making that was cut short left."""
    for rest in [one for one in place.iterdir() if one.suffix != ".zip"]:
        if rest.is_dir():
            shutil.rmtree(rest, ignore_errors=True)
        else:
            rest.unlink(missing_ok=True)
