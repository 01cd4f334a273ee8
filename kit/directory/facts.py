"""The kinds of fact this room writes, and the fold of each thing.

The limits on the fields keep a damaged or hostile fact out of the tables: it is set aside for people.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from kit.directory import finding, vocabulary
from kit.directory.opening_hours import read_week
from kit.directory.rules import (
    FIELDS,
    Proposal,
    find_clashes,
    find_shown_home,
    is_in_extract,
    last_words,
    plain_text,
)
from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import get_state, log_number
from kit.journal.rules import in_order_of_versions
from kit.journal.writers import ANYBODY
from kit.people.chosen import EXTRACT
from kit.stems import stems
from kit.store import Store

Id = Annotated[bytes, Meta(min_length=16, max_length=16)]
HallId = Annotated[bytes, Meta(max_length=16)]
Name = Annotated[str, Meta(min_length=1, max_length=60)]
Text = Annotated[str, Meta(max_length=4000)]
Line = Annotated[str, Meta(max_length=200)]
Code = Annotated[str, Meta(max_length=20)]
Day = Annotated[str, Meta(pattern=r"^(\d{4}-\d\d-\d\d)?$")]
Fields = Annotated[dict[Name, Text], Meta(max_length=64)]
Millis = Annotated[int, Meta(ge=0, le=2**53)]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]

# -- place --------------------------------------------------------------------------------------------------------


class PlaceAdded(Body, frozen=True):
    """A place, in the fields of the national standard that say something."""

    fields: Fields


class PlaceChanged(Body, frozen=True):
    """The fields that differ from what was known; an empty string takes what was said away.

    `base` is the version it was changed from: changes have an order, across restarts and restored boxes too.
    """

    base: Count
    fields: Fields


class PlaceProposed(Body, frozen=True):
    """What a node that is not the place's home would change; `base` is the version it had read.

    `is_outside`: somebody who is not of the team wrote it, so that people settle it whatever it says. `word`: `closed`,
    when she says that there is no such place any more.
    """

    base: Count
    proposal_id: Id
    fields: Fields
    is_outside: bool = False
    word: Code = ""


class PlaceSettled(Body, frozen=True):
    """The home's word on a proposal, made from version `base`. It repeats the fields that it accepts, so that who hears
    it needs not have heard the proposal; refused: none."""

    base: Count
    proposal_id: Id
    is_accepted: bool
    fields: Annotated[dict[Name, Text], Meta(max_length=64)]


class PlaceRemoved(Body, frozen=True):
    """It is not a place of help any more, for ever. `reason` is a code: closed, mistake, double."""

    reason: Line = ""


class PlaceChecked(Body, frozen=True):
    """Somebody looked whether what is written is right, on a day. `how`: visit, phone, link or letter (these two: the
    place itself said so). `by`: the team's or organisation's name, never a person's."""

    day: Day
    how: Code
    by: Line = ""


class PlaceAsked(Body, frozen=True):
    """The place was asked to confirm, on a day. `how`: letter or mail."""

    day: Day
    how: Code


ADDED = Kind("place.added", PlaceAdded)
CHANGED = Kind("place.changed", PlaceChanged)
REMOVED = Kind("place.removed", PlaceRemoved)
PROPOSED = Kind("place.proposed", PlaceProposed, writers=ANYBODY)
SETTLED = Kind("place.settled", PlaceSettled)
CHECKED = Kind("place.checked", PlaceChecked, writers=ANYBODY)
ASKED = Kind("place.asked", PlaceAsked, writers=ANYBODY)
_ROWS = ("place", "place_service", "place_proposal", "place_find", "place_hours", "place_check")


class _Judged(msgspec.Struct, frozen=True):
    """A proposal as it stands: what of its fields still counts, its state, and the fields that clash."""

    fact: Fact
    fields: Mapping[str, str]
    state: str
    clashes: frozenset[str] = frozenset()


class _Account(msgspec.Struct, frozen=True):
    """A place by one home's account."""

    version: int
    fields: Mapping[str, str]
    judged: list[_Judged]


