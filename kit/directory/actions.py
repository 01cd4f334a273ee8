"""What can be done with places and stops; each change is one immediate transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kit.directory import facts, queries, rules
from kit.directory.files import read_rows
from kit.directory.forms import NewStop
from kit.directory.rules import Left
from kit.errors import Problem
from kit.errors.kind import fr
from kit.ids import new_id
from kit.people.node import Node

ROWS_AT_ONCE = 100
MOST_PLACE_BYTES = 40_000
AfterStopClose = Callable[[Node, bytes], None]

# -- places -------------------------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """What became of a file: how many places were added, changed, known already; rows refused, values left aside.

    `refused` are (row number from 1, reason); `left` are (row number, what was left and why).
    """

    added: int = 0
    changed: int = 0
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    left: list[tuple[int, Left]] = field(default_factory=list)


def import_places(node: Node, path: Path) -> Outcome:
    """Take in a file of places, of version 0.1 or 1.0 of the standard; the same file again changes nothing.

    Written in pieces, so that people may go on meanwhile: interrupted, it is run again. Raises Problem
    `directory.bad_file`.
    """
    outcome, rows = Outcome(), list(enumerate(read_rows(path), start=1))
    for start in range(0, len(rows), ROWS_AT_ONCE):
        given = dict(_convert(rows[start : start + ROWS_AT_ONCE], outcome))
        with node.journal.write():
            known = queries.find_places(node.store, list(given))
            for place_id, (number, fields) in given.items():
                _take_in(node, outcome, place_id, number, fields, known.get(place_id))
    return outcome


def _convert(
    rows: Sequence[tuple[int, dict[str, object] | None]], outcome: Outcome
) -> Iterable[tuple[bytes, tuple[int, Mapping[str, str]]]]:
    """The rows that can be taken in, under their place's id; the others are noted as refused."""
    for number, row in rows:
        if row is None:
            outcome.refused.append((number, fr("ce n’est pas un lieu")))
            continue
        converted = rules.convert_row(row)
        outcome.left += [(number, one) for one in converted.left]
        missing = rules.find_missing(converted.fields)
        if missing:
            outcome.refused.append((number, fr("il manque : %(missing)s") % {"missing": ", ".join(missing)}))
        elif sum(len(value.encode()) for value in converted.fields.values()) > MOST_PLACE_BYTES:
            outcome.refused.append((number, fr("trop long")))
        else:
            place_id = rules.place_id(converted.fields.get("source", ""), converted.fields["id"])
            yield place_id, (number, converted.fields)


def _take_in(
    node: Node, outcome: Outcome, place_id: bytes, number: int, fields: Mapping[str, str], known: queries.Place | None
) -> None:
    if known is None and node.journal.facts_of(facts.PLACE, place_id):
        outcome.refused.append((number, "l’équipe a retiré ce lieu"))
    elif known is None:
        node.journal.append(facts.ADDED, place_id, facts.PlaceAdded(dict(fields)))
        outcome.added += 1
    else:
        changes = rules.find_changes(known.fields, fields) if known.is_ours else {}
        if changes:
            node.journal.append(facts.CHANGED, place_id, facts.PlaceChanged(known.version, changes), home=known.home)
        outcome.changed, outcome.known = outcome.changed + bool(changes), outcome.known + (not changes)


# -- stops --------------------------------------------------------------------------------------------------------


def plan_stop(
    node: Node,
    *,
    label: str,
    commune: str,
    starts_at_ms: int,
    ends_at_ms: int,
    code_insee: str = "",
    address: str = "",
    tour: str = "",
    hall_id: bytes = b"",
    stop_id: bytes | None = None,
) -> bytes:
    """Plan a stop; its id. The same id again (a form posted twice) changes nothing."""
    stop_id = stop_id or new_id()
    body = facts.StopPlanned(label, commune, code_insee, address, starts_at_ms, ends_at_ms, tour, hall_id)
    with node.journal.write():
        if not node.journal.facts_of(facts.STOP, stop_id):
            node.journal.append(facts.PLANNED, stop_id, body)
    return stop_id


def close_stop(node: Node, stop_id: bytes, after: Sequence[AfterStopClose] = ()) -> None:
    """The suitcase leaves. Each of `after` (node, stop id) runs in the same transaction: other rooms settle theirs.

    Raises Problem `directory.no_stop`, `.stop_elsewhere`, `.stop_cancelled` or `.stop_closed`.
    """
    with node.journal.write():
        stop = _open_stop(node, stop_id)
        node.journal.append(facts.STOP_CLOSED, stop_id, facts.StopClosed(), home=stop.home)
        for hook in after:
            hook(node, stop_id)


def cancel_stop(node: Node, stop_id: bytes, reason: str = "") -> None:
    """It will not take place. Raises Problem like `close_stop`."""
    with node.journal.write():
        stop = _open_stop(node, stop_id)
        node.journal.append(facts.STOP_CANCELLED, stop_id, facts.StopCancelled(reason), home=stop.home)


def change_stop(node: Node, stop_id: bytes, version: int, new: NewStop) -> bool:
    """Change what differs; False when nothing does. `version` is the one the person had before her eyes.

    Raises Problem like `close_stop`, or `directory.stop_changed`.
    """
    with node.journal.write():
        stop = _open_stop(node, stop_id)
        if stop.version != version:
            raise Problem("directory.stop_changed")
        fields = {name: value for name, value in msgspec.structs.asdict(new).items() if value != getattr(stop, name)}
        if fields:
            node.journal.append(facts.STOP_CHANGED, stop_id, facts.StopChanged(version, **fields), home=stop.home)
    return bool(fields)


def _open_stop(node: Node, stop_id: bytes) -> queries.Stop:
    stop = queries.get_stop(node.store, stop_id)
    if not stop.is_ours:
        raise Problem("directory.stop_elsewhere")
    if stop.is_cancelled:
        raise Problem("directory.stop_cancelled")
    if stop.is_closed:
        raise Problem("directory.stop_closed")
    return stop
