"""Finding workshops by words."""

from __future__ import annotations

from kit.stems import stem
from kit.store import Store
from kit.workshops import queries, rules, vocabulary

MOST = 60
MOST_READ = 1000


def list_words(store: Store) -> list[str]:
    """The plain words of the titles, summaries and places of the newest workshops, for typing mistakes."""
    rows = store.rows(
        "SELECT title, summary, stop_label, place FROM workshop ORDER BY starts_at_ms DESC LIMIT ?", MOST_READ
    )
    return list({word for row in rows for word in split_plain(rules.plain_text(" ".join(row)))})


def split_plain(text: str) -> list[str]:
    """The words of a plain text."""
    return "".join(sign if sign.isalnum() else " " for sign in text).split()


def search_workshops(store: Store, text: str, limit: int) -> list[queries.Workshop]:
    """Workshops with every word of `text`, or its French stem, in title, summary, places or theme.

    Accents and capitals are forgiven; the newest dates come first. No word gives no workshop.
    """
    words = rules.plain_text(text).split()[:8]
    if not words:
        return []
    clauses, values = [], []
    for word in words:
        themes = [code for code, label in vocabulary.labels("theme").items() if rules.says(label, word)]
        marks = ",".join("?" for _ in themes)
        clauses.append(f"(instr(w.plain, ?) > 0 OR instr(' ' || w.plain || ' ', ?) > 0 OR w.theme IN ({marks}))")
        values += [word, f" {stem(word)} ", *themes]
    rows = store.rows(
        f"{queries.SELECT} WHERE {' AND '.join(clauses)} ORDER BY w.starts_at_ms DESC, w.workshop_id LIMIT ?",
        *values,
        limit,
    )
    return [queries.read_workshop(row) for row in rows]
