"""What the QR of a ticket holds. No database, no Flask."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode


def ticket_address(base: str, code: str, box: str, starts_at_ms: int) -> str:
    """What the QR of a ticket holds: beside its address, whose it is and for when, so that another box can say so."""
    return f"{base}/ticket/{code}?{urlencode({'de': box[:30], 'le': starts_at_ms // 60_000})}"


def read_ticket_address(typed: str) -> tuple[str, int] | None:
    """Whose a scanned ticket says it is, and for when (milliseconds); None when it does not say."""
    asked = parse_qs(typed.partition("/ticket/")[2].partition("?")[2][:300])
    box, minutes = ("".join(asked.get(name, [""])[:1]) for name in ("de", "le"))
    is_known = box.strip() and box.isprintable() and minutes.isascii() and minutes.isdigit() and len(minutes) < 10
    return (box.strip()[:30], int(minutes) * 60_000) if is_known else None
