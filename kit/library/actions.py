"""What can be done with works: add files, settle their rights, show, hide. One transaction each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kit.errors import FieldProblems, Problem
from kit.library import blobs, facts, queries
from kit.library.companions import list_companions
from kit.library.desk_queries import find_holder
from kit.library.formats.metadata import Metadata, overrule, to_line
from kit.library.forms import Rights
from kit.library.licences import detect_licence
from kit.library.queries import ItemView
from kit.library.side_files import list_works, read_side_file
from kit.library.watch import Watch
from kit.people.node import Node

STARTER = ("library", "guides")


class Progress(msgspec.Struct, frozen=True):
    """How far an import is: `done` of `total` works, the one just finished, and what became of it.

    `result` is added, held (added, but not shown yet), known (was here already) or refused.
    """

    done: int
    total: int
    name: str
    result: str


@dataclass
class Outcome:
    """What became of every work: ids added (held ones too) and known, held paths with why, refused paths with why."""

    added: list[bytes] = field(default_factory=list)
    known: list[bytes] = field(default_factory=list)
    held: list[tuple[Path, list[str]]] = field(default_factory=list)
    refused: list[tuple[Path, Problem]] = field(default_factory=list)


Report = Callable[[Progress], None]


def _silent(_progress: Progress) -> None:
    return


def add_paths(node: Node, paths: Iterable[Path], report: Report = _silent) -> Outcome:
    """Add every work under `paths`. A work that is refused is told in the outcome and stops nothing.

    Each work is one transaction; adding the same again changes nothing. Files are opened by parsers here: call it in
    a process of its own, never in the one that serves.
    """
    blobs.remove_stale(node.data)
    outcome, works = Outcome(), list_works(paths)
    with Watch(node.data / "bench" / "add-now") as watch:
        for number, path in enumerate(works, 1):
            result = _add_one(node, watch, path, outcome)
            report(Progress(number, len(works), path.name, result))
    _read_texts(node)
    return outcome


def _read_texts(node: Node) -> None:
    from kit.library.passages import read_waiting  # brings the readers of books with it

    read_waiting(node)


def add_starter(node: Node, content_folder: Path, report: Report = _silent) -> Outcome:
    """Add the works and guides that come with the program."""
    return add_paths(node, [content_folder / name for name in STARTER if (content_folder / name).is_dir()], report)


def _add_one(node: Node, watch: Watch, path: Path, outcome: Outcome) -> str:
    try:
        with watch.over(str(path)):
            item, is_new = add_work(node, path)
    except Problem as problem:
        outcome.refused.append((path, problem))
        return "refused"
    (outcome.added if is_new else outcome.known).append(item.item_id)
    if is_new and not item.is_public:
        outcome.held.append((path, item.reasons))
        return "held"
    return "added" if is_new else "known"


def add_work(node: Node, path: Path, name: str = "") -> tuple[ItemView, bool]:
    """Add one file (kept as `name`, or its own), or one folder that is a sheet; the work, and True when it is new.

    Raises Problem `library.*`.
    """
    if not path.is_dir():
        return _add_file(node, path, name or path.name, read_side_file(path))
    from kit.library.formats.sheet import SUFFIX, bundle

    bundled = node.data / "tmp" / f"{blobs.aside_name()}{SUFFIX}"
    try:
        bundled.write_bytes(bundle(path))
        return _add_file(node, bundled, f"{path.name}{SUFFIX}", {})
    finally:
        bundled.unlink(missing_ok=True)


def _add_file(node: Node, path: Path, name: str, note: dict[str, object]) -> tuple[ItemView, bool]:
    try:
        sha256 = blobs.hash_file(path)
    except OSError as refusal:
        raise Problem("library.unreadable") from refusal
    known = queries.find_item(node.store, find_holder(node.store, sha256) or sha256[:16])
    if known is not None and known.is_here:
        return known, False
    # Each reader of files brings a parser with it; only an import needs them.
    from kit.library.formats import read_metadata

    metadata = overrule(read_metadata(path), note)
    with blobs.taking_in(node.data):
        return _keep(node, path, to_line(name, 150), metadata, _keep_companions(node, path))


def _keep_companions(node: Node, path: Path) -> tuple[facts.ItemFile, ...]:
    """What goes with a film or a sound; what of it cannot be read is left beside."""
    kept = []
    for one in list_companions(path)[0]:
        if one.text is None:
            sha256, size = blobs.keep_file(node.data, node.settings.reserve, one.path)
        else:
            sha256, size = blobs.keep_bytes(node.data, node.settings.reserve, one.text.encode())
        kept.append(facts.ItemFile(sha256, to_line(one.name, 150), one.media_type, size))
    return tuple(kept)


def _keep(
    node: Node, path: Path, name: str, metadata: Metadata, companions: tuple[facts.ItemFile, ...] = ()
) -> tuple[ItemView, bool]:
    covers = _keep_covers(node, metadata.cover)
    sha256, size_bytes = blobs.keep_file(node.data, node.settings.reserve, path)
    item_id = sha256[:16]
    body = facts.ItemAdded(
        title=metadata.title,
        creators=metadata.creators,
        kind=metadata.kind,
        language=metadata.language,
        licence=detect_licence([metadata.licence] if metadata.licence else metadata.rights),
        source=metadata.source,
        attribution=metadata.attribution,
        summary=metadata.summary,
        subjects=metadata.subjects,
        shelf=metadata.shelf,
        files=(facts.ItemFile(sha256, name, metadata.media_type, size_bytes), *companions),
        covers=covers,
        rights_note=to_line(" · ".join(metadata.rights), 1000),
        level=metadata.level,
        duration_minutes=metadata.duration_minutes,
        series=metadata.series,
        series_place=metadata.series_place,
        chapters=tuple(facts.Chapter(*one) for one in metadata.chapters),
    )
    with node.journal.write():
        is_new = not queries.has_item(node.store, item_id)
        if is_new:
            facts.append_added(node.journal, item_id, body)
    return get_item(node, item_id), is_new


def _keep_covers(node: Node, raw: bytes | None) -> tuple[facts.Cover, ...]:
    from kit.library.covers import make_covers

    made = make_covers(raw)
    kept = [blobs.keep_bytes(node.data, node.settings.reserve, one.raw)[0] for one in made]
    return tuple(facts.Cover(sha256, one.width, one.height) for sha256, one in zip(kept, made, strict=True))


def get_item(node: Node, item_id: bytes) -> ItemView:
    """One work, shown or held back. Raises Problem `library.not_found`."""
    found = queries.find_item(node.store, item_id)
    if found is None or not found.is_here:
        raise Problem("library.not_found")
    return found


def publish(node: Node, item_id: bytes, rights: Rights, mark: str = "") -> None:
    """Settle a work's rights and show it. `mark` is the work's as the person saw it, or "" when nobody looked.

    Raises Problem `library.not_found`, `library.changed` when it is another by now, FieldProblems for `based_on`.
    """
    with node.journal.write():
        item = get_item(node, item_id)
        if mark and mark != item.mark:
            raise Problem("library.changed")
        _check_based_on(node, item, rights)
        home = queries.get_home(node.store, item_id)
        now = (item.licence_id, item.source, item.attribution, item.based_on or b"")
        if now != (rights.licence, rights.source, rights.attribution, rights.based_on):
            changed = facts.ItemChanged(
                rights.licence, rights.source, rights.attribution, based_on=rights.based_on
            )  # fmt: skip
            node.journal.append(facts.CHANGED, item_id, changed, home=home)
        if item.is_hidden:
            node.journal.append(facts.SHOWN, item_id, facts.ItemShown(), home=home)


def _check_based_on(node: Node, item: ItemView, rights: Rights) -> None:
    """A work is made from another one of this node, and not from itself."""
    if rights.based_on and (rights.based_on == item.item_id or not queries.has_item(node.store, rights.based_on)):
        raise FieldProblems({"based_on": Problem("library.no_such_work")}, {})


def hide(node: Node, item_id: bytes) -> None:
    """Take a work away from the public's eyes; hiding twice changes nothing. Raises Problem `library.not_found`."""
    with node.journal.write():
        if not get_item(node, item_id).is_hidden:
            home = queries.get_home(node.store, item_id)
            node.journal.append(facts.HIDDEN, item_id, facts.ItemHidden(), home=home)
