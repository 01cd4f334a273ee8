"""Every statement about kits, their logs and links to enrol one."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.errors import Problem
from kit.store import Row, Store
from kit.workshops.queries import ALONE

_KIT = (
    "SELECT k.kit_id, k.nickname, k.territory, k.sign_public, k.is_revoked, k.not_after_ms, k.enrolled_at_ms, "
    "k.last_seen_ms, coalesce((SELECT sum(l.head_seq) FROM kit_log l WHERE l.kit_id = k.kit_id), 0) AS announced, "
    "coalesce((SELECT sum(a.last_seq - a.first_seq + 1) FROM kit_log l JOIN arrived a USING (log_no) "
    "WHERE l.kit_id = k.kit_id), 0) AS arrived, "
    "(SELECT count(*) FROM kit_log l JOIN arrival a INDEXED BY arrival_odd USING (log_no) "
    "WHERE l.kit_id = k.kit_id AND a.reason <> '') "
    "AS to_look_at FROM kit k"
)


class Kit(msgspec.Struct, frozen=True):
    """One enrolled kit, ready to show. `announced` and `arrived` count facts; `last_seen_ms` None: not heard yet."""

    kit_id: bytes
    nickname: str
    territory: str
    sign_public: bytes
    is_revoked: bool
    not_after_ms: int
    enrolled_at_ms: int
    last_seen_ms: int | None
    announced: int
    arrived: int
    to_look_at: int

    @property
    def held_back(self) -> int:
        """Facts the kit said it has and that did not arrive."""
        return max(0, self.announced - self.arrived)


def _kit(row: Row) -> Kit:
    fields = {name: row[name] for name in Kit.__struct_fields__}
    return Kit(**{**fields, "is_revoked": bool(row["is_revoked"])})


def _among(territories: Sequence[str]) -> str:
    return f"WHERE k.territory IN ({','.join('?' for _ in territories)})" if territories else ""


def count_kits(store: Store, territories: Sequence[str] = ()) -> int:
    """How many kits are enrolled, in these territories (none: in all)."""
    return int(store.value(f"SELECT count(*) FROM kit k {_among(territories)}", *territories))


def list_kits(store: Store, limit: int, offset: int, territories: Sequence[str] = ()) -> list[Kit]:
    """Enrolled kits of these territories (none: of all), those heard longest ago first: they need attention."""
    rows = store.rows(
        f"{_KIT} {_among(territories)} "
        "ORDER BY k.is_revoked, coalesce(k.last_seen_ms, 0), k.nickname, k.kit_id LIMIT ? OFFSET ?",
        *territories, limit, offset,
    )  # fmt: skip
    return [_kit(row) for row in rows]


def logs_of_territories(store: Store, territories: Sequence[str]) -> frozenset[int]:
    """The local numbers of the logs of kits that go to these territories."""
    rows = store.rows(f"SELECT l.log_no FROM kit_log l JOIN kit k USING (kit_id) {_among(territories)}", *territories)
    return frozenset(row["log_no"] for row in rows)


def get_kit(store: Store, kit_id: bytes | None) -> Kit:
    """One kit. Raises Problem `web.not_found`."""
    row = store.row(f"{_KIT} WHERE k.kit_id = ?", kit_id)
    if row is None:
        raise Problem("web.not_found")
    return _kit(row)


def find_kit_by_key(store: Store, sign_public: bytes) -> Row | None:
    """The kit that signs with this key (kit_id, sign_public, box_public, is_revoked, not_after_ms), or None."""
    return store.row(
        "SELECT kit_id, sign_public, box_public, is_revoked, not_after_ms FROM kit WHERE sign_public = ?", sign_public
    )


def erasures_to_tell(store: Store) -> list[bytes]:
    """Subjects erased that no fact going down to all kits speaks of."""
    rows = store.rows(
        "SELECT subject FROM tombstone t WHERE NOT EXISTS (SELECT 1 FROM fact f JOIN channel c USING (log_no) "
        "WHERE f.subject = t.subject AND f.kind = 'person.erased' AND c.name = ?)",
        b"",
    )
    return [row["subject"] for row in rows]


def count_facts(store: Store, subject: bytes, kind: str) -> int:
    """How many facts of one kind speak of a subject."""
    return int(store.value("SELECT count(*) FROM fact WHERE subject = ? AND kind = ?", subject, kind))


def list_keys(store: Store) -> frozenset[bytes]:
    """The signing keys of every kit ever enrolled, revoked ones too."""
    return frozenset(row["sign_public"] for row in store.rows("SELECT sign_public FROM kit"))


def names_of_logs(store: Store, log_nos: Sequence[int] | None = None) -> dict[int, str]:
    """The nicknames of the kits that wrote these logs (None: all)."""
    among = "" if log_nos is None else f"WHERE l.log_no IN ({','.join('?' for _ in log_nos)})"
    rows = store.rows(f"SELECT l.log_no, k.nickname FROM kit_log l JOIN kit k USING (kit_id) {among}", *(log_nos or ()))
    return {row["log_no"]: row["nickname"] for row in rows}


def logs_of_kit(store: Store, kit_id: bytes) -> list[int]:
    """The local numbers of a kit's logs."""
    return [row["log_no"] for row in store.rows("SELECT log_no FROM kit_log WHERE kit_id = ?", kit_id)]


