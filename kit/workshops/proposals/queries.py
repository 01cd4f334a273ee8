"""Every read of proposals."""

from __future__ import annotations

from typing import Any

import msgspec

from kit.errors import Problem
from kit.errors.kind import fr
from kit.store import Row, Store
from kit.workshops import rules as times
from kit.workshops.facts import WorkshopChanged
from kit.workshops.proposals import rules

OPEN = ("waiting", "flagged")
STATE_WORDS = {
    "waiting": fr("en route vers la valise"),
    "flagged": fr("à voir par l’équipe"),
    "accepted": fr("fait par la valise"),
    "refused": fr("refusé par l’équipe"),
    "withdrawn": fr("retiré"),
}
ACTION_WORDS = {"plan": fr("à prévoir"), "change": fr("à changer"), "cancel": fr("à annuler")}
_SELECT = (
    "SELECT p.*, w.title AS known_title, w.starts_at_ms AS known_ms, w.place AS known_place, "
    "w.stop_label AS known_stop "
    "FROM workshop_proposal p LEFT JOIN workshop w ON w.workshop_id = p.workshop_id"
)


class Proposal(msgspec.Struct, frozen=True):
    """One proposal, ready to show. `title`, `starts_at_ms` and `where` are what it asks for, else what is known."""

    proposal_id: bytes
    home: bytes
    kit_id: bytes
    workshop_id: bytes
    action: str
    plan: WorkshopChanged
    reason: str
    state: str
    clashes: tuple[str, ...]
    noted_at_ms: int
    title: str
    starts_at_ms: int
    where: str

    @property
    def is_open(self) -> bool:
        """True while the box has said neither yes nor no."""
        return self.state in OPEN

    @property
    def fields(self) -> dict[str, object]:
        """What it says of the workshop."""
        told = msgspec.structs.asdict(self.plan)
        return {name: value for name, value in told.items() if value is not None and name != "base"}

    @property
    def state_label(self) -> str:
        """How far it has come, in French."""
        return STATE_WORDS[self.state]

    @property
    def action_label(self) -> str:
        """What it asks for, in French."""
        return ACTION_WORDS.get(self.action, self.action)

    @property
    def clash_words(self) -> str:
        """What stands against it, in French; empty when nothing does."""
        return rules.say(self.clashes)


def find_proposal(store: Store, proposal_id: bytes | None) -> Proposal | None:
    """One proposal, or None."""
    row = store.row(f"{_SELECT} WHERE p.proposal_id = ? LIMIT 1", proposal_id)
    return _read(row) if row is not None else None


def get_proposal(store: Store, proposal_id: bytes | None) -> Proposal:
    """One proposal. Raises Problem `workshops.no_proposal`."""
    found = find_proposal(store, proposal_id)
    if found is None:
        raise Problem("workshops.no_proposal")
    return found


def list_open(store: Store) -> list[Proposal]:
    """Those the box has not settled, in the order they were made."""
    rows = store.rows(f"{_SELECT} WHERE p.state IN ('waiting', 'flagged') ORDER BY p.noted_at_ms, p.proposal_id")
    return [_read(row) for row in rows]


def count_open(store: Store) -> int:
    """How many are not settled."""
    return int(store.value("SELECT count(*) FROM workshop_proposal WHERE state IN ('waiting', 'flagged')"))


def count_flagged(store: Store) -> int:
    """How many wait for the mediator's yes or no."""
    return int(store.value("SELECT count(*) FROM workshop_proposal WHERE state = 'flagged'"))


def count_proposals(store: Store) -> int:
    """How many are known."""
    return int(store.value("SELECT count(*) FROM workshop_proposal"))


def list_proposals(store: Store, limit: int, offset: int) -> list[Proposal]:
    """Those to be seen to first (flagged, then waiting), then the newest."""
    rows = store.rows(
        f"{_SELECT} ORDER BY p.state <> 'flagged', p.state <> 'waiting', p.noted_at_ms DESC, p.proposal_id "
        "LIMIT ? OFFSET ?",
        limit, offset,
    )  # fmt: skip
    return [_read(row) for row in rows]


def list_expected(store: Store, from_ms: int, limit: int) -> list[Proposal]:
    """Workshops asked for that their box has not planned yet, from a moment on, by date."""
    found = [one for one in list_open(store) if one.action == "plan" and one.starts_at_ms >= from_ms]
    return sorted(found, key=lambda one: (one.starts_at_ms, one.proposal_id))[:limit]


def list_busy(store: Store, but: bytes) -> list[tuple[int, int]]:
    """(start, end) of our workshops that will take place, one left out: to see whether an hour is shared."""
    rows = store.rows(
        "SELECT w.starts_at_ms, w.length_minutes FROM workshop w JOIN log l ON l.log_no = w.log_no "
        "WHERE l.is_own = 1 AND w.is_cancelled = 0 AND w.is_closed = 0 AND w.workshop_id <> ? LIMIT 5000",
        but,
    )
    return [(row[0], row[0] + row[1] * 60_000) for row in rows]


def _read(row: Row) -> Proposal:
    plan = msgspec.msgpack.decode(row["plan"], type=WorkshopChanged)
    named: dict[str, Any] = {
        name: row[name] for name in ("proposal_id", "home", "kit_id", "workshop_id", "action", "reason", "state")
    }
    place, stop = (
        asked if asked is not None else row[known] or ""
        for asked, known in ((plan.place, "known_place"), (plan.stop_label, "known_stop"))
    )
    return Proposal(
        **named,
        plan=plan,
        clashes=tuple(one for one in row["clashes"].split("|") if one),
        noted_at_ms=row["noted_at_ms"],
        title=plan.title or row["known_title"] or "",
        starts_at_ms=plan.starts_at_ms if plan.starts_at_ms is not None else row["known_ms"] or 0,
        where=times.join_where(place, stop),
    )
