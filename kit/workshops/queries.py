"""Every read of workshops, sign-ups and attendance. Nothing here opens a name: see `roll.py`."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

import msgspec

from kit.errors import Problem
from kit.store import Row, Store
from kit.workshops import rules, vocabulary

# Joined by log_no as well, so that a central in parts (journal.md, The central's engine) reads one part only.
# What a purge left as counts is added on the box that purged; elsewhere the people themselves are still there.
# A row that is the same person as another (`same_person`) holds no place of its own and waits for none.
ALONE = """NOT EXISTS (SELECT 1 FROM attendance m WHERE m.log_no = s.log_no AND m.attendance_id = s.signup_id
   AND m.merged_into <> x'')"""
SELECT = f"""SELECT w.*, l.log_id AS home, l.is_own AS is_ours,
 coalesce(t.placed, 0) + (SELECT count(*) FROM signup s
   WHERE s.log_no = w.log_no AND s.workshop_id = w.workshop_id AND s.state = 'placed' AND {ALONE}) AS placed,
 coalesce(t.waiting, 0) + (SELECT count(*) FROM signup s LEFT JOIN attendance a
     ON a.log_no = s.log_no AND a.attendance_id = s.signup_id AND a.state = 'came'
   WHERE s.log_no = w.log_no AND s.workshop_id = w.workshop_id AND s.state = 'waiting'
     AND a.attendance_id IS NULL AND {ALONE}) AS waiting,
 coalesce(t.came, 0) + (SELECT count(*) FROM attendance a
   WHERE a.log_no = w.log_no AND a.workshop_id = w.workshop_id AND a.state = 'came') AS came,
 coalesce(t.beyond, 0) + (SELECT count(*) FROM attendance a LEFT JOIN signup s
     ON s.log_no = a.log_no AND s.signup_id = a.attendance_id AND s.state = 'placed'
   WHERE a.log_no = w.log_no AND a.workshop_id = w.workshop_id AND a.state = 'came'
     AND s.signup_id IS NULL) AS beyond
 FROM workshop w JOIN log l ON l.log_no = w.log_no
 LEFT JOIN workshop_total t ON l.is_own = 1 AND t.log_no = w.log_no AND t.workshop_id = w.workshop_id"""
_SIGNUP = "SELECT s.*, l.is_own AS is_ours FROM signup s JOIN log l ON l.log_no = s.log_no"


V = TypeVar("V", int, bytes)


class Workshop(msgspec.Struct, frozen=True):
    """One workshop with its counts, ready to show.
    `home` is the id of the log it was born in, `is_ours` true when that log is this node's. `placed`, `waiting` and
    `came` count people; `beyond` those who came without holding a place.
    """

    log_no: int
    home: bytes
    is_ours: bool
    workshop_id: bytes
    title: str
    stop_id: bytes
    stop_label: str
    place: str
    starts_at_ms: int
    length_minutes: int
    places: int
    waiting_places: int
    level: str
    theme: str
    summary: str
    door_public: bytes
    is_cancelled: bool
    cancel_reason: str
    is_closed: bool
    version: int
    moved_version: int
    kind: str
    audience: str
    opens_at_ms: int
    sign_up_until_ms: int
    equipment: str
    led_by: str
    takes_voucher: bool
    series_id: bytes
    is_cycle: bool
    slot_minutes: int
    merged_into: bytes
    supports: bytes
    language: str
    placed: int
    waiting: int
    came: int
    beyond: int

    @property
    def ends_at_ms(self) -> int:
        """When it ends, Unix milliseconds."""
        return self.starts_at_ms + self.length_minutes * 60_000

    @property
    def taken(self) -> int:
        """Places held: people who have one, and people who came without."""
        return self.placed + self.beyond

    @property
    def places_left(self) -> int:
        """Places nobody holds."""
        return rules.places_left(self.places, self.taken)

    @property
    def level_label(self) -> str:
        """Its level in French."""
        return vocabulary.label("level", self.level)

    @property
    def theme_label(self) -> str:
        """Its theme in French."""
        return vocabulary.label("theme", self.theme)

    @property
    def kind_label(self) -> str:
        """Its kind in French."""
        return vocabulary.label("kind", self.kind)

    @property
    def audience_label(self) -> str:
        """For whom it is, in French."""
        return vocabulary.label("audience", self.audience)

    @property
    def language_label(self) -> str:
        """In which language it is held, in French; empty when nobody said so."""
        return vocabulary.LANGUAGES.get(self.language, self.language)

    @property
    def where(self) -> str:
        """Stop and place in one line."""
        return rules.join_where(self.place, self.stop_label)

    @property
    def will_be(self) -> bool:
        """True while it is neither cancelled nor closed."""
        return not self.is_cancelled and not self.is_closed

    def standing(self, now_ms: int, is_unsure: bool) -> rules.Standing:
        """What the rules look at; `now_ms` and `is_unsure` are the clock's."""
        is_over = rules.is_over(self.ends_at_ms, now_ms, is_unsure)
        window = rules.find_window(self.opens_at_ms, self.sign_up_until_ms, now_ms, is_unsure)
        counts = (self.places, self.taken, self.waiting_places, self.waiting)
        return rules.Standing(self.is_cancelled, self.is_closed, is_over, *counts, window)


