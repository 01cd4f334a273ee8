"""The words of La Coop that only reports need, read once from coop.toml; the others are in ../vocabulary.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from kit.errors.kind import fr
from kit.workshops import vocabulary

FILE = Path(__file__).parent / "coop.toml"
PAPERS = "aide_aux_demarches_administratives"
PAPERS_GROUP = fr("démarches administratives")
FAMILIES = ("gender", "age_band", "status")
FAMILY_WORDS = {"gender": fr("Genre"), "age_band": "Âge", "status": fr("Situation")}
GROUP_WORDS = {
    "people": fr("les personnes venues"),
    "day": fr("le jour"),
    "minutes": fr("la durée"),
    "place": fr("le lieu"),
    "title": fr("le nom de l’atelier"),
    "level": fr("le niveau"),
    "autonomy": fr("l’autonomie"),
    "redirection": fr("l’orientation"),
    "procedure": fr("la démarche"),
    "materials": fr("le matériel"),
    "themes": fr("les thématiques"),
    "tags": fr("les étiquettes"),
    "schemes": fr("les dispositifs"),
}
_OWN = ("activity", "place_kind", "material", "autonomy", "redirection")


@cache
def _tables() -> Mapping[str, list[Mapping[str, str]]]:
    return tomllib.loads(FILE.read_text("utf-8"))


@cache
def labels(name: str) -> Mapping[str, str]:
    """Code to French label of one list, those of the room included; in the order of the source."""
    if name not in _OWN:
        return vocabulary.labels(name)
    return {entry["code"]: fr(entry["label"]) for entry in _tables()[name]}


def label(name: str, code: str) -> str:
    """The French label of a code; a code of a later version is shown as it is."""
    return labels(name).get(code, code)


def rank(name: str, code: str) -> str:
    """A code of a scale of three as La Coop exports it: `1/3`; empty when not said."""
    codes = list(labels(name))
    return f"{codes.index(code) + 1}/{len(codes)}" if code in codes else ""


def with_papers(themes: Sequence[str]) -> list[str]:
    """The themes, with the one that La Coop asks for beside any theme of administrative papers."""
    papers = vocabulary.themes_by_group().get(PAPERS_GROUP, {})
    needs = any(theme in papers for theme in themes) and PAPERS not in themes
    return [PAPERS, *themes] if needs else list(themes)


def can_say(family: str) -> list[str]:
    """The codes of a family that can be counted: "not said" is what remains of the total."""
    return [code for code in labels(family) if code != vocabulary.NOT_SAID]


def family_headers() -> list[str]:
    """A column for each answer of each family, which it names: « Non communiqué » is one of two of them."""
    return [
        f"{FAMILY_WORDS[family]}\u00a0: {label}" for family in FAMILIES for label in vocabulary.labels(family).values()
    ]
