"""Every statement about results over many groups, as the home side looks at them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import msgspec

from kit.feedback.result_queries import Total
from kit.store import Store
from kit.workshops.queries import among

_AT_ONCE = 400


class Given(msgspec.Struct, frozen=True):
    """Answers given together: where (`stop_id` empty: unknown, or pooled over a tour), when, about which theme.

    `released`: how many were counted in results, five or more at a time.
    """

    scope: str
    scope_id: bytes
    released: int
    stop_id: bytes
    theme: str
    day_ms: int


def list_given(store: Store, questionnaire: str) -> list[Given]:
    """Every group that was counted for one questionnaire; a workshop's or a stop's day is the one it began."""
    rows = store.rows(
        "SELECT g.scope, g.scope_id, g.count, w.stop_id, w.theme, "
        "coalesce(w.starts_at_ms, s.starts_at_ms, g.day_ms) AS day_ms FROM result_group g "
        "LEFT JOIN workshop w ON g.scope = 'workshop' AND w.workshop_id = g.scope_id "
        "LEFT JOIN stop s ON g.scope = 'stop' AND s.stop_id = g.scope_id "
        "WHERE g.questionnaire = ? ORDER BY day_ms, g.scope_id, w.log_no, s.log_no",
        questionnaire,
    )
    found: dict[tuple[str, bytes], Given] = {}
    for row in rows:
        stop_id = row["scope_id"] if row["scope"] == "stop" else row["stop_id"] or b""
        one = Given(row["scope"], row["scope_id"], row["count"], stop_id, row["theme"] or "", row["day_ms"])
        found.setdefault((one.scope, one.scope_id), one)
    return list(found.values())


def sum_totals(store: Store, questionnaire: str, groups: Sequence[Given]) -> list[Total]:
    """What may be shown of these groups, added up: sums of numbers that are each shown already."""
    added: dict[tuple[int, str, int], int] = {}
    for scope, some in _some(groups):
        marks = ",".join("?" for _ in some)
        rows = store.rows(
            "SELECT version, question, value, sum(shown) AS shown FROM result_total "
            f"WHERE questionnaire = ? AND scope = ? AND scope_id IN ({marks}) AND shown > 0 GROUP BY 1, 2, 3",
            questionnaire, scope, *some,
        )  # fmt: skip
        for row in rows:
            key = (row["version"], row["question"], row["value"])
            added[key] = added.get(key, 0) + row["shown"]
    return [Total(*key, count) for key, count in sorted(added.items())]


def marks_by_group(
    store: Store, questionnaire: str, question: str, groups: Sequence[Given]
) -> dict[bytes, dict[int, int]]:
    """How many gave each number to one question, for each of these groups, as far as it is shown."""
    found: dict[bytes, dict[int, int]] = {}
    for scope, some in _some(groups):
        marks = ",".join("?" for _ in some)
        rows = store.rows(
            "SELECT scope_id, value, sum(shown) AS shown FROM result_total WHERE questionnaire = ? AND scope = ? "
            f"AND scope_id IN ({marks}) AND question = ? AND shown > 0 GROUP BY 1, 2",
            questionnaire, scope, *some, question,
        )  # fmt: skip
        for row in rows:
            found.setdefault(row["scope_id"], {})[row["value"]] = row["shown"]
    return found


def _some(groups: Sequence[Given]) -> Iterator[tuple[str, list[bytes]]]:
    """Ids of one scope, some at a time: so the index finds them."""
    for scope in sorted({one.scope for one in groups}):
        ids = [one.scope_id for one in groups if one.scope == scope]
        yield from ((scope, ids[start : start + _AT_ONCE]) for start in range(0, len(ids), _AT_ONCE))


def read_change(store: Store) -> tuple[int, int]:
    """How often results grew, and how often workshops and stops changed: what a barometer says is as old as these."""
    rows = store.rows("SELECT r.number, a.number FROM result_change r CROSS JOIN agenda_change a")
    return int(rows[0][0]), int(rows[0][1])


def count_waiting(store: Store, questionnaire: str, logs: Collection[int] | None = None) -> int:
    """How many answers of these logs (None: of all) arrived that are too few together to be counted."""
    where, values = among("log_no", logs)
    of_logs = "1 = 1" if logs is None else f"answer_id IN (SELECT answer_id FROM answer WHERE {where})"
    sql = f"SELECT count(*) FROM pending_answer WHERE questionnaire = ? AND {of_logs}"
    return int(store.value(sql, questionnaire, *values))


def logs_of_groups(store: Store, questionnaire: str) -> dict[tuple[str, bytes], set[int]]:
    """The local numbers of the logs that answers of each group (scope, id) came in."""
    rows = store.rows("SELECT DISTINCT scope, scope_id, log_no FROM answer WHERE questionnaire = ?", questionnaire)
    found: dict[tuple[str, bytes], set[int]] = {}
    for row in rows:
        found.setdefault((row["scope"], bytes(row["scope_id"])), set()).add(row["log_no"])
    return found


class Post(msgspec.Struct, frozen=True):
    """Letters of one purpose at one stop (empty: outside any) from one log: how many, and how many wait."""

    purpose: str
    stop_id: bytes
    log_no: int
    count: int
    waiting: int


def count_letters(store: Store) -> list[Post]:
    """Every letter, by stop and by the log it came in."""
    rows = store.rows(
        "SELECT l.purpose, l.stop_id, l.log_no, count(*) AS count, sum(CASE WHEN EXISTS (SELECT 1 FROM letter_move m "
        "WHERE m.letter_id = l.letter_id AND m.status = 'answered') THEN 0 ELSE 1 END) AS waiting "
        "FROM letter l GROUP BY 1, 2, 3"
    )
    return [Post(*row) for row in rows]


def count_texts(store: Store) -> dict[str, int]:
    """How many counted answers of each questionnaire have a text."""
    rows = store.rows(
        "SELECT questionnaire, sum(text_count) AS n FROM result_group GROUP BY 1 HAVING sum(text_count) > 0"
    )
    return {row["questionnaire"]: row["n"] for row in rows}
