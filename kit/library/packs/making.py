"""Making a pack from a shelf: written aside, synced, renamed, read back; or as one zip file that travels as bytes."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import zipfile
from collections.abc import Collection
from pathlib import Path

import msgspec

from kit.errors import Problem
from kit.keys import primitives
from kit.library import blobs, queries
from kit.library.packs import bag
from kit.library.packs.arrived import free_name
from kit.library.packs.catalogue import Content, PackedChapter, PackedCover, PackedFile, PackedItem, write_catalogue
from kit.library.packs.queries import find_made, next_version, note_made
from kit.library.packs.rules import CATALOGUE, MOST_ITEMS, SIGNATURE, TAG_MANIFEST, TAGS, About, write_manifest
from kit.library.queries import Choice, FileView, ItemView
from kit.people.node import Node
from kit.stems import plain

PURPOSE = b"valise-pack-1"
# An authorisation signed for one library goes no further.
STAYS_HERE = "LicenseRef-tous-droits-reserves-autorisation"
View = tuple[ItemView, list[FileView]]


class Made(msgspec.Struct, frozen=True):
    """A pack that was written and read back; `left_out` works may not leave this library."""

    folder: Path
    version: int
    size_bytes: int
    count: int
    left_out: int


class Plan(msgspec.Struct, frozen=True):
    """What the pack of a shelf would be: its bytes, and those that version `since` (the last made here, 0: none) did
    not have."""

    since: int
    count: int
    left_out: int
    total_bytes: int
    new_bytes: int
    new_works: int


def pack_id_of(node: Node, shelf: str) -> bytes:
    """The name of the pack this node makes of a shelf: the same for every version."""
    return primitives.digest(b"pack", node.identity.sign_public, shelf.encode(), size=16)


def plan(node: Node, shelf: str) -> Plan:
    """What making the pack of a shelf would give. Raises Problem `packs.empty_shelf`, `packs.too_many`."""
    views, left_out = _choose(node, shelf)
    version, known = find_made(node.store, pack_id_of(node, shelf))
    items = [_packed(node, *view) for view in views]
    sizes = Content("", 1, About(""), tuple(items)).sizes()
    new = {name: size for name, size in sizes.items() if bytes.fromhex(name) not in known}
    new_works = sum(item.files[0].sha256 in new for item in items)
    return Plan(version, len(views), left_out, sum(sizes.values()), sum(new.values()), new_works)


def known_files(node: Node, shelf: str) -> frozenset[str]:
    """What the last version made here held: left out of a delta."""
    return frozenset(one.hex() for one in find_made(node.store, pack_id_of(node, shelf))[1])


def make_pack(node: Node, shelf: str, about: About, place: Path, known: Collection[str] = ()) -> Made:
    """Write the pack of a shelf below `place`. Files whose SHA-256 is in `known` are left out: the pack is a delta.

    Raises Problem `packs.empty_shelf`, `packs.too_many`, `packs.no_write`, or `packs.*` when what is read back differs.
    """
    views, left_out = _choose(node, shelf)
    pack_id = pack_id_of(node, shelf)
    with node.journal.write():
        version = next_version(node.store, pack_id)
    content = Content(pack_id.hex(), version, about, tuple(_packed(node, *view) for view in views))
    slug = re.sub(r"[^a-z0-9]+", "-", plain(about.title)).strip("-")[:40] or "paquet"
    final, draft = place / f"{slug}-v{version}", place / f".{slug}-v{version}.new"
    try:
        size = _write(node, draft, content, views, frozenset(known))
        final = free_name(final)
        draft.rename(final)
        blobs.sync_folder(place)
    except OSError as refusal:
        raise Problem("packs.no_write", reason=refusal.strerror or "?") from refusal
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    check_whole(bag.Folder(final))
    with node.journal.write():
        note_made(node.store, pack_id, version, [bytes.fromhex(name) for name in content.sizes()])
    return Made(final, version, size, len(views), left_out)


def _choose(node: Node, shelf: str) -> tuple[list[View], int]:
    items = queries.list_items(node.store, Choice(shelf=shelf), MOST_ITEMS + 1, 0) if shelf else []
    free = [item for item in items if item.licence_id != STAYS_HERE]
    if not free:
        raise Problem("packs.empty_shelf")
    if len(items) > MOST_ITEMS:
        raise Problem("packs.too_many", most=MOST_ITEMS)
    files = queries.list_files_of(node.store, [item.item_id for item in free])
    return [(item, files.get(item.item_id, [])) for item in free], len(items) - len(free)


def _packed(node: Node, item: ItemView, files: list[FileView]) -> PackedItem:
    given = {name: getattr(item, name) for name in
             ("title", "kind", "language", "source", "attribution", "summary", "shelf", "rights_note", "level",
              "duration_minutes", "series", "series_place")}  # fmt: skip
    return PackedItem(
        item_id=item.item_id.hex(),
        creators=tuple(filter(None, item.creators.split(", "))),
        subjects=tuple(filter(None, item.subjects.split(", "))),
        licence=item.licence_id,
        based_on=item.based_on.hex() if item.based_on else "",
        files=tuple(PackedFile(one.sha256.hex(), one.name, one.media_type, one.size_bytes) for one in files),
        covers=tuple(_covers(node, item)),
        is_replaced=bool(files) and files[0].sha256[:16] != item.item_id,
        chapters=tuple(PackedChapter(*one) for one in queries.list_chapters(node.store, item.item_id)),
        **given,
    )


def _covers(node: Node, item: ItemView) -> list[PackedCover]:
    if not (item.cover_small and item.cover_large):
        return []
    ratio = min(1.0, 160 / item.cover_width)
    small = (max(1, round(item.cover_width * ratio)), max(1, round(item.cover_height * ratio)))
    sizes = {item.cover_small: small, item.cover_large: (item.cover_width, item.cover_height)}
    return [
        PackedCover(sha256.hex(), width, height, blobs.blob_path(node.data, sha256).stat().st_size)
        for sha256, (width, height) in sizes.items()
    ]


def _write(node: Node, draft: Path, content: Content, views: list[View], known: frozenset[str]) -> int:
    shutil.rmtree(draft, ignore_errors=True)
    (draft / "data" / "files").mkdir(parents=True)
    hashes, total = {}, 0
    for name, size in content.sizes().items():
        if name not in known:
            _copy(node, name, draft / "data" / "files" / name)
            hashes[f"data/files/{name}"] = name
            total += size
    catalogue = write_catalogue(content, views, node.clock.wall_ms())
    hashes[CATALOGUE] = _put(draft / CATALOGUE, catalogue)
    total += len(catalogue)
    manifest = write_manifest(hashes)
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": _info(node, content, total, len(hashes)),
        "manifest-sha256.txt": manifest,
        SIGNATURE: msgspec.json.encode(
            {"signer": node.identity.sign_public.hex(), "signature": node.identity.sign(PURPOSE + manifest).hex()}
        ),
    }
    _put(draft / TAG_MANIFEST, write_manifest({name: _put(draft / name, tags[name]) for name in TAGS}))
    for folder in (draft / "data" / "files", draft / "data", draft):
        blobs.sync_folder(folder)
    return total


def _info(node: Node, content: Content, total: int, count: int) -> bytes:
    lines = {
        "Source-Organization": content.about.organisation or node.settings.node_name,
        "External-Identifier": f"urn:valise:pack:{content.pack_id}",
        "External-Description": content.about.title,
        "Bagging-Date": node.clock.now().date().isoformat(),
        "Payload-Oxum": f"{total}.{count}",
        "Bag-Group-Identifier": f"version {content.version}",
    }
    return "".join(f"{name}: {' '.join(value.split())}\n" for name, value in lines.items()).encode()


def _put(path: Path, raw: bytes) -> str:
    with path.open("xb") as out:
        out.write(raw)
        out.flush()
        os.fsync(out.fileno())
    return hashlib.sha256(raw).hexdigest()


def _copy(node: Node, name: str, target: Path) -> None:
    with blobs.blob_path(node.data, bytes.fromhex(name)).open("rb") as source, target.open("xb") as out:
        shutil.copyfileobj(source, out, blobs.CHUNK)
        out.flush()
        os.fsync(out.fileno())


def check_whole(source: bag.Source) -> None:
    """Read every file of a pack and hold it against its manifest. Raises Problem `packs.*`."""
    payload, _, _ = bag.check_tags(source)
    for name, digest in payload.items():
        state = hashlib.sha256()
        with bag.told(), source.open(name) as file:
            while piece := file.read(blobs.CHUNK):
                state.update(piece)
        if state.hexdigest() != digest:
            raise Problem("packs.wrong_hash")


def pack_up(folder: Path) -> Path:
    """A pack's folder turned into one file beside it; nobody sees a half one. Raises Problem `packs.no_write`."""
    draft = folder.with_name(f".{folder.name}.part")
    try:
        return to_zip(folder, draft).rename(free_name(folder.with_name(f"{folder.name}.zip")))
    except OSError as refusal:
        raise Problem("packs.no_write", reason=refusal.strerror or "?") from refusal
    finally:
        draft.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def to_zip(folder: Path, target: Path) -> Path:
    """The same pack as one file, stored as it is (works are compressed already)."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    return target
