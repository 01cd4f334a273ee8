"""Every statement about works. What the public reads is filtered here, by `SHOWN`, and nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from kit.ids import to_text
from kit.library.rules import ACCESS_WORDS, KIND_WORDS, LEVEL_WORDS, held_reasons
from kit.store import Row, Store

if TYPE_CHECKING:
    from kit.library.licences import Licence

SHELVES_A_PAGE = 8
# A central knows the works of its kits by their facts only: they stand on no shelf of its own.
HERE = "(NOT EXISTS (SELECT 1 FROM log_elsewhere) OR i.log_no NOT IN (SELECT log_no FROM log_elsewhere))"
SHOWN = f"i.is_public = 1 AND {HERE}"
ON_ONE_SHELF = 12


class ItemView(msgspec.Struct, frozen=True):
    """A work ready to show in a list. Addresses are those of this box; `cover_url` is "" without a cover."""

    item_id: bytes
    title: str
    creators: str
    kind: str
    language: str
    licence_id: str
    source: str
    attribution: str
    summary: str
    subjects: str
    shelf: str
    rights_note: str
    level: str
    access: str
    based_on: bytes | None
    duration_minutes: int
    series: str
    series_place: int
    cover_small: bytes | None
    cover_large: bytes | None
    cover_width: int
    cover_height: int
    added_ms: int
    is_hidden: bool
    is_public: bool
    is_here: bool

    @property
    def text_id(self) -> str:
        """The id as it stands in addresses."""
        return to_text(self.item_id)

    @property
    def url(self) -> str:
        """Its page."""
        return f"/bibliotheque/{self.text_id}"

    @property
    def licence(self) -> Licence | None:
        """Its licence, or None while it is not known."""
        from kit.library.licences import find_licence

        return find_licence(self.licence_id)

    @property
    def cover_url(self) -> str:
        """Its small cover; the address changes with the picture."""
        return self._cover("160", self.cover_small)

    @property
    def large_cover_url(self) -> str:
        """Its large cover."""
        return self._cover("320", self.cover_large)

    def _cover(self, size: str, sha256: bytes | None) -> str:
        return f"{self.url}/couverture/{size}.jpg?v={sha256.hex()[:8]}" if sha256 else ""

    @property
    def kind_words(self) -> str:
        """« Livre », « Fiche pas à pas »..."""
        return KIND_WORDS.get(self.kind, KIND_WORDS["file"])

    @property
    def level_words(self) -> str:
        """« Débutant »..., or "" when it has no level."""
        return LEVEL_WORDS.get(self.level, "")

    @property
    def mark(self) -> str:
        """Changes with what the rights desk sets, so that two people do not overwrite each other."""
        said = (self.licence_id, self.source, self.attribution, self.based_on, self.is_hidden)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]

    @property
    def reasons(self) -> list[str]:
        """Why it is held back, for staff."""
        return held_reasons(self.licence_id, self.source, is_hidden=self.is_hidden, kind=self.kind)


class FileView(msgspec.Struct, frozen=True):
    """One file of a work."""

    number: int
    sha256: bytes
    name: str
    media_type: str
    size_bytes: int


class Shelf(msgspec.Struct, frozen=True):
    """A shelf: its name, how many works stand on it, and the first of them."""

    name: str
    count: int
    items: list[ItemView]


class Choice(msgspec.Struct, frozen=True):
    """What a reader filters by; "" and False mean no filter."""

    shelf: str = ""
    kind: str = ""
    language: str = ""
    level: str = ""
    is_reusable: bool = False
    access: str = ""
    licence: str = ""
    series: str = ""

    def where(self, among: str = SHOWN) -> tuple[str, list[object]]:
        """The SQL of it, and its values; `among` says which works are looked at."""
        named = {
            "shelf": self.shelf,
            "kind": self.kind,
            "language": self.language,
            "level": self.level,
            "licence": self.licence,
            "series": self.series,
        }
        given = {name: value for name, value in named.items() if value}
        parts = [f"i.{name} = ?" for name in given] + (["i.is_reusable = 1"] if self.is_reusable else [])
        wanted = [f"% {one} %" for one in self.access.split()]
        parts += ["(' ' || i.access || ' ') LIKE ?"] * len(wanted)
        return " AND ".join([among, *parts]), [*given.values(), *wanted]


_COLUMNS = (
    "i.item_id, i.title, i.creators, i.kind, i.language, i.licence AS licence_id, i.source, i.attribution, i.summary, "
    "i.subjects, i.shelf, i.rights_note, i.level, i.access, i.based_on, i.duration_minutes, i.series, i.series_place, "
    "i.cover_small, i.cover_large, i.cover_width, i.cover_height, i.added_ms, i.is_hidden, i.is_public, "
    f"{HERE} AS is_here"
)


def _view(row: Row) -> ItemView:
    values = {name: row[name] for name in ItemView.__struct_fields__}
    values |= {name: bool(values[name]) for name in ("is_hidden", "is_public", "is_here")}
    return ItemView(**values)


# -- the public ---------------------------------------------------------------------------------------------------


def count_by_kind(store: Store) -> dict[str, int]:
    """How many works the public may see, by kind (book, comic, audio, video, image, document, sheet, file)."""
    rows = store.rows(f"SELECT kind, count(*) AS n FROM item i WHERE {SHOWN} GROUP BY kind ORDER BY kind")
    return {row["kind"]: row["n"] for row in rows}


def list_new_items(store: Store, limit: int) -> list[ItemView]:
    """The newest works, newest first."""
    sql = f"SELECT {_COLUMNS} FROM item i WHERE {SHOWN} ORDER BY i.added_ms DESC, i.item_id LIMIT ?"
    return [_view(row) for row in store.rows(sql, limit)]


def list_by_ids(store: Store, item_ids: Sequence[bytes]) -> dict[bytes, ItemView]:
    """The works of these ids that the public may see, in one statement."""
    return _list_by_ids(store, item_ids, f"i.is_public + 0 = 1 AND {HERE}")


def list_kept(store: Store, item_ids: Sequence[bytes]) -> dict[bytes, ItemView]:
    """The same for the team: shown or held back."""
    return _list_by_ids(store, item_ids, HERE)


def _list_by_ids(store: Store, item_ids: Sequence[bytes], among: str) -> dict[bytes, ItemView]:
    marks = ",".join("?" * len(item_ids))
    rows = store.rows(f"SELECT {_COLUMNS} FROM item i WHERE i.item_id IN ({marks}) AND {among}", *item_ids)
    return {row["item_id"]: _view(row) for row in rows}


def list_shelves(store: Store, counts: Sequence[tuple[str, int]]) -> list[Shelf]:
    """Shelves with their first works, one statement whatever their number; `counts` says how many each holds."""
    names = [name for name, _ in counts]
    first = store.rows(" UNION ALL ".join([_FIRST_OF_A_SHELF] * len(names)), *names) if names else []
    items: dict[str, list[ItemView]] = {name: [] for name in names}
    for row in first:
        items[row["shelf"]].append(_view(row))
    return [Shelf(name, count, items[name]) for name, count in counts]


_FIRST_OF_A_SHELF = (
    f"SELECT * FROM (SELECT {_COLUMNS} FROM item i WHERE {SHOWN} AND i.shelf = ? "
    f"ORDER BY i.sort_title, i.item_id LIMIT {ON_ONE_SHELF})"
)


def count_items(store: Store, choice: Choice) -> int:
    """How many works a choice leaves."""
    where, values = choice.where()
    return int(store.value(f"SELECT count(*) FROM item i WHERE {where}", *values))


def list_items(store: Store, choice: Choice, limit: int, offset: int) -> list[ItemView]:
    """The works of a choice, by title; those of a series in its order."""
    where, values = choice.where()
    order = "i.series_place, " if choice.series else ""
    sql = f"SELECT {_COLUMNS} FROM item i WHERE {where} ORDER BY {order}i.sort_title, i.item_id LIMIT ? OFFSET ?"
    return [_view(row) for row in store.rows(sql, *values, limit, offset)]


def list_choices(store: Store) -> Mapping[str, list[str]]:
    """What there is to filter by: kinds, languages, levels, licences and helps that the shelves hold."""
    rows = store.rows(_CHOICES)
    found = {name: [row["value"] for row in rows if row["name"] == name and row["value"]] for name in _CHOSEN_BY}
    helps = {one for value in found["access"] for one in value.split()}
    return {**found, "access": [name for name in ACCESS_WORDS if name in helps]}


_CHOSEN_BY = ("kind", "language", "level", "licence", "access")
# By leaps from one value of an index to the next: a hundred thousand works are not looked at one by one.
_LEAPS = (
    f"SELECT * FROM (WITH RECURSIVE d(value) AS (SELECT min({{name}}) FROM item i WHERE {SHOWN} UNION ALL "
    f"SELECT (SELECT min({{name}}) FROM item i WHERE {SHOWN} AND {{name}} > d.value) FROM d WHERE d.value IS NOT NULL) "
    "SELECT '{name}' AS name, value FROM d WHERE value IS NOT NULL LIMIT 500)"
)
_CHOICES = " UNION ALL ".join(_LEAPS.format(name=name) for name in _CHOSEN_BY)


def pack_chapters(chapters: Sequence[tuple[int, str]]) -> bytes | None:
    """Chapters as the row holds them; None without any."""
    return msgspec.msgpack.encode(chapters) if chapters else None


def list_chapters(store: Store, item_id: bytes) -> list[tuple[int, str]]:
    """The chapters of a sound or a film: (seconds from the start, title)."""
    raw = store.value("SELECT chapters FROM item WHERE item_id = ?", item_id)
    return msgspec.msgpack.decode(raw, type=list[tuple[int, str]]) if raw else []


def list_series(store: Store, item: ItemView, limit: int) -> list[ItemView]:
    """The works of the same series on the same shelf that the public may see, in their order; [] for a work alone."""
    if not item.series:
        return []
    sql = (
        f"SELECT {_COLUMNS} FROM item i WHERE {SHOWN} AND i.series = ? AND i.shelf = ? "
        "ORDER BY i.series_place, i.sort_title, i.item_id LIMIT ?"
    )
    found = [_view(row) for row in store.rows(sql, item.series, item.shelf, limit)]
    return found if len(found) > 1 else []


def find_item(store: Store, item_id: bytes) -> ItemView | None:
    """One work, shown or held back, or None: the caller looks at `is_public`."""
    row = store.row(f"SELECT {_COLUMNS} FROM item i WHERE i.item_id = ?", item_id)
    return _view(row) if row else None


def list_based_on(store: Store, item_id: bytes) -> list[ItemView]:
    """The works that say they were made from this one, and that the public may see."""
    sql = f"SELECT {_COLUMNS} FROM item i WHERE i.based_on = ? AND {SHOWN} ORDER BY i.sort_title, i.item_id LIMIT 50"
    return [_view(row) for row in store.rows(sql, item_id)]


def list_files(store: Store, item_id: bytes) -> list[FileView]:
    """The files of a work, in the order they are offered."""
    rows = store.rows(
        "SELECT number, sha256, name, media_type, size_bytes FROM item_file "
        "WHERE item_id = ? ORDER BY number LIMIT 500",
        item_id,
    )
    return [FileView(**dict(row)) for row in rows]


def list_files_of(store: Store, item_ids: Sequence[bytes]) -> dict[bytes, list[FileView]]:
    """The files of several works (one page of them), in one statement."""
    marks = ",".join("?" * len(item_ids))
    rows = store.rows(
        "SELECT item_id, number, sha256, name, media_type, size_bytes FROM item_file "
        f"WHERE item_id IN ({marks}) ORDER BY item_id, number",
        *item_ids,
    )
    found: dict[bytes, list[FileView]] = {}
    for row in rows:
        found.setdefault(row["item_id"], []).append(FileView(*tuple(row)[1:]))
    return found


def count_by_shelf(store: Store, limit: int = 500) -> list[tuple[str, int]]:
    """Every shelf with how many works the public sees on it, by name."""
    sql = f"SELECT shelf, count(*) FROM item i WHERE {SHOWN} GROUP BY shelf ORDER BY shelf LIMIT ?"
    rows = store.rows(sql, limit)
    return [(row[0], row[1]) for row in rows]


def newest_ms(store: Store) -> int:
    """When the newest work that the public sees was added (Unix milliseconds); 0 when there is none."""
    return int(store.value(f"SELECT max(added_ms) FROM item i WHERE {SHOWN}") or 0)


# -- staff --------------------------------------------------------------------------------------------------------


def count_held(store: Store) -> int:
    """How many works wait to be sorted."""
    return int(store.value(f"SELECT count(*) FROM item i WHERE is_public = 0 AND {HERE}"))


def list_held(store: Store, limit: int, offset: int) -> list[ItemView]:
    """Works held back, newest first."""
    where = f"i.is_public = 0 AND {HERE}"
    sql = f"SELECT {_COLUMNS} FROM item i WHERE {where} ORDER BY i.added_ms DESC, i.item_id LIMIT ? OFFSET ?"
    return [_view(row) for row in store.rows(sql, limit, offset)]


def list_all_shelves(store: Store) -> list[tuple[str, int]]:
    """Every shelf with how many works stand on it, shown or held back, by name."""
    rows = store.rows(f"SELECT shelf, count(*) FROM item i WHERE {HERE} GROUP BY shelf ORDER BY shelf LIMIT 500")
    return [(row[0], row[1]) for row in rows]


def list_for_staff(store: Store, choice: Choice, after: bytes, limit: int) -> list[ItemView]:
    """The works of a choice, shown or held back, by their id from the one after `after` on."""
    where, values = choice.where(HERE)
    sql = f"SELECT {_COLUMNS} FROM item i WHERE {where} AND i.item_id > ? ORDER BY i.item_id LIMIT ?"
    return [_view(row) for row in store.rows(sql, *values, after, limit)]


# -- the fold -----------------------------------------------------------------------------------------------------


def has_item(store: Store, item_id: bytes) -> bool:
    """True when the work is on this node's shelves, shown or held back."""
    return store.value(f"SELECT 1 FROM item i WHERE i.item_id = ? AND {HERE}", item_id) is not None


