"""What the sheet of a hall asks: each question with the answers it takes. No database, no Flask."""

from __future__ import annotations

from collections.abc import Mapping

UNKNOWN = ""
STATES: Mapping[str, str] = {
    "candidate": "À visiter",
    "visited": "Visitée",
    "agreed": "D’accord pour nous recevoir",
    "refused": "Ne convient pas",
}
_NETWORK = (("none", "rien"), ("weak", "faible"), ("good", "bon"))
_YES = (("yes", "oui"), ("no", "non"))
# Code of a question: (the words, its answers, whether visitors read it too). A code never changes its meaning.
QUESTIONS: Mapping[str, tuple[str, tuple[tuple[str, str], ...], bool]] = {
    "sockets": (
        "Prises de courant",
        (("none", "aucune"), ("few", "1 à 3"), ("some", "4 à 8"), ("many", "9 ou plus")),
        False,
    ),
    "power": ("Courant près des tables", (*_YES, ("extension", "avec une rallonge")), False),
    "orange": ("4G Orange", _NETWORK, False),
    "sfr": ("4G SFR", _NETWORK, False),
    "bouygues": ("4G Bouygues", _NETWORK, False),
    "free": ("4G Free", _NETWORK, False),
    "internet": ("Internet sur place", (("none", "non"), ("wifi", "par Wi-Fi"), ("cable", "par câble")), False),
    "entrance": (
        "Entrée",
        (("flat", "de plain-pied"), ("ramp", "avec une rampe"), ("step", "une marche"), ("stairs", "un escalier")),
        True,
    ),
    "toilets": ("Toilettes", (("none", "non"), ("yes", "oui"), ("wide", "oui, accessibles en fauteuil")), True),
    "parking": ("Parking", (("none", "non"), ("near", "à côté"), ("reserved", "avec une place réservée")), True),
    "bus": ("Arrêt de car à moins de 500 m", _YES, True),
    "heating": ("Chauffage", _YES, False),
    "tables": (
        "Tables et chaises",
        (("none", "à apporter"), ("some", "pour une dizaine"), ("many", "pour plus")),
        False,
    ),
    "dark": ("On peut faire le noir", _YES, False),
}


def say(code: str, answer: str) -> str:
    """An answer in words; empty when it was not given."""
    _, answers, _ = QUESTIONS[code]
    return dict(answers).get(answer, "")


def say_sheet(sheet: Mapping[str, str], public_only: bool = False) -> list[tuple[str, str]]:
    """The questions that were answered, in order, in words."""
    asked = [(code, words) for code, (words, _, is_public) in QUESTIONS.items() if is_public or not public_only]
    return [(words, said) for code, words in asked if (said := say(code, sheet.get(code, "")))]
