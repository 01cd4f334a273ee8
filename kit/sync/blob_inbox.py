"""Files of kits that come in pieces, the central's side: kept piece by piece, put together, and only then receipted.

Pieces lie in `arriving/<name>/<number>` below the data folder; one half here has the name `<number>.part` and goes on
where it stopped. A whole file gets its place by a rename, so that a kill at any moment leaves nothing half.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kit.errors import Problem
from kit.journal.going import Going
from kit.journal.ranges import Range, merge
from kit.keys import primitives
from kit.people.node import Node
from kit.store import Row
from kit.sync import blob_queries as queries
from kit.sync import inbox
from kit.sync.blobs import HEAD_BYTES, MOST_PIECES, PIECE_BYTES, Manifest
from kit.sync.messages import BlobReceipt, BlobState, read_message, sign_message

FOLDER = "arriving"
MORE_FOR_SEALING = 17


def take_manifest(node: Node, raw: bytes, accept: Callable[[bytes], object]) -> bool:
    """A kit says what a file is made of; False when it was known. `accept(key)` raises for a kit that is not ours.

    Raises Problem `sync.bad_message`, `sync.bad_piece` (a sort or a size that is not taken) or `sync.no_room`.
    """
    signers: list[bytes] = []

    def note(signer: bytes) -> None:
        accept(signer)
        signers.append(signer)

    manifest = read_message(Manifest, raw, note)
    most = node.settings.max_deposit + MORE_FOR_SEALING * MOST_PIECES
    count = -(-manifest.size // PIECE_BYTES)
    if manifest.sort not in {sort.name for sort in node.going} or manifest.size > most or count != len(manifest.pieces):
        raise Problem("sync.bad_piece")
    if queries.find_in(node.store, manifest.blob_id) is not None:
        return False
    # Twice: the pieces, and the file they make.
    if shutil.disk_usage(node.data).free - 2 * manifest.size < node.settings.reserve:
        raise Problem("sync.no_room")
    with node.journal.write():
        return queries.add_in(node.store, manifest.blob_id, signers[0], manifest.sort, manifest.subject, raw)


def take_piece(node: Node, blob_id: bytes, number: int, raw: bytes) -> bool:
    """One whole piece; False when it was here. Raises Problem `sync.no_blob` or `sync.bad_piece`."""
    row, manifest = _get(node, blob_id, number)
    if row["state"] != "coming":
        _leave(node, blob_id)
        return False
    if primitives.digest(raw) != manifest.pieces[number]:
        raise Problem("sync.bad_piece")
    with _folder(node, blob_id) as folder:
        if (folder / str(number)).is_file():
            return False
        with _disk_is_told():
            _write(folder / f"{number}.new", raw)
            _settle_piece(folder / f"{number}.new", folder / str(number))
    _finish(node, blob_id)
    return True


def take_part(data: Node, raw: bytes) -> bool:
    """One piece as it lies in a bundle: name, number, bytes. Raises as `take_piece`."""
    if len(raw) <= HEAD_BYTES:
        raise Problem("sync.bad_piece")
    return take_piece(data, raw[:32], int.from_bytes(raw[32:HEAD_BYTES], "big"), raw[HEAD_BYTES:])


def take_slice(node: Node, blob_id: bytes, number: int, at: int, raw: bytes) -> int:
    """Some more bytes of a piece, from `at`; how many are here now. What does not go on where it stopped is left aside.

    Raises Problem `sync.no_blob`, or `sync.bad_piece` when the whole piece is not what was announced: it begins anew.
    """
    row, manifest = _get(node, blob_id, number)
    whole = manifest.size_of(number)
    if row["state"] != "coming":
        _leave(node, blob_id)
        return whole
    with _folder(node, blob_id) as folder:
        if (folder / str(number)).is_file():
            return whole
        part = folder / f"{number}.part"
        have = part.stat().st_size if part.is_file() else 0
        if have == at and at + len(raw) <= whole:
            with _disk_is_told():
                have = _append(part, at, raw)
        if have < whole:
            return have
        if primitives.digest(part.read_bytes()) != manifest.pieces[number]:
            part.unlink()
            raise Problem("sync.bad_piece")
        with _disk_is_told():
            _settle_piece(part, folder / str(number))
    _finish(node, blob_id)
    return whole


def state_of(node: Node, owner: bytes, blob_id: bytes) -> BlobState:
    """What is said to a kit of one of its files: what is lacking, or the receipt."""
    row = queries.find_in(node.store, blob_id)
    if row is None or row["owner"] != owner:
        return BlobState(blob_id, [], b"", False)
    if row["state"] == "coming":
        _finish(node, blob_id)  # killed between the last piece and the putting together
        row = queries.find_in(node.store, blob_id) or row
    if row["state"] == "coming":
        return BlobState(blob_id, missing_of(node, blob_id, len(_read(row).pieces)), b"", True)
    _leave(node, blob_id)
    receipt = BlobReceipt(inbox.server_epoch(node), blob_id, node.clock.wall_ms())
    return BlobState(blob_id, [], sign_message(node.identity, receipt), True)


def missing_of(node: Node, blob_id: bytes, count: int) -> list[Range]:
    """The numbers of the pieces that are not here, as ranges."""
    folder = _path(node, blob_id)
    return merge((number, number) for number in range(count) if not (folder / str(number)).is_file())


def sweep(node: Node, owner: bytes) -> None:
    """Let go of the files of a kit that nobody wants any more: refused, or answered before they were whole."""
    sorts = {sort.name: sort for sort in node.going}
    for row in queries.list_in(node.store, owner):
        fate = sorts[row["sort"]].fate(row["subject"]) if row["sort"] in sorts else "waiting"
        if fate == "drop" or (fate == "keep" and row["state"] == "coming"):
            with node.journal.write():
                queries.set_state(node.store, row["blob_id"], "dropped")
            _leave(node, row["blob_id"])
            if fate == "drop":
                sorts[row["sort"]].place(row["subject"]).unlink(missing_ok=True)


# -- the files ----------------------------------------------------------------------------------------------------


def _path(node: Node, blob_id: bytes) -> Path:
    return node.data / FOLDER / blob_id.hex()


def _leave(node: Node, blob_id: bytes) -> None:
    """No piece is wanted any more; also when a kill came between this and what was noted before it."""
    shutil.rmtree(_path(node, blob_id), ignore_errors=True)


@contextmanager
def _folder(node: Node, blob_id: bytes) -> Iterator[Path]:
    """The folder of a file's pieces, held by one at a time: two carriers may bring the same one."""
    folder = _path(node, blob_id)
    with _disk_is_told():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(handle)


