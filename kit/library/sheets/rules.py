"""Decisions about sheets: what a visitor may say of a step, and what a step should not do."""

from __future__ import annotations

import re
from collections.abc import Mapping

WHAT_WORDS: Mapping[str, str] = {
    "name": "Le bouton a un autre nom",
    "screen": "L’écran ne ressemble pas à l’image",
    "missing": "Je ne trouve pas ce bouton",
    "other": "Autre chose",
}
DEVICE_WORDS: Mapping[str, str] = {"android": "Android", "iphone": "iPhone", "other": "Ordinateur, ou je ne sais pas"}
# As content/library/fiches/README.md has them.
GESTURE_WORDS: Mapping[str, str] = {
    "toucher": "Toucher", "appuyer": "Appuyer longtemps", "glisser": "Glisser", "ecrire": "Écrire",
    "regarder": "Regarder", "attendre": "Attendre",
}  # fmt: skip
DEVICE_LABELS: Mapping[str, str] = {
    "android": "Android", "iphone": "iPhone", "ordinateur": "Ordinateur", "tous": "Tous les appareils",
}  # fmt: skip
MOST_WORDS = 15
_QUOTED = re.compile(r"«[^»]*»")
_TWO = re.compile(r"\b(puis|ensuite)\b|\bet\s+(?:[a-zé]+ez)\b|[.!?]\s+\S|;", re.IGNORECASE)


def warn_about(action: str, image: str) -> list[str]:
    """What makes a step hard to follow, in words for its author; empty when all is well."""
    said = _QUOTED.sub("«»", action)  # what a button says is not ours to shorten
    warnings = []
    if _TWO.search(said):
        warnings.append("Deux actions dans une étape : faites-en deux étapes.")
    if len(action.split()) > MOST_WORDS:
        warnings.append(f"Phrase de plus de {MOST_WORDS} mots : coupez-la.")
    if not image:
        warnings.append("Pas d’image.")
    return warnings
