"""One search over everything: works, workshops, places. Typing mistakes are forgiven in all of them, and the words
looked for are shown where they stand."""

from __future__ import annotations

import msgspec

from kit.directory import queries as directory
from kit.ids import to_text
from kit.library import search as library
from kit.library.queries import Choice
from kit.library.search import Result
from kit.library.words import SHORTEST_MENDED, asked_words, cut_snippet, rank
from kit.people.node import Node
from kit.workshops import searching
from kit.workshops.queries import Workshop

ROOMS = ("oeuvres", "ateliers", "lieux")
FEW = 8  # of each room, when all are asked
MANY = 40  # of one room
MOST_OTHERS = 4
MOST_WAYS = 3  # to read one word
Pieces = list[tuple[str, bool]]


class Asked(msgspec.Struct, frozen=True):
    """What somebody looks for: the words; in one room or ("") in all; which works; « a-venir » for workshops, a service
    of places ("": any)."""

    text: str
    room: str = ""
    works: Choice = Choice()
    when: str = ""
    service: str = ""


class Line(msgspec.Struct, frozen=True):
    """A workshop or a place found: its name and a piece of what is said of it, as (words, is marked)."""

    url: str
    title: Pieces
    starts_at_ms: int
    detail: str
    pieces: Pieces


class Found(msgspec.Struct, frozen=True):
    """What was found, room by room. `counts` say how many each room has; `corrected` is what was looked for instead, or
    ""; `others` are other ways to write it."""

    works: list[Result]
    workshops: list[Line]
    places: list[Line]
    counts: dict[str, int]
    corrected: str = ""
    others: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when no room asked knows anything of it."""
        return not (self.works or self.workshops or self.places)

    @property
    def is_capped(self) -> bool:
        """True when there may be more works than were looked at."""
        return self.counts["oeuvres"] >= library.MOST_CANDIDATES


def search_everything(node: Node, asked: Asked) -> Found:
    """What each room knows of it. When none does, all are asked again with the words that look most like it."""
    found = _ask_rooms(node, asked)
    if any(found.counts.values()):
        return found
    others = suggest(node, asked.text)
    for place, text in enumerate(others):
        again = _ask_rooms(node, msgspec.structs.replace(asked, text=text))
        if any(again.counts.values()):
            return msgspec.structs.replace(again, corrected=text, others=others[place + 1 :])
    return found


def _ask_rooms(node: Node, asked: Asked) -> Found:
    most = MANY if asked.room else FEW
    works = library.find_works(node.store, asked.text, asked.works, mend=False)
    workshops = _workshops(node, asked)
    words = asked_words(asked.text)
    shown = {room: most if asked.room in ("", room) else 0 for room in ROOMS}
    places = directory.list_places(node.store, asked.text, asked.service, shown["lieux"], 0) if shown["lieux"] else []
    said = directory.find_places(node.store, [one.place_id for one in places]) if places else {}
    return Found(
        library.read_results(node.store, works, shown["oeuvres"], 0),
        [_workshop_line(one, words) for one in workshops[: shown["ateliers"]]],
        [_place_line(one, said[one.place_id], words) for one in places],
        {"oeuvres": len(works.hits), "ateliers": len(workshops),
         "lieux": directory.count_places(node.store, asked.text, asked.service)},
    )  # fmt: skip


def _workshops(node: Node, asked: Asked) -> list[Workshop]:
    """Those to come first, the soonest before; then those that were, the last before."""
    found = searching.search_workshops(node.store, asked.text, searching.MOST)
    now = node.clock.wall_ms()
    coming = [one for one in reversed(found) if one.starts_at_ms + one.length_minutes * 60_000 >= now]
    past = [one for one in found if one.starts_at_ms + one.length_minutes * 60_000 < now]
    return coming if asked.when == "a-venir" else [*coming, *past]


def _marked(text: str, words: list[str]) -> Pieces:
    return cut_snippet(text, words, max(len(text), 1))


def _workshop_line(one: Workshop, words: list[str]) -> Line:
    where = ", ".join(dict.fromkeys(filter(None, (one.place, one.stop_label))))
    return Line(
        f"/ateliers/{to_text(one.workshop_id)}", _marked(one.title, words), one.starts_at_ms, where,
        cut_snippet(one.summary, words),
    )  # fmt: skip


def _place_line(one: directory.PlaceLine, place: directory.Place, words: list[str]) -> Line:
    text = place.fields["presentation_resume"] or " · ".join(one.services)
    return Line(
        f"/annuaire/{to_text(one.place_id)}", _marked(one.name, words), 0,
        " ".join(filter(None, (one.code_postal, one.commune))), cut_snippet(text, words),
    )  # fmt: skip


# -- typing mistakes --------------------------------------------------------------------------------------------------


def suggest(node: Node, text: str) -> tuple[str, ...]:
    """What may have been meant, the likeliest first: words that no room knows give way to those that look like them."""
    words = asked_words(text)
    ways = [_ways(node, word) for word in words]
    best = [way[0] for way in ways]
    if best == words:
        return ()
    found = [best]
    for place, way in enumerate(ways):
        found += [[*best[:place], other, *best[place + 1 :]] for other in way[1:]]
    return tuple(dict.fromkeys(" ".join(one) for one in found))[:MOST_OTHERS]


def _ways(node: Node, word: str) -> list[str]:
    """A word, or the known ones that look most like it, the nearest first."""
    if len(word) < SHORTEST_MENDED or library.is_known(node.store, word) or _is_known_elsewhere(node, word):
        return [word]
    known = [*library.list_near(node.store, word), *directory.list_words_near(node.store, word)]
    known += searching.list_words(node.store)
    return rank(word, (one for one in known if len(one) >= SHORTEST_MENDED))[:MOST_WAYS] or [word]


def _is_known_elsewhere(node: Node, word: str) -> bool:
    return bool(directory.count_places(node.store, word) or searching.search_workshops(node.store, word, 1))
