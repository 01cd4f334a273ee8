"""Every statement about the bench: batches, and the works that wait in them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.errors.kind import fr
from kit.ids import to_text
from kit.library.bench.proposal import Proposal, unpack
from kit.library.licences import Licence, find_licence
from kit.library.rules import DEFAULT_SHELF, KIND_WORDS, held_reasons
from kit.store import Row, Store

ORIGINS = {
    "upload": fr("Déposé ici"),
    "key": fr("Clé USB"),
    "feed": fr("Catalogue (OPDS)"),
    "pack": fr("Paquet"),
    "folder": fr("Dossier"),
}


class Batch(msgspec.Struct, frozen=True):
    """What came at once, and how far the worker is with it."""

    batch_id: bytes
    origin: str
    label: str
    source: str
    made_ms: int
    state: str
    problem: str
    work_done: int
    work_total: int
    ready_count: int = 0
    refused_count: int = 0

    @property
    def text_id(self) -> str:
        """The id as it stands in addresses."""
        return to_text(self.batch_id)

    @property
    def origin_words(self) -> str:
        """Where it came from, in words."""
        return ORIGINS[self.origin]

    @property
    def is_busy(self) -> bool:
        """True while the worker has something to do with it."""
        return self.state in ("waiting", "reading")


class Entry(msgspec.Struct, frozen=True):
    """One work that waits. `proposal` is None when it was refused; `problem` says why."""

    entry_id: bytes
    batch_id: bytes
    name: str
    state: str
    version: int
    sha256: bytes | None
    size_bytes: int
    twin: bytes | None
    proposal: Proposal | None
    problem: str

    @property
    def text_id(self) -> str:
        """The id as it stands in addresses."""
        return to_text(self.entry_id)

    @property
    def url(self) -> str:
        """Its page."""
        return f"/console/bibliotheque/arrivee/{self.text_id}"

    @property
    def title(self) -> str:
        """Its title, or the file's name when it was refused."""
        return self.proposal.title if self.proposal else self.name

    @property
    def shelf(self) -> str:
        """The shelf it would stand on."""
        if self.proposal is None:
            return ""
        return self.proposal.shelf or DEFAULT_SHELF.get(self.proposal.kind, DEFAULT_SHELF["file"])

    @property
    def kind_words(self) -> str:
        """« Livre »..."""
        return KIND_WORDS.get(self.proposal.kind if self.proposal else "file", KIND_WORDS["file"])

    @property
    def licence(self) -> Licence | None:
        """Its licence, or None while it is not known."""
        return find_licence(self.proposal.licence) if self.proposal else None

    @property
    def cover_url(self) -> str:
        """Its cover as the worker drew it, or ""."""
        return f"{self.url}/couverture" if self.proposal and self.proposal.covers else ""

    @property
    def reasons(self) -> list[str]:
        """Why visitors would not see it if it were accepted as it is; empty when they would."""
        if self.proposal is None:
            return []
        known = self.proposal.licence if self.licence else ""
        return held_reasons(known, self.proposal.source, is_hidden=False, kind=self.proposal.kind)


_BATCH = "batch_id, origin, label, source, made_ms, state, problem, work_done, work_total"
_ENTRY = "entry_id, batch_id, name, state, version, sha256, size_bytes, twin, proposal, problem"


def _entry(row: Row) -> Entry:
    values = dict(row)
    values["proposal"] = unpack(values["proposal"]) if values["proposal"] else None
    return Entry(**values)


# -- batches ------------------------------------------------------------------------------------------------------


def insert_batch(store: Store, batch_id: bytes, origin: str, label: str, source: str, made_ms: int, state: str) -> None:
    """A new batch. Only inside `write()`."""
    store.run(
        "INSERT INTO bench_batch (batch_id, origin, label, source, made_ms, state) VALUES (?,?,?,?,?,?)",
        batch_id, origin, label[:200], source, made_ms, state,
    )  # fmt: skip


def find_batch(store: Store, batch_id: bytes) -> Batch | None:
    """One batch."""
    row = store.row(f"SELECT {_BATCH} FROM bench_batch WHERE batch_id = ?", batch_id)
    return Batch(**dict(row)) if row else None


def open_uploads(store: Store, label: str) -> list[bytes]:
    """Uploads of that name whose end has not come, newest first."""
    rows = store.rows(
        "SELECT batch_id FROM bench_batch WHERE origin = 'upload' AND state = 'open' AND label = ? "
        "ORDER BY made_ms DESC",
        label,
    )
    return [row["batch_id"] for row in rows]


