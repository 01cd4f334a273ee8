"""Every read of equipment."""

from __future__ import annotations

import msgspec

from kit.directory.equipment import rules
from kit.directory.equipment.rules import Span
from kit.directory.rules import plain_text, show_phone
from kit.directory.stop_queries import IS_OURS
from kit.errors import Problem
from kit.errors.kind import fr
from kit.store import Row, Store

SHOWN = {"": fr("Tout"), "out": fr("Dehors"), "late": fr("En retard"), "here": fr("Ici, utilisable")}


class Lent(msgspec.Struct, frozen=True):
    """Days for which somebody has, had or will have a thing. `back_on` empty: not over."""

    span_id: bytes
    for_whom: str
    phone: str
    since: str
    until: str
    is_out: bool
    was_out: bool
    back_on: str
    said: str

    @property
    def span(self) -> Span:
        """As the rules see it."""
        return Span(self.span_id, self.for_whom, self.since, self.until, self.is_out)

    @property
    def phone_words(self) -> str:
        """The number as people write it."""
        return show_phone(self.phone)


class Equipment(msgspec.Struct, frozen=True):
    """One thing, ready to show. `holder`: who has it now, None: it is where it is kept."""

    equipment_id: bytes
    home: bytes
    is_ours: bool
    version: int
    label: str
    kind: str
    number: str
    owner: str
    place: str
    state: str
    remarks: str
    has_picture: bool
    picture_count: int
    word_count: int
    holder: str = ""
    due: str = ""

    @property
    def kind_words(self) -> str:
        """What sort of thing."""
        return rules.KINDS.get(self.kind, rules.KINDS["other"])

    @property
    def state_words(self) -> str:
        """In what state."""
        return rules.STATES.get(self.state, rules.STATES["good"])


_THING = (
    f"SELECT e.*, l.log_id AS home, {IS_OURS}, s.for_whom AS holder, s.until AS due FROM equipment e "
    "JOIN log l USING (log_no) LEFT JOIN equipment_span s ON s.log_no = e.log_no AND s.equipment_id = e.equipment_id "
    "AND s.is_out = 1"
)


def _where(words: str, shown: str, today: str) -> tuple[str, list[object]]:
    conditions, params = ["1 = 1"], list[object]()
    for word in plain_text(words).split()[:8]:
        conditions.append("instr(e.plain, ?) > 0")
        params.append(f" {word[:40]}")
    if shown in ("out", "late"):
        conditions.append("s.is_out = 1" + (" AND s.until < ?" if shown == "late" else ""))
        params += [today] if shown == "late" else []
    elif shown == "here":
        conditions.append("s.is_out IS NULL AND e.state IN ('good', 'worn')")
    return " AND ".join(conditions), params


def count_equipment(store: Store, words: str, shown: str, today: str) -> int:
    """How many things; `shown` is one of SHOWN."""
    where, params = _where(words, shown, today)
    return len(store.rows(f"SELECT DISTINCT q.equipment_id FROM ({_THING} WHERE {where}) q", *params))


def list_equipment(store: Store, words: str, shown: str, today: str, limit: int, offset: int) -> list[Equipment]:
    """Things by sort and name."""
    where, params = _where(words, shown, today)
    sql = f"{_THING} WHERE {where} ORDER BY e.kind, e.plain, e.equipment_id LIMIT ? OFFSET ?"
    return list({row["equipment_id"]: _read(row) for row in store.rows(sql, *params, limit, offset)}.values())


def get_equipment(store: Store, equipment_id: bytes | None) -> Equipment:
    """One thing. Raises Problem `directory.no_equipment`."""
    row = store.row(f"{_THING} WHERE e.equipment_id = ? LIMIT 1", equipment_id)
    if row is None:
        raise Problem("directory.no_equipment")
    return _read(row)


def _read(row: Row) -> Equipment:
    names = ("equipment_id", "home", "version", "label", "kind", "number", "owner", "place", "state", "remarks",
             "picture_count", "word_count")  # fmt: skip
    named = {name: row[name] for name in names}
    return Equipment(
        **named, is_ours=bool(row["is_ours"]), has_picture=bool(row["picture"]), holder=row["holder"] or "",
        due=row["due"] or "",
    )  # fmt: skip


class Taken(msgspec.Struct, frozen=True):
    """A thing that somebody has or booked, from one day to another (`until` empty: nobody said)."""

    label: str
    for_whom: str
    since: str
    until: str


def list_taken(store: Store, first: str, last: str) -> tuple[list[Taken], dict[str, int]]:
    """What is booked or out between two days, and how many things there are of each name, broken ones left out."""
    rows = store.rows(
        "SELECT e.label, s.for_whom, s.since, s.until FROM equipment_span s "
        "JOIN equipment e USING (log_no, equipment_id) "
        "WHERE s.back_on = '' AND s.since <= ? AND (s.until >= ? OR s.until = '' OR s.is_out = 1) "
        "ORDER BY s.since, s.span_id",
        last, first,
    )  # fmt: skip
    counted = store.rows("SELECT label, count(*) AS n FROM equipment WHERE state IN ('good', 'worn') GROUP BY label")
    return [Taken(*row) for row in rows], {row["label"]: int(row["n"]) for row in counted}


def find_picture(store: Store, equipment_id: bytes | None) -> bytes:
    """What a thing looks like. Raises Problem `directory.no_equipment` when there is no picture."""
    raw = store.value("SELECT picture FROM equipment WHERE equipment_id = ?", equipment_id)
    if not raw:
        raise Problem("directory.no_equipment")
    return bytes(raw)


def list_spans(store: Store, equipment_id: bytes, limit: int = 100) -> list[Lent]:
    """Who has it, asked for it or had it: what is not over first, then the newest."""
    rows = store.rows(
        "SELECT * FROM equipment_span WHERE equipment_id = ? ORDER BY back_on <> '', since DESC, span_id LIMIT ?",
        equipment_id, limit,
    )  # fmt: skip
    return [_lent(row) for row in rows]


def _lent(row: Row) -> Lent:
    named = {name: row[name] for name in Lent.__struct_fields__}
    return Lent(**named | {name: bool(named[name]) for name in ("is_out", "was_out")})


def get_span(store: Store, equipment_id: bytes, span_id: bytes | None) -> Lent:
    """One of them. Raises Problem `directory.no_loan`."""
    row = store.row("SELECT * FROM equipment_span WHERE equipment_id = ? AND span_id = ?", equipment_id, span_id)
    if row is None:
        raise Problem("directory.no_loan")
    return _lent(row)
