"""What the national schema does not check: keys of SIRET, points that cannot be in France. No database, no Flask."""

from __future__ import annotations

import re


def is_on_earth(latitude: str, longitude: str) -> bool:
    """True for two numbers of degrees (WGS 84)."""
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        return False
    return -90 <= north <= 90 and -180 <= east <= 180


def is_siret(text: str) -> bool:
    """True for fourteen digits with a right key (Luhn); La Poste's offices share a key of their own (sum of digits)."""
    if not re.fullmatch(r"\d{14}", text) or not int(text):
        return False
    if text.startswith("356000000") and sum(map(int, text)) % 5 == 0:
        return True
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(text)]
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


# Rectangles of degrees (south, north, west, east) around France and its lands beyond the sea, drawn generously.
_FRANCE = (
    (41.0, 51.5, -5.5, 10.0),
    (14.2, 18.3, -63.3, -60.6),
    (2.0, 6.0, -55.0, -51.0),
    (-21.6, -12.4, 44.9, 56.1),
    (46.6, 47.3, -56.6, -56.0),
    (-23.0, -13.0, 158.0, 173.0),
    (-15.0, -13.0, -179.0, -176.0),
    (-28.0, -7.0, -155.0, -134.0),
)


def is_in_france(north: float, east: float) -> bool:
    """True for degrees (WGS 84) in France or one of its lands beyond the sea."""
    return any(low <= north <= high and west <= east <= far for low, high, west, far in _FRANCE)


def swap_if_swapped(latitude: str, longitude: str) -> tuple[str, str] | None:
    """The two the other way round, when only that way they are in France; None when they may stay."""
    if not is_on_earth(latitude, longitude) or not is_on_earth(longitude, latitude):
        return None
    north, east = float(latitude), float(longitude)
    return (longitude, latitude) if not is_in_france(north, east) and is_in_france(east, north) else None


def is_rna(text: str) -> bool:
    """True for the number of an association: W and nine signs."""
    return re.fullmatch(r"W[a-zA-Z0-9]{9}", text) is not None
