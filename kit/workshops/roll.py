"""The list at the door with the names that this request may open, in the order of the screen and of the paper."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import msgspec

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
        return self.name or self.row.code or ("Une personne" if self.row.how == "anonymous" else "Nom fermé")

    @property
    def is_right_to_left(self) -> bool:
        """True when the label must be kept apart from the French around it."""
        return rules.is_right_to_left(self.label)


class Roll(msgspec.Struct, frozen=True):
    """The roll of one workshop. `has_names` is false when names are closed for whoever asks."""

    has_names: bool
    signed_up: list[RollLine]
    others: list[RollLine]
    waiting: list[RollLine]

    @property
    def lines(self) -> list[RollLine]:
        """All of them, in the order of the screen."""
        return [*self.signed_up, *self.others, *self.waiting]


def open_roll(node: Node, staff: Staff, workshop: Workshop) -> Roll:
    """The roll with its names, when the workshop's door is open to whoever asks; with ticket codes only otherwise.

    People who signed up come by name, those without sign-up in order of arrival, the waiting list by rank.
    """
    private = _door_key(node, staff, workshop)
    lines = [_open_line(row, private) for row in queries.list_roll(node.store, workshop.log_no, workshop.workshop_id)]
    shown = [line for line in lines if _is_shown(line.row)]
    signed_up = [line for line in shown if line.row.code and line.row.signup_state != "waiting"]
    waiting = [line for line in shown if line.row.signup_state == "waiting"]
    return Roll(
        private is not None,
        sorted(signed_up, key=lambda line: rules.plain_text(line.label)),
        [line for line in shown if not line.row.code],
        _ranked(waiting),
    )


def open_person(node: Node, staff: Staff, workshop: Workshop, row: RollRow) -> RollLine:
    """One line of the roll."""
    return _open_line(row, _door_key(node, staff, workshop))


def _door_key(node: Node, staff: Staff, workshop: Workshop) -> bytes | None:
    vault = staff.vault()
    return identities.open_door(node, vault, workshop.workshop_id) if vault else None


def _is_shown(row: RollRow) -> bool:
    """A cancelled sign-up and a +1 taken back leave the screen; a tick or a name stays."""
    if row.signup_state == "cancelled" or row.how == "anonymous":
        return row.has_come
    return True


def _open_line(row: RollRow, private: bytes | None) -> RollLine:
    person = identities.read_identity(row.sealed, private) or identities.Identity()
    mark, more = rules.to_mark(row.person_id), (person.year, person.commune)
    return RollLine(row, mark, person.name, person.phone, 0, describe(row), *more)


def _ranked(waiting: list[RollLine]) -> list[RollLine]:
    lines, rank = [], 0
    for line in waiting:
        rank += 0 if line.row.has_come else 1
        lines.append(replace(line, rank=0 if line.row.has_come else rank))
    return lines


def describe(row: RollRow) -> str:
    """What is known of a person beside her name, in the words of the screen."""
    parts = [row.code or ("sans nom" if row.how == "anonymous" else "sans inscription")]
    if row.signup_state == "cancelled":
        parts.append("inscription annulée")
    for name, code in (("gender", row.gender), ("age_band", row.age_band), ("status", row.status)):
        if code and code != vocabulary.NOT_SAID:
            parts.append(vocabulary.label(name, code).lower())
    notes = (("en retard", row.is_late), ("parti avant la fin", row.left_early), ("carte", row.card))
    parts += [words for words, is_noted in notes if is_noted]
    if row.halves in (1, 2):
        parts.append("matin" if row.halves == 1 else "après-midi")
    parts += [vocabulary.label("access", code).lower() for code in row.access.split()]
    if row.has_guardian:
        parts.append("moins de 15 ans, accord du parent")
    if row.is_contradicted:
        parts.append("noté absent ailleurs")
    return " · ".join(parts)
