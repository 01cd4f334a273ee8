"""A corpus that looks like a season, with the entropy of every choice made for it: mostly new people, one kit."""

from __future__ import annotations

import random
from math import log2

import msgspec

from kit.journal.fact import Record
from kit.workshops.facts import CAME, AttendanceCame

NEW_PEOPLE = 0.9
MOST_GAP_MS = 120_000
PEOPLE_A_WORKSHOP = 12
START_MS, DAY_MS = 1_900_000_000_000, 86_400_000
RANDOM_BYTES = 14  # of an id: the day it was made comes before them (kit/ids.py)
GENDERS, AGES, STATUSES = ("", "femme", "homme"), ("", "18-24", "25-39", "40-59", "60-69"), ("", "retraite", "emploi")


def season(count: int, home: bytes, seed: int = 1, start_ms: int = START_MS) -> tuple[list[Record], float]:
    """`count` attendances from that time on, and the bits that no coding can do without."""
    dice, known = random.Random(seed), list[bytes]()  # noqa: S311 - a corpus, not a secret
    records, bits, mono, workshop = [], 0.0, 0, b""
    for seq in range(1, count + 1):
        if seq % PEOPLE_A_WORKSHOP == 1:
            workshop, bits = _new_id(dice, start_ms + mono), bits + 8 * RANDOM_BYTES
        is_new = not known or dice.random() < NEW_PEOPLE
        if is_new:
            known.append(_new_id(dice, start_ms + mono))
            subject, bits = known[-1], bits + 8 * RANDOM_BYTES - log2(NEW_PEOPLE)
        else:
            subject, bits = dice.choice(known), bits + log2(len(known)) - log2(1 - NEW_PEOPLE)
        mono, bits = mono + dice.randrange(MOST_GAP_MS), bits + log2(MOST_GAP_MS)
        body = AttendanceCame(workshop, "anonymous", dice.choice(GENDERS), dice.choice(AGES), dice.choice(STATUSES))
        bits += log2(len(GENDERS)) + log2(len(AGES)) + log2(len(STATUSES))
        raw = msgspec.msgpack.encode(body)
        records.append(Record(seq, CAME.name, 1, 1, mono, start_ms + mono, subject, home, b"", None, raw))
    return records, bits


def _new_id(dice: random.Random, wall_ms: int) -> bytes:
    return (wall_ms // DAY_MS).to_bytes(2, "big") + dice.randbytes(RANDOM_BYTES)
