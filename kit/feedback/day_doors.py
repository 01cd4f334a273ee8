"""Doors of the texts given outside any stop. Nobody closes such a day, so each door has a life of its own.

A door serves one day of the box's running life; 72 running hours after that day it is destroyed. No clock is asked.
"""

from __future__ import annotations

from kit.feedback import queries, rules
from kit.journal.life import DAY_MS, tick
from kit.people import identities
from kit.people.node import Node

LIFE_HOURS = 72


def door_of(node: Node, stop_id: bytes) -> bytes:
    """The public key of the door of texts given at a stop, or, with an empty id, outside any. Only inside `write()`."""
    return identities.make_door(node, rules.door_subject(stop_id)) if stop_id else open_of_today(node)


def open_of_today(node: Node) -> bytes:
    """The public key of today's door. Only inside `write()`."""
    day = tick(node.store, node.clock) // DAY_MS
    subject = rules.day_door_subject(day)
    queries.keep_day_door(node.store, subject, day)
    return identities.make_door(node, subject)


def shut_old(node: Node) -> list[bytes]:
    """Destroy the doors whose life is over; whose they were. Only inside `write()`."""
    life = tick(node.store, node.clock)
    gone = [subject for subject, day in queries.list_day_doors(node.store) if is_over(day, life)]
    for subject in gone:
        identities.destroy_door(node, subject)
        queries.forget_day_door(node.store, subject)
    return gone


def is_over(day: int, life_ms: int) -> bool:
    """True when a day of the box's running life ended 72 running hours ago.

    | day | running life | over |
    |-----|--------------|------|
    | 0   | 24 h         | no   |
    | 0   | 95 h         | no   |
    | 0   | 96 h         | yes  |
    | 3   | 96 h         | no   |
    """
    return life_ms >= (day + 1) * DAY_MS + LIFE_HOURS * 3_600_000
