"""What coordinators type."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from kit.web.fields import Fields


class Invitation(msgspec.Struct, frozen=True):
    """A link to be made: what to call the kit (empty: its own name), where it goes, and this server's address."""

    nickname: str
    territory: str
    server_url: str


def read_invitation(values: Mapping[str, str], default_url: str) -> Invitation:
    """The form of a new link. Raises FieldProblems."""
    fields = Fields(values)
    nickname = fields.text("nom", 80, required=True)
    territory = fields.text("territoire", 120)
    url = fields.text("adresse", 300) or default_url
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        fields.refuse("adresse", "central.bad_address")
    fields.check()
    return Invitation(nickname, territory, url)
