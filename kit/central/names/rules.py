"""How a kit's name is made, and when its certificate is renewed: decisions without database or network."""

from __future__ import annotations

import re
import unicodedata

DAY_MS = 86_400_000
RENEW_DAYS = 30
LONGEST_SLUG = 40
_APART = str.maketrans({"’": " ", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
FIRST_PAUSE_MS = 5 * 60_000
LONGEST_PAUSE_MS = DAY_MS
SILENT_DAYS = 90
DOMAIN = re.compile(r"(?=.{4,180}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
SERVER = re.compile(r"(?:[A-Za-z0-9.-]{1,253}|\[?[0-9A-Fa-f:.]{2,45}\]?)(?::[0-9]{1,5})?")
KEY_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?)+")


def make_name(nickname: str, kit_id: bytes, domain: str) -> str:
    """`<the nickname in plain letters>-<six signs of the id>.<domain>`: two kits of one nickname have two names."""
    plain = unicodedata.normalize("NFKD", nickname.translate(_APART))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    slug = "-".join(words)[:LONGEST_SLUG].strip("-") or "valise"
    return f"{slug}-{kit_id.hex()[:6]}.{domain}"


def renew_at(first_ms: int, last_ms: int) -> int:
    """From when on the next one is asked for: thirty days before the end, or for short ones in their last third."""
    return last_ms - min(RENEW_DAYS * DAY_MS, (last_ms - first_ms) // 3)


def next_try(now_ms: int, tries: int, at_least_ms: int = 0) -> int:
    """When to try again after so many failures: five minutes, then twice as long each time, at most a day."""
    return now_ms + max(at_least_ms, min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << min(tries, 12)))
