"""Facts laid out as columns, so that what repeats from one to the next costs almost nothing once compressed.

Whole numbers become differences, stored by planes of bytes; ids become places in one list of ids; bodies of one kind
are turned on their side when every one is a msgpack array of the same length. What comes back is the same, byte for
byte. Nothing here trusts its input: every length is checked against the number of facts before anything is made.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from operator import sub

import msgspec

from kit.errors import Problem
from kit.ids import DAY_BYTES, ID_BYTES
from kit.journal.fact import Record

HASH_BYTES = 32
MOST_FACTS = 8192
MOST_KINDS = 512
WIDEST = 2**48
_CODES = {1: "b", 2: "h", 4: "i", 8: "q"}
_PLAIN, _TURNED = 0, 1


class Columns(msgspec.Struct, array_like=True, frozen=True):
    """One field of every fact after another; `bodies` holds one `Bodies` for each entry of `kinds`."""

    count: int
    kinds: list[tuple[str, int]]
    kind: bytes
    boot: bytes
    mono: bytes
    wall: bytes
    ids: bytes
    subject: bytes
    home: bytes
    ref_length: bytes
    ref: bytes
    ref_rest: bytes
    envelope: bytes
    bodies: list[Bodies]


class Bodies(msgspec.Struct, array_like=True, frozen=True):
    """The bodies of one kind. `form` 0: `lengths` and all bytes in one part; 1: one part a field, turned."""

    form: int
    lengths: bytes
    parts: list[bytes]


def bad() -> Problem:
    """The refusal of anything that is not what we write."""
    return Problem("sync.bad_segment")


# -- whole numbers ------------------------------------------------------------------------------------------------


def pack_numbers(values: Sequence[int]) -> bytes:
    """Differences of neighbours in the narrowest width: one byte for the width (0: all zero), then planes of bytes."""
    steps = list(map(sub, values, [0, *values]))
    if not any(steps):
        return b"\0"
    low, high = min(steps), max(steps)
    width = next(w for w in _CODES if -(1 << 8 * w - 1) <= low and high < 1 << 8 * w - 1)
    raw = _little(array(_CODES[width], steps)).tobytes()
    return bytes([width]) + b"".join(raw[plane::width] for plane in range(width))


def unpack_numbers(raw: bytes, count: int) -> list[int]:
    """What `pack_numbers` packed, when there are exactly `count` of them. Raises Problem `sync.bad_segment`."""
    if raw == b"\0":
        return [0] * count
    width = raw[0] if raw else 0
    if width not in _CODES or len(raw) != 1 + width * count:
        raise bad()
    woven = bytearray(width * count)
    for plane in range(width):
        woven[plane::width] = raw[1 + plane * count : 1 + (plane + 1) * count]
    return list(accumulate(_little(array(_CODES[width], bytes(woven)))))


def _little(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


# -- ids ----------------------------------------------------------------------------------------------------------


class _Ids:
    """Gives each id a place; 0 says "the next new one", k says "the k-th one again"."""

    def __init__(self) -> None:
        self.places: dict[bytes, int] = {}

    def pack(self, ids: Iterable[bytes]) -> list[int]:
        marks = []
        for one in ids:
            place = self.places.get(one)
            if place is None:
                self.places[one] = len(self.places) + 1
            marks.append(place or 0)
        return marks


def _unpack_ids(marks: Iterable[int], table: list[bytes], known: list[bytes]) -> list[bytes]:
    found = []
    for mark in marks:
        if mark == 0:
            if len(known) == len(table):
                raise bad()
            known.append(table[len(known)])
            found.append(known[-1])
        elif 0 < mark <= len(known):
            found.append(known[mark - 1])
        else:
            raise bad()
    return found


def _lay_ids(ids: Iterable[bytes]) -> bytes:
    """Ids by planes: the bytes of a day of all of them, which repeat (kit/ids.py), then what is random of each."""
    table = list(ids)
    days = [bytes(one[place] for one in table) for place in range(DAY_BYTES)]
    return b"".join([*days, *(one[DAY_BYTES:] for one in table)])


def _take_ids(raw: bytes) -> list[bytes]:
    count, odd = divmod(len(raw), ID_BYTES)
    if odd:
        raise bad()
    days = zip(*(raw[place * count : (place + 1) * count] for place in range(DAY_BYTES)), strict=True)
    rests = _blocks(raw[DAY_BYTES * count :], ID_BYTES - DAY_BYTES)
    return [bytes(day) + rest for day, rest in zip(days, rests, strict=True)]


def _blocks(raw: bytes, size: int) -> list[bytes]:
    if len(raw) % size:
        raise bad()
    return [raw[start : start + size] for start in range(0, len(raw), size)]


# -- bodies -------------------------------------------------------------------------------------------------------


def _array_head(length: int) -> bytes:
    return bytes([0x90 | length]) if length < 16 else b"\xdc" + length.to_bytes(2, "big")


def _fields(body: bytes) -> list[bytes] | None:
    """The fields of a body that is one canonical msgpack array, each as its own bytes; else None."""
    try:
        fields = [bytes(field) for field in msgspec.msgpack.decode(body, type=list[msgspec.Raw])]
    except (msgspec.MsgspecError, RecursionError):
        return None
    return fields if len(fields) < 1000 and _array_head(len(fields)) + b"".join(fields) == body else None


def _pack_bodies(bodies: list[bytes], *, turn: bool) -> Bodies:
    rows = [_fields(body) for body in bodies] if turn else []
    if rows and all(row and len(row) == len(rows[0] or ()) for row in rows):
        turned: list[tuple[bytes, ...]] = list(zip(*rows, strict=True))
        return Bodies(_TURNED, b"", [b"".join(field) for field in turned])
    return Bodies(_PLAIN, pack_numbers([len(body) for body in bodies]), [b"".join(bodies)])


def _unpack_bodies(packed: Bodies, count: int) -> list[bytes]:
    if packed.form == _PLAIN and len(packed.parts) == 1:
        return _cut(packed.parts[0], unpack_numbers(packed.lengths, count))
    if packed.form != _TURNED or not 0 < len(packed.parts) < 1000:
        raise bad()
    head = _array_head(len(packed.parts))
    columns = [_values(part, count) for part in packed.parts]
    return [head + b"".join(row) for row in zip(*columns, strict=True)]


def _values(part: bytes, count: int) -> list[bytes]:
    values = msgspec.msgpack.decode(b"\xdc" + count.to_bytes(2, "big") + part, type=list[msgspec.Raw])
    return [bytes(value) for value in values]


def _cut(raw: bytes, lengths: list[int]) -> list[bytes]:
    if min(lengths, default=0) < 0 or sum(lengths) != len(raw):
        raise bad()
    ends = list(accumulate(lengths))
    return [raw[end - length : end] for end, length in zip(ends, lengths, strict=True)]


# -- facts --------------------------------------------------------------------------------------------------------


def pack_facts(records: Sequence[Record], envelopes: Sequence[bytes], *, turn: bool = True) -> bytes:
    """Neighbouring facts as columns; `envelopes` lists the hashes they cite. `turn`: lay bodies out by field."""
    kinds = list(dict.fromkeys((r.kind, r.version) for r in records))
    number = {kind: place for place, kind in enumerate(kinds)}
    cited = {name: place for place, name in enumerate(envelopes, 1)}
    bodies: list[list[bytes]] = [[] for _ in kinds]
    for record in records:
        bodies[number[record.kind, record.version]].append(record.body)
    ids = _Ids()
    subject = ids.pack(r.subject for r in records)
    home = ids.pack(r.home for r in records)
    refs = ids.pack(block for r in records for block in _blocks(_whole(r.refs), ID_BYTES))
    return msgspec.msgpack.encode(
        Columns(
            len(records),
            kinds,
            pack_numbers([number[r.kind, r.version] for r in records]),
            pack_numbers([r.boot for r in records]),
            pack_numbers([r.mono_ms for r in records]),
            pack_numbers([r.wall_ms - r.mono_ms for r in records]),
            _lay_ids(ids.places),
            pack_numbers(subject),
            pack_numbers(home),
            pack_numbers([len(r.refs) for r in records]),
            pack_numbers(refs),
            b"".join(r.refs[len(_whole(r.refs)) :] for r in records),
            pack_numbers([cited[r.envelope] if r.envelope else 0 for r in records]),
            [_pack_bodies(group, turn=turn) for group in bodies],
        )
    )


def _whole(refs: bytes) -> bytes:
    return refs[: len(refs) // ID_BYTES * ID_BYTES]


def unpack_facts(
    raw: bytes, first: int, count: int, envelopes: Sequence[bytes], *, by_planes: bool = True
) -> list[Record]:
    """The facts `first`, `first + 1`... behind their columns. `by_planes`: how ids lie, False in the first version.

    Raises Problem `sync.bad_segment` on anything odd.
    """
    try:
        columns = msgspec.msgpack.decode(raw, type=Columns)
        table = _take_ids(columns.ids) if by_planes else _blocks(columns.ids, ID_BYTES)
        return _rebuild(columns, table, first, count, envelopes)
    except (msgspec.MsgspecError, RecursionError, MemoryError, ValueError, OverflowError) as refusal:
        raise bad() from refusal


def _rebuild(columns: Columns, table: list[bytes], first: int, count: int, envelopes: Sequence[bytes]) -> list[Record]:
    if columns.count != count or not 0 < count <= MOST_FACTS or not 0 < len(columns.kinds) <= MOST_KINDS:
        raise bad()

    def numbers(packed: bytes) -> list[int]:
        return unpack_numbers(packed, count)

    kinds = numbers(columns.kind)
    cited = numbers(columns.envelope)
    if not _within(kinds, len(columns.kinds)) or not _within(cited, len(envelopes) + 1):
        raise bad()
    known = list[bytes]()
    subjects = _unpack_ids(numbers(columns.subject), table, known)
    homes = _unpack_ids(numbers(columns.home), table, known)
    refs = _unpack_refs(columns, numbers(columns.ref_length), table, known)
    take = _bodies_taker(columns, kinds)
    monos, walls, boots = numbers(columns.mono), numbers(columns.wall), numbers(columns.boot)
    records = [
        Record(
            first + i, *columns.kinds[kinds[i]], boots[i], monos[i], walls[i] + monos[i], subjects[i], homes[i],
            refs[i], envelopes[cited[i] - 1] if cited[i] else None, take(kinds[i]),
        )
        for i in range(count)
    ]  # fmt: skip
    for record in records:
        check_numbers(record)
    return records


def _within(values: Sequence[int], limit: int) -> bool:
    return min(values) >= 0 and max(values) < limit


def _unpack_refs(columns: Columns, lengths: list[int], table: list[bytes], known: list[bytes]) -> list[bytes]:
    blocks = sum(length // ID_BYTES for length in lengths)
    if min(lengths) < 0 or blocks > MOST_FACTS * 64:
        raise bad()
    whole = b"".join(_unpack_ids(unpack_numbers(columns.ref, blocks), table, known))
    wholes = _cut(whole, [length // ID_BYTES * ID_BYTES for length in lengths])
    rests = _cut(columns.ref_rest, [length % ID_BYTES for length in lengths])
    return [one + rest for one, rest in zip(wholes, rests, strict=True)]


def _bodies_taker(columns: Columns, kinds: Sequence[int]) -> Callable[[int], bytes]:
    if len(columns.bodies) != len(columns.kinds):
        raise bad()
    counts = Counter(kinds)
    if len(counts) != len(columns.kinds):
        raise bad()
    waiting = [iter(_unpack_bodies(group, counts[place])) for place, group in enumerate(columns.bodies)]
    return lambda place: next(waiting[place])


def check_numbers(record: Record) -> None:
    """Raise Problem `sync.bad_segment` for a fact whose numbers are out of any reason."""
    numbers = (record.boot, record.mono_ms, record.wall_ms)
    if not all(-WIDEST < number < WIDEST for number in numbers) or not 0 < record.version < 2**31:
        raise bad()
