"""Letters opened: for the holder of a code, and for the team (a kit's open door, or the organisation's key)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kit.errors import Problem
from kit.errors.kind import fr
from kit.feedback import catalogue
from kit.feedback.letters import codes, queries
from kit.feedback.letters.codes import Keys
from kit.feedback.letters.queries import Letter
from kit.people import audit, identities
from kit.people.actions import Staff
from kit.people.identities import Identity
from kit.people.node import Node

_NOWHERE = fr("Hors tournée")


@dataclass(frozen=True)
class OpenMove:
    """What became of a letter; `text` is None when this key does not open it, or when it left (`has_left`)."""

    status: str
    text: str | None = field(repr=False)
    day_ms: int
    has_left: bool = False


@dataclass(frozen=True)
class OpenLetter:
    """A letter with its words. `told` are (question, answer) pairs; `texts` only what was written; None: closed here.

    `theme` is the first thing that was chosen.
    """

    letter: Letter
    theme: str
    where: str
    told: list[tuple[str, str]] | None = field(repr=False)
    name: str = field(default="", repr=False)
    call: str = field(default="", repr=False)

    @property
    def written(self) -> str:
        """The longest thing that was written: what it is about."""
        return max((text for _, text in self.told or ()), key=len, default="")

    @property
    def has_contact(self) -> bool:
        """True when somebody wishes to be called back."""
        return bool(self.name or self.call)


@dataclass(frozen=True)
class Reading:
    """What the holder of a code reads: her own letter when it is here, and what became of it."""

    keys: Keys = field(repr=False)
    letter: OpenLetter | None
    moves: list[OpenMove]

    @property
    def status(self) -> str:
        """received, passed_on or answered."""
        return self.moves[-1].status if self.moves else "received"


def read_with_code(node: Node, typed: str) -> Reading:
    """What a code opens here. Raises Problem `letters.unknown_code`."""
    keys = codes.open_code(typed)
    letter = queries.find_letter(node.store, keys.letter_id) if keys else None
    moves = queries.list_moves(node.store, keys.letter_id) if keys else []
    if keys is None or not (letter or moves):
        raise Problem("letters.unknown_code")
    told = identities.read_identity(letter.sealed, keys.private) if letter else None
    opened = _open(node, letter, told, {}) if letter else None
    return Reading(keys, opened, [_move(one, identities.read_identity(one.sealed, keys.private)) for one in moves])


def open_letters(node: Node, staff: Staff, letters: Sequence[Letter]) -> list[OpenLetter]:
    """Letters for the team: with their words where its key opens them."""
    about = letters[0].letter_id if len(letters) == 1 else b""
    told = _open_all(node, staff, about, [one.sealed for one in letters])
    labels = stop_labels(node)
    return [_open(node, letter, one, labels) for letter, one in zip(letters, told, strict=True)]


def open_with_moves(
    node: Node, staff: Staff, letters: Sequence[Letter], kind: str = "letters.opened"
) -> list[tuple[OpenLetter, list[OpenMove]]]:
    """Many letters with what became of them, opened at once: at the central one line of the audit trail in all."""
    moves = [queries.list_moves(node.store, one.letter_id) if one.move_count else [] for one in letters]
    sealed = [one.sealed for one in letters] + [move.sealed for some in moves for move in some]
    told = iter(_open_all(node, staff, b"", sealed, kind))
    labels = stop_labels(node)
    opened = [_open(node, letter, next(told), labels) for letter in letters]
    return [(one, [_move(move, next(told)) for move in some]) for one, some in zip(opened, moves, strict=True)]


def open_moves(node: Node, staff: Staff, letter: Letter) -> list[OpenMove]:
    """What became of a letter, for the team."""
    moves = queries.list_moves(node.store, letter.letter_id)
    told = _open_all(node, staff, letter.letter_id, [one.sealed for one in moves])
    return [_move(move, one) for move, one in zip(moves, told, strict=True)]


def stop_labels(node: Node) -> dict[bytes, str]:
    """Words for every stop: its commune, else its name."""
    return {stop.stop_id: stop.commune or stop.label for stop in node.list_stops()}


def _open_all(
    node: Node, staff: Staff, about: bytes, sealed: Sequence[bytes | None], kind: str = "letters.opened"
) -> list[Identity | None]:
    if node.settings.is_central:
        told = audit.open_sealed(node, staff, kind, about, sealed)
        return told if told is not None else [None for _ in sealed]
    vault = staff.vault()
    here = [one for one in sealed if one is not None]
    if vault is None or not here:
        return [None for _ in sealed]
    found = dict(zip(here, identities.read_behind_doors(node, vault, here), strict=True))
    return [found.get(one) if one else None for one in sealed]


def _move(move: queries.Move, told: Identity | None) -> OpenMove:
    return OpenMove(move.status, told.text if told else None, move.day_ms, move.is_ours and move.sealed is None)


def _open(node: Node, letter: Letter, told: Identity | None, labels: Mapping[bytes, str]) -> OpenLetter:
    chosen, written = _tell(node, letter, told)
    where = labels.get(letter.stop_id, _NOWHERE if not letter.stop_id else "")
    if told is None:
        return OpenLetter(letter, chosen, where, None)
    return OpenLetter(letter, chosen, where, written, told.name, told.phone)


def _tell(node: Node, letter: Letter, told: Identity | None) -> tuple[str, list[tuple[str, str]]]:
    """Its theme, and each question with what was written under it."""
    questionnaire = catalogue.find_questionnaire(node, letter.questionnaire, letter.version)
    texts = dict(told.texts) if told else {}
    if questionnaire is None:
        return "", [("", text) for text in texts.values()]
    values = dict(letter.values)
    chosen = [
        choice.label
        for one in questionnaire.asked
        for choice in one.choices
        if one.kind in ("one", "faces") and values.get(one.id) == choice.value
    ]
    written = [(one.text, texts[one.id]) for one in questionnaire.asked if texts.get(one.id)]
    return (chosen[0] if chosen else ""), written
