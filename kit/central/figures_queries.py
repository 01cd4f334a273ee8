"""Every statement about what figures by territory add up beside workshops."""

from __future__ import annotations

from kit.store import Row, Store


def list_tags(store: Store) -> list[str]:
    """Schemes and tags that reports carry, each once."""
    rows = store.rows("SELECT DISTINCT schemes, tags FROM report WHERE schemes <> '' OR tags <> ''")
    return sorted({line for row in rows for text in row for line in text.split("\n") if line}, key=str.casefold)


def count_library(store: Store, first_day: int, last_day: int, nobody: bytes) -> list[Row]:
    """What was read and kept on the days [first_day, last_day], by log and day (log_no, day, read, kept)."""
    return store.rows(
        "SELECT log_no, day, sum(read) AS read, sum(kept) AS kept FROM work_count "
        "WHERE day >= ? AND day <= ? AND item_id <> ? GROUP BY log_no, day",
        first_day, last_day, nobody,
    )  # fmt: skip
