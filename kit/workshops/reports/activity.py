"""What every report says of an activity, whether it is being written or read again."""

from __future__ import annotations

import msgspec


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """An activity without its counters; codes are the API values of La Coop. `known` None: nobody said."""

    activity: str
    workshop_id: bytes
    stop_id: bytes
    tour: str
    date_ms: int
    minutes: int
    place_kind: str
    place_name: str
    address: str
    commune: str
    postcode: str
    insee: str
    title: str
    level: str
    autonomy: str
    redirected: str
    redirection: str
    procedure: str
    materials: list[str]
    themes: list[str]
    tags: list[str]
    schemes: list[str]
    participants: int
    known: int | None
