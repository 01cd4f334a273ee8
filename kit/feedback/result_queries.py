"""Reads and writes of results: totals added to once for each answer, in steps no smaller than a small group."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.store import Row, Store

_GROUP = "questionnaire = ? AND scope = ? AND scope_id = ?"


class ResultGroup(msgspec.Struct, frozen=True):
    """Answers given together: `count` noted in all; of them `released` in the totals, `text_count` with a text."""

    questionnaire: str
    scope: str
    scope_id: bytes
    count: int
    released: int
    text_count: int


class Total(msgspec.Struct, frozen=True):
    """How many answers gave `value` to a question of a version, as far as it may be shown."""

    version: int
    question: str
    value: int
    count: int


def note_pending(
    store: Store, answer_id: bytes, questionnaire: str, scope: str, scope_id: bytes, *, has_text: bool, day_ms: int
) -> None:
    """An answer is in the tables: it waits to be counted, unless it was. Only inside `write()`."""
    store.run(
        "INSERT INTO pending_answer (answer_id, questionnaire, scope, scope_id, has_text, day_ms) "
        "SELECT ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM released_answer WHERE answer_id = ?) "
        "ON CONFLICT DO NOTHING",
        answer_id, questionnaire, scope, scope_id, int(has_text), day_ms, answer_id,
    )  # fmt: skip


def forget_pending(store: Store, answer_id: bytes) -> None:
    """An answer left the tables before it was counted. Only inside `write()`."""
    store.run("DELETE FROM pending_answer WHERE answer_id = ?", answer_id)


def list_ripe_groups(store: Store, enough: int) -> list[tuple[str, str, bytes]]:
    """The groups in which enough uncounted answers wait to hide each other."""
    rows = store.rows(
        "SELECT questionnaire, scope, scope_id FROM pending_answer GROUP BY 1, 2, 3 HAVING count(*) >= ?", enough
    )
    return [(row["questionnaire"], row["scope"], row["scope_id"]) for row in rows]


def release_group(store: Store, group: tuple[str, str, bytes]) -> None:
    """Count every waiting answer of a group, once and together. Only inside `write()`."""
    pending = f"SELECT answer_id FROM pending_answer WHERE {_GROUP}"
    store.run(
        "INSERT INTO result_total (questionnaire, scope, scope_id, version, question, value, count, shown) "
        "SELECT ?, ?, ?, a.version, v.question, v.value, count(*), 0 FROM answer a JOIN answer_value v "
        f"ON v.log_no = a.log_no AND v.answer_id = a.answer_id WHERE a.answer_id IN ({pending}) "
        "GROUP BY a.version, v.question, v.value "
        "ON CONFLICT (questionnaire, scope, scope_id, version, question, value) "
        "DO UPDATE SET count = result_total.count + excluded.count",
        *group, *group,
    )  # fmt: skip
    store.run(
        "INSERT INTO result_group (questionnaire, scope, scope_id, count, text_count, day_ms) "
        f"SELECT ?, ?, ?, count(*), sum(has_text), max(day_ms) FROM pending_answer WHERE {_GROUP} "
        "ON CONFLICT (questionnaire, scope, scope_id) DO UPDATE SET "
        "count = result_group.count + excluded.count, text_count = result_group.text_count + excluded.text_count, "
        "day_ms = max(result_group.day_ms, excluded.day_ms)",
        *group, *group,
    )  # fmt: skip
    store.run("UPDATE result_change SET number = number + 1")
    store.run(f"INSERT INTO released_answer {pending} ON CONFLICT DO NOTHING", *group)
    store.run(f"DELETE FROM pending_answer WHERE {_GROUP}", *group)


def list_uncounted_growth(store: Store, group: tuple[str, str, bytes]) -> list[Row]:
    """For each version and question: how many more answered it than what is shown says (`grown`)."""
    return store.rows(
        "SELECT version, question, sum(count - shown) AS grown FROM result_total "
        f"WHERE {_GROUP} AND question NOT LIKE '%.%' GROUP BY version, question",
        *group,
    )


def show_question(store: Store, group: tuple[str, str, bytes], version: int, question: str) -> None:
    """Show what is counted of one question, with the choices that belong to it. Only inside `write()`."""
    store.run(
        f"UPDATE result_total SET shown = count WHERE {_GROUP} AND version = ? "
        "AND (question = ? OR substr(question, 1, ?) = ?)",
        *group, version, question, len(question) + 1, f"{question}.",
    )  # fmt: skip


def list_totals(store: Store, group: tuple[str, str, bytes]) -> list[Total]:
    """What may be shown of one group."""
    rows = store.rows(
        f"SELECT version, question, value, shown FROM result_total WHERE {_GROUP} AND shown > 0 "
        "ORDER BY version, question, value",
        *group,
    )
    return [Total(row["version"], row["question"], row["value"], row["shown"]) for row in rows]


def list_marks(store: Store, groups: Sequence[ResultGroup], question: str) -> dict[tuple[str, bytes], dict[int, int]]:
    """For each of these groups of one questionnaire, how many chose each number of a question. One statement."""
    if not groups:
        return {}
    marks = ",".join("?" for _ in groups)
    rows = store.rows(
        "SELECT scope, scope_id, value, sum(shown) AS shown FROM result_total "
        f"WHERE questionnaire = ? AND question = ? AND shown > 0 AND scope_id IN ({marks}) GROUP BY 1, 2, 3",
        groups[0].questionnaire, question, *(group.scope_id for group in groups),
    )  # fmt: skip
    found: dict[tuple[str, bytes], dict[int, int]] = {}
    for row in rows:
        found.setdefault((row["scope"], row["scope_id"]), {})[row["value"]] = row["shown"]
    return found


_BOTH = """SELECT questionnaire, scope, scope_id, sum(noted) AS count, sum(counted) AS released,
 sum(texts) AS text_count, max(day_ms) AS day_ms FROM (
 SELECT questionnaire, scope, scope_id, count AS noted, count AS counted, text_count AS texts, day_ms FROM result_group
 UNION ALL SELECT questionnaire, scope, scope_id, count(*), 0, 0, max(day_ms) FROM pending_answer GROUP BY 1, 2, 3)"""


def list_result_groups(store: Store, questionnaire: str, limit: int = -1, offset: int = 0) -> list[ResultGroup]:
    """The groups that answered a questionnaire, the newest day first."""
    rows = store.rows(
        f"{_BOTH} WHERE questionnaire = ? GROUP BY 1, 2, 3 ORDER BY 7 DESC, scope, scope_id LIMIT ? OFFSET ?",
        questionnaire, limit, offset,
    )  # fmt: skip
    return [_group(row) for row in rows]


def find_result_group(store: Store, questionnaire: str, scope: str, scope_id: bytes | None) -> ResultGroup | None:
    """One group, or None when nobody answered there."""
    row = store.row(f"{_BOTH} WHERE {_GROUP} GROUP BY questionnaire, scope, scope_id", questionnaire, scope, scope_id)
    return _group(row) if row else None


def count_result_groups(store: Store, questionnaire: str) -> int:
    """How many groups answered a questionnaire."""
    return len(store.rows(f"{_BOTH} WHERE questionnaire = ? GROUP BY 1, 2, 3", questionnaire))


def list_answered_codes(store: Store) -> list[str]:
    """The questionnaires that somebody answered."""
    rows = store.rows(
        "SELECT questionnaire FROM result_group UNION SELECT questionnaire FROM pending_answer ORDER BY 1"
    )
    return [row["questionnaire"] for row in rows]


def _group(row: Row) -> ResultGroup:
    return ResultGroup(
        row["questionnaire"], row["scope"], row["scope_id"], row["count"], row["released"], row["text_count"]
    )


def sum_marks(totals: Sequence[Total], question: str) -> dict[int, int]:
    """How many chose each number of a question, whatever the version."""
    marks: dict[int, int] = {}
    for one in totals:
        if one.question == question:
            marks[one.value] = marks.get(one.value, 0) + one.count
    return marks


def list_quotes(store: Store, group: tuple[str, str, bytes]) -> list[tuple[bytes, str]]:
    """The sentences of a group that staff chose: (id, text)."""
    rows = store.rows(f"SELECT quote_id, text FROM quote WHERE {_GROUP} ORDER BY quote_id LIMIT 50", *group)
    return [(row["quote_id"], row["text"]) for row in rows]
