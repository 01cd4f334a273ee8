"""What can be done with letters: give one, say what became of it, take it back; and tell something to everybody."""

from __future__ import annotations

import contextlib

from kit.errors import Problem
from kit.feedback import day_doors, rules
from kit.feedback.letters import codes, facts, queries
from kit.feedback.letters.codes import Keys
from kit.feedback.letters.forms import NewLetter, NewTold
from kit.people import identities
from kit.people.node import Node


def note_letter(node: Node, code: str, letter: NewLetter) -> None:
    """Note a letter under its code: when this returns it will not be lost. The same code again changes nothing."""
    keys = codes.open_code(code)
    if keys is None:
        raise Problem("letters.unknown_code")
    stop = node.current_stop()
    stop_id = stop.stop_id if stop else b""
    told = identities.Identity(letter.name, letter.call, texts=dict(letter.answer.texts))
    with node.journal.write():
        if queries.find_letter(node.store, keys.letter_id) is not None:
            return
        door = day_doors.door_of(node, stop_id)
        sealed = identities.seal_identity(node, keys.letter_id, told, door, keys.public)
        body = facts.LetterGiven(
            letter.purpose,  # type: ignore[arg-type]
            letter.answer.questionnaire, letter.answer.version, stop_id, letter.answer.values, keys.public,
        )  # fmt: skip
        moment = rules.coarsen(node.clock.moment())
        node.journal.append(facts.GIVEN, keys.letter_id, body, sealed=sealed, moment=moment)
    with contextlib.suppress(Problem):
        node.store.flush()


def move_letter(node: Node, letter_id: bytes | None, status: str, text: str) -> None:
    """Say what became of a letter, for whoever holds its code. Raises Problem `letters.not_found`."""
    with node.journal.write():
        letter = queries.get_letter(node.store, letter_id)
        stop = node.current_stop()
        door = None if node.settings.is_central else day_doors.door_of(node, stop.stop_id if stop else b"")
        told = identities.Identity(text=text)
        sealed = identities.seal_identity(node, letter.letter_id, told, door, letter.reply_to)
        body = facts.LetterMoved(letter.move_count, status)  # type: ignore[arg-type]
        moment = rules.coarsen(node.clock.moment())
        node.journal.append(facts.MOVED, letter.letter_id, body, home=letter.home, sealed=sealed, moment=moment)


def take_back(node: Node, keys: Keys) -> None:
    """Erase what was written and answered, here and everywhere: the holder of the code asks for it."""
    identities.erase(node, keys.letter_id, "letter")


def tell_everybody(node: Node, told_id: bytes, new: NewTold) -> None:
    """Tell something to everybody, or tell it otherwise. Raises Problem `letters.told_elsewhere`."""
    with node.journal.write():
        known = queries.find_told(node.store, told_id)
        if known is not None and not known.is_ours:
            raise Problem("letters.told_elsewhere")
        body = facts.ToldEverybody(
            known.version if known else 0,
            new.kind,  # type: ignore[arg-type]
            new.title, new.text, new.is_shown,
        )  # fmt: skip
        node.journal.append(facts.TOLD, told_id, body)
