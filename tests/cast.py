"""The people of the tests, each with stated powers.

- Odette is a participant: 74 years old, any phone, no account, no cookie. She may read, sign up, say what she thinks.
- Nadia is the itinerant mediator: she plans, ticks, closes, reads opinions, sends. Her passphrase opens the names.
- Paul is the librarian: he fills the shelves; he holds no key, so he never reads a name.
- Inès is the coordinator at the central: she sees every kit, and her passphrase opens the names that came home.
- Robert is a reader at the central: he sees figures, no names.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Member:
    """Someone of a team; `passphrase` is what she types."""

    name: str
    role: str
    passphrase: str


ODETTE = "Odette Canari"
NADIA = Member("Nadia", "mediator", "tilleul brouette cartable ruisseau bougie panier")
PAUL = Member("Paul", "librarian", "lune renard pomme fleur arbre jardin")
INES = Member("Inès", "coordinator", "cerise tambour sentier velours marmite galet")
ROBERT = Member("Robert", "reader", "citron fanfare grenier mouette savon tunnel")
