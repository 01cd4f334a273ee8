"""The Wi-Fi's own settings, changed by the team: kept in the suitcase's file of settings, taken at its next start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kit.device.depart import SETTINGS, read_depart, read_lines, settings_lines, write_depart
from kit.errors import Problem
from kit.hotspot.plan import read_plan
from kit.people.node import Node
from kit.settings import read_settings
from kit.whole import write_whole

SETTINGS_FILE = "settings.env"
WORDS = (
    "wifi_nom",
    "wifi_cle",
    "wifi_cle_equipe",
    "wifi_pays",
    "wifi_canal",
    "wifi_places",
    "salle_wifi_nom",
    "salle_wifi_cle",
)
_OURS = frozenset((*(SETTINGS[word] for word in WORDS), "staff_networks"))


def can_change(node: Node) -> bool:
    """True on a suitcase of ours: its card's services read the file. Elsewhere somebody else wrote the settings."""
    return bool(node.settings.card and node.settings.hotspot)


def read_wanted(node: Node) -> dict[str, str]:
    """The words of the form as they stand in the file, or else as the box runs now."""
    kept = _read_kept(node)
    return {word: kept.get(SETTINGS[word], str(getattr(node.settings, SETTINGS[word]))) for word in WORDS}


def change_wifi(node: Node, words: Mapping[str, str]) -> None:
    """Keep what was written, whole or not at all; what else stands in the file stays.

    Raises Problem `machine.bad_depart`, or like `hotspot.plan.read_plan`: nothing is kept then.
    """
    told = read_depart(write_depart({word: words.get(word, "") for word in WORDS}).encode()).settings
    kept = {name: text for name, text in _read_kept(node).items() if name not in _OURS}
    here = node.settings
    try:
        read_plan(read_settings({}, hotspot=here.hotspot, hotspot_address=here.hotspot_address, **{**kept, **told}))
    except Problem as problem:
        if problem.code != "start.bad_setting":
            raise
        raise Problem("hotspot.bad_setting", **problem.details) from problem
    write_settings(node.data / SETTINGS_FILE, {**kept, **told})


def _read_kept(node: Node) -> dict[str, str]:
    try:
        return read_lines((node.data / SETTINGS_FILE).read_text("utf-8"))
    except OSError:
        return {}


def write_settings(path: Path, settings: Mapping[str, str]) -> None:
    """The file as systemd reads it: whole or not at all, for nobody else's eyes, on the disk before this returns."""
    write_whole(path, settings_lines(settings).encode())