class Signup(msgspec.Struct, frozen=True):
    """A place asked for. `state`: asked, placed, waiting or cancelled. `instead_of`: the place it is to take over."""

    log_no: int
    signup_id: bytes
    workshop_id: bytes
    code: str
    state: str
    is_promoted: bool
    has_phone: bool
    seen_version: int
    envelope: bytes | None
    is_ours: bool
    party_id: bytes
    access: str
    has_guardian: bool
    slot: int
    moved_from: bytes
    instead_of: bytes


class RollRow(msgspec.Struct, frozen=True):
    """One person on the roll; `person_id` is the sign-up's or the attendance's id, `envelope` the hash of her envelope.
    `code` and `signup_state` are empty for people without sign-up; `how` is signed_up, walk_in or anonymous;
    `attendance` is came, absent, undone, or empty when nothing was noted. `merged_into`: the row that stands for her.
    """

    person_id: bytes
    code: str
    signup_state: str
    has_phone: bool
    envelope: bytes | None
    sealed: bytes | None
    attendance: str
    how: str
    gender: str
    age_band: str
    status: str
    is_contradicted: bool
    access: str = ""
    has_guardian: bool = False
    slot: int = -1
    is_late: bool = False
    left_early: bool = False
    halves: int = 0
    card: str = ""
    seq: int = 0
    merged_into: bytes = b""

    @property
    def has_come(self) -> bool:
        """True when ticked."""
        return self.attendance == "came"


_SIGNUP_FLAGS = ("is_promoted", "has_phone", "is_ours", "has_guardian")
_ROLL_FLAGS = ("has_phone", "is_contradicted", "has_guardian", "is_late", "left_early")
_FLAGS = ("is_ours", "is_cancelled", "is_closed", "takes_voucher", "is_cycle")


def read_workshop(row: Row) -> Workshop:
    """A row of `SELECT`, ready to show."""
    fields = {name: row[name] for name in Workshop.__struct_fields__}
    return Workshop(**{**fields, **{name: bool(fields[name]) for name in _FLAGS}})


def read_signup(row: Row) -> Signup:
    """A row of a sign-up, ready to show."""
    fields = {name: row[name] for name in Signup.__struct_fields__}
    return Signup(**{**fields, **{name: bool(fields[name]) for name in _SIGNUP_FLAGS}})


# -- workshops ----------------------------------------------------------------------------------------------------


def find_workshop(store: Store, workshop_id: bytes) -> Workshop | None:
    """One workshop with its counts, or None."""
    row = store.row(f"{SELECT} WHERE w.workshop_id = ?", workshop_id)
    return read_workshop(row) if row else None


def get_workshop(store: Store, workshop_id: bytes | None) -> Workshop:
    """One workshop with its counts. Raises Problem `workshops.not_found`."""
    found = find_workshop(store, workshop_id) if workshop_id else None
    if found is None:
        raise Problem("workshops.not_found")
    return found


def list_today(store: Store, day_start_ms: int, day_end_ms: int) -> list[Workshop]:
    """The workshops that begin in [day_start_ms, day_end_ms), by hour; at most 200. Cancelled ones are among them."""
    return list_between(store, day_start_ms, day_end_ms, 200, 0)


def list_between(store: Store, from_ms: int, until_ms: int, limit: int, offset: int) -> list[Workshop]:
    """The workshops that begin in [from_ms, until_ms), by day and hour."""
    rows = store.rows(
        f"{SELECT} WHERE w.starts_at_ms >= ? AND w.starts_at_ms < ? "
        "ORDER BY w.starts_at_ms, w.workshop_id LIMIT ? OFFSET ?", from_ms, until_ms, limit, offset,
    )  # fmt: skip
    return [read_workshop(row) for row in rows]