def save_kit(store: Store, values: Sequence[object]) -> None:
    """Enrol a kit, or renew its certificate: see `_KIT_COLUMNS`. Only inside `write()`."""
    store.run(
        f"INSERT INTO kit ({_KIT_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (kit_id) DO UPDATE SET "
        "nickname = excluded.nickname, territory = excluded.territory, box_public = excluded.box_public, "
        "serial = excluded.serial, certificate = excluded.certificate, not_after_ms = excluded.not_after_ms",
        *values,
    )


_KIT_COLUMNS = "kit_id, nickname, territory, sign_public, box_public, serial, certificate, not_after_ms, enrolled_at_ms"


def set_revoked(store: Store, kit_id: bytes, is_revoked: bool) -> None:
    """Accept what a kit sends no longer, or again. Only inside `write()`."""
    store.run("UPDATE kit SET is_revoked = ? WHERE kit_id = ?", int(is_revoked), kit_id)


def note_seen(store: Store, kit_id: bytes, now_ms: int) -> None:
    """A kit was heard. Only inside `write()`."""
    store.run("UPDATE kit SET last_seen_ms = ? WHERE kit_id = ?", now_ms, kit_id)


def note_log(store: Store, log_no: int, kit_id: bytes, head: int) -> None:
    """A kit speaks of one of its logs; the newest number heard only grows. Only inside `write()`."""
    store.run(
        "INSERT INTO kit_log (log_no, kit_id, head_seq) VALUES (?,?,?) "
        "ON CONFLICT (log_no) DO UPDATE SET head_seq = max(kit_log.head_seq, excluded.head_seq)",
        log_no, kit_id, head,
    )  # fmt: skip


def add_link(store: Store, code: bytes, nickname: str, territory: str, server_url: str, expires_at_ms: int) -> None:
    """Keep a one-time link by the hash of its code. Only inside `write()`."""
    store.run(
        "INSERT INTO enrolment_link (code, nickname, territory, server_url, expires_at_ms) VALUES (?,?,?,?,?)",
        code, nickname, territory, server_url, expires_at_ms,
    )  # fmt: skip


def find_link(store: Store, code: bytes) -> Row | None:
    """A link by the hash of its code, with the signing key of the kit it served, or None."""
    return store.row(
        "SELECT e.*, k.sign_public FROM enrolment_link e LEFT JOIN kit k USING (kit_id) WHERE e.code = ?", code
    )


def find_writer(store: Store, segment_id: bytes) -> tuple[int, bytes] | None:
    """(log number, kit) of who wrote a segment, or None."""
    row = store.row("SELECT log_no, kit_id FROM arrival JOIN kit_log USING (log_no) WHERE segment_id = ?", segment_id)
    return (row["log_no"], row["kit_id"]) if row else None


