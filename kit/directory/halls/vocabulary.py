"""What the sheet of a hall asks: each question with the answers it takes. No database, no Flask."""

from __future__ import annotations

from collections.abc import Mapping

from kit.errors.kind import fr

UNKNOWN = ""
STATES: Mapping[str, str] = {
    "candidate": fr("À visiter"),
    "visited": fr("Visitée"),
    "agreed": fr("D’accord pour nous recevoir"),
    "refused": fr("Ne convient pas"),
}
_NETWORK = (("none", fr("rien")), ("weak", fr("faible")), ("good", fr("bon")))
_YES = (("yes", fr("oui")), ("no", fr("non")))
# Code of a question: (the words, its answers, whether visitors read it too). A code never changes its meaning.
QUESTIONS: Mapping[str, tuple[str, tuple[tuple[str, str], ...], bool]] = {
    "sockets": (
        fr("Prises de courant"),
        (("none", fr("aucune")), ("few", fr("1 à 3")), ("some", fr("4 à 8")), ("many", fr("9 ou plus"))),
        False,
    ),
    "power": (fr("Courant près des tables"), (*_YES, ("extension", fr("avec une rallonge"))), False),
    "orange": ("4G Orange", _NETWORK, False),
    "sfr": ("4G SFR", _NETWORK, False),
    "bouygues": ("4G Bouygues", _NETWORK, False),
    "free": ("4G Free", _NETWORK, False),
    "internet": (
        fr("Internet sur place"),
        (("none", fr("non")), ("wifi", fr("par Wi-Fi")), ("cable", fr("par câble"))),
        False,
    ),
    "entrance": (
        fr("Entrée"),
        (
            ("flat", fr("de plain-pied")),
            ("ramp", fr("avec une rampe")),
            ("step", fr("une marche")),
            ("stairs", fr("un escalier")),
        ),
        True,
    ),
    "toilets": (
        fr("Toilettes"),
        (("none", fr("non")), ("yes", fr("oui")), ("wide", fr("oui, accessibles en fauteuil"))),
        True,
    ),
    "parking": (
        fr("Parking"),
        (("none", fr("non")), ("near", fr("à côté")), ("reserved", fr("avec une place réservée"))),
        True,
    ),
    "bus": (fr("Arrêt de car à moins de 500 m"), _YES, True),
    "heating": (fr("Chauffage"), _YES, False),
    "tables": (
        fr("Tables et chaises"),
        (("none", fr("à apporter")), ("some", fr("pour une dizaine")), ("many", fr("pour plus"))),
        False,
    ),
    "dark": (fr("On peut faire le noir"), _YES, False),
}


def say(code: str, answer: str) -> str:
    """An answer in words; empty when it was not given."""
    _, answers, _ = QUESTIONS[code]
    return dict(answers).get(answer, "")


def say_sheet(sheet: Mapping[str, str], public_only: bool = False) -> list[tuple[str, str]]:
    """The questions that were answered, in order, in words."""
    asked = [(code, words) for code, (words, _, is_public) in QUESTIONS.items() if is_public or not public_only]
    return [(words, said) for code, words in asked if (said := say(code, sheet.get(code, "")))]
