"""A segment tells nothing to a stranger, proves who wrote it, and refuses everything that is not one."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

import kit
from kit.errors import Problem
from kit.journal.fact import Record
from kit.keys import primitives
from kit.keys.identity import Identity, load_identity
from kit.sync.segment import (
    MOST_BYTES,
    LogName,
    Segment,
    build_segment,
    chain_links,
    chain_start,
    cut_segment,
    open_segment,
    read_segment,
)


def record(seq: int, body: bytes = b"\x91\x05", envelope: bytes | None = None) -> Record:
    return Record(seq, "t.kind", 1, 1, seq * 10, 10**12 + seq * 10, os.urandom(16), b"h" * 16, b"", envelope, body)


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return load_identity(tmp_path_factory.mktemp("writer"))


@pytest.fixture(scope="module")
def box() -> tuple[bytes, bytes]:
    return primitives.new_box_pair()


def name_of(writer: Identity) -> LogName:
    return LogName(writer.log_id(b"e" * 8), writer.sign_public, b"e" * 8)


@pytest.fixture(scope="module")
def small(writer: Identity, box: tuple[bytes, bytes]) -> Segment:
    log = name_of(writer)
    records = [record(seq, envelope=os.urandom(32) if seq % 5 == 0 else None) for seq in range(1, 31)]
    return build_segment(writer, log, chain_start(log.log_id), records, box[1])


def test_it_gives_the_same_facts_back_to_whom_it_is_for(writer: Identity, box: tuple[bytes, bytes]) -> None:
    log, records = name_of(writer), [record(seq) for seq in range(7, 20)]
    before = primitives.digest(b"whatever came before")
    segment = read_segment(build_segment(writer, log, before, records, box[1]).raw)
    assert open_segment(segment, box[0]) == records
    assert segment.header.chain_after == chain_links(before, records)[-1]
    assert (segment.header.first, segment.header.last) == (7, 19)


def test_nobody_else_opens_it(small: Segment) -> None:
    with pytest.raises(Problem) as refusal:
        open_segment(small, primitives.new_box_pair()[0])
    assert refusal.value.code == "sync.bad_segment"


def test_it_is_cut_to_size(writer: Identity, box: tuple[bytes, bytes]) -> None:
    log = name_of(writer)
    records = [record(seq, b"\xc5" + (2000).to_bytes(2, "big") + os.urandom(2000)) for seq in range(1, 201)]
    segment = cut_segment(writer, log, chain_start(log.log_id), records, box[1])
    assert MOST_BYTES * 0.8 < len(segment.raw) <= MOST_BYTES
    assert open_segment(read_segment(segment.raw), box[0]) == records[: segment.header.count]


def test_the_largest_fact_of_the_journal_fits(writer: Identity, box: tuple[bytes, bytes]) -> None:
    log = name_of(writer)
    large = [record(seq, os.urandom(48 * 1024), envelope=b"e" * 32) for seq in (1, 2)]
    assert cut_segment(writer, log, chain_start(log.log_id), large, box[1]).header.count == 1


def test_facts_that_are_not_neighbours_are_refused(writer: Identity, box: tuple[bytes, bytes]) -> None:
    with pytest.raises(Problem):
        build_segment(writer, name_of(writer), bytes(32), [record(1), record(3)], box[1])


def test_cut_short_anywhere_it_is_refused(small: Segment) -> None:
    for length in range(len(small.raw)):
        with pytest.raises(Problem) as refusal:
            read_segment(small.raw[:length])
        assert refusal.value.code == "sync.bad_segment"


def test_one_bit_flipped_anywhere_it_is_refused(small: Segment) -> None:
    for place in range(len(small.raw)):
        raw = bytearray(small.raw)
        raw[place] ^= 1 << random.randrange(8)
        with pytest.raises(Problem):
            read_segment(bytes(raw))


def test_another_key_cannot_sign_for_a_log(writer: Identity, box: tuple[bytes, bytes], tmp_path: Path) -> None:
    thief = load_identity(tmp_path)
    with pytest.raises(Problem):
        read_segment(build_segment(thief, name_of(writer), bytes(32), [record(1)], box[1]).raw)
    stolen = LogName(writer.log_id(b"e" * 8), thief.sign_public, b"e" * 8)
    with pytest.raises(Problem):
        read_segment(build_segment(thief, stolen, bytes(32), [record(1)], box[1]).raw)


def test_bombs_stay_under_a_memory_cap(tmp_path: Path) -> None:
    """P7: every bomb is refused with at most 64 MiB beyond what the program had."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("bombs.py")), str(tmp_path), "7"],
        env={**os.environ, "PYTHONPATH": str(Path(kit.__file__).parents[1])},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
