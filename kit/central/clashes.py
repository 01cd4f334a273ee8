"""What cannot be twice at once: a person, a piece of equipment, a hall, a kit. No database, no Flask.

Names and equipment are what people typed: they are compared as words, so a clash is a question to people, no refusal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from kit.errors.kind import fr
from kit.stems import plain

if TYPE_CHECKING:
    from kit.central.planner import Entry
    from kit.directory.equipment.queries import Taken

_COUNT = re.compile(r"^\d+\s+")
_APART = re.compile(r"[,;+/\n]| et ")


def find(entries: Sequence[Entry]) -> list[Entry]:
    """The same entries, each with what stands against it at its hour."""
    live = [one for one in entries if not one.is_cancelled]
    words: dict[bytes, list[str]] = {}
    for place, one in enumerate(live):
        for other in live[place + 1 :]:
            if other.starts_at_ms >= one.ends_at_ms:
                break
            for mine, theirs in _against(one, other):
                words.setdefault(one.key, []).append(mine)
                words.setdefault(other.key, []).append(theirs)
    return [msgspec.structs.replace(one, clashes=tuple(words.get(one.key, ()))) for one in entries]


def find_taken(
    entries: Sequence[Entry], taken: Sequence[Taken], owned: Mapping[str, int], zone: ZoneInfo
) -> list[Entry]:
    """The same entries, each with the shared equipment it names and that others have on its day, none being left.

    | of three projectors | of three, all out | of none that we know |
    | one is out: no word | named             | no word              |
    """
    many: dict[str, int] = {}
    for label, count in owned.items():
        many[_key(label)] = many.get(_key(label), 0) + count
    return [one if one.is_cancelled else _with_taken(one, taken, many, zone) for one in entries]


def _with_taken(one: Entry, taken: Sequence[Taken], many: Mapping[str, int], zone: ZoneInfo) -> Entry:
    days = [datetime.fromtimestamp(ms / 1000, zone).date().isoformat() for ms in (one.starts_at_ms, one.ends_at_ms)]
    more = []
    for thing in (word.strip() for word in _APART.split(one.equipment) if _key(word)):
        gone = [
            span
            for span in taken
            if _key(span.label) == _key(thing) and span.since <= days[1] and (not span.until or span.until >= days[0])
        ]
        if gone and len(gone) >= many.get(_key(thing), 0):
            whom = ", ".join(span.for_whom for span in gone[:3])
            more.append(fr("le matériel (%(thing)s) est prêté ou réservé : %(whom)s") % {"thing": thing, "whom": whom})
    return msgspec.structs.replace(one, clashes=(*one.clashes, *more)) if more else one


def _against(one: Entry, other: Entry) -> list[tuple[str, str]]:
    """What two entries of one hour share, in words for each."""
    is_stop = "stop" in (one.kind, other.kind)
    if is_stop:  # workshops happen at stops: only two stops in one hall stand against each other
        both = one.kind == other.kind == "stop" and _key(one.hall) == _key(other.hall) != ""
        return (
            [
                (
                    fr("même salle que « %(title)s »") % {"title": other.title},
                    fr("même salle que « %(title)s »") % {"title": one.title},
                )
            ]
            if both
            else []
        )
    found = [(fr("la même personne"), name) for name in _shared(one.led_by, other.led_by)]
    found += [(fr("le même matériel"), thing) for thing in _shared(one.equipment, other.equipment)]
    if _key(one.hall) and _key(one.hall) == _key(other.hall):
        found.append((fr("la même salle"), one.hall))
    elif (
        one.kit == other.kit
        and _key(one.hall) != _key(other.hall)
        and (not one.stop_id or one.stop_id != other.stop_id)
    ):
        found.append((fr("la même valise, ailleurs"), one.kit))
    return [
        (
            fr("%(what)s (%(thing)s) que « %(title)s »") % {"what": what, "thing": thing, "title": other.title},
            fr("%(what)s (%(thing)s) que « %(title)s »") % {"what": what, "thing": thing, "title": one.title},
        )
        for what, thing in found
    ]


def _shared(one: str, other: str) -> list[str]:
    """Names or things that both texts name, as the first writes them; numbers before them do not tell apart."""
    theirs = {_key(word) for word in _APART.split(other)}
    return [word.strip() for word in _APART.split(one) if _key(word) and _key(word) in theirs]


def _key(text: str) -> str:
    return _COUNT.sub("", " ".join(plain(text).split()))