def use_link(store: Store, code: bytes, kit_id: bytes) -> None:
    """A link served a kit. Only inside `write()`."""
    store.run("UPDATE enrolment_link SET kit_id = ? WHERE code = ?", kit_id, code)


def count_open_links(store: Store, now_ms: int) -> int:
    """How many links wait to be used."""
    return int(store.value("SELECT count(*) FROM enrolment_link WHERE kit_id IS NULL AND expires_at_ms > ?", now_ms))


class RecentWorkshop(msgspec.Struct, frozen=True):
    """A workshop of one kit, in one line."""

    workshop_id: bytes
    title: str
    starts_at_ms: int
    signed_up: int
    came: int


def list_recent_workshops(store: Store, kit_id: bytes, limit: int) -> list[RecentWorkshop]:
    """The newest workshops of a kit with how many signed up and came."""
    rows = store.rows(
        "SELECT w.workshop_id, w.title, w.starts_at_ms, "
        "(SELECT count(*) FROM signup s WHERE s.log_no = w.log_no AND s.workshop_id = w.workshop_id "
        f"AND s.state <> 'cancelled' AND {ALONE}) AS signed_up, "
        "(SELECT count(*) FROM attendance a WHERE a.log_no = w.log_no AND a.workshop_id = w.workshop_id "
        "AND a.state = 'came') AS came FROM kit_log k JOIN workshop w USING (log_no) WHERE k.kit_id = ? "
        "ORDER BY w.starts_at_ms DESC, w.workshop_id LIMIT ?",
        kit_id, limit,
    )  # fmt: skip
    return [RecentWorkshop(*row) for row in rows]


def scope_labels(store: Store, ids: Sequence[bytes]) -> dict[bytes, str]:
    """Words for the workshops and stops behind these ids, where they arrived."""
    marks = ",".join("?" for _ in ids)
    rows = store.rows(
        f"SELECT stop_id AS id, stop_label AS label FROM workshop WHERE stop_id IN ({marks}) AND stop_label <> '' "
        f"UNION ALL SELECT workshop_id, title FROM workshop WHERE workshop_id IN ({marks})",
        *ids, *ids,
    )  # fmt: skip
    return {row["id"]: row["label"] for row in rows}


def count_opinions(store: Store, workshop_ids: Sequence[bytes]) -> dict[bytes, int]:
    """How many opinions were noted for each of these workshops."""
    marks = ",".join("?" for _ in workshop_ids)
    rows = store.rows(
        f"SELECT scope_id, count(*) AS n FROM answer WHERE scope = 'workshop' AND scope_id IN ({marks}) GROUP BY 1",
        *workshop_ids,
    )
    return {row["scope_id"]: row["n"] for row in rows}


# -- people, and kits that were lost ------------------------------------------------------------------------------


def find_ticket_holders(store: Store, code: str) -> list[Row]:
    """Who holds a ticket code, of every kit: signup_id, title, starts_at_ms, is_erased; at most 20."""
    return store.rows(
        "SELECT s.signup_id, w.title, w.starts_at_ms, t.subject IS NOT NULL AS is_erased FROM signup s "
        "JOIN workshop w ON w.log_no = s.log_no AND w.workshop_id = s.workshop_id "
        "LEFT JOIN tombstone t ON t.subject = s.signup_id WHERE s.code = ? ORDER BY w.starts_at_ms DESC LIMIT 20",
        code,
    )


def is_person(store: Store, subject: bytes) -> bool:
    """True when somebody signed up, came or wrote under this id."""
    found = store.value(
        "SELECT 1 FROM signup WHERE signup_id = ? UNION SELECT 1 FROM attendance WHERE attendance_id = ? "
        "UNION SELECT 1 FROM answer WHERE answer_id = ?",
        subject, subject, subject,
    )  # fmt: skip
    return found is not None


