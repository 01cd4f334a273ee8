"""A hotspot's settings for tests."""

from __future__ import annotations

from pathlib import Path

from kit.hotspot.plan import Plan, read_plan
from kit.settings import Settings, read_settings

KEY, STAFF_KEY = "renard lune 27", "mouette phare sel 41"
STAFF = "10.43.0.0/26 169.254.0.0/16"
GIVEN: dict[str, object] = {
    "hotspot": "wlan0", "wifi_key": KEY, "wifi_staff_key": STAFF_KEY, "staff_networks": STAFF,
}  # fmt: skip


def settings(**given: object) -> Settings:
    """Settings of a box with a Wi-Fi."""
    return read_settings({}, data=Path("/nowhere"), **{**GIVEN, **given})


def plan(**given: object) -> Plan:
    """Its plan."""
    return read_plan(settings(**given))