def read_agenda_change(store: Store) -> int:
    """How often workshops and stops changed on this node (migration 0785)."""
    return int(store.value("SELECT number FROM agenda_change"))


def list_before(store: Store, before_ms: int, limit: int, offset: int) -> list[Workshop]:
    """The workshops that began before, the newest first."""
    rows = store.rows(
        f"{SELECT} WHERE w.starts_at_ms < ? ORDER BY w.starts_at_ms DESC, w.workshop_id LIMIT ? OFFSET ?",
        before_ms, limit, offset,
    )  # fmt: skip
    return [read_workshop(row) for row in rows]


def count_between(store: Store, from_ms: int, until_ms: int) -> int:
    """How many workshops begin in [from_ms, until_ms)."""
    counted = "SELECT count(*) FROM workshop WHERE starts_at_ms >= ? AND starts_at_ms < ?"
    return int(store.value(counted, from_ms, until_ms))


def next_workshop(store: Store, from_ms: int) -> Workshop | None:
    """The first workshop that begins at `from_ms` or later and will take place, or None."""
    row = store.row(
        f"{SELECT} WHERE w.starts_at_ms >= ? AND w.is_cancelled = 0 AND w.is_closed = 0 "
        "ORDER BY w.starts_at_ms, w.workshop_id LIMIT 1", from_ms,
    )  # fmt: skip
    return read_workshop(row) if row else None


def among(column: str, values: Collection[V] | None) -> tuple[str, tuple[V, ...]]:
    """A condition and its values: what these logs say, or what is of these stops (None: whatever it is)."""
    if values is None:
        return "1 = 1", ()
    return (f"{column} IN ({','.join('?' * len(values))})", tuple(values)) if values else ("1 = 0", ())


def count_workshops(store: Store, most: int, logs: Collection[int] | None = None) -> int:
    """How many workshops are known, of these logs or of all; no more than `most` are counted."""
    where, values = among("log_no", logs)
    return int(store.value(f"SELECT count(*) FROM (SELECT 1 FROM workshop WHERE {where} LIMIT ?) x", *values, most))


def list_with_counts(store: Store, limit: int, offset: int, logs: Collection[int] | None = None) -> list[Workshop]:
    """Workshops of these logs or of all, the newest dates first, with their counts: `read` of `to_page`."""
    where, values = among("w.log_no", logs)
    rows = store.rows(
        f"{SELECT} WHERE {where} ORDER BY w.starts_at_ms DESC, w.workshop_id LIMIT ? OFFSET ?", *values, limit, offset
    )
    return [read_workshop(row) for row in rows]


# -- sign-ups -----------------------------------------------------------------------------------------------------


def find_signup(store: Store, signup_id: bytes) -> Signup | None:
    """One sign-up, or None."""
    row = store.row(f"{_SIGNUP} WHERE s.signup_id = ?", signup_id)
    return read_signup(row) if row else None


def find_signup_by_code(store: Store, code: str) -> Signup | None:
    """The sign-up behind a ticket code, this node's own first (codes are only unique within one box), or None."""
    row = store.row(
        f"{_SIGNUP} WHERE s.code = ? ORDER BY l.is_own DESC, s.party_id <> s.signup_id, s.signup_id LIMIT 1", code
    )
    return read_signup(row) if row else None


def list_by_code(store: Store, code: str) -> list[Signup]:
    """Everybody behind a ticket code: the people of one party, in the order they were written, and their dates."""
    first = find_signup_by_code(store, code)
    if first is None:
        return []
    rows = store.rows(
        f"{_SIGNUP} WHERE s.party_id = ? AND s.code = ? ORDER BY s.seq, s.signup_id", first.party_id, code
    )
    return [read_signup(row) for row in rows]


def find_rank(store: Store, signup: Signup) -> int:
    """The place of a waiting sign-up on its list: 1 is next; 0 when it waits no longer."""
    if signup.state != "waiting":
        return 0
    rank = store.value(
        "SELECT count(*) FROM signup s JOIN signup me ON me.signup_id = ? LEFT JOIN attendance a "
        "ON a.log_no = s.log_no AND a.attendance_id = s.signup_id AND a.state = 'came' "
        "WHERE s.log_no = me.log_no AND s.workshop_id = me.workshop_id AND s.state = 'waiting' "
        f"AND {ALONE} AND (a.attendance_id IS NULL OR s.signup_id = me.signup_id) "
        "AND (s.boot, s.mono_ms, s.seq, s.signup_id) <= (me.boot, me.mono_ms, me.seq, me.signup_id)", signup.signup_id,
    )  # fmt: skip
    return int(rank)


