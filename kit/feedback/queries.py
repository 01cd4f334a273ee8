"""Every read and write of answers, of the urn and of used forms. Nothing here opens a text: see opinions.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from kit.feedback import result_queries
from kit.feedback.questionnaires import END_OF_WORKSHOP, SATISFACTION
from kit.feedback.result_queries import ResultGroup
from kit.feedback.rules import Group
from kit.store import Store

MOST_FORMS = 5_000
MOST_DRAFTS = 2_000

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
        return Group(self.workshop_id, b"" if self.workshop_id else self.stop_id, self.questionnaire)

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
        "SELECT questionnaire, workshop_id, CASE WHEN workshop_id = x'' THEN stop_id ELSE x'' END AS stop_id, "
        "count(*) AS waiting FROM urn GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    return [(Group(row["workshop_id"], row["stop_id"], row["questionnaire"]), row["waiting"]) for row in rows]


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


def is_form_known(store: Store, digest: bytes) -> bool:
    """True when this form was posted."""
    return store.value("SELECT 1 FROM used_form WHERE digest = ?", digest) is not None


def forget_forms(store: Store) -> None:
    """Forget every posted form and every draft. Only inside `write()`."""
    store.run("DELETE FROM used_form")
    store.run("DELETE FROM answer_draft")


# -- drafts -------------------------------------------------------------------------------------------------------


def find_draft(store: Store, draft_id: bytes) -> bytes | None:
    """A draft as it is kept, or None."""
    found: bytes | None = store.value("SELECT sealed FROM answer_draft WHERE draft_id = ?", draft_id)
    return found


def delete_draft(store: Store, draft_id: bytes) -> None:
    """Forget one draft. Only inside `write()`."""
    store.run("DELETE FROM answer_draft WHERE draft_id = ?", draft_id)


def write_draft(store: Store, draft_id: bytes, sealed: bytes) -> None:
    """Keep a draft; beyond `MOST_DRAFTS` some others go at random (they have no age). Only inside `write()`."""
    store.run(
        "INSERT INTO answer_draft (draft_id, sealed) VALUES (?,?) "
        "ON CONFLICT (draft_id) DO UPDATE SET sealed = excluded.sealed",
        draft_id, sealed,
    )  # fmt: skip
    if int(store.value("SELECT count(*) FROM answer_draft")) > MOST_DRAFTS:
        store.run(
            "DELETE FROM answer_draft WHERE draft_id IN (SELECT draft_id FROM answer_draft WHERE draft_id <> ? "
            f"ORDER BY draft_id LIMIT {MOST_DRAFTS // 10})",
            draft_id,
        )


def forget_draft(store: Store, draft_id: bytes) -> None:
    """A draft was sent. Only inside `write()`."""
    store.run("DELETE FROM answer_draft WHERE draft_id = ?", draft_id)


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


def opinion_counts_by_scope(store: Store, limit: int = -1, offset: int = 0) -> list[OpinionCount]:
    """Every group of opinions noted, newest day first: exact counts, and marks as far as they may be shown."""
    return _counts(store, result_queries.list_result_groups(store, END_OF_WORKSHOP, limit, offset))


def find_opinion_count(store: Store, scope: str, scope_id: bytes | None) -> OpinionCount | None:
    """One group, or None when nobody answered there."""
    found = result_queries.find_result_group(store, END_OF_WORKSHOP, scope, scope_id)
    return next(iter(_counts(store, [found] if found else [])), None)


def _counts(store: Store, groups: Sequence[ResultGroup]) -> list[OpinionCount]:
    given = result_queries.list_marks(store, groups, SATISFACTION)
    return [_count(group, given.get((group.scope, group.scope_id), {})) for group in groups]


def _count(group: ResultGroup, given: Mapping[int, int]) -> OpinionCount:
    count = sum(given.values())
    mean = sum(mark * number for mark, number in given.items()) / count if count else None
    marks = {mark: given.get(mark, 0) for mark in (0, 5, 10)}
    return OpinionCount(group.scope, group.scope_id, group.count, group.text_count, mean, marks)


def logs_of_group(store: Store, scope: str, scope_id: bytes) -> set[int]:
    """The local numbers of the logs that answers of a group came in."""
    rows = store.rows("SELECT DISTINCT log_no FROM answer WHERE scope = ? AND scope_id = ?", scope, scope_id)
    return {row["log_no"] for row in rows}


def count_groups(store: Store) -> int:
    """How many groups of opinions were noted."""
    return result_queries.count_result_groups(store, END_OF_WORKSHOP)


def list_answers(
    store: Store, scope: str, scope_id: bytes, *, with_text: bool = False, limit: int = 50, offset: int = 0,
    questionnaire: str = END_OF_WORKSHOP, released: bool = False,
) -> list[Answer]:  # fmt: skip
    """The answers of one group in the order of their random ids; `with_text`: only those that have one;
    `released`: only those that were counted in results, so that a text never comes out alone.
    """
    written = "AND a.envelope IS NOT NULL" if with_text else ""
    written += " AND a.answer_id IN (SELECT answer_id FROM released_answer)" if released else ""
    rows = store.rows(
        "SELECT a.answer_id, a.envelope, e.sealed FROM answer a LEFT JOIN envelope e ON e.hash = a.envelope "
        f"WHERE a.scope = ? AND a.scope_id = ? AND a.questionnaire = ? {written} "
        "ORDER BY a.answer_id LIMIT ? OFFSET ?",
        scope, scope_id, questionnaire, limit, offset,
    )  # fmt: skip
    return [Answer(row["answer_id"], row["envelope"], row["sealed"]) for row in rows]


# -- questionnaires that were written here or at home ----------------------------------------------------------------


class KeptVersion(msgspec.Struct, frozen=True):
    """One version as its fact carried it; `is_ours`: written by this node."""

    code: str
    version: int
    document: bytes
    is_ours: bool


def write_questionnaire(
    store: Store, questionnaire_id: bytes, versions: Sequence[Sequence[object]], offers: Sequence[Sequence[object]]
) -> None:
    """Write the rows of one questionnaire anew. Only inside `write()`."""
    store.run("DELETE FROM questionnaire_version WHERE questionnaire_id = ?", questionnaire_id)
    store.run("DELETE FROM questionnaire_offer WHERE questionnaire_id = ?", questionnaire_id)
    store.run_many(
        "INSERT INTO questionnaire_version (log_no, questionnaire_id, version, code, document) VALUES (?,?,?,?,?)",
        versions,
    )
    store.run_many("INSERT INTO questionnaire_offer (log_no, questionnaire_id, is_offered) VALUES (?,?,?)", offers)


_KEPT = """SELECT v.code, v.version, v.document, v.log_no IN (SELECT log_no FROM log WHERE public_key =
 (SELECT public_key FROM log WHERE is_own = 1 LIMIT 1)) AS is_ours FROM questionnaire_version v"""


def find_kept_version(store: Store, code: str, version: int) -> KeptVersion | None:
    """One version, or None when it is not here."""
    row = store.row(f"{_KEPT} WHERE v.code = ? AND v.version = ? ORDER BY v.log_no LIMIT 1", code, version)
    return KeptVersion(row["code"], row["version"], row["document"], bool(row["is_ours"])) if row else None


def list_newest_versions(store: Store, code: str = "") -> list[KeptVersion]:
    """The newest version of each (of the one with that `code`)."""
    newest = "(SELECT max(w.version) FROM questionnaire_version w WHERE w.code = v.code)"
    rows = store.rows(
        f"{_KEPT} WHERE v.version = {newest} AND (? = '' OR v.code = ?) ORDER BY v.code, v.log_no", code, code
    )
    found = {row["code"]: row for row in reversed(rows)}
    return [KeptVersion(row["code"], row["version"], row["document"], bool(row["is_ours"])) for row in found.values()]


def list_versions(store: Store, code: str) -> list[KeptVersion]:
    """Every version of one questionnaire, oldest first."""
    rows = store.rows(f"{_KEPT} WHERE v.code = ? ORDER BY v.version, v.log_no", code)
    return [KeptVersion(row["code"], row["version"], row["document"], bool(row["is_ours"])) for row in rows]


def read_offers(store: Store) -> dict[bytes, bool]:
    """Whether each questionnaire is offered: this node's own word, else what home said."""
    rows = store.rows(
        "SELECT o.questionnaire_id, o.is_offered FROM questionnaire_offer o JOIN log l USING (log_no) "
        "ORDER BY l.public_key IS (SELECT public_key FROM log WHERE is_own = 1 LIMIT 1), o.log_no"
    )
    return {row["questionnaire_id"]: bool(row["is_offered"]) for row in rows}