@contextmanager
def _disk_is_told() -> Iterator[None]:
    try:
        yield
    except OSError as refusal:
        raise Problem("sync.no_room") from refusal


def _get(node: Node, blob_id: bytes, number: int) -> tuple[Row, Manifest]:
    row = queries.find_in(node.store, blob_id)
    if row is None:
        raise Problem("sync.no_blob")
    manifest = _read(row)
    if not 0 <= number < len(manifest.pieces):
        raise Problem("sync.bad_piece")
    return row, manifest


def _read(row: Row) -> Manifest:
    return read_message(Manifest, row["manifest"], lambda signer: None)


def _write(path: Path, raw: bytes) -> None:
    with path.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _append(part: Path, at: int, raw: bytes) -> int:
    with part.open("r+b" if part.exists() else "wb") as file:
        file.seek(at)
        file.write(raw)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
    return at + len(raw)


def _settle_piece(draft: Path, final: Path) -> None:
    draft.replace(final)
    _sync_folder(final.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _finish(node: Node, blob_id: bytes) -> None:
    """Put a file together once every piece is here; done again after a kill, it changes nothing."""
    row = queries.find_in(node.store, blob_id)
    if row is None or row["state"] != "coming":
        return
    manifest, sort = _read(row), next((one for one in node.going if one.name == row["sort"]), None)
    if sort is None or missing_of(node, blob_id, len(manifest.pieces)):
        return
    with _folder(node, blob_id) as folder:
        if not _put_together(manifest, folder, sort):
            return
        with node.journal.write():
            queries.set_state(node.store, blob_id, "whole")
    _leave(node, blob_id)


def _put_together(manifest: Manifest, folder: Path, sort: Going) -> bool:
    """False when a piece is no longer what it was (its disk spoilt it): it is removed, and will be asked for again."""
    target, draft = sort.place(manifest.subject), folder / "whole.new"
    with _disk_is_told():
        with draft.open("wb") as file:
            for number, wanted in enumerate(manifest.pieces):
                raw = (folder / str(number)).read_bytes()
                if primitives.digest(raw) != wanted:
                    (folder / str(number)).unlink()
                    return False
                file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft.replace(target)
        _sync_folder(target.parent)
    return True
