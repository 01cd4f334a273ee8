"""What the team's desk reads of works: found by what is typed, by their file; what a file is still needed for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from kit.library.queries import HERE, ItemView, has_item, list_kept
from kit.library.rules import KIND_WORDS
from kit.stems import plain
from kit.store import Store


class Listed(msgspec.Struct, frozen=True):
    """Which works the desk lists: held back or shown, whose title or author has `words`, of one shelf or kind."""

    is_shown: bool = False
    words: str = ""
    shelf: str = ""
    kind: str = ""

    def where(self) -> tuple[str, list[object]]:
        """The SQL of it, and its values."""
        parts, values = [f"i.is_public = {int(self.is_shown)} AND {HERE}"], list[object]()
        for word in self.words.split()[:8]:
            parts.append("(instr(i.sort_title, ?) > 0 OR instr(lower(i.title || ' ' || i.creators), ?) > 0)")
            values += [plain(word), word.lower()]
        for name, value in (("shelf", self.shelf), ("kind", self.kind if self.kind in KIND_WORDS else "")):
            if value:
                parts.append(f"i.{name} = ?")
                values.append(value)
        return " AND ".join(parts), values


def count_listed(store: Store, listed: Listed) -> int:
    """How many works the desk lists."""
    where, values = listed.where()
    return int(store.value(f"SELECT count(*) FROM item i WHERE {where}", *values))


def list_ids(store: Store, listed: Listed, limit: int, offset: int = 0) -> list[bytes]:
    """Their ids: those held back newest first, those shown by title."""
    where, values = listed.where()
    order = "i.sort_title" if listed.is_shown else "i.added_ms DESC"
    sql = f"SELECT i.item_id FROM item i WHERE {where} ORDER BY {order}, i.item_id LIMIT ? OFFSET ?"
    return [row[0] for row in store.rows(sql, *values, limit, offset)]


def list_works(store: Store, item_ids: Sequence[bytes]) -> list[ItemView]:
    """The works of these ids that stand here, in this order; at most a few hundred."""
    found = list_kept(store, item_ids)
    return [found[one] for one in item_ids if one in found]


def find_holder(store: Store, sha256: bytes) -> bytes | None:
    """The work here that this file is, or None: the one it gave its id to, or one it became the better copy of."""
    if has_item(store, sha256[:16]):
        return sha256[:16]
    found: bytes | None = store.value(
        "SELECT f.item_id FROM item_file f JOIN item i ON i.log_no = f.log_no AND i.item_id = f.item_id "
        f"WHERE f.number = 1 AND substr(f.sha256, 1, 16) <> f.item_id AND f.sha256 = ? AND {HERE} LIMIT 1",
        sha256,
    )
    return found


def list_hashes(store: Store, item_ids: list[bytes]) -> dict[bytes, int]:
    """Every file and cover of these works by its SHA-256, with its size (0 for covers: they are small)."""
    marks = ",".join("?" * len(item_ids))
    covers = store.rows(f"SELECT cover_small, cover_large FROM item WHERE item_id IN ({marks})", *item_ids)
    found = {sha256: 0 for row in covers for sha256 in row if sha256}
    files = store.rows(f"SELECT sha256, size_bytes FROM item_file WHERE item_id IN ({marks})", *item_ids)
    return found | {row[0]: row[1] for row in files}


def list_needed(store: Store, hashes: Iterable[bytes]) -> set[bytes]:
    """Those of these files that some work still has."""
    wanted = list(hashes)
    marks = ",".join("?" * len(wanted))
    needed = {row[0] for row in store.rows(f"SELECT sha256 FROM item_file WHERE sha256 IN ({marks})", *wanted)}
    for name in ("cover_small", "cover_large"):
        needed |= {row[0] for row in store.rows(f"SELECT {name} FROM item WHERE {name} IN ({marks})", *wanted)}
    return needed


def add_leaving(store: Store, hashes: dict[bytes, int]) -> None:
    """Note files that leave, with their sizes. Only inside `write()`."""
    sql = "INSERT INTO leaving_file (sha256, size_bytes) VALUES (?,?) ON CONFLICT DO NOTHING"
    store.run_many(sql, list(hashes.items()))


def list_leaving(store: Store, limit: int, after: bytes = b"") -> dict[bytes, int]:
    """Files that leave, with their sizes, in the order of their hashes; those behind `after`."""
    rows = store.rows(
        "SELECT sha256, size_bytes FROM leaving_file WHERE sha256 > ? ORDER BY sha256 LIMIT ?", after, limit
    )
    return {bytes(row[0]): row[1] for row in rows}


def remove_leaving(store: Store, hashes: Iterable[bytes]) -> None:
    """These have left, or are needed again. Only inside `write()`."""
    store.run_many("DELETE FROM leaving_file WHERE sha256 = ?", [(one,) for one in hashes])
