"""The licences this library knows, explained in plain French, and how a file's own words name them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from kit.errors.kind import fr, plain

TABLE = Path(__file__).with_name("licences.toml")
LOCAL = "LicenseRef-"


class Licence(msgspec.Struct, frozen=True):
    """One licence: its SPDX id (or a local one), short and full name, address, category, and two lists of sentences.

    `uris` are the beginnings of addresses that name it, without http:// and in lower case.
    """

    licence_id: str
    short: str
    name: str
    uri: str
    category: str
    may: tuple[str, ...]
    must: tuple[str, ...]
    uris: tuple[str, ...]

    @property
    def is_reusable(self) -> bool:
        """True when anyone may copy, change and sell it: a free licence or the public domain."""
        return self.category.startswith("libre")


@cache
def all_licences() -> dict[str, Licence]:
    """Every licence by its id, in the order they are offered."""
    table = tomllib.loads(TABLE.read_text("utf-8"))
    return {row["id"]: _read(row) for row in table["licence"]}


def _read(row: dict[str, object]) -> Licence:
    def listed(name: str) -> tuple[str, ...]:
        value = row.get(name, [])
        return tuple(fr(one) for one in value) if isinstance(value, list) else ()

    return Licence(
        str(row["id"]), fr(row["short"]), fr(row["name"]), str(row["uri"]), str(row["category"]),
        listed("may"), listed("must"), tuple(map(plain, listed("uris"))),
    )  # fmt: skip


def find_licence(licence_id: str) -> Licence | None:
    """The licence of an id, or None when it is not in the table."""
    return all_licences().get(licence_id)


_CC = re.compile(
    r"\bCC[ -]?(BY(?:[ -](?:NC|SA|ND)){0,2}|0|ZERO)\b(?:[ -]*(?:v\.? ?)?(\d\.\d))?(?:[ -]*(FR|France)\b)?",
    re.IGNORECASE,
)
_MARK = re.compile(r"\bpublic domain mark\b|\bCC[ -]?PDM\b|\bmarque du domaine public\b", re.IGNORECASE)
_PUBLIC_DOMAIN = re.compile(r"\bdomaine public\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(pas|plus|jamais|not|non)\b[^.]*\bdomaine public\b", re.IGNORECASE)
_IN_ONE_COUNTRY = re.compile(
    r"\b(USA|U\.S\.|United States|[ÉE]tats-Unis|Canada|Australia|copyright|droits r[ée]serv[ée]s)\b|©", re.IGNORECASE
)
_NAMES = (
    (re.compile(r"licence art libre\s*\(?(1\.[23])?|free art licen[cs]e\s*\(?(1\.[23])?", re.IGNORECASE), "LAL-1.3"),
    (re.compile(r"licence ouverte|open licence|etalab", re.IGNORECASE), "etalab-2.0"),
    (re.compile(r"\bODbL\b", re.IGNORECASE), "ODbL-1.0"),
    (re.compile(r"\bGFDL\b|GNU free documentation licen[cs]e", re.IGNORECASE), "GFDL-1.3-or-later"),
)


def detect_licence(texts: Iterable[str]) -> str:
    """The id of the licence that these sentences and addresses name, or "" when they name none, or more than one."""
    found = {licence for text in texts for licence in (_by_uri(text) or _by_words(text),) if licence}
    return found.pop() if len(found) == 1 else ""


def _by_uri(text: str) -> str:
    low = re.sub(r"\b(https?:)?//(www\.)?", "", text.strip().lower())
    for licence in all_licences().values():
        for uri in licence.uris:
            place = low.find(uri)
            if place >= 0 and _ends_there(low[place + len(uri) :]):
                return licence.licence_id
    return ""


def _ends_there(rest: str) -> bool:
    """True when nothing of weight follows: .../by/3.0/fr/ is another contract than .../by/3.0/."""
    return re.match(r"/?(deed|legalcode)?(\.\w{2,5})?($|[\s)\"'>.,;?#])", rest) is not None


def _by_words(text: str) -> str:
    text = text.strip()
    if text in all_licences():
        return text
    creative = _CC.search(text)
    if creative:
        return _creative_commons(creative)
    for pattern, licence_id in _NAMES:
        named = pattern.search(text)
        if named:
            return "LAL-1.2" if licence_id == "LAL-1.3" and "1.2" in named.groups() else licence_id
    return _public_domain(text)


def _public_domain(text: str) -> str:
    """Only the French public domain or the mark: « Public domain in the USA. » says nothing of France."""
    if _IN_ONE_COUNTRY.search(text) or _DENIED.search(text):
        return ""
    if _MARK.search(text):
        return "CC-PDM-1.0"
    return "LicenseRef-domaine-public" if _PUBLIC_DOMAIN.search(text) else ""


def _creative_commons(found: re.Match[str]) -> str:
    """The id of « CC BY-SA 3.0 »; a version that is not in the table (or not said) is not guessed."""
    terms, version, country = found.group(1).upper().replace(" ", "-"), found.group(2), found.group(3)
    if terms in ("0", "ZERO"):
        return "CC0-1.0"
    licence_id = f"CC-{terms}-{version}" + ("-FR" if country else "")
    return licence_id if licence_id in all_licences() else ""
