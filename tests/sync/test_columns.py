"""Facts as columns come back byte for byte, whatever they hold; anything else is refused."""

from __future__ import annotations

import secrets

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.errors import Problem
from kit.journal.fact import Record
from kit.sync.columns import WIDEST, pack_facts, pack_numbers, unpack_facts, unpack_numbers

number = st.integers(-WIDEST + 1, WIDEST - 1)
few_ids = st.sampled_from([bytes([n]) * 16 for n in range(5)])
ids = st.one_of(few_ids, st.binary(min_size=16, max_size=16))
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
rows = st.lists(plain, max_size=20).map(msgspec.msgpack.encode)
odd_rows = st.sampled_from(
    [b"", b"\x91", b"\xdc\x00\x01\x05", b"\x91\xcd\x00\x05", b"\x91\x01\x01", b"\xc0", b"\xff" * 9]
)
envelopes = [bytes([n]) * 32 for n in range(3)]


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    first = draw(st.integers(1, 2**40))
    return [
        Record(
            first + place, draw(st.sampled_from(["a.b", "workshop.planned", "é"])), draw(st.integers(1, 3)),
            draw(number), draw(number), draw(number), draw(ids), draw(ids),
            b"".join(draw(st.lists(ids, max_size=3))) + draw(st.sampled_from([b"", b"rest"])),
            draw(st.sampled_from([None, *envelopes])), draw(st.one_of(rows, odd_rows, st.binary(max_size=30))),
        )
        for place in range(draw(st.integers(1, 12)))
    ]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(histories(), st.booleans())
def test_any_facts_come_back_byte_for_byte(records: list[Record], turn: bool) -> None:
    packed = pack_facts(records, envelopes, turn=turn)
    assert unpack_facts(packed, records[0].seq, len(records), envelopes) == records


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(-(2**62) + 1, 2**62 - 1), min_size=1, max_size=50))
def test_numbers_come_back(values: list[int]) -> None:
    assert unpack_numbers(pack_numbers(values), len(values)) == values


@settings(max_examples=300, deadline=None)
@given(histories(), st.data())
def test_damaged_columns_are_refused_or_harmless(records: list[Record], data: st.DataObject) -> None:
    packed = bytearray(pack_facts(records, envelopes))
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] ^= data.draw(st.integers(1, 255))
    try:
        found = unpack_facts(bytes(packed), records[0].seq, len(records), envelopes)
    except Problem as problem:
        assert problem.code == "sync.bad_segment"
    else:
        assert len(found) == len(records)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_garbage_is_refused(raw: bytes) -> None:
    with pytest.raises(Problem, match=r".") as refusal:
        unpack_facts(raw, 1, 5, [])
    assert refusal.value.code == "sync.bad_segment"


def test_what_repeats_costs_little() -> None:
    body = msgspec.msgpack.encode((b"w" * 16, "walk_in", "", "", ""))
    records = [
        Record(
            seq, "attendance.came", 1, 4, seq * 900, 1_700_000_000_000 + seq * 900, seq.to_bytes(16, "big"), b"h" * 16,
            b"", None, body,
        )
        for seq in range(1, 1001)
    ]  # fmt: skip
    import zstandard

    assert len(zstandard.compress(pack_facts(records, []), 12)) < 12 * len(records)


def test_the_day_of_an_id_costs_nothing_on_the_wire() -> None:
    """A thousand ids made on one day cost their fourteen random bytes; drawn by lot they cost sixteen."""
    import zstandard

    def cost(ids: list[bytes]) -> float:
        records = [Record(seq, "a.b", 1, 4, 0, 0, one, b"h" * 16, b"", None, b"\x90") for seq, one in enumerate(ids, 1)]
        return len(zstandard.compress(pack_facts(records, []), 12)) / len(ids)

    rests = [secrets.token_bytes(14) for _ in range(1000)]
    assert cost([b"\x51\x30" + rest for rest in rests]) < 14.3 < 16 < cost([secrets.token_bytes(2) + r for r in rests])
