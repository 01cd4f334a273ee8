"""What people are told to join the suitcase: name, key, address, and the codes that phones scan."""

from __future__ import annotations

import re

import msgspec

from kit.errors import Problem
from kit.hotspot.plan import read_plan
from kit.settings import Settings

_SPECIAL = re.compile(r'([\\;,:"])')


class Joining(msgspec.Struct, frozen=True):
    """What stands on a poster. `wifi` is "" where this machine has no Wi-Fi that is set up; `trouble` says why."""

    url: str
    wifi: str = ""
    key: str = ""
    staff_key: str = ""
    trouble: str = ""

    @property
    def code(self) -> str:
        """What a phone's camera reads to join."""
        return wifi_code(self.wifi, self.key) if self.wifi else ""

    @property
    def staff_code(self) -> str:
        """The same for the team's phones."""
        return wifi_code(self.wifi, self.staff_key) if self.staff_key else ""


def read_joining(settings: Settings, root: str) -> Joining:
    """What people are told here. `root` is the address of the request, when the settings name none."""
    own = f"http://{settings.hotspot_name}/" if settings.hotspot else root
    url = f"{(settings.public_url or own).rstrip('/')}/"
    if not settings.hotspot:
        return Joining(url)
    try:
        plan = read_plan(settings)
    except Problem as problem:
        return Joining(url, trouble=str(problem))
    return Joining(url, plan.wifi_name, plan.key, plan.staff_key)


def wifi_code(name: str, key: str) -> str:
    """The text of a QR code that joins a Wi-Fi (ZXing, « Barcode Contents », Wi-Fi Network config)."""
    return f"WIFI:T:WPA;S:{_written(name)};P:{_written(key)};;"


def _written(text: str) -> str:
    """Escaped; in quotes when it could be taken for hexadecimal digits."""
    words = _SPECIAL.sub(r"\\\1", text)
    return f'"{words}"' if re.fullmatch("[0-9A-Fa-f]+", text) else words