# -- doors of texts given outside any stop --------------------------------------------------------------------------


def keep_day_door(store: Store, subject: bytes, day: int) -> None:
    """Watch over a door that serves one day of the box's running life. Only inside `write()`."""
    store.run("INSERT INTO day_door (subject, day) VALUES (?,?) ON CONFLICT DO NOTHING", subject, day)


def list_day_doors(store: Store) -> list[tuple[bytes, int]]:
    """(whose door, its day of the box's running life), the oldest first."""
    return [(row["subject"], row["day"]) for row in store.rows("SELECT subject, day FROM day_door ORDER BY day")]


def forget_day_door(store: Store, subject: bytes) -> None:
    """It is destroyed. Only inside `write()`."""
    store.run("DELETE FROM day_door WHERE subject = ?", subject)


# -- questionnaires being written -----------------------------------------------------------------------------------


def find_written(store: Store, code: str) -> bytes | None:
    """A questionnaire being written, or None."""
    found: bytes | None = store.value("SELECT document FROM questionnaire_draft WHERE code = ?", code)
    return found


def list_written(store: Store) -> list[str]:
    """The codes of those being written."""
    return [row["code"] for row in store.rows("SELECT code FROM questionnaire_draft ORDER BY code")]


def write_written(store: Store, code: str, document: bytes) -> None:
    """Keep one being written. Only inside `write()`."""
    store.run(
        "INSERT INTO questionnaire_draft (code, document) VALUES (?,?) "
        "ON CONFLICT (code) DO UPDATE SET document = excluded.document",
        code, document,
    )  # fmt: skip


