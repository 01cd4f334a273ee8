"""The list at the door with the names that this request may open, in the order of the screen and of the paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import msgspec

from kit.errors.kind import fr
from kit.people import identities
from kit.people.actions import Staff
from kit.people.node import Node
from kit.workshops import queries, rules, vocabulary
from kit.workshops.queries import RollRow, Workshop


@dataclass(frozen=True)
class RollLine:
    """One line: `name` is empty when it cannot be read here; `detail` holds nothing that names a person."""

    row: RollRow
    mark: str
    name: str = field(repr=False)
    phone: str = field(repr=False)
    rank: int
    detail: str
    year: int = field(default=0, repr=False)
    commune: str = field(default="", repr=False)

    @property
    def label(self) -> str:
        """What stands in the line: the name, else the code of the ticket, else what kind of person it is."""
        return self.name or self.row.code or (fr("Une personne") if self.row.how == "anonymous" else fr("Nom fermé"))

    @property
    def is_right_to_left(self) -> bool:
        """True when the label must be kept apart from the French around it."""
        return rules.is_right_to_left(self.label)


class Roll(msgspec.Struct, frozen=True):
    """The roll of one workshop. `has_names` is false when names are closed for whoever asks; `surplus` people hold a
    place beyond what there is."""

    has_names: bool
    signed_up: list[RollLine]
    others: list[RollLine]
    waiting: list[RollLine]
    surplus: int = 0

    @property
    def lines(self) -> list[RollLine]:
        """All of them, in the order of the screen."""
        return [*self.signed_up, *self.others, *self.waiting]


def open_roll(node: Node, staff: Staff, workshop: Workshop) -> Roll:
    """The roll with its names, when the workshop's door is open to whoever asks; with ticket codes only otherwise.

    People who signed up come by name, those without sign-up in order of arrival, the waiting list by rank.
    """
    private = _door_key(node, staff, workshop)
    rows = queries.list_roll(node.store, workshop.log_no, workshop.workshop_id)
    surplus = list_surplus(workshop, rows)
    also = list_other_codes(rows)
    lines = [_open_line(row, private, [*also.get(row.person_id, []), *surplus_words(row, surplus)]) for row in rows]
    shown = [line for line in lines if _is_shown(line.row)]
    signed_up = [line for line in shown if line.row.code and line.row.signup_state != "waiting"]
    waiting = [line for line in shown if line.row.signup_state == "waiting"]
    return Roll(
        private is not None,
        sorted(signed_up, key=lambda line: rules.plain_text(line.label)),
        [line for line in shown if not line.row.code],
        _ranked(waiting),
        len(surplus),
    )


def list_surplus(workshop: Workshop, rows: Sequence[RollRow]) -> frozenset[bytes]:
    """Who holds a place beyond what there is, slot by slot where there are slots (`rules.find_surplus`).

    The order is by number of the sign-up in its log, then by its id: the same on every node, whatever came first.
    """
    slots = workshop.length_minutes // workshop.slot_minutes if workshop.slot_minutes else 1
    places = max(1, workshop.places // slots) if workshop.slot_minutes else workshop.places
    by_slot: dict[int, list[tuple[int, bytes]]] = {}
    for row in rows:
        if row.signup_state == "placed" and not row.merged_into:
            by_slot.setdefault(row.slot if workshop.slot_minutes else -1, []).append((row.seq, row.person_id))
    found = [rules.find_surplus(places, sorted(holders)) for holders in by_slot.values()]
    return frozenset(person_id for some in found for _, person_id in some)


def open_person(node: Node, staff: Staff, workshop: Workshop, row: RollRow) -> RollLine:
    """One line of the roll."""
    return _open_line(row, _door_key(node, staff, workshop))


def _door_key(node: Node, staff: Staff, workshop: Workshop) -> bytes | None:
    vault = staff.vault()
    return identities.open_door(node, vault, workshop.workshop_id) if vault else None


def _is_shown(row: RollRow) -> bool:
    """A cancelled sign-up and a +1 taken back leave the screen, and who is the same person as another; a tick stays."""
    if row.merged_into:
        return False
    if row.signup_state == "cancelled" or row.how == "anonymous":
        return row.has_come
    return True


def list_other_codes(rows: Sequence[RollRow]) -> dict[bytes, list[str]]:
    """Under which other tickets the people of a roll signed up, when a coordinator said they are one person."""
    found: dict[bytes, list[str]] = {}
    for row in rows:
        if row.merged_into:
            found.setdefault(row.merged_into, []).append(
                fr("aussi %(code)s") % {"code": row.code} if row.code else fr("notée deux fois")
            )
    return found


def surplus_words(row: RollRow, surplus: frozenset[bytes]) -> list[str]:
    """The mark of somebody who holds a place beyond what there is."""
    return [fr("en surnombre")] if row.person_id in surplus else []


def _open_line(row: RollRow, private: bytes | None, more_words: Sequence[str] = ()) -> RollLine:
    person = identities.read_identity(row.sealed, private) or identities.Identity()
    mark, more = rules.to_mark(row.person_id), (person.year, person.commune)
    detail = " · ".join(map(str, [describe(row), *more_words]))
    return RollLine(row, mark, person.name, person.phone, 0, detail, *more)


def _ranked(waiting: list[RollLine]) -> list[RollLine]:
    lines, rank = [], 0
    for line in waiting:
        rank += 0 if line.row.has_come else 1
        lines.append(replace(line, rank=0 if line.row.has_come else rank))
    return lines


def describe(row: RollRow) -> str:
    """What is known of a person beside her name, in the words of the screen."""
    parts = [row.code or (fr("sans nom") if row.how == "anonymous" else fr("sans inscription"))]
    if row.signup_state == "cancelled":
        parts.append(fr("inscription annulée"))
    for name, code in (("gender", row.gender), ("age_band", row.age_band), ("status", row.status)):
        if code and code != vocabulary.NOT_SAID:
            parts.append(vocabulary.label(name, code).lower())
    notes = (
        (fr("en retard"), row.is_late), (fr("parti avant la fin"), row.left_early), (fr("carte"), row.card),
    )  # fmt: skip
    parts += [words for words, is_noted in notes if is_noted]
    if row.halves in (1, 2):
        parts.append(fr("matin") if row.halves == 1 else fr("après-midi"))
    parts += [vocabulary.label("access", code).lower() for code in row.access.split()]
    if row.has_guardian:
        parts.append(fr("moins de 15 ans, accord du parent"))
    if row.is_contradicted:
        parts.append(fr("noté absent ailleurs"))
    return " · ".join(map(str, parts))
