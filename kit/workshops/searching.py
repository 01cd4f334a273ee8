"""Finding workshops by words."""

from __future__ import annotations

from kit.stems import stem
from kit.store import Store
from kit.workshops import queries, rules, vocabulary


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
