"""Every read and write of answers, of the urn and of used forms. Nothing here opens a text: see opinions.py."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from kit.feedback.questionnaires import SATISFACTION
from kit.feedback.rules import Group
from kit.store import Row, Store

MOST_FORMS = 5_000

# -- the urn ------------------------------------------------------------------------------------------------------


class Waiting(msgspec.Struct, frozen=True):
    """One answer in the urn; `said` is the msgpack list of (question, value) pairs, `sealed` an envelope or None."""

    answer_id: bytes
    questionnaire: str
    version: int
    workshop_id: bytes
    stop_id: bytes
    said: bytes
    sealed: bytes | None

    @property
    def group(self) -> Group:
        """With whom it waits."""
        return Group(self.workshop_id, b"" if self.workshop_id else self.stop_id)

    def lifted(self, stop_id: bytes) -> Waiting:
        """The same, of a stop and of no workshop."""
        return replace(self, workshop_id=b"", stop_id=stop_id)


def list_urn(store: Store) -> list[Waiting]:
    """Everything that waits, in the order of its random keys."""
    return [Waiting(**dict(row)) for row in store.rows("SELECT * FROM urn ORDER BY answer_id")]


def write_urn(store: Store, waiting: Sequence[Waiting]) -> None:
    """Write the whole urn anew, in the order of its random keys. Only inside `write()`.

    SQLite lays the rows of a page down in the order they came: emptied and filled in key order, the page tells
    nothing about who came when. There are few rows: groups leave at five.
    """
    store.run("DELETE FROM urn")
    store.run_many(
        "INSERT INTO urn (answer_id, questionnaire, version, workshop_id, stop_id, said, sealed) "
        "VALUES (?,?,?,?,?,?,?)",
        [
            (one.answer_id, one.questionnaire, one.version, one.workshop_id, one.stop_id, one.said, one.sealed)
            for one in sorted(waiting, key=lambda one: one.answer_id)
        ],
    )


def count_waiting(store: Store) -> int:
    """How many answers are in the urn."""
    return int(store.value("SELECT count(*) FROM urn"))


def list_waiting_groups(store: Store) -> list[tuple[Group, int]]:
    """How many wait together, for each group."""
    rows = store.rows(
        "SELECT workshop_id, CASE WHEN workshop_id = x'' THEN stop_id ELSE x'' END AS stop_id, count(*) AS waiting "
        "FROM urn GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return [(Group(row["workshop_id"], row["stop_id"]), row["waiting"]) for row in rows]


# -- forms already posted -----------------------------------------------------------------------------------------


def keep_form(store: Store, digest: bytes) -> bool:
    """Remember a posted form; False when it was known. Only inside `write()`.

    They are forgotten when the stop closes; before that, beyond `MOST_FORMS`, some go at random (they have no age).
    """
    if store.run("INSERT INTO used_form (digest) VALUES (?) ON CONFLICT DO NOTHING", digest) == 0:
        return False
    if int(store.value("SELECT count(*) FROM used_form")) > MOST_FORMS:
        store.run(
            "DELETE FROM used_form WHERE digest IN (SELECT digest FROM used_form WHERE digest <> ? "
            f"ORDER BY digest LIMIT {MOST_FORMS // 10})",
            digest,
        )
    return True


def forget_forms(store: Store) -> None:
    """Forget every posted form. Only inside `write()`."""
    store.run("DELETE FROM used_form")


# -- answers ------------------------------------------------------------------------------------------------------


class OpinionCount(msgspec.Struct, frozen=True):
    """What a group says about satisfaction: `count` answers, `text_count` of them with a text.

    `mean` is out of ten, None when nobody chose a face; `marks` maps each mark (0, 5, 10) to how many chose it.
    """

    scope: str
    scope_id: bytes
    count: int
    text_count: int
    mean: float | None
    marks: dict[int, int]


class Answer(msgspec.Struct, frozen=True):
    """One answer; `envelope` is the hash of what was written and `sealed` its bytes, when they are here."""

    answer_id: bytes
    envelope: bytes | None
    sealed: bytes | None


_GROUPS = f"""SELECT a.scope, a.scope_id, count(*) AS count, count(a.envelope) AS text_count, avg(v.value) AS mean,
 sum(v.value = 0) AS low, sum(v.value = 5) AS middle, sum(v.value = 10) AS high
 FROM answer a LEFT JOIN answer_value v
   ON v.log_no = a.log_no AND v.answer_id = a.answer_id AND v.question = '{SATISFACTION}'"""


def opinion_counts_by_scope(store: Store, limit: int = -1, offset: int = 0) -> list[OpinionCount]:
    """Every group of answers noted, newest day first. The caller must not show the detail of a small one."""
    rows = store.rows(
        f"{_GROUPS} GROUP BY a.scope, a.scope_id ORDER BY max(a.day_ms) DESC, a.scope, a.scope_id LIMIT ? OFFSET ?",
        limit, offset,
    )  # fmt: skip
    return [_count(row) for row in rows]


def find_opinion_count(store: Store, scope: str, scope_id: bytes | None) -> OpinionCount | None:
    """One group, or None when nobody answered there."""
    row = store.row(f"{_GROUPS} WHERE a.scope = ? AND a.scope_id = ? GROUP BY a.scope, a.scope_id", scope, scope_id)
    return _count(row) if row is not None else None


def _count(row: Row) -> OpinionCount:
    marks = {0: row["low"] or 0, 5: row["middle"] or 0, 10: row["high"] or 0}
    return OpinionCount(row["scope"], row["scope_id"], row["count"], row["text_count"], row["mean"], marks)


def count_groups(store: Store) -> int:
    """How many groups of answers were noted."""
    return int(store.value("SELECT count(*) FROM (SELECT DISTINCT scope, scope_id FROM answer)"))


def list_answers(
    store: Store, scope: str, scope_id: bytes, *, with_text: bool = False, limit: int = 50, offset: int = 0
) -> list[Answer]:
    """The answers of one group in the order of their random ids; `with_text`: only those that have one."""
    rows = store.rows(
        "SELECT a.answer_id, a.envelope, e.sealed FROM answer a LEFT JOIN envelope e ON e.hash = a.envelope "
        f"WHERE a.scope = ? AND a.scope_id = ? {'AND a.envelope IS NOT NULL' if with_text else ''} "
        "ORDER BY a.answer_id LIMIT ? OFFSET ?",
        scope, scope_id, limit, offset,
    )  # fmt: skip
    return [Answer(row["answer_id"], row["envelope"], row["sealed"]) for row in rows]
