"""The address of this node for what is kept or printed: tickets, posters, calendars, files to take home."""

from __future__ import annotations

from flask import request

from kit.settings import Settings


def written_root(settings: Settings) -> str:
    """Where people come back to, without a slash at the end. Never the https name of a kit, which may end some day."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    if request.is_secure and settings.hotspot:
        return f"http://{settings.hotspot_name}"
    return request.url_root.rstrip("/")