def list_waiting(store: Store, workshop: Workshop, limit: int) -> list[bytes]:
    """The sign-ups that wait and are not in the room already, first come first."""
    rows = store.rows(
        "SELECT s.signup_id FROM signup s LEFT JOIN attendance a "
        "ON a.log_no = s.log_no AND a.attendance_id = s.signup_id AND a.state = 'came' "
        f"WHERE s.log_no = ? AND s.workshop_id = ? AND s.state = 'waiting' AND a.attendance_id IS NULL AND {ALONE} "
        "ORDER BY s.boot, s.mono_ms, s.seq, s.signup_id LIMIT ?", workshop.log_no, workshop.workshop_id, limit,
    )  # fmt: skip
    return [row["signup_id"] for row in rows]


# -- the roll -----------------------------------------------------------------------------------------------------

_ROLL = """SELECT s.signup_id AS person_id, s.code, s.state AS signup_state, s.has_phone, s.envelope, e.sealed,
  coalesce(a.state, '') AS attendance, 'signed_up' AS how, coalesce(a.gender, '') AS gender,
  coalesce(a.age_band, '') AS age_band, coalesce(a.status, '') AS status,
  coalesce(a.is_contradicted, 0) AS is_contradicted, s.boot, s.mono_ms, s.seq,
  s.access, s.has_guardian, s.slot, coalesce(a.is_late, 0) AS is_late, coalesce(a.left_early, 0) AS left_early,
  coalesce(a.halves, 0) AS halves, coalesce(a.card, '') AS card, coalesce(a.merged_into, x'') AS merged_into
 FROM signup s
 LEFT JOIN attendance a ON a.log_no = s.log_no AND a.attendance_id = s.signup_id
 LEFT JOIN envelope e ON e.hash = s.envelope
 WHERE s.log_no = ? AND s.workshop_id = ?
UNION ALL
SELECT a.attendance_id, '', '', 0, a.envelope, e.sealed, a.state, a.how, a.gender, a.age_band, a.status,
  a.is_contradicted, a.boot, a.mono_ms, a.seq, '', 0, -1, a.is_late, a.left_early, a.halves, a.card,
  a.merged_into
 FROM attendance a
 LEFT JOIN signup s ON s.log_no = a.log_no AND s.signup_id = a.attendance_id
 LEFT JOIN envelope e ON e.hash = a.envelope
 WHERE a.log_no = ? AND a.workshop_id = ? AND s.signup_id IS NULL
ORDER BY 13, 14, 15, 1"""


def list_roll(store: Store, log_no: int, workshop_id: bytes) -> list[RollRow]:
    """Everybody who signed up for or came to one workshop, in order of arrival, with sealed envelopes. One query."""
    rows = store.rows(_ROLL, log_no, workshop_id, log_no, workshop_id)
    return [_roll_row(row) for row in rows]


def list_signups_sealed(store: Store, log_no: int, workshop_id: bytes) -> list[RollRow]:
    """The same, people who signed up only: `envelope` is the hash that `identities.open_identity` takes."""
    return [row for row in list_roll(store, log_no, workshop_id) if row.signup_state]


def _roll_row(row: Row) -> RollRow:
    fields = {name: row[name] for name in RollRow.__struct_fields__}
    return RollRow(**{**fields, **{name: bool(fields[name]) for name in _ROLL_FLAGS}})


def find_person(store: Store, workshop: Workshop, mark: bytes) -> RollRow | None:
    """The one person of a workshop whose id is `mark` or ends with it, or None (also when two would fit)."""
    rows = store.rows(
        f"SELECT * FROM ({_ROLL}) WHERE substr(person_id, ?) = ? LIMIT 2",
        workshop.log_no, workshop.workshop_id, workshop.log_no, workshop.workshop_id, rules.mark_from(mark), mark,
    )  # fmt: skip
    return _roll_row(rows[0]) if len(rows) == 1 else None


def is_attendance_known(store: Store, attendance_id: bytes) -> bool:
    """True when something was noted under this id already."""
    return store.value("SELECT 1 FROM attendance WHERE attendance_id = ?", attendance_id) is not None
