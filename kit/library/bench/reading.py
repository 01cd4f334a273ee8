"""The worker's part: reads what lies on the bench and proposes, one work after the other; never in the server."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kit.errors import Problem
from kit.ids import new_id
from kit.library import blobs, desk_queries
from kit.library.bench import acceptance, fetching, queries
from kit.library.bench.names import BENCH, LOCK, batch_folder, covers_folder, files_folder
from kit.library.bench.proposal import Attached, DrawnCover, Proposal, pack, twin_key
from kit.library.bench.queries import Batch
from kit.library.bench.room import FULL, problem_of, told
from kit.library.companions import Companion, list_companions
from kit.library.disk import move_waiting
from kit.library.formats.metadata import Metadata, overrule, to_line
from kit.library.languages import guess_language
from kit.library.licences import detect_licence
from kit.library.packs.arrived import claim
from kit.library.passages import read_waiting
from kit.library.side_files import list_works, read_side_file
from kit.library.watch import Watch
from kit.library.words import to_sort
from kit.people.node import Node

MADE = "made"  # what the worker made of files beside a work
AT_ONCE = 50  # works a transaction: what a kill costs is reading these again


@contextmanager
def only_worker(data: Path) -> Iterator[bool]:
    """True for the one worker of this data folder; the lock ends with the process, however it ends."""
    folder = data / BENCH
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def work(node: Node) -> int:
    """Do all that waits: fetch, read, put chosen works on the shelves. How many works were handled."""
    done = 0
    with only_worker(node.data) as is_ours:
        while is_ours:
            try:
                taken = acceptance.take_chosen(node)
            except Problem:
                return done  # told where staff look; what they chose waits again
            read_waiting(node)  # what is inside the works just accepted can be found at once
            batch = queries.next_batch(node.store)
            if batch is not None:
                taken += work_batch(node, batch)
            elif not taken:
                read_waiting(node)  # the words inside what was put on the shelves
                move_waiting(node)
                return done
            done += taken
    return done


def work_batch(node: Node, batch: Batch) -> int:
    """One batch, from where it was left. A batch that cannot be fetched stops with its reason; what came stays."""
    with node.store.write():
        if not queries.change_batch_state(node.store, batch.batch_id, "reading"):
            return 0
    problem = ""
    try:
        fetching.fetch(node, batch)
    except Problem as refusal:
        problem = str(refusal)
    read, full = _read_while_there_is_room(node, batch)
    problem = full or problem
    with node.store.write():
        queries.change_batch_state(node.store, batch.batch_id, "stopped" if problem else "done", problem=problem)
    acceptance.clear_finished(node)
    return read


def _read_while_there_is_room(node: Node, batch: Batch) -> tuple[int, str]:
    """How many works were read, and why the rest was not: a full disk ends the batch, which can be read again."""
    try:
        with told():
            return _read_all(node, batch), ""
    except Problem as refusal:
        if refusal.code not in FULL:
            raise
        return 0, str(Problem("bench.no_room"))


def _read_all(node: Node, batch: Batch) -> int:
    base = files_folder(node.data, batch.batch_id)
    claim(node.data, base)
    known = queries.entry_names(node.store, batch.batch_id)
    there = list_works([base]) if base.is_dir() else []  # a power cut may have taken a folder that nobody was told of
    works = [path for path in there if _inside(path, base) not in known]
    rows: list[dict[str, object]] = []
    with Watch(batch_folder(node.data, batch.batch_id) / "now") as watch:
        for number, path in enumerate(works, 1):
            rows.append(_read_one(node, batch, watch, path))
            if len(rows) >= AT_ONCE or number == len(works):
                blobs.sync_disk(node.data)  # covers, sheets and captions made here, before the rows that speak of them
                _keep(node, batch, rows, len(known) + number, len(known) + len(works))
                rows = []
    return len(works)


def _inside(path: Path, folder: Path) -> str:
    """The path of what lies below a folder, as `relative_to` gives it in ten times the time."""
    return str(path)[len(str(folder)) + 1 :]


def _keep(node: Node, batch: Batch, rows: list[dict[str, object]], done: int, total: int) -> None:
    with node.store.write():
        if queries.find_batch(node.store, batch.batch_id) is None:
            return  # staff threw the batch away meanwhile
        for row in rows:
            _find_twin(node, row)
            queries.insert_entry(node.store, row)
        queries.note_progress(node.store, batch.batch_id, done, total)


def _read_one(node: Node, batch: Batch, watch: Watch, path: Path) -> dict[str, object]:
    base = files_folder(node.data, batch.batch_id)
    row: dict[str, object] = {
        "entry_id": new_id(), "batch_id": batch.batch_id, "name": _inside(path, base), "state": "proposed",
        "size_bytes": path.stat().st_size if path.is_file() else 0,
    }  # fmt: skip
    try:
        with watch.over(str(row["name"])):
            row |= _propose(node, batch, base, path)
    except (Problem, OSError) as refusal:
        problem = problem_of(refusal)
        if problem.code in FULL:
            raise problem from refusal
        row |= {"state": "refused", "problem": str(problem), "sort_title": to_sort(path.name)}
    return row


def _propose(node: Node, batch: Batch, base: Path, path: Path) -> dict[str, object]:
    file, name = path, path.name
    if path.is_dir():
        from kit.library.formats.sheet import SUFFIX, bundle

        file = batch_folder(node.data, batch.batch_id) / f"{path.name}{SUFFIX}"
        file.write_bytes(bundle(path))
        name = file.name
    from kit.library.formats import read_metadata

    metadata = overrule(read_metadata(file), read_side_file(path, base))
    sha256 = blobs.hash_file(file)
    inside = _inside(file, batch_folder(node.data, batch.batch_id))
    proposal = propose(metadata, inside, to_line(name, 150))
    companions, wrong = list_companions(path)
    attached = [_attach(node, batch, base, one) for one in companions]
    covers = _draw_covers(covers_folder(node.data, batch.batch_id), metadata.cover)
    proposal = _replaced(proposal, attached, covers, wrong)
    return {
        "sha256": sha256, "size_bytes": file.stat().st_size, "proposal": pack(proposal),
        "sort_title": to_sort(proposal.title), "twin_key": twin_key(proposal.title, proposal.creators),
    }  # fmt: skip


def _attach(node: Node, batch: Batch, base: Path, one: Companion) -> Attached:
    """A companion where it lies, or as it was made anew (captions turned into WebVTT)."""
    if one.text is None:
        return Attached(str(one.path.relative_to(base)), one.media_type, name=to_line(one.name, 150))
    folder = batch_folder(node.data, batch.batch_id) / MADE
    folder.mkdir(exist_ok=True, mode=0o700)
    raw = one.text.encode()
    name = f"{hashlib.sha256(raw).hexdigest()}.vtt"
    (folder / name).write_bytes(raw)
    return Attached(name, one.media_type, MADE, to_line(one.name, 150))


def _replaced(proposal: Proposal, attached: list[Attached], covers: list[DrawnCover], wrong: list[str]) -> Proposal:
    from msgspec.structs import replace

    return replace(proposal, attached=tuple(attached), covers=tuple(covers), wrong=tuple(wrong))


def propose(metadata: Metadata, path: str, name: str) -> Proposal:
    """What was read, as a proposal: the licence the file names, the language it says or seems to be in."""
    guessed = "" if metadata.language else guess_language(f"{metadata.title} {metadata.summary} {metadata.excerpt}")
    return Proposal(
        path, name, metadata.kind, metadata.media_type, metadata.title, metadata.creators,
        metadata.language or guessed, detect_licence([metadata.licence] if metadata.licence else metadata.rights),
        metadata.source, metadata.attribution, metadata.summary, metadata.subjects, metadata.shelf, metadata.level,
        metadata.duration_minutes, to_line(" · ".join(metadata.rights), 1000), bool(guessed),
        series=metadata.series, series_place=metadata.series_place, chapters=metadata.chapters,
    )  # fmt: skip


def _draw_covers(folder: Path, raw: bytes | None) -> list[DrawnCover]:
    from kit.library.covers import make_covers

    drawn = []
    for one in make_covers(raw):
        name = hashlib.sha256(one.raw).hexdigest()
        _write(folder, name, one.raw)
        drawn.append(DrawnCover(name, one.width, one.height))
    return drawn


def _write(folder: Path, name: str, raw: bytes) -> None:
    try:
        _write_at_once(f"{folder}/{name}", raw)
    except FileNotFoundError:
        folder.mkdir(exist_ok=True, mode=0o700)
        _write_at_once(f"{folder}/{name}", raw)


def _write_at_once(path: str, raw: bytes) -> None:
    with open(path, "wb", buffering=0) as out:  # noqa: PTH123 - one call of the system less for each cover
        while raw:
            raw = raw[out.write(raw) or 0 :]


def _find_twin(node: Node, row: dict[str, object]) -> None:
    """Note a work that is the same: by its bytes (nothing to add), or by title and author (staff choose)."""
    sha256, key = row.get("sha256"), str(row.get("twin_key", ""))
    if not isinstance(sha256, bytes):
        return
    holder = desk_queries.find_holder(node.store, sha256)
    if holder is not None:
        row |= {"state": "known", "twin": holder}
        return
    same = queries.find_same_bytes(node.store, sha256)
    if same:
        row |= {"state": "known", "twin": same}
        return
    titled = queries.list_titled(node.store, str(row["sort_title"])) if key else []
    alike = (item_id for item_id, title, creators in titled if twin_key(title, creators.split(", ")) == key)
    row["twin"] = next(alike, None) or queries.find_same_title(node.store, key)
