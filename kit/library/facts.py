"""What is noted about works: added to the shelves, corrected, hidden, shown; and how these add up to tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from kit.ids import ID_BYTES
from kit.journal import Body, Fact, Journal, Kind, Thing
from kit.journal import queries as journal_queries
from kit.library import queries, search
from kit.library.counts.facts import COUNT
from kit.library.deposits.facts import DEPOSIT
from kit.library.licences import find_licence
from kit.library.packs.facts import PACK
from kit.library.packs.offer_facts import OFFER
from kit.library.rules import DEFAULT_SHELF, is_licensed, is_shown, to_access
from kit.library.sheets.facts import REPORT
from kit.library.shelves.facts import SHELF
from kit.library.thanks.facts import THANKS
from kit.library.words import facets, split_words, to_index, to_sort
from kit.store import Store


class ItemFile(Body, frozen=True):
    """One file of a work. `sha256` names its blob."""

    sha256: bytes
    name: str
    media_type: str
    size_bytes: int


class Cover(Body, frozen=True):
    """One size of a work's cover, a JPEG blob; width and height in pixels."""

    sha256: bytes
    width: int
    height: int


class Chapter(Body, frozen=True):
    """Where a part of a sound or a film begins."""

    start_seconds: int
    title: str


class ItemAdded(Body, frozen=True):
    """A work came onto the shelves. Its id is the first sixteen bytes of the SHA-256 of its first file.

    `licence` is an id of licences.toml or empty; `rights_note` is what the file says of its rights, word for word.
    """

    title: str
    creators: tuple[str, ...]
    kind: str
    language: str
    licence: str
    source: str
    attribution: str
    summary: str
    subjects: tuple[str, ...]
    shelf: str
    files: tuple[ItemFile, ...]
    covers: tuple[Cover, ...] = ()
    rights_note: str = ""
    level: str = ""
    duration_minutes: int = 0
    based_on: bytes = b""
    series: str = ""
    series_place: int = 0
    chapters: tuple[Chapter, ...] = ()


class ItemChanged(Body, frozen=True):
    """What staff corrected; None leaves a thing as it was."""

    licence: str | None = None
    source: str | None = None
    attribution: str | None = None
    title: str | None = None
    creators: tuple[str, ...] | None = None
    language: str | None = None
    summary: str | None = None
    subjects: tuple[str, ...] | None = None
    shelf: str | None = None
    level: str | None = None
    based_on: bytes | None = None  # the id of another work; empty takes it back
    series: str | None = None
    series_place: int | None = None
    rights_note: str | None = None
    duration_minutes: int | None = None
    files: tuple[ItemFile, ...] | None = None
    covers: tuple[Cover, ...] | None = None
    from_pack: bytes = b""  # the installation of a pack that says so; empty: somebody of the team
    chapters: tuple[Chapter, ...] | None = None
    kind: str | None = None  # a better copy may be of another kind

    def given(self) -> dict[str, Any]:
        """What is corrected, by name."""
        values = {name: getattr(self, name) for name in self.__struct_fields__ if name != "from_pack"}
        return {name: value for name, value in values.items() if value is not None}


class ItemHidden(Body, frozen=True):
    """Staff took a work away from the public's eyes."""


class ItemShown(Body, frozen=True):
    """Staff put it back."""


class ItemRemoved(Body, frozen=True):
    """Staff deleted a work with its files. `additions` is how often it had been added: added once more, it is there."""

    additions: int = 1


ADDED = Kind("item.added", ItemAdded)
CHANGED = Kind("item.changed", ItemChanged)
HIDDEN = Kind("item.hidden", ItemHidden)
SHOWN = Kind("item.shown", ItemShown)
REMOVED = Kind("item.removed", ItemRemoved)


def append_added(journal: Journal, item_id: bytes, item: ItemAdded) -> None:
    """Note a work that comes onto the shelves; an application stays hidden until the team shows it.

    Only inside `write()`.
    """
    journal.append(ADDED, item_id, item)
    if item.kind == "app":
        journal.append(HIDDEN, item_id, ItemHidden())


