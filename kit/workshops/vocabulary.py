"""The national words for levels, themes and people, read once from vocabulary.toml (its source is written there)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kit.errors.kind import fr

FILE = Path(__file__).parent / "vocabulary.toml"
CONSENT = Path(__file__).parent / "consent.toml"
NOT_SAID = "non_communique"
# In which language a workshop is held (ISO 639-1; lsf: French sign language). None said: French.
LANGUAGES: Mapping[str, str] = {
    "fr": fr("français"), "ar": fr("arabe"), "en": fr("anglais"), "es": fr("espagnol"), "pt": fr("portugais"),
    "it": fr("italien"), "de": fr("allemand"), "tr": fr("turc"), "ru": fr("russe"), "uk": fr("ukrainien"),
    "fa": fr("persan"), "ro": fr("roumain"), "lsf": fr("langue des signes française"),
}  # fmt: skip


@cache
def _tables() -> Mapping[str, list[Mapping[str, str]]]:
    return tomllib.loads(FILE.read_text("utf-8"))


@cache
def labels(name: str) -> Mapping[str, str]:
    """Code to French label of one list (level, theme, gender, kind...), in the order of the source."""
    return {entry["code"]: fr(entry["label"]) for entry in _tables()[name]}


@cache
def themes_by_group() -> Mapping[str, Mapping[str, str]]:
    """The themes under their two headings: what the workshop is about, or which papers it helps with."""
    groups: dict[str, dict[str, str]] = {}
    for entry in _tables()["theme"]:
        groups.setdefault(fr(entry["group"]), {})[entry["code"]] = fr(entry["label"])
    return groups


@cache
def consent() -> tuple[int, str]:
    """The number and the words of the newest text that a person reads before she signs up."""
    newest = max(tomllib.loads(CONSENT.read_text("utf-8"))["text"], key=lambda text: int(text["number"]))
    return int(newest["number"]), str(newest["words"])


@cache
def consents() -> tuple[tuple[int, str], ...]:
    """Every text ever shown, the newest first."""
    texts = tomllib.loads(CONSENT.read_text("utf-8"))["text"]
    return tuple(sorted(((int(one["number"]), str(one["words"])) for one in texts), reverse=True))


def label(name: str, code: str) -> str:
    """The French label of a code; a code of a later version is shown as it is."""
    return labels(name).get(code, code)
