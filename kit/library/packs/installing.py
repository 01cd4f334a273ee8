"""Installing a pack: look first, then bring its files, then show all of it at once; and going back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec

from kit.errors import Problem
from kit.ids import new_id
from kit.keys.primitives import check_signature
from kit.library import actions, blobs, queries
from kit.library import facts as library_facts
from kit.library.packs import bag, facts, merging
from kit.library.packs import queries as packs
from kit.library.packs.catalogue import Content, PackedItem, read_catalogue
from kit.library.packs.making import PURPOSE
from kit.library.packs.queries import Pack, read_ids
from kit.people.node import Node

Report = Callable[[int, int], None]  # bytes brought, bytes to bring


class _Signature(msgspec.Struct):
    signer: str
    signature: str


class Forecast(msgspec.Struct, frozen=True):
    """What installing would do: bytes to bring of the bytes it is made of, free bytes, works that
    come, go, and whose notes it corrects.

    `signer_name` is "" when nobody of the team has vouched for who signed it.
    """

    content: Content
    signer: bytes
    signer_name: str
    missing: dict[str, int]
    bring_bytes: int
    total_bytes: int
    free_bytes: int
    coming: int
    leaving: int
    corrected: int
    current: int


def look(node: Node, path: Path) -> Forecast:
    """What a pack is and what it would do; nothing is changed. Raises Problem `packs.*`, `keys.forged`."""
    source = bag.open_source(path)
    payload, manifest, catalogue = bag.check_tags(source)
    signer = _check_signed(source, manifest)
    content = read_catalogue(catalogue)
    sizes = content.sizes()
    missing = {name: size for name, size in sizes.items() if not blobs.has_blob(node.data, bytes.fromhex(name))}
    if any(f"data/files/{name}" not in payload for name in missing):
        raise Problem("packs.needs_older")
    current = packs.find_current(node.store, bytes.fromhex(content.pack_id))
    return Forecast(
        content, signer, _name_of(node, signer), missing, sum(missing.values()), sum(sizes.values()),
        max(0, shutil.disk_usage(node.data).free - node.settings.reserve),
        sum(not queries.has_item(node.store, bytes.fromhex(item.item_id)) for item in content.items),
        len(_leaving(current, content)), len(_corrections(node, content)), current.version if current else 0,
    )  # fmt: skip


def _check_signed(source: bag.Source, manifest: bytes) -> bytes:
    try:
        signed = msgspec.json.decode(bag.read_signature(source), type=_Signature)
        signer, signature = bytes.fromhex(signed.signer), bytes.fromhex(signed.signature)
    except (msgspec.MsgspecError, ValueError) as refusal:
        raise Problem("keys.forged") from refusal
    check_signature(signer, PURPOSE + manifest, signature)
    return signer


def _name_of(node: Node, signer: bytes) -> str:
    if signer == node.identity.sign_public:
        return node.settings.node_name
    return packs.find_signer(node.store, signer) or ""


def _leaving(current: Pack | None, content: Content) -> list[bytes]:
    """Works that an earlier version brought and this one has no more."""
    kept = {bytes.fromhex(item.item_id) for item in content.items}
    return [one for one in read_ids(current.items) if one not in kept] if current else []


def _taken_away(node: Node, pack_id: bytes) -> set[bytes]:
    """Works that versions of this pack took out of sight, or that going back did."""
    return {
        one
        for pack in packs.list_versions(node.store, pack_id)
        for one in read_ids(pack.shown if pack.is_undone else pack.hidden)
    }


def vouch(node: Node, signer: bytes, name: str) -> None:
    """Somebody of the team knows who signs with this key."""
    with node.journal.write():
        packs.keep_signer(node.store, signer, name)


def install(node: Node, path: Path, report: Report = lambda _done, _total: None) -> bytes:
    """Bring what is missing, then show it all in one transaction; the installation's id.

    Raises Problem `packs.*`, `keys.forged`, `library.no_space`. Whatever stops it, nothing of it is shown; files that
    were brought stay, and the next try is shorter.
    """
    with blobs.taking_in(node.data):
        return _install(node, path, report)


def _install(node: Node, path: Path, report: Report) -> bytes:
    forecast = look(node, path)
    if not forecast.signer_name:
        raise Problem("packs.unknown_signer")
    if forecast.content.version <= forecast.current:
        raise Problem("packs.older", version=forecast.current)
    if forecast.bring_bytes > forecast.free_bytes:
        raise Problem("library.no_space")
    _bring(node, bag.open_source(path), forecast, report)
    return _show(node, forecast)


def _bring(node: Node, source: bag.Source, forecast: Forecast, report: Report) -> None:
    done = 0
    for name, size in forecast.missing.items():
        with bag.told():
            file = source.open(f"data/files/{name}")
        with file:
            exact = bag.keepable(file, bytes.fromhex(name), size)
            blobs.keep_stream(node.data, node.settings.reserve, exact, size)
        done += size
        report(done, forecast.bring_bytes)


def _show(node: Node, forecast: Forecast) -> bytes:
    content, install_id = forecast.content, new_id()
    pack_id = bytes.fromhex(content.pack_id)
    with node.journal.write():
        current = packs.find_current(node.store, pack_id)
        if current is not None and content.version <= current.version:
            raise Problem("packs.older", version=current.version)
        was_hidden = _taken_away(node, pack_id)
        shown = [one for item in content.items if (one := _put(node, item, was_hidden)) is not None]
        for item_id, change in _corrections(node, content).items():
            merging.correct(node, item_id, change, install_id)
        hidden = [one for one in _leaving(current, content) if _hide(node, one)]
        items = b"".join(bytes.fromhex(item.item_id) for item in content.items)
        body = facts.PackInstalled(
            pack_id, content.version, content.about.title, forecast.signer, facts.to_bytes(content.about),
            items, b"".join(shown), b"".join(hidden),
        )  # fmt: skip
        node.journal.append(facts.INSTALLED, install_id, body)
    return install_id


def _put(node: Node, item: PackedItem, was_hidden: set[bytes]) -> bytes | None:
    """Add a work, or show it again if an earlier version took it away; its id when that changed something.

    A work that is here already keeps what this team wrote of it (see `merging`).
    """
    item_id = bytes.fromhex(item.item_id)
    known = queries.find_item(node.store, item_id)
    if known is None or not known.is_here:
        node.journal.append(library_facts.ADDED, item_id, _added(item))
        return item_id
    if known.is_hidden and item_id in was_hidden:
        _unhide(node, item_id)
        return item_id
    return None


def _corrections(node: Node, content: Content) -> dict[bytes, library_facts.ItemChanged]:
    items = {bytes.fromhex(item.item_id): _added(item) for item in content.items}
    return merging.list_corrections(node, bytes.fromhex(content.pack_id), items)


def _added(item: PackedItem) -> library_facts.ItemAdded:
    same = ("title", "creators", "kind", "language", "licence", "source", "attribution", "summary", "subjects",
            "shelf", "rights_note", "level", "duration_minutes", "series", "series_place")  # fmt: skip
    return library_facts.ItemAdded(
        files=tuple(
            library_facts.ItemFile(bytes.fromhex(one.sha256), one.name, one.media_type, one.size_bytes)
            for one in item.files
        ),
        covers=tuple(library_facts.Cover(bytes.fromhex(one.sha256), one.width, one.height) for one in item.covers),
        based_on=bytes.fromhex(item.based_on),
        chapters=tuple(library_facts.Chapter(one.start_seconds, one.title) for one in item.chapters),
        **{name: getattr(item, name) for name in same},
    )


def _hide(node: Node, item_id: bytes) -> bool:
    known = queries.find_item(node.store, item_id)
    if known is None or known.is_hidden:
        return False
    actions.hide(node, item_id)
    return True


def _unhide(node: Node, item_id: bytes) -> None:
    if not queries.has_item(node.store, item_id):
        return  # the team deleted it meanwhile: its files are no more
    home = queries.get_home(node.store, item_id)
    node.journal.append(library_facts.SHOWN, item_id, library_facts.ItemShown(), home=home)


def shelves_changed(node: Node, content: Content) -> list[str]:
    """The shelves that installing would change: those it brings, and those its works stand on now."""
    ids = [bytes.fromhex(item.item_id) for item in content.items]
    current = packs.find_current(node.store, bytes.fromhex(content.pack_id))
    return [*(item.shelf for item in content.items), *_standing(node, [*ids, *_leaving(current, content)])]


def shelves_of(node: Node, install_id: bytes) -> list[str]:
    """The shelves that going back would change."""
    pack = packs.find_pack(node.store, install_id)
    return _standing(node, [*read_ids(pack.items), *read_ids(pack.hidden)]) if pack else []


def _standing(node: Node, ids: list[bytes]) -> list[str]:
    return [item.shelf for one in ids if (item := queries.find_item(node.store, one)) and item.is_here]


def undo(node: Node, install_id: bytes) -> Pack:
    """Go back: what the installation brought is hidden, what it took away is shown again. No file is erased.

    Raises Problem `packs.not_found`, or `packs.not_newest` when a newer version came after it.
    """
    with node.journal.write():
        pack = packs.find_pack(node.store, install_id)
        if pack is None or pack.is_undone:
            raise Problem("packs.not_found")
        current = packs.find_current(node.store, pack.pack_id)
        if current is not None and current.install_id != install_id:
            raise Problem("packs.not_newest")
        node.journal.append(facts.UNDONE, install_id, facts.PackUndone())
        for one in read_ids(pack.shown):
            _hide(node, one)
        for one in read_ids(pack.hidden):
            _unhide(node, one)
        merging.take_back(node, install_id, read_ids(pack.items))
    return pack