def fold_place(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One place. Each home gives an account of its own; of several, the one with the newest date is shown."""
    for table in _ROWS:
        store.run(f"DELETE FROM {table} WHERE place_id = ?", subject)
    store.run("DELETE FROM place_search WHERE rowid = ?", _search_row(subject))
    store.run("DELETE FROM place_term WHERE search_row = ?", _search_row(subject))
    homes = sorted({fact.home for fact in facts})
    told = {home: account for home in homes if (account := _tell([fact for fact in facts if fact.home == home]))}
    if told:
        home = find_shown_home({one: account.fields.get("date_maj", "") for one, account in told.items()})
        _insert_place(store, subject, told[home], home, max(fact.moment.wall_ms for fact in facts))
        if is_in_extract(told[home].fields, _extract(store)):
            _insert_words(store, subject, told[home].fields)
            _insert_finding(store, subject, told[home].fields, home, facts)
    for account in told.values():
        _insert_proposals(store, subject, account)


def _tell(facts: list[Fact]) -> _Account | None:
    """By one home's account; None when it removed the place, or never added it.

    A proposal nobody has settled shows at once where it clashes with nothing: its home will say so when it hears it.
    """
    added = next((fact for fact in facts if fact.kind == ADDED.name), None)  # whoever else spoke of it holds no account
    if added is None or any(fact.kind == REMOVED.name for fact in facts):
        return None
    fields: dict[str, str] = dict(added.body.fields)
    steps = in_order_of_versions(fact for fact in facts if fact.kind in (CHANGED.name, SETTLED.name))
    for step in steps:
        fields.update(step.body.fields)
    judged = _judge([fact for fact in facts if fact.kind == PROPOSED.name], steps)
    for one in judged:
        fields.update(one.fields if one.state == "fits" else {})
    return _Account(1 + len(steps), fields, judged)


def _judge(proposed: list[Fact], steps: list[Fact]) -> list[_Judged]:
    answers = {step.body.proposal_id: step.body.is_accepted for step in steps if step.kind == SETTLED.name}
    inside = [fact for fact in proposed if not fact.body.is_outside]
    words = last_words([Proposal(f.body.proposal_id, f.log_id, f.body.base, f.body.fields) for f in inside])
    waiting = [one for one in words if one.proposal_id not in answers]
    judged = [_judge_outside(fact, answers.get(fact.body.proposal_id)) for fact in proposed if fact.body.is_outside]
    for fact, one in zip(inside, words, strict=True):
        if one.proposal_id in answers:
            judged.append(_Judged(fact, fact.body.fields, "accepted" if answers[one.proposal_id] else "refused"))
            continue
        since: dict[str, str] = {}
        for step in steps:
            since.update(step.body.fields if step.body.base >= one.base else {})
        clashes = find_clashes(one, since, waiting)
        judged.append(_Judged(fact, one.fields, _state(one, clashes), clashes))
    return judged


def _judge_outside(fact: Fact, answer: bool | None) -> _Judged:
    """What a visitor or the place itself wrote waits for people, and stands in nobody's way meanwhile."""
    state = "flagged" if answer is None else "accepted" if answer else "refused"
    return _Judged(fact, fact.body.fields, state)


def _state(proposal: Proposal, clashes: frozenset[str]) -> str:
    if clashes:
        return "flagged"
    return "fits" if proposal.fields else "replaced"


def _insert_proposals(store: Store, place_id: bytes, account: _Account) -> None:
    for one in account.judged:
        row = {
            "log_no": log_number(store, one.fact.log_id, None, None),
            "proposal_id": one.fact.body.proposal_id,
            "place_id": place_id,
            "home": one.fact.home,
            "version": account.version,
            "state": one.state,
            "clashes": "|".join(sorted(one.clashes)),
            "fields": json.dumps({name: one.fields[name] for name in sorted(one.fields)}),
            "seq": one.fact.seq,
            "is_outside": int(one.fact.body.is_outside),
            "word": one.fact.body.word,
        }
        _insert(store, "place_proposal", row)


def _insert_place(store: Store, place_id: bytes, account: _Account, home: bytes, changed_ms: int) -> None:
    row = {name: account.fields.get(name, "") for name in FIELDS}
    services = [one for one in row["services"].split("|") if one]
    log_no = log_number(store, home, None, None)
    named = {
        "log_no": log_no, "place_id": place_id, "version": account.version, "search_row": _search_row(place_id),
        "sort_name": plain_text(row["nom"]).strip(), "changed_ms": changed_ms,
    }  # fmt: skip
    _insert(store, "place", {**named, **row})
    store.run_many(
        "INSERT INTO place_service (log_no, place_id, service) VALUES (?,?,?) ON CONFLICT DO NOTHING",
        [(log_no, place_id, service) for service in services],
    )


def _extract(store: Store) -> Sequence[str]:
    """The departments whose places this node shows; none: all."""
    return (get_state(store, EXTRACT) or b"").decode().split()


def _insert_words(store: Store, place_id: bytes, fields: Mapping[str, str]) -> None:
    row = {name: fields.get(name, "") for name in FIELDS}
    store.run("INSERT INTO place_search (rowid, words) VALUES (?,?)", _search_row(place_id), search_words(row))
    told = (row["nom"], row["commune"], row["code_postal"], row["adresse"], row["complement_adresse"])
    store.run_many(
        "INSERT INTO place_term (search_row, term) VALUES (?,?) ON CONFLICT DO NOTHING",
        [(_search_row(place_id), term) for term in terms(told)],
    )


def terms(texts: Iterable[str]) -> list[str]:
    """The plain words of a place's name and address: what a mistyped word may have meant."""
    return sorted({word for text in texts for word in plain_text(text).split()})


def search_words(row: Mapping[str, object]) -> str:
    """The words by which a place is found, and their stems, each once.

    What it helps with is no word of its own: a third of all places say the same, so that a search for it compares bits
    instead (`finding.bits_of_word`).
    """
    fields = {name: str(row[name]) for name in FIELDS}
    kinds = [vocabulary.say("typologie", one) for one in fields["typologie"].split("|")]
    told = (
        "nom", "commune", "code_postal", "adresse", "complement_adresse", "presentation_resume",
        "dispositif_programmes_nationaux", "structure_parente",
    )  # fmt: skip
    said = " ".join((*kinds, *(fields[name] for name in told)))
    return " ".join(dict.fromkeys(f"{plain_text(said)} {stems(said)}".split()))


def _insert_finding(store: Store, place_id: bytes, fields: Mapping[str, str], home: bytes, facts: list[Fact]) -> None:
    """What a search compares, and when the place was last checked and asked: the newest day that anybody tells."""
    log_no, (north, east) = log_number(store, home, None, None), finding.point(fields)
    checks = sorted((f.body.day, f.body.how, f.body.by) for f in facts if f.kind == CHECKED.name)
    asks = sorted((f.body.day, f.body.how) for f in facts if f.kind == ASKED.name)
    day, how, by = checks[-1] if checks else ("", "", "")
    found = {
        "log_no": log_no, "place_id": place_id, "search_row": _search_row(place_id),
        "sort_name": plain_text(fields.get("nom", "")).strip(), "north": north, "east": east,
        "marks": finding.mark(fields), "checked_on": max(day, fields.get("date_maj", "")),
    }  # fmt: skip
    _insert(store, "place_find", found)
    if checks or asks:
        asked = dict(zip(("asked_on", "asked_how"), asks[-1] if asks else ("", ""), strict=True))
        checked = {"checked_on": day, "checked_how": how, "checked_by": by}
        _insert(store, "place_check", {"log_no": log_no, "place_id": place_id, **checked, **asked})
    store.run_many(
        "INSERT INTO place_hours (log_no, place_id, day, opens, closes) VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING",
        [(log_no, place_id, *one) for one in read_week(fields.get("horaires", "")) or ()],
    )


def _search_row(place_id: bytes) -> int:
    """The first 63 bits of the id: the rowid of its words in the index."""
    return int.from_bytes(place_id[:8]) >> 1


# -- stop ---------------------------------------------------------------------------------------------------------


class StopPlanned(Body, frozen=True):
    """A halt of the tour as first planned. `tour` is the tour's label, `hall_id` its hall; empty when none."""

    label: Line
    commune: Line
    code_insee: Line
    address: Line
    starts_at_ms: Millis
    ends_at_ms: Millis
    tour: Line
    hall_id: HallId = b""


class StopChanged(Body, frozen=True):
    """What changed: None where nothing did. `base` is the version it was changed from: changes have an order."""

    base: Count
    label: Line | None = None
    commune: Line | None = None
    code_insee: Line | None = None
    address: Line | None = None
    starts_at_ms: Millis | None = None
    ends_at_ms: Millis | None = None
    tour: Line | None = None
    hall_id: HallId | None = None


class StopCancelled(Body, frozen=True):
    """It will not take place."""

    reason: Line = ""


class StopClosed(Body, frozen=True):
    """The suitcase has left: nothing more is noted there."""


PLANNED = Kind("stop.planned", StopPlanned)
STOP_CHANGED = Kind("stop.changed", StopChanged)
STOP_CANCELLED = Kind("stop.cancelled", StopCancelled)
STOP_CLOSED = Kind("stop.closed", StopClosed)


def fold_stop(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One stop from its plan and its changes, these in the order of the version each was made from."""
    store.run("DELETE FROM stop WHERE stop_id = ?", subject)
    planned = next((fact for fact in facts if fact.kind == PLANNED.name), None)
    if planned is None:
        return
    state = msgspec.structs.asdict(planned.body)
    changes = in_order_of_versions(fact for fact in facts if fact.kind == STOP_CHANGED.name)
    for change in changes:
        new = {name: value for name, value in msgspec.structs.asdict(change.body).items() if value is not None}
        del new["base"]
        state.update(new)
    kinds = {fact.kind for fact in facts}
    row = {
        "log_no": log_number(store, planned.home, None, None),
        "stop_id": subject,
        **state,
        "is_cancelled": int(STOP_CANCELLED.name in kinds),
        "is_closed": int(STOP_CLOSED.name in kinds),
        "version": 1 + len(changes),
    }
    _insert(store, "stop", row)


def _insert(store: Store, table: str, row: Mapping[str, object]) -> None:
    marks = ",".join("?" for _ in row)
    store.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks}) ON CONFLICT DO NOTHING", *row.values())


# place_search is local to a node and rebuilt with the rest: it is listed so that replay empties it first.
PLACE = Thing(
    "place",
    (ADDED, CHANGED, REMOVED, PROPOSED, SETTLED, CHECKED, ASKED),
    (*_ROWS, "place_search", "place_term"),
    fold_place,
    goes_down=True,
    has_one_home=False,
)
STOP = Thing("stop", (PLANNED, STOP_CHANGED, STOP_CANCELLED, STOP_CLOSED), ("stop",), fold_stop, goes_down=True)
THINGS: tuple[Thing, ...] = (PLACE, STOP)
