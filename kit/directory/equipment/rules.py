"""Whether a thing is free. No database, no Flask. Days are text: 2026-01-31."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kit.errors.kind import fr

STATES = {"good": fr("En bon état"), "worn": fr("Usé, mais il marche"), "broken": fr("En panne"), "lost": fr("Perdu")}
KINDS = {
    "laptop": fr("Ordinateur portable"),
    "tablet": fr("Tablette"),
    "phone": fr("Téléphone"),
    "printer": fr("Imprimante"),
    "screen": fr("Écran, vidéoprojecteur"),
    "network": fr("Réseau, Wi-Fi"),
    "furniture": fr("Mobilier"),
    "other": fr("Autre"),
}
USABLE = ("good", "worn")


class Span(msgspec.Struct, frozen=True):
    """Days for which somebody has a thing, or asked for it. `is_out`: it left and did not come back yet."""

    span_id: bytes
    for_whom: str
    since: str
    until: str
    is_out: bool = False


def find_clash(spans: Iterable[Span], since: str, until: str, today: str) -> Span | None:
    """The first span in the way of days wanted; None: it is free.

    | it is                          | wanted      | free |
    |--------------------------------|-------------|------|
    | asked for from the 3rd to 5th  | 6th to 8th  | yes  |
    | asked for from the 3rd to 5th  | 5th to 8th  | no   |
    | out until the 5th, today the 9th | 8th to 9th | no: it is late |
    | out until the 5th, today the 4th | 6th to 8th | yes  |
    """
    for one in sorted(spans, key=lambda span: (span.since, span.span_id)):
        until_then = max(one.until, today) if one.is_out else one.until
        if one.since <= until and since <= until_then:
            return one
    return None