def list_batches(store: Store) -> list[Batch]:
    """Batches on the bench, newest first (at most 100), with how many works wait and were refused."""
    rows = store.rows(
        f"SELECT {_BATCH}, "
        "(SELECT count(*) FROM bench_entry e WHERE e.batch_id = b.batch_id AND state <> 'refused') AS ready_count, "
        "(SELECT count(*) FROM bench_entry e WHERE e.batch_id = b.batch_id AND state = 'refused') AS refused_count "
        "FROM bench_batch b ORDER BY made_ms DESC, batch_id LIMIT 100"
    )
    return [Batch(**dict(row)) for row in rows]


def next_batch(store: Store) -> Batch | None:
    """The oldest batch that the worker has something to do with."""
    row = store.row(
        f"SELECT {_BATCH} FROM bench_batch WHERE state IN ('waiting', 'reading') ORDER BY made_ms, batch_id LIMIT 1"
    )
    return Batch(**dict(row)) if row else None


def change_batch_state(store: Store, batch_id: bytes, state: str, *, only_from: str = "", problem: str = "") -> bool:
    """Move a batch on; False when it was not where it was thought to be. Only inside `write()`."""
    return bool(
        store.run(
            "UPDATE bench_batch SET state = ?, problem = ? WHERE batch_id = ? AND (? = '' OR state = ?)",
            state, problem, batch_id, only_from, only_from,
        )
    )  # fmt: skip


def note_progress(store: Store, batch_id: bytes, done: int, total: int) -> None:
    """How far the worker is. Only inside `write()`."""
    store.run("UPDATE bench_batch SET work_done = ?, work_total = ? WHERE batch_id = ?", done, total, batch_id)


def remove_batch(store: Store, batch_id: bytes) -> None:
    """Take a batch away with its entries. Only inside `write()`."""
    store.run("DELETE FROM bench_batch WHERE batch_id = ?", batch_id)


def list_finished(store: Store) -> list[bytes]:
    """Batches that were read to their end and of which nothing waits any more."""
    sql = (
        "SELECT batch_id FROM bench_batch b WHERE state = 'done' "
        "AND NOT EXISTS (SELECT 1 FROM bench_entry e WHERE e.batch_id = b.batch_id)"
    )
    return [row[0] for row in store.rows(sql)]


# -- entries ------------------------------------------------------------------------------------------------------


def insert_entry(store: Store, values: dict[str, object]) -> None:
    """A work that was read. Only inside `write()`."""
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    store.run(f"INSERT INTO bench_entry ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", *values.values())


def entry_names(store: Store, batch_id: bytes) -> set[str]:
    """What was read of a batch already."""
    return {row[0] for row in store.rows("SELECT name FROM bench_entry WHERE batch_id = ?", batch_id)}


def find_entry(store: Store, entry_id: bytes) -> Entry | None:
    """One work that waits."""
    row = store.row(f"SELECT {_ENTRY} FROM bench_entry WHERE entry_id = ?", entry_id)
    return _entry(row) if row else None


def find_waiting(store: Store, item_id: bytes) -> Entry | None:
    """The work that waits to be accepted under this id (the first bytes of its SHA-256)."""
    row = store.row(
        f"SELECT {_ENTRY} FROM bench_entry WHERE sha256 BETWEEN ? AND ? AND state = 'proposed' LIMIT 1",
        item_id + bytes(16), item_id + b"\xff" * 16,
    )  # fmt: skip
    return _entry(row) if row else None


def count_entries(store: Store) -> dict[str, int]:
    """How many works wait, by state."""
    return {row[0]: row[1] for row in store.rows("SELECT state, count(*) FROM bench_entry GROUP BY state")}


def list_entries(store: Store, state: str, limit: int, offset: int = 0, batch_id: bytes | None = None) -> list[Entry]:
    """Works of one state, by title; of one batch when it is given."""
    where, values = ("AND batch_id = ?", (batch_id,)) if batch_id else ("", ())
    rows = store.rows(
        f"SELECT {_ENTRY} FROM bench_entry WHERE state = ? {where} ORDER BY sort_title, entry_id LIMIT ? OFFSET ?",
        state, *values, limit, offset,
    )  # fmt: skip
    return [_entry(row) for row in rows]


def entry_ids(store: Store, state: str, batch_id: bytes | None = None) -> list[bytes]:
    """The ids of all works of one state, by title."""
    where, values = ("AND batch_id = ?", (batch_id,)) if batch_id else ("", ())
    sql = f"SELECT entry_id FROM bench_entry WHERE state = ? {where} ORDER BY sort_title, entry_id"
    return [row[0] for row in store.rows(sql, state, *values)]


