"""What each kit has received of what the coordination tells: places, stops, workshops asked, questionnaires, packs.

A kit says what it has each time it greets: when a visit begins, and again when something came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from kit.central import heard_queries
from kit.errors.kind import fr
from kit.journal.ranges import Range, subtract
from kit.people.node import Node
from kit.sync import queries as sync_queries
from kit.sync.messages import LogState

MOST_RANGES = 50  # gaps of one log whose kinds are told
WORDS: Mapping[str, str] = {
    "place": fr("lieux"),
    "stop": fr("haltes"),
    "workshop": fr("ateliers demandés"),
    "signup": fr("inscriptions d’ici"),
    "pack": fr("paquets"),
    "questionnaire": fr("questionnaires"),
    "person": fr("effacements"),
    "kit": fr("accès des valises"),
    "letter": fr("réponses au courrier"),
    "report": fr("comptes rendus corrigés"),
    "tour_terms": fr("réglages de tournée"),
    "voucher_kind": fr("sortes de bons"),
    "hall": fr("salles repérées"),
    "adviser_card": fr("personnes qui aident"),
    "organisation": fr("clés"),
    "poll": fr("consultations"),
    "told": fr("choses dites à tous"),
    "attendance": fr("présences corrigées"),
    "audience": fr("choix des valises"),
    "kit_terms": fr("réglages de la valise"),
    "equipment": fr("matériel"),
}
OTHERS = fr("autres fiches")


class Received(msgspec.Struct, frozen=True):
    """One kit: when it last said so (None: never), how much it had of how much, and what it lacked, in words."""

    told_ms: int | None
    had: int
    total: int
    lacking: list[tuple[str, int]]


def note(node: Node, kit_id: bytes, held: Sequence[LogState]) -> None:
    """Keep what a kit says it has. Only inside `write()`."""
    told = msgspec.msgpack.encode([(state.log_id, list(state.have)) for state in held])
    heard_queries.save(node.store, kit_id, node.clock.wall_ms(), told)


def read(node: Node, kit_id: bytes) -> Received:
    """What a kit has of what it is told."""
    row = heard_queries.find(node.store, kit_id)
    told: list[tuple[bytes, list[Range]]] = msgspec.msgpack.decode(row["held"]) if row else []
    held = {bytes(log_id): [(span[0], span[1]) for span in spans] for log_id, spans in told}
    total, missing, lacks = 0, 0, Counter[str]()
    for log in sync_queries.channels(node.store, node.identity.sign_public, kit_id):
        total += log.head
        gaps = subtract([(1, log.head)] if log.head else [], held.get(log.name.log_id, []))
        missing += sum(last - first + 1 for first, last in gaps)
        for first, last in gaps[:MOST_RANGES]:
            for kind, count in heard_queries.count_kinds(node.store, log.log_no, first, last):
                lacks[WORDS.get(kind.partition(".")[0], OTHERS)] += count
    return Received(row["told_ms"] if row else None, total - missing, total, lacks.most_common())
