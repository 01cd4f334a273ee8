"""What a pack may be: its limits, the names inside it, what is told of it. No database, no Flask."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from kit.errors import Problem
from kit.errors.kind import fr
from kit.library.rules import LEVEL_WORDS

CATALOGUE = "data/opds.json"
SIGNATURE = "signature.json"
TAGS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", SIGNATURE)
TAG_MANIFEST = "tagmanifest-sha256.txt"
MOST_ITEMS = 900  # their ids must fit three times into one fact
MOST_FILES = 10_000
LARGEST_TAG = 4 << 20
LARGEST_CATALOGUE = 32 << 20
AGES = {
    "": fr("Tous"),
    "3": fr("3 ans et plus"),
    "6": fr("6 ans et plus"),
    "10": fr("10 ans et plus"),
    "14": fr("14 ans et plus"),
}
_FILE = re.compile(r"data/files/([0-9a-f]{64})")
_LINE = re.compile(r"([0-9a-f]{64})  ?(\S.*)")


class About(msgspec.Struct, frozen=True):
    """What is told of a pack, so that a training kit is one: for whom, which competences, how long."""

    title: str
    organisation: str = ""
    level: str = ""
    age: str = ""
    competences: tuple[str, ...] = ()
    minutes: int = 0
    summary: str = ""


@cache
def competences() -> dict[str, str]:
    """Every competence by its code: « crcn-1.1 » (cadre français, Pix) and « digcomp-1.1 » (European Union)."""
    with Path(__file__).with_name("competences.csv").open(encoding="utf-8", newline="") as table:
        return {f"{row['frame']}-{row['code']}": fr(row["name"]) for row in csv.DictReader(table)}


def read_words(told: dict[str, Any]) -> About:
    """What a command tells of a pack. Raises Problem `packs.unknown_word` for what is no level, age or competence."""
    about = About(**told)
    known = ({"", *LEVEL_WORDS}, set(AGES), set(competences()))
    for words, among in zip(((about.level,), (about.age,), about.competences), known, strict=True):
        for word in words:
            if word not in among:
                raise Problem("packs.unknown_word", word=word, among=", ".join(sorted(among - {""})))
    return about


def check_name(name: str) -> str:
    """The name of a file of a pack, or Problem `packs.hostile`: only the few names a pack of ours has exist."""
    if name in (*TAGS, TAG_MANIFEST, CATALOGUE) or _FILE.fullmatch(name):
        return name
    raise Problem(
        "packs.hostile", reason=fr("un fichier y porte un nom interdit : %(name)s") % {"name": f"{name[:60]!r}"}
    )


def read_manifest(raw: bytes) -> dict[str, str]:
    """A BagIt manifest: name -> SHA-256 in hexadecimal. Raises Problem `packs.broken` or `packs.hostile`."""
    found: dict[str, str] = {}
    try:
        lines = raw.decode("utf-8").splitlines()
    except UnicodeDecodeError as refusal:
        raise Problem("packs.broken") from refusal
    if len(lines) > MOST_FILES:
        raise Problem("packs.hostile", reason=fr("il dit contenir trop de fichiers"))
    for line in filter(None, lines):
        parts = _LINE.fullmatch(line)
        if parts is None:
            raise Problem("packs.broken")
        found[check_name(parts[2])] = parts[1]
    return found


def write_manifest(hashes: dict[str, str]) -> bytes:
    """The same, in the order of names."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(hashes.items())).encode()