def fold_item(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """Rewrite a work's rows. Added twice (by two nodes): ours is the work, else the first in order.

    Corrections apply in order; those of another node's copy are that node's affair.
    """
    facts = _list_living(store, subject, facts)
    queries.remove_rows(store, subject)
    search.remove_search(store, subject)
    added = choose(store, [fact for fact in facts if fact.kind == ADDED.name])
    if added is None:
        return  # corrections of a work that has not arrived yet
    item, is_hidden = _settle(added.body, [fact for fact in facts if fact.home == added.home])
    log_no = journal_queries.log_number(store, added.home, None, None)
    row = _row(subject, item, is_hidden=is_hidden, added_ms=added.moment.wall_ms)
    queries.insert_item(store, log_no, subject, row)
    queries.insert_files(store, log_no, subject, [msgspec.structs.astuple(one) for one in item.files])
    if row["is_public"]:
        _make_findable(store, subject, item, row)


def _list_living(store: Store, subject: bytes, facts: list[Fact]) -> list[Fact]:
    """What `list_living` leaves; the words read from a file that is no more that of the work are forgotten."""
    if all(fact.kind != REMOVED.name and not (fact.kind == CHANGED.name and fact.body.files) for fact in facts):
        return facts
    living = list_living(facts)
    added = choose(store, [fact for fact in living if fact.kind == ADDED.name])
    item = _settle(added.body, [fact for fact in living if fact.home == added.home])[0] if added else None
    if item is None or queries.find_first_file(store, subject) not in (None, item.files[0].sha256):
        search.forget_text(store, subject)
    return living


def list_living(facts: Sequence[Fact]) -> list[Fact]:
    """The facts of a work without those of its lives that ended: it was deleted, and perhaps added again."""
    living: list[Fact] = []
    for home in dict.fromkeys(fact.home for fact in facts):
        own = [fact for fact in facts if fact.home == home]
        places = [place for place, fact in enumerate(own) if fact.kind == ADDED.name]
        told = max((fact.body.additions for fact in own if fact.kind == REMOVED.name), default=0)
        if len(places) > told:
            living += own[places[-1] :] if told else own
    return living


def choose(store: Store, added: Sequence[Fact]) -> Fact | None:
    """The fact that is the work here, of those that added it, or None."""
    if len(added) < 2:
        return added[0] if added else None
    elsewhere = queries.list_logs_elsewhere(store)
    return next((fact for fact in added if fact.home not in elsewhere), added[0])


def _settle(item: ItemAdded, facts: Sequence[Fact]) -> tuple[ItemAdded, bool]:
    is_hidden = False
    for fact in facts:
        if fact.kind == CHANGED.name:
            item = msgspec.structs.replace(item, **fact.body.given())
        elif fact.kind in (HIDDEN.name, SHOWN.name):
            is_hidden = fact.kind == HIDDEN.name
    return item, is_hidden


def _row(item_id: bytes, item: ItemAdded, *, is_hidden: bool, added_ms: int) -> dict[str, Any]:
    licence = find_licence(item.licence)
    covers = {cover.width: cover for cover in item.covers}
    small, large = covers.get(min(covers, default=0)), covers.get(max(covers, default=0))
    return {
        "title": item.title or "?",
        "sort_title": to_sort(item.title),
        "creators": ", ".join(item.creators),
        "kind": item.kind or "file",
        "language": item.language,
        "licence": licence.licence_id if licence else "",
        "is_reusable": int(licence is not None and licence.is_reusable),
        "source": item.source,
        "attribution": item.attribution,
        "summary": item.summary,
        "subjects": ", ".join(item.subjects),
        "shelf": item.shelf or DEFAULT_SHELF.get(item.kind, DEFAULT_SHELF["file"]),
        "rights_note": item.rights_note,
        "level": item.level,
        "access": to_access([(one.name, one.media_type) for one in item.files], item.subjects),
        "based_on": item.based_on if len(item.based_on) == ID_BYTES else None,
        "duration_minutes": max(0, item.duration_minutes),
        "series": item.series,
        "series_place": max(0, item.series_place),
        "chapters": queries.pack_chapters([(max(0, one.start_seconds), one.title) for one in item.chapters]),
        "cover_small": small.sha256 if small else None,
        "cover_large": large.sha256 if large else None,
        "cover_width": large.width if large else 0,
        "cover_height": large.height if large else 0,
        "added_ms": added_ms,
        "search_row": search.search_row(item_id),
        "is_hidden": int(is_hidden),
        "is_public": int(
            is_shown(is_licensed(licence.licence_id if licence else "", item.kind), item.source, is_hidden=is_hidden)
        ),
    }


def _make_findable(store: Store, subject: bytes, item: ItemAdded, row: dict[str, Any]) -> None:
    marks = facets(row["kind"], row["language"], row["level"], row["shelf"], bool(row["is_reusable"]), row["access"])
    titled = f"{item.title} {' '.join(item.creators)}"
    whole = f"{titled} {' '.join(item.subjects)} {row['shelf']} {item.series} {item.summary}"
    whole += "".join(f" {one.title}" for one in item.chapters)
    titles, words = f"{to_index(titled)} {marks}", f"{to_index(whole)} {marks}"
    search.insert_search(store, subject, titles, words, split_words(whole))


# The indexes are local to a node and rebuilt with the rest: they are listed so that replay empties them first.
TABLES = ("item", "item_file", *search.INDEXES)
ITEM = Thing("item", (ADDED, CHANGED, HIDDEN, SHOWN, REMOVED), TABLES, fold_item, has_one_home=False)
THINGS: tuple[Thing, ...] = (ITEM, REPORT, DEPOSIT, PACK, OFFER, COUNT, SHELF, THANKS)