def forget_written(store: Store, code: str) -> None:
    """It was published. Only inside `write()`."""
    store.run("DELETE FROM questionnaire_draft WHERE code = ?", code)


# -- texts that may leave --------------------------------------------------------------------------------------------


class OldText(msgspec.Struct, frozen=True):
    """The envelope of an answer, of a letter or of a reply written here, and the fact that cites it."""

    envelope: bytes
    log_no: int
    seq: int


def keep_text_mark(store: Store, log_no: int, day: int, seq: int) -> None:
    """How far a log had come on a day of the box's running life: its last word. Only inside `write()`."""
    store.run(
        "INSERT INTO text_mark (log_no, day, seq) VALUES (?,?,?) "
        "ON CONFLICT (log_no, day) DO UPDATE SET seq = max(seq, excluded.seq)",
        log_no, day, seq,
    )  # fmt: skip


def list_old_texts(store: Store, kinds: Sequence[str], day: int) -> list[OldText]:
    """What facts of these kinds in our logs cite, noted on that day of running life or earlier."""
    marks = ",".join("?" for _ in kinds)
    rows = store.rows(
        "SELECT e.hash, f.log_no, f.seq FROM fact f JOIN envelope e ON e.hash = f.envelope JOIN "
        "(SELECT log_no, max(seq) AS seq FROM text_mark WHERE day <= ? GROUP BY log_no) m "
        f"ON m.log_no = f.log_no AND f.seq <= m.seq WHERE f.kind IN ({marks}) ORDER BY e.hash",
        day, *kinds,
    )  # fmt: skip
    return [OldText(row["hash"], row["log_no"], row["seq"]) for row in rows]


class OldAnswer(msgspec.Struct, frozen=True):
    """An answer whose numbers were counted in results, and the fact of ours that gave it."""

    answer_id: bytes
    log_no: int
    seq: int


def list_old_answers(store: Store, kind: str, day: int, limit: int) -> list[OldAnswer]:
    """Answers in our logs noted on that day of running life or earlier, counted already: results keep their sums."""
    rows = store.rows(
        "SELECT f.subject, f.log_no, f.seq FROM fact f JOIN "
        "(SELECT log_no, max(seq) AS seq FROM text_mark WHERE day <= ? GROUP BY log_no) m "
        "ON m.log_no = f.log_no AND f.seq <= m.seq JOIN released_answer r ON r.answer_id = f.subject "
        "WHERE f.kind = ? ORDER BY f.subject LIMIT ?",
        day, kind, limit,
    )  # fmt: skip
    return [OldAnswer(row["subject"], row["log_no"], row["seq"]) for row in rows]


def delete_texts(store: Store, texts: Sequence[OldText]) -> int:
    """Remove these envelopes; how many went. Only inside `write()`."""
    return sum(store.run("DELETE FROM envelope WHERE hash = ?", one.envelope) for one in texts)


# -- at home: texts whose time is over ----------------------------------------------------------------------------

_AGED = (
    "SELECT {what} FROM envelope e WHERE EXISTS (SELECT 1 FROM answer a WHERE a.answer_id = e.subject "
    "AND a.day_ms > 0 AND a.day_ms < ?) OR EXISTS (SELECT 1 FROM letter l WHERE l.letter_id = e.subject "
    "AND l.day_ms < ?)"
)


def list_aged_texts(store: Store, before_ms: int, limit: int) -> list[bytes]:
    """Answers and letters of days before a moment whose texts are still here."""
    sql = _AGED.format(what="DISTINCT e.subject") + " LIMIT ?"
    return [bytes(row["subject"]) for row in store.rows(sql, before_ms, before_ms, limit)]


def count_aged_texts(store: Store, before_ms: int) -> int:
    """How many they are."""
    return int(store.value(_AGED.format(what="count(DISTINCT e.subject)"), before_ms, before_ms))