def list_logs_elsewhere(store: Store) -> frozenset[bytes]:
    """The logs that other nodes keep their works in: at a central, those of its kits; on a kit, none."""
    return frozenset(row[0] for row in store.rows("SELECT log_id FROM log JOIN log_elsewhere USING (log_no)"))


def get_home(store: Store, item_id: bytes) -> bytes:
    """The log in which a work was born; the work must be here."""
    home: bytes = store.value("SELECT log_id FROM item JOIN log USING (log_no) WHERE item_id = ?", item_id)
    return home


def find_first_file(store: Store, item_id: bytes) -> bytes | None:
    """The SHA-256 of a work's first file as the rows have it now, or None."""
    found: bytes | None = store.value("SELECT sha256 FROM item_file WHERE item_id = ? AND number = 1", item_id)
    return found


def remove_rows(store: Store, item_id: bytes) -> None:
    """Remove every row of a work. Only inside `write()`."""
    for table in ("item", "item_file"):
        store.run(f"DELETE FROM {table} WHERE item_id = ?", item_id)


def insert_item(store: Store, log_no: int, item_id: bytes, row: Mapping[str, Any]) -> None:
    """Write a work's row. Only inside `write()`."""
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    store.run(f"INSERT INTO item (log_no, item_id, {names}) VALUES (?, ?, {marks})", log_no, item_id, *row.values())


def insert_files(store: Store, log_no: int, item_id: bytes, files: Sequence[Sequence[Any]]) -> None:
    """Write a work's files, (sha256, name, media_type, size_bytes) each, in order. Only inside `write()`."""
    store.run_many(
        "INSERT INTO item_file (log_no, item_id, number, sha256, name, media_type, size_bytes) VALUES (?,?,?,?,?,?,?)",
        [(log_no, item_id, number, *one) for number, one in enumerate(files, 1)],
    )
