"""Every read and write of consultations: participation, the tally, papers, and codes for one answer."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.errors import Problem
from kit.store import Row, Store

Counts = tuple[tuple[int, int], ...]


class Paper(msgspec.Struct, frozen=True):
    """What one suitcase (`home`: its log) counted on paper at one stop. `is_ours`: this one did."""

    stop_id: bytes
    ballots: int
    counts: Counts
    version: int
    home: bytes
    is_ours: bool


class Closed(msgspec.Struct, frozen=True):
    """The tally of a closed consultation."""

    code: str
    screen_voters: int
    paper_ballots: int
    screen: Counts
    paper: Counts
    is_merged: bool


def count_noted(store: Store, code: str) -> int:
    """How many answered on screen and are in the journal."""
    counted = store.value("SELECT coalesce(sum(count), 0) FROM result_group WHERE questionnaire = ?", code)
    waiting = store.value("SELECT count(*) FROM pending_answer WHERE questionnaire = ?", code)
    return int(counted) + int(waiting)


def count_in_urn(store: Store, code: str) -> int:
    """How many wait in the urn."""
    return int(store.value("SELECT count(*) FROM urn WHERE questionnaire = ?", code))


def tally(store: Store, code: str) -> dict[str, dict[int, int]]:
    """How many gave each number to each question, those not yet shown anywhere included: told once, at the end."""
    rows = store.rows(
        "SELECT question, value, sum(n) AS n FROM ("
        "SELECT question, value, count AS n FROM result_total WHERE questionnaire = ? UNION ALL "
        "SELECT v.question, v.value, 1 FROM pending_answer p JOIN answer_value v ON v.answer_id = p.answer_id "
        "WHERE p.questionnaire = ?) GROUP BY question, value",
        code, code,
    )  # fmt: skip
    found: dict[str, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row["question"], {})[row["value"]] = row["n"]
    return found


def list_papers(store: Store, code: str) -> list[Paper]:
    """The paper tallies of a consultation, one for each stop and each suitcase that counted there."""
    rows = store.rows(
        "SELECT p.*, l.log_id AS home, "
        "l.public_key IS (SELECT public_key FROM log WHERE is_own = 1 LIMIT 1) AS is_ours "
        "FROM poll_paper p JOIN log l USING (log_no) WHERE p.code = ? ORDER BY p.stop_id, p.log_no",
        code,
    )
    return [
        Paper(row["stop_id"], row["ballots"], _counts(row["counts"]), row["version"], row["home"], bool(row["is_ours"]))
        for row in rows
    ]


def find_closed(store: Store, code: str) -> Closed | None:
    """The tally of a consultation that ended: home's word before this node's; None while it is open."""
    row = store.row(
        "SELECT c.* FROM poll_closed c JOIN log l USING (log_no) WHERE c.code = ? "
        "ORDER BY l.public_key IS (SELECT public_key FROM log WHERE is_own = 1 LIMIT 1), c.log_no LIMIT 1",
        code,
    )
    return _closed(row) if row else None


def _closed(row: Row) -> Closed:
    return Closed(
        row["code"], row["screen_voters"], row["paper_ballots"], _counts(row["screen"]), _counts(row["paper"]),
        bool(row["is_merged"]),
    )  # fmt: skip


def _counts(raw: bytes) -> Counts:
    return msgspec.msgpack.decode(raw, type=Counts)


# -- codes for one answer ---------------------------------------------------------------------------------------------


def add_codes(store: Store, code: str, digests: Sequence[bytes]) -> None:
    """Keep the codes that were printed. Only inside `write()`."""
    store.run_many(
        "INSERT INTO vote_code (digest, code) VALUES (?,?) ON CONFLICT DO NOTHING", [(one, code) for one in digests]
    )


_KNOWN = "(SELECT digest FROM vote_code WHERE code = ? UNION SELECT digest FROM poll_slip WHERE code = ?)"
_SERVED = "(SELECT digest FROM used_vote_code UNION SELECT digest FROM poll_slip_used)"


def count_codes(store: Store, code: str) -> tuple[int, int]:
    """How many codes were printed for a consultation, and how many served, as far as this node knows."""
    printed = store.value(f"SELECT count(*) FROM {_KNOWN}", code, code)
    used = store.value(f"SELECT count(*) FROM {_KNOWN} WHERE digest IN {_SERVED}", code, code)
    return int(printed), int(used)


def use_code(store: Store, code: str, digests: Sequence[bytes]) -> None:
    """Mark a code as used, in the transaction that notes its answer; `digests`: how it may be remembered.

    Raises Problem `polls.code_unknown` or `polls.code_used`.
    """
    marks = ",".join("?" for _ in digests)
    digest = store.value(f"SELECT digest FROM {_KNOWN} WHERE digest IN ({marks})", code, code, *digests)
    if digest is None:
        raise Problem("polls.code_unknown")
    is_told = store.value("SELECT 1 FROM poll_slip_used WHERE digest = ?", digest) is not None
    if is_told or store.run("INSERT INTO used_vote_code (digest) VALUES (?) ON CONFLICT DO NOTHING", digest) == 0:
        raise Problem("polls.code_used")


_OWN_LOGS = "(SELECT log_no FROM log WHERE public_key = (SELECT public_key FROM log WHERE is_own = 1 LIMIT 1))"


def list_used_untold(store: Store, code: str = "") -> dict[str, list[bytes]]:
    """Shared slips (of one consultation) that served here and that we told nobody, by consultation."""
    rows = store.rows(
        "SELECT DISTINCT s.code, s.digest FROM used_vote_code JOIN poll_slip s USING (digest) WHERE ? IN ('', s.code) "
        f"AND s.digest NOT IN (SELECT digest FROM poll_slip_used WHERE log_no IN {_OWN_LOGS}) ORDER BY 1, 2",
        code,
    )
    return _by_code(rows)


def list_used_to_relay(store: Store) -> dict[str, list[bytes]]:
    """Slips that served somewhere else and that we told nobody, by consultation."""
    rows = store.rows(
        "SELECT DISTINCT code, digest FROM poll_slip_used WHERE digest NOT IN "
        f"(SELECT digest FROM poll_slip_used WHERE log_no IN {_OWN_LOGS}) ORDER BY 1, 2"
    )
    return _by_code(rows)


def _by_code(rows: Sequence[Row]) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for row in rows:
        found.setdefault(row["code"], []).append(row["digest"])
    return found


def count_used_twice(store: Store, code: str) -> int:
    """How many slips served in several suitcases before these could hear of each other (a home knows it)."""
    rows = store.rows(
        f"SELECT digest FROM poll_slip_used WHERE code = ? AND log_no NOT IN {_OWN_LOGS} "
        "GROUP BY digest HAVING count(*) > 1",
        code,
    )
    return len(rows)
