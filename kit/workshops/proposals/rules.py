"""What stands against a proposal of the home side on the box. No database, no Flask."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from kit.errors.kind import fr

MOVES = ("stop_id", "stop_label", "place", "starts_at_ms")
WORDS: Mapping[str, str] = {
    "stop": fr("la halte n’est pas connue ici, ou elle est finie"),
    "past": fr("la date est passée"),
    "hour": fr("un autre atelier a lieu à cette heure"),
    "gone": fr("l’atelier est terminé ou annulé"),
    "changed": fr("l’équipe l’a changé entre-temps"),
    "people": fr("des personnes sont inscrites : la date, le lieu ou l’atelier lui-même leur a été promis"),
    "places": fr("plus de personnes sont inscrites que de places demandées"),
    "unknown": fr("l’atelier n’est pas connu ici"),
}


class Here(msgspec.Struct, frozen=True):
    """What the box knows that a proposal may clash with.

    `now_ms` is 0 while nobody vouched for the hour: then nothing is over. `busy` are (start, end) of our other
    workshops that will take place. `stops` are those that may be planned at.
    """

    now_ms: int
    busy: Sequence[tuple[int, int]]
    stops: Collection[bytes]


class Known(msgspec.Struct, frozen=True):
    """The workshop to be changed or cancelled as it stands; `since`: the fields changed after the version read."""

    is_gone: bool
    people: int
    taken: int
    starts_at_ms: int
    length_minutes: int
    since: Mapping[str, object] = {}


def clashes_of_date(starts_at_ms: int, length_minutes: int, stop_id: bytes, here: Here) -> list[str]:
    """Why a workshop cannot simply be planned then and there.

    | stop                | date            | hour                       | clashes |
    |---------------------|-----------------|----------------------------|---------|
    | none, or known here | to come, unsure | free                       | none    |
    | unknown or over     |                 |                            | stop    |
    |                     | over, sure      |                            | past    |
    |                     |                 | shared with another of ours| hour    |
    """
    ends_at_ms = starts_at_ms + length_minutes * 60_000
    is_shared = any(starts_at_ms < end and begin < ends_at_ms for begin, end in here.busy)
    told = (
        ("stop", bool(stop_id) and stop_id not in here.stops),
        ("past", bool(here.now_ms) and starts_at_ms < here.now_ms),
        ("hour", is_shared),
    )
    return [name for name, holds in told if holds]


def clashes_of_change(fields: Mapping[str, object], known: Known | None, here: Here) -> list[str]:
    """Why these fields cannot simply be changed; `fields` are those that differ from what stands now.

    What people who signed up were told (day, hour, place) is never moved by a sync alone.
    """
    if known is None or known.is_gone:
        return ["unknown" if known is None else "gone"]
    places = fields.get("places")
    told = [
        ("changed", any(name in known.since for name in fields)),
        ("people", known.people > 0 and any(name in fields for name in MOVES)),
        ("places", isinstance(places, int) and places < known.taken),
    ]
    found = [name for name, holds in told if holds]
    if "starts_at_ms" in fields or "length_minutes" in fields or "stop_id" in fields:
        starts, length = (fields.get(name, getattr(known, name)) for name in ("starts_at_ms", "length_minutes"))
        stop_id = fields.get("stop_id", b"")
        if isinstance(starts, int) and isinstance(length, int) and isinstance(stop_id, bytes):
            found += clashes_of_date(starts, length, stop_id, here)
    return found


def clashes_of_cancelling(known: Known | None) -> list[str]:
    """Why a workshop cannot simply be cancelled: it is not here, it is over, or people count on it."""
    if known is None or known.is_gone:
        return ["unknown" if known is None else "gone"]
    return ["people"] if known.people else []


def say(clashes: Sequence[str]) -> str:
    """Clashes in French; a code of a later version is shown as it is."""
    return " ; ".join(WORDS.get(one, one) for one in clashes)
