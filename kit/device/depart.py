"""What a suitcase is told before its first start: a small file on the card's first partition, read once, then erased.

The file is TOML, written by `valise image prepare` or by hand. Its phrase makes the team only where there is none yet:
who can open the suitcase later cannot make herself its mediator with a file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

import msgspec

from kit.errors import Problem

FILE = "valise-depart.toml"
MOST_BYTES = 16_384
# Words of the file -> settings of the box (kit/settings.py).
SETTINGS: Mapping[str, str] = {
    "nom": "node_name",
    "wifi_nom": "wifi_name",
    "wifi_cle": "wifi_key",
    "wifi_cle_equipe": "wifi_staff_key",
    "wifi_pays": "wifi_country",
    "wifi_canal": "wifi_channel",
    "wifi_places": "wifi_most",
    "salle_wifi_nom": "hall_wifi_name",
    "salle_wifi_cle": "hall_wifi_key",
    "langue": "language",
    "fuseau": "timezone",
}
# With a key of its own, the team's pages answer to its phones and to a cable (private networks, but not the Wi-Fi's).
STAFF_NETWORKS = "10.43.0.0/26 192.168.0.0/16 172.16.0.0/12 169.254.0.0/16 10.0.0.0/11"
_LINE = re.compile(r'VALISE_([A-Z_]+)="((?:[^"\\]|\\.)*)"')
SECRETS = ("phrase", "secours", "rattachement")
MOST_SIGNS: Mapping[str, int] = {
    "nom": 60,
    "wifi_nom": 32,
    "wifi_cle": 63,
    "wifi_cle_equipe": 63,
    "salle_wifi_nom": 32,
    "salle_wifi_cle": 63,
    "rattachement": 2000,
}


class Depart(msgspec.Struct, frozen=True):
    """One start. `settings` by their own names; `phrase` and `recovery_code` come together or not at all; `link`: how
    the kit is attached to its central, empty when it is not."""

    settings: dict[str, str]
    phrase: str = ""
    recovery_code: str = ""
    link: str = ""


def read_depart(raw: bytes) -> Depart:
    """What such a file says. Raises Problem `machine.bad_depart` with the word that is not understood."""
    if len(raw) > MOST_BYTES:
        raise Problem("machine.bad_depart", word="(trop long)")
    try:
        told = tomllib.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as refusal:
        raise Problem("machine.bad_depart", word=str(refusal)[:80]) from refusal
    words = {name: _text(name, value) for name, value in told.items()}
    settings = {SETTINGS[name]: text for name, text in words.items() if name in SETTINGS and text}
    phrase, code = words.get("phrase", ""), words.get("secours", "")
    if bool(phrase) != bool(code):
        raise Problem("machine.bad_depart", word="secours" if phrase else "phrase")
    if "wifi_staff_key" in settings:
        settings["staff_networks"] = STAFF_NETWORKS
    return Depart(settings, phrase, code, words.get("rattachement", ""))


def _text(name: str, value: object) -> str:
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else None
    if text is None or name not in (*SETTINGS, *SECRETS):
        raise Problem("machine.bad_depart", word=name)
    if len(text) > MOST_SIGNS.get(name, 200) or not text.isprintable():
        raise Problem("machine.bad_depart", word=name)
    return text


def write_depart(words: Mapping[str, str]) -> str:
    """Such a file, of words that are not empty. Raises Problem `machine.bad_depart` for what cannot be read again."""
    lines = ["# La Valise nomade : lu une fois au premier démarrage, puis effacé."]
    lines += [f'{name} = "{_escaped(text)}"' for name, text in words.items() if text]
    written = "\n".join(lines) + "\n"
    read_depart(written.encode())
    return written


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def settings_lines(settings: Mapping[str, str]) -> str:
    """Settings as systemd reads them (EnvironmentFile: quoted, with backslash escapes)."""
    return "".join(f'VALISE_{name.upper()}="{_quoted(text)}"\n' for name, text in sorted(settings.items()))


def _quoted(text: str) -> str:
    for sign in '\\"$`':
        text = text.replace(sign, "\\" + sign)
    return text


def read_lines(text: str) -> dict[str, str]:
    """The settings of such a file; a line that is none of ours is left out."""
    found = (_LINE.fullmatch(line) for line in text.splitlines())
    return {one[1].lower(): re.sub(r"\\(.)", r"\1", one[2]) for one in found if one}
