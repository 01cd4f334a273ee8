"""Decisions about sheets: what a visitor may say of a step, and what a step should not do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from kit.errors.kind import fr

WHAT_WORDS: Mapping[str, str] = {
    "name": fr("Le bouton a un autre nom"),
    "screen": fr("L’écran ne ressemble pas à l’image"),
    "missing": fr("Je ne trouve pas ce bouton"),
    "other": fr("Autre chose"),
}
DEVICE_WORDS: Mapping[str, str] = {
    "android": "Android",
    "iphone": "iPhone",
    "other": fr("Ordinateur, ou je ne sais pas"),
}
# As content/library/fiches/README.md has them.
GESTURE_WORDS: Mapping[str, str] = {
    "toucher": fr("Toucher"), "appuyer": fr("Appuyer longtemps"), "glisser": fr("Glisser"), "ecrire": fr("Écrire"),
    "regarder": fr("Regarder"), "attendre": fr("Attendre"),
}  # fmt: skip
DEVICE_LABELS: Mapping[str, str] = {
    "android": "Android", "iphone": "iPhone", "ordinateur": fr("Ordinateur"), "tous": fr("Tous les appareils"),
}  # fmt: skip
MOST_WORDS = 15
MOST_EASY_STEPS = 8
NEVER_CHECKED = fr("Pas encore vérifiée sur un téléphone.")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
          "décembre")  # fmt: skip
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_QUOTED = re.compile(r"«[^»]*»")
_TWO = re.compile(r"\b(puis|ensuite)\b|\bet\s+(?:[a-zé]+ez)\b|[.!?]\s+\S|;", re.IGNORECASE)


def checked_words(checked_on: str, checked_with: str) -> str:
    """When, and with what, somebody last followed a sheet; in plain words when nobody has."""
    try:
        day = date.fromisoformat(checked_on)
    except ValueError:
        return NEVER_CHECKED
    said = f"{day.day}{'er' if day.day == 1 else ''} {MONTHS[day.month - 1]} {day.year}"
    return (
        fr("Vérifiée le %(said)s avec %(checked_with)s.") % {"said": said, "checked_with": checked_with}
        if checked_with
        else fr("Vérifiée le %(said)s.") % {"said": said}
    )


def warn_about_sheet(is_easy: bool, steps: int, checked_on: str) -> list[str]:
    """What is missing of a whole sheet, in words for its author."""
    warnings: list[str] = []
    if is_easy and steps > MOST_EASY_STEPS:
        warnings.append(
            fr("« Fiche facile » : %(most)s étapes au plus, celle-ci en a %(steps)s.")
            % {"most": MOST_EASY_STEPS, "steps": steps}
        )
    if not checked_on:
        warnings.append(fr("Personne ne l’a encore suivie, un téléphone à la main."))
    return warnings


def warn_about(action: str, image: str, help_: str = "") -> list[str]:
    """What makes a step hard to follow, in words for its author; empty when all is well."""
    said = _QUOTED.sub("«»", action)  # what a button says is not ours to shorten
    warnings: list[str] = []
    if _TWO.search(said):
        warnings.append(fr("Deux actions dans une étape : faites-en deux étapes."))
    if len(action.split()) > MOST_WORDS:
        warnings.append(fr("Phrase de plus de %(most)s mots : coupez-la.") % {"most": MOST_WORDS})
    if any(len(sentence.split()) > MOST_WORDS for sentence in _SENTENCE.split(_QUOTED.sub("«»", help_))):
        warnings.append(fr("Aide : une phrase de plus de %(most)s mots. Coupez-la.") % {"most": MOST_WORDS})
    if not image:
        warnings.append(fr("Pas d’image."))
    return warnings
