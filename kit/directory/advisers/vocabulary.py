"""What people who help can do, in national codes and words, and in what role they do it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import msgspec

from kit.directory import vocabulary
from kit.errors.kind import fr

FILE = Path(__file__).parent / "skills.toml"
FRAMES: Mapping[str, str] = {"crcn": "CRCN (Pix)", "digcomp": "DigComp"}
ROLES: Mapping[str, str] = {
    "volunteer": fr("Bénévole"),
    "mediator": fr("Médiation numérique"),
    "librarian": fr("Bibliothèque"),
    "writer": fr("Écriture publique"),
    "social": fr("Travail social"),
    "teacher": fr("Enseignement, formation"),
    "other": fr("Autre"),
}


class Skill(msgspec.Struct, frozen=True):
    """One skill of a frame: `code` is "crcn:1.1" or "digcomp:2.3"."""

    code: str
    domain: str
    words: str


@cache
def skills() -> Mapping[str, Skill]:
    """Every skill by its code, in the order of the frames."""
    found = msgspec.convert(tomllib.loads(FILE.read_text("utf-8"))["skill"], list[Skill])
    return {one.code: Skill(one.code, fr(one.domain), fr(one.words)) for one in found}


def by_domain(frame: str) -> Mapping[str, list[Skill]]:
    """The skills of one frame under their domain."""
    found: dict[str, list[Skill]] = {}
    for one in skills().values():
        if one.code.startswith(f"{frame}:"):
            found.setdefault(one.domain, []).append(one)
    return found


def say_skills(codes: Iterable[str]) -> list[str]:
    """Skills in words, each once; a code of a later list is shown as it is."""
    return list(dict.fromkeys(skills()[one].words if one in skills() else one for one in codes))


def say_services(codes: Iterable[str]) -> list[str]:
    """What somebody helps with (short codes of the national services) in the words people read."""
    known = vocabulary.service_codes()
    return [vocabulary.say("services", known[one]) for one in codes if one in known]


def say_role(code: str) -> str:
    """A role in words."""
    return ROLES.get(code, ROLES["other"])
