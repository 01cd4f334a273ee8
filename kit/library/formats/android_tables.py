"""Android's binary XML and resource tables, as far as an application's own description needs them.

Whatever the bytes are, only ValueError, IndexError or struct.error come out. Names of attributes are known by the
numbers of the system's own (an application may call them what it likes).
Source: the Android Open Source Project, frameworks/base/libs/androidfw/include/androidfw/ResourceTypes.h.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

NAMES = {0x01010001: "label", 0x01010002: "icon", 0x01010003: "name", 0x0101020C: "least", 0x0101021C: "version"}
_POOL, _MAP, _ELEMENT, _PACKAGE, _TYPE = 0x0001, 0x0180, 0x0102, 0x0200, 0x0201
_REFERENCE, _STRING, _NUMBERS = 0x01, 0x03, (0x10, 0x11)
_NO_ENTRY = 0xFFFFFFFF
_COMPLEX, _COMPACT = 0x0001, 0x0008
_UTF8 = 0x100
LONGEST_TEXT = 4000
MOST_ELEMENTS = 50_000
MOST_ATTRIBUTES = 200
MOST_LEADS = 8  # a name may lead to another name, and that one round in a circle


def string_at(raw: bytes, pool: int, number: int) -> str:
    """One text of the pool that begins at `pool`; a longer one than `LONGEST_TEXT` is cut."""
    header, count, flags, first = (
        struct.unpack_from("<H", raw, pool + 2)[0], *struct.unpack_from("<I4xII", raw, pool + 8),
    )  # fmt: skip
    if not 0 <= number < count:
        raise IndexError(number)
    place = pool + first + struct.unpack_from("<I", raw, pool + header + 4 * number)[0]
    if flags & _UTF8:
        place += 2 if raw[place] & 0x80 else 1  # the length in signs, which says nothing here
        size = (raw[place] & 0x7F) << 8 | raw[place + 1] if raw[place] & 0x80 else raw[place]
        place += 2 if raw[place] & 0x80 else 1
        return raw[place : place + min(size, LONGEST_TEXT)].decode("utf-8", "replace")
    size = struct.unpack_from("<H", raw, place)[0]
    if size & 0x8000:
        size, place = (size & 0x7FFF) << 16 | struct.unpack_from("<H", raw, place + 2)[0], place + 2
    return raw[place + 2 : place + 2 + 2 * min(size, LONGEST_TEXT)].decode("utf-16-le", "replace")


def _chunks(raw: bytes, place: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(sort, where it begins, where it ends) of each chunk."""
    while place + 8 <= end:
        kind, _, size = struct.unpack_from("<HHI", raw, place)
        if size < 8 or place + size > end:
            return
        yield kind, place, place + size
        place += size


def _start(raw: bytes, place: int) -> int:
    """Where what a chunk holds begins."""
    return place + int(struct.unpack_from("<H", raw, place + 2)[0])


def read_elements(raw: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Every element of a binary XML file: its name, and those of its attributes that have a name here (`NAMES`), or
    none of the system's (`package`). A reference is given as `@` and its number."""
    pool, numbers, count = 0, list[int](), 0
    for kind, place, end in _chunks(raw, _start(raw, 0), len(raw)):
        if kind == _POOL and not pool:
            pool = place
        elif kind == _MAP:
            numbers = [one[0] for one in struct.iter_unpack("<I", raw[place + 8 : end - (end - place) % 4])]
        elif kind == _ELEMENT:
            count += 1
            if count > MOST_ELEMENTS:
                return
            yield _element(raw, pool, numbers, place)


def _element(raw: bytes, pool: int, numbers: list[int], place: int) -> tuple[str, dict[str, str]]:
    body = _start(raw, place)
    name, first, size, count = struct.unpack_from("<4xIHHH", raw, body)
    found: dict[str, str] = {}
    for number in range(min(count, MOST_ATTRIBUTES)):
        _, key, text, kind, data = struct.unpack_from("<III3xBI", raw, body + first + number * size)
        called = NAMES.get(numbers[key], "") if key < len(numbers) else string_at(raw, pool, key)
        if called:
            found.setdefault(called, _value(raw, pool, text, kind, data))
    return string_at(raw, pool, name), found


def _value(raw: bytes, pool: int, text: int, kind: int, data: int) -> str:
    if kind == _STRING or (text != _NO_ENTRY and kind != _REFERENCE):
        return string_at(raw, pool, data if kind == _STRING else text)
    if kind == _REFERENCE:
        return f"@{data}"
    return str(data) if kind in _NUMBERS else ""


class Table:
    """The resource table: what a reference (`@2130903040`) may stand for, French first."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def find(self, said: str) -> list[str]:
        """The texts of a reference; any other text stands for itself. What is broken in the table finds nothing."""
        if not said.startswith("@"):
            return [said] if said else []
        try:
            return list(dict.fromkeys(self._follow(int(said[1:]), 0)))
        except (ValueError, struct.error, IndexError):
            return []

    def _follow(self, wanted: int, depth: int) -> Iterator[str]:
        if depth > MOST_LEADS:
            return
        found = sorted(self._values(wanted), key=lambda one: one[0] != b"fr")
        for _, kind, data in found:
            if kind == _STRING:
                yield self._text(data)
            elif kind == _REFERENCE and data:
                yield from self._follow(data, depth + 1)

    def _text(self, number: int) -> str:
        return string_at(self.raw, _start(self.raw, 0), number)

    def _values(self, wanted: int) -> Iterator[tuple[bytes, int, int]]:
        """(language, kind, data) of each way a resource is given."""
        package_id, type_id, entry = wanted >> 24, wanted >> 16 & 0xFF, wanted & 0xFFFF
        for kind, start, end in _chunks(self.raw, _start(self.raw, 0), len(self.raw)):
            if kind != _PACKAGE or struct.unpack_from("<I", self.raw, start + 8)[0] != package_id:
                continue
            for inner, place, _ in _chunks(self.raw, _start(self.raw, start), end):
                if inner == _TYPE and self.raw[place + 8] == type_id:
                    yield from self._entry(place, entry)

    def _entry(self, place: int, entry: int) -> Iterator[tuple[bytes, int, int]]:
        header, flags = struct.unpack_from("<H", self.raw, place + 2)[0], self.raw[place + 9]
        count, first = struct.unpack_from("<II", self.raw, place + 12)
        offset = self._offset(place + header, flags, min(count, 0x10000), entry)
        if offset == _NO_ENTRY:
            return
        language = self.raw[place + 28 : place + 30]
        where = place + first + offset
        size, how = struct.unpack_from("<HH", self.raw, where)
        if how & _COMPACT:
            yield language, how >> 8, struct.unpack_from("<I", self.raw, where + 4)[0]
        elif not how & _COMPLEX:
            yield language, self.raw[where + size + 3], struct.unpack_from("<I", self.raw, where + size + 4)[0]

    def _offset(self, place: int, flags: int, count: int, entry: int) -> int:
        """Where an entry lies: in a full list, a sparse one (flag 1), or one of half words (flag 2)."""
        if flags & 1:
            pairs = (struct.unpack_from("<HH", self.raw, place + 4 * n) for n in range(count))
            return next((offset * 4 for number, offset in pairs if number == entry), _NO_ENTRY)
        if entry >= count:
            return _NO_ENTRY
        if flags & 2:
            half = int(struct.unpack_from("<H", self.raw, place + 2 * entry)[0])
            return _NO_ENTRY if half == 0xFFFF else half * 4
        return int(struct.unpack_from("<I", self.raw, place + 4 * entry)[0])