def list_folders(store: Store, state: str, batch_id: bytes | None = None) -> list[str]:
    """The folders that the works of one state lie in, at most 200."""
    return sorted({name.rpartition("/")[0] for name in _names(store, state, batch_id) if "/" in name})[:200]


def _names(store: Store, state: str, batch_id: bytes | None) -> list[str]:
    where, values = ("AND batch_id = ?", (batch_id,)) if batch_id else ("", ())
    return [row[0] for row in store.rows(f"SELECT name FROM bench_entry WHERE state = ? {where}", state, *values)]


def folder_ids(store: Store, state: str, folder: str, batch_id: bytes | None = None) -> list[bytes]:
    """The ids of all works of one state in a folder, and in those inside it."""
    where, values = ("AND batch_id = ?", (batch_id,)) if batch_id else ("", ())
    sql = f"SELECT entry_id FROM bench_entry WHERE state = ? AND substr(name, 1, ?) = ? {where} ORDER BY sort_title"
    return [row[0] for row in store.rows(sql, state, len(folder) + 1, f"{folder}/", *values)]


def change_entry(store: Store, entry: Entry, raw: bytes, sort_title: str, twin_key: str) -> bool:
    """Write a corrected proposal; False when somebody else changed it meanwhile. Only inside `write()`."""
    return bool(
        store.run(
            "UPDATE bench_entry SET proposal = ?, sort_title = ?, twin_key = ?, version = version + 1 "
            "WHERE entry_id = ? AND version = ? AND state = 'proposed'",
            raw, sort_title, twin_key, entry.entry_id, entry.version,
        )
    )  # fmt: skip


def choose_entries(store: Store, ids: Sequence[bytes]) -> int:
    """Mark works as to be put on the shelves; how many were still waiting. Only inside `write()`."""
    chosen = 0
    for entry_id in ids:
        chosen += store.run(
            "UPDATE bench_entry SET state = 'chosen' WHERE entry_id = ? AND state = 'proposed'", entry_id
        )
    return chosen


def next_chosen(store: Store, limit: int) -> list[Entry]:
    """Works that staff chose and that are not on the shelves yet."""
    rows = store.rows(f"SELECT {_ENTRY} FROM bench_entry WHERE state = 'chosen' ORDER BY rowid LIMIT ?", limit)
    return [_entry(row) for row in rows]


def give_back(store: Store, problem: str) -> None:
    """What was chosen waits again; its batches say why. Only inside `write()`."""
    chosen = "SELECT batch_id FROM bench_entry WHERE state = 'chosen'"
    store.run(f"UPDATE bench_batch SET problem = ? WHERE batch_id IN ({chosen})", problem)
    store.run("UPDATE bench_entry SET state = 'proposed' WHERE state = 'chosen'")


def refuse_entry(store: Store, entry_id: bytes, problem: str) -> None:
    """A work that cannot be put on the shelves after all. Only inside `write()`."""
    store.run("UPDATE bench_entry SET state = 'refused', problem = ? WHERE entry_id = ?", problem, entry_id)


def remove_entry(store: Store, entry_id: bytes) -> bool:
    """Take a work off the bench; False when it had gone already. Only inside `write()`."""
    return bool(store.run("DELETE FROM bench_entry WHERE entry_id = ?", entry_id))


def find_same_bytes(store: Store, sha256: bytes) -> bytes | None:
    """A work that waits already with the same bytes."""
    sql = "SELECT entry_id FROM bench_entry WHERE sha256 = ? AND state <> 'refused' LIMIT 1"
    found: bytes | None = store.value(sql, sha256)
    return found


def find_same_title(store: Store, key: str) -> bytes | None:
    """A work that waits already with the same title and author; "" finds nothing."""
    sql = "SELECT entry_id FROM bench_entry WHERE twin_key = ? AND twin_key <> '' AND state <> 'refused' LIMIT 1"
    found: bytes | None = store.value(sql, key)
    return found


def list_titled(store: Store, sort_title: str) -> list[tuple[bytes, str, str]]:
    """Works on the shelves or held back that stand under this title in order: id, title, creators."""
    rows = store.rows(
        "SELECT item_id, title, creators FROM item WHERE is_public IN (0, 1) AND sort_title IN (?, ?) "
        "AND log_no NOT IN (SELECT log_no FROM log_elsewhere) LIMIT 50",
        sort_title.replace("’", "'"), sort_title.replace("'", "’"),
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in rows]