def count_on_board(store: Store, kit_id: bytes) -> Row:
    """What a kit told home, and what home told it of its workshops, by category. People erased are not counted."""
    row = store.row(
        f"WITH logs AS (SELECT log_no FROM kit_log WHERE kit_id = ?), hosted AS (SELECT DISTINCT w.workshop_id, "
        f"w.is_closed FROM workshop w JOIN logs USING (log_no)), named AS ("
        f"SELECT h.is_closed, s.has_phone FROM signup s JOIN hosted h USING (workshop_id) "
        f"WHERE s.envelope IS NOT NULL AND {_not_erased('s.signup_id')} "
        f"UNION ALL SELECT h.is_closed, 0 FROM attendance a JOIN hosted h USING (workshop_id) "
        f"WHERE a.envelope IS NOT NULL AND {_not_erased('a.attendance_id')}) SELECT "
        f"(SELECT count(*) FROM named WHERE is_closed = 0) AS names_open, "
        f"(SELECT count(*) FROM named WHERE is_closed = 1) AS names_closed, "
        f"(SELECT count(*) FROM named WHERE is_closed = 0 AND has_phone = 1) AS phones_open, "
        f"(SELECT count(*) FROM answer JOIN logs USING (log_no) WHERE envelope IS NOT NULL) AS texts, "
        f"(SELECT count(*) FROM letter l JOIN logs USING (log_no) WHERE l.envelope IS NOT NULL "
        f"AND {_not_erased('l.letter_id')}) AS letters, "
        f"(SELECT count(*) FROM deposit d JOIN logs USING (log_no) WHERE d.envelope IS NOT NULL "
        f"AND {_not_erased('d.deposit_id')}) AS deposits, "
        f"(SELECT count(*) FROM thanks t JOIN logs USING (log_no) WHERE t.envelope IS NOT NULL "
        f"AND {_not_erased('t.thanks_id')}) AS words, "
        f"(SELECT count(*) FROM answer JOIN logs USING (log_no)) AS answers, "
        f"(SELECT count(*) FROM signup JOIN logs USING (log_no)) + "
        f"(SELECT count(*) FROM attendance JOIN logs USING (log_no)) AS attendance, "
        f"(SELECT count(*) FROM workshop JOIN logs USING (log_no)) AS workshops",
        kit_id,
    )
    if row is None:
        raise Problem("web.not_found")
    return row


def _not_erased(subject: str) -> str:
    return f"NOT EXISTS (SELECT 1 FROM tombstone gone WHERE gone.subject = {subject})"


def save_loss(store: Store, kit_id: bytes, noticed_at_ms: int, was_open: bool, noted_at_ms: int) -> None:
    """Note a loss; the newer words count. Only inside `write()`."""
    store.run(
        "INSERT INTO loss (kit_id, noticed_at_ms, was_open, noted_at_ms) VALUES (?,?,?,?) ON CONFLICT (kit_id) "
        "DO UPDATE SET noticed_at_ms = excluded.noticed_at_ms, was_open = excluded.was_open",
        kit_id, noticed_at_ms, int(was_open), noted_at_ms,
    )  # fmt: skip


def find_loss(store: Store, kit_id: bytes) -> Row | None:
    """What was noted of a loss, or None."""
    return store.row("SELECT * FROM loss WHERE kit_id = ?", kit_id)


def find_host(store: Store, log_no: int) -> bytes | None:
    """The kit that writes a log, when it is still accepted, or None."""
    found = store.value(
        "SELECT l.kit_id FROM kit_log l JOIN kit k USING (kit_id) WHERE l.log_no = ? AND k.is_revoked = 0", log_no
    )
    return bytes(found) if found is not None else None


def host_of(store: Store, log_no: int) -> bytes:
    """The same. Raises Problem `workshops.hosted_elsewhere`: no kit to ask."""
    found = find_host(store, log_no)
    if found is None:
        raise Problem("workshops.hosted_elsewhere")
    return found
