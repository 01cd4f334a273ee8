"""In which languages workshops are held: what there is to choose among, and those of one."""

from __future__ import annotations

from kit.store import Store
from kit.workshops.queries import SELECT, Workshop, read_workshop


def list_languages(store: Store, from_ms: int) -> list[str]:
    """The languages of workshops from `from_ms` on, with "fr" for those that say none; one alone is no choice: []."""
    rows = store.rows(
        "SELECT DISTINCT language FROM workshop WHERE starts_at_ms >= ? AND is_cancelled = 0 ORDER BY language", from_ms
    )
    found = list(dict.fromkeys(row["language"] or "fr" for row in rows))
    return found if len(found) > 1 else []


def list_in_language(store: Store, language: str, from_ms: int, limit: int) -> list[Workshop]:
    """The workshops from `from_ms` on that are held in that language ("fr" takes those that say none too)."""
    codes = (language, "" if language == "fr" else language)
    rows = store.rows(
        f"{SELECT} WHERE w.starts_at_ms >= ? AND w.language IN (?, ?) ORDER BY w.starts_at_ms, w.workshop_id LIMIT ?",
        from_ms, *codes, limit,
    )  # fmt: skip
    return [read_workshop(row) for row in rows]
