"""Who may change what stands on a shelf. No database, no Flask."""

from __future__ import annotations


def may_change(owner: str, organisation: str) -> bool:
    """True for a shelf that is nobody's in particular, and for those who work for its organisation."""
    return not owner or owner == organisation


def may_give(owner: str, organisation: str, wanted: str, *, is_leading: bool) -> bool:
    """Who may say whose a shelf is: those who lead the team; else one takes a free shelf for one's own library, or
    gives one's own back."""
    return is_leading or (bool(organisation) and owner in ("", organisation) and wanted in ("", organisation))
