"""Searching the directory: over a narrow table, so that twenty thousand places cost a few milliseconds.

Without words the list is read along the index of names; with words what is found is ranked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import cos, radians

import msgspec

from kit.directory.finding import Search, bits, bits_of_word
from kit.directory.maps import KM_PER_DEGREE, squared_degrees
from kit.directory.rules import match_word, to_words
from kit.store import Row, Store

_LINE = (
    "SELECT p.place_id, p.nom, p.commune, p.code_postal, p.adresse, p.telephone, p.horaires, p.services, g.checked_on, "
    "g.far, g.many FROM ({inner}) g JOIN place p ON p.log_no = g.log_no AND p.place_id = g.place_id ORDER BY {order}"
)
FIRST = 20
_CIRCLES_KM = (8.0, 30.0, 120.0)
_WORD = "f.search_row IN (SELECT rowid FROM place_search WHERE place_search MATCH ?)"


def _conditions(search: Search) -> tuple[list[str], list[object]]:
    """What a place must be, and the parameters; it cannot fail whatever was typed."""
    conditions, params = _of_words(search.words, are_last=bool(search.around and search.km))
    if search.marks:
        conditions.append("f.marks & ? = ?")
        params += [search.marks, search.marks]
    if search.any_marks:
        conditions.append("f.marks & ? <> 0")
        params.append(search.any_marks)
    if search.receives:
        conditions.append("f.marks & ? = 0")
        params.append(bits()["modalites_acces", "Ce lieu n'accueille pas de public"])
    if search.around and search.km:
        far, at = squared_degrees(search.around)
        up = search.km / KM_PER_DEGREE
        along = up / max(0.01, cos(radians(search.around[0])))
        conditions.append(f"f.north BETWEEN ? AND ? AND f.east BETWEEN ? AND ? AND {far} <= ?")
        (north, east), box = search.around, (up, along)
        params += [north - box[0], north + box[0], east - box[1], east + box[1], *at, up * up]
    if search.open_at:
        conditions.append(
            "f.place_id IN (SELECT place_id FROM place_hours WHERE day = ? AND opens <= ? AND closes > ?)"
        )
        params += [search.open_at[0], search.open_at[1], search.open_at[1]]
    return conditions, params


def _of_words(typed: str, *, are_last: bool = False) -> tuple[list[str], list[object]]:
    """Every word must be there: in the index, or as a service, which is a bit and no word of the index.

    `are_last`: something else leaves fewer than words do, so that SQLite is told (by the +) not to begin with them.
    """
    words = to_words(typed)
    if not words:
        return (["1 = 0"] if typed.strip() else []), []
    plain = [word for word in words if not bits_of_word(word)]
    conditions: list[str] = []
    params: list[object] = []
    if plain:
        conditions.append(f"+{_WORD}" if are_last else _WORD)
        params.append(" AND ".join(f"({match_word(word)})" for word in plain))
    for word in words:
        if word not in plain:
            conditions.append(f"({_WORD} OR f.marks & ? <> 0)")
            params += [match_word(word), bits_of_word(word)]
    return conditions, params


@dataclass(frozen=True)
class Found:
    """What a search finds: how many, and any page of it.

    Places checked since `fresh_since` come first, of each the nearest or by name; with a point and no distance
    just the nearest. A row is the place's line with `checked_on`, and `far` in squared degrees (None: not known).
    """

    store: Store
    search: Search

    @cached_property
    def total(self) -> int:
        """How many places. What words find is counted in their index alone, or together with the first page."""
        words = to_words(self.search.words)
        if self.search == Search(self.search.words, around=self.search.around, fresh_since=self.search.fresh_since):
            if words and not any(map(bits_of_word, words)):
                match = " AND ".join(f"({match_word(word)})" for word in words)
                return int(self.store.value("SELECT count(*) FROM place_search WHERE place_search MATCH ?", match))
            if len(words) == 1:
                return self._count_either(words[0])
        elif self._is_narrow and (self.search.km or not self.search.around):
            return int(self._first[0]["many"]) if self._first else 0
        return self._count("", ())

    def _count_either(self, word: str) -> int:
        """How many give a service called so, or have the word."""
        sql = f"SELECT count(*) FROM place_find f WHERE f.marks & ? <> 0 OR {_WORD}"
        return int(self.store.value(sql, bits_of_word(word), match_word(word)))

    @cached_property
    def _first(self) -> list[Row]:
        """The first page of what words and more leave, with how many there are in all."""
        return self._read("", (), FIRST, 0, "count(*) OVER ()")

    def page(self, limit: int, offset: int) -> list[Row]:
        """Some of them, in order."""
        if self.search.around and not self.search.km:
            return self._nearest(limit, offset)
        since = self.search.fresh_since
        if "_first" in self.__dict__ and offset == 0 and limit <= FIRST:
            return self._first[:limit]
        if not since or self._is_narrow:
            return self._read("", (), limit, offset)
        many = self._count("f.checked_on >= ?", (since,)) if offset else 1
        fresh = self._read("f.checked_on >= ?", (since,), limit, offset) if offset < many else []
        if len(fresh) == limit:
            return fresh
        return fresh + self._read("f.checked_on < ?", (since,), limit - len(fresh), max(0, offset - many))

    def _nearest(self, limit: int, offset: int) -> list[Row]:
        """The nearest first, old or not, looked for in the smallest circle that holds enough."""
        for km in _CIRCLES_KM:
            near = Found(self.store, msgspec.structs.replace(self.search, km=km, fresh_since=""))
            if near.total >= offset + limit:
                return near._read("", (), limit, offset)
        return Found(self.store, msgspec.structs.replace(self.search, fresh_since=""))._read("", (), limit, offset)

    @property
    def _is_narrow(self) -> bool:
        """True when words leave so few that ranking them is quicker than walking along the names."""
        return any(not bits_of_word(word) for word in to_words(self.search.words))

    def _count(self, also: str, also_params: tuple[object, ...]) -> int:
        conditions, params = _conditions(self.search)
        wanted = [*conditions, *([also] if also else [])]
        where = f" WHERE {' AND '.join(wanted)}" if wanted else ""
        return int(self.store.value(f"SELECT count(*) FROM place_find f{where}", *params, *also_params))

    def _read(self, also: str, also_params: tuple[object, ...], limit: int, offset: int, many: str = "0") -> list[Row]:
        conditions, params = _conditions(self.search)
        far, at = squared_degrees(self.search.around) if self.search.around else ("NULL", ())
        wanted = [*conditions, *([also] if also else [])]
        where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
        since = self.search.fresh_since if self._is_narrow else ""
        order = f"{'is_old, ' if since else ''}{'f.north IS NULL, far, ' if at else ''}f.sort_name, f.place_id"
        inner = (
            f"SELECT f.log_no, f.place_id, f.checked_on, f.sort_name, f.checked_on < ? AS is_old, {far} AS far, "
            f"{many} AS many FROM place_find f {where} ORDER BY {order} LIMIT ? OFFSET ?"
        )
        line = _LINE.format(inner=inner, order="g.is_old, g.far IS NULL, g.far, g.sort_name, g.place_id")
        return self.store.rows(line, since, *at, *params, *also_params, limit, offset)


def count(store: Store, search: Search) -> int:
    """How many places are what is looked for."""
    return Found(store, search).total


def page(store: Store, search: Search, limit: int, offset: int) -> list[Row]:
    """Some of the places found; see `Found`."""
    return Found(store, search).page(limit, offset)
