"""Who may do what, and how fast a passphrase may be tried. No database, no Flask."""

from __future__ import annotations

from collections.abc import Mapping

from kit.errors.kind import fr

POWERS: Mapping[str, frozenset[str]] = {
    "mediator": frozenset(
        {"self", "team", "console", "roll", "plan", "library", "feedback", "directory", "send", "box"}
    ),
    "librarian": frozenset({"self", "console", "library", "roll"}),
    "coordinator": frozenset(
        {"self", "team", "central", "names", "feedback", "enrol", "console", "keep", "directory", "library", "propose"}
    ),
    "administrator": frozenset(
        {
            "self",
            "team",
            "central",
            "names",
            "feedback",
            "enrol",
            "console",
            "box",
            "staff",
            "keep",
            "directory",
            "library",
            "propose",
        }
    ),
    "reader": frozenset({"self", "central"}),
}
KIT_ROLES = ("mediator", "librarian")
CENTRAL_ROLES = ("coordinator", "administrator", "librarian", "reader")
HOLDS_NO_VAULT = frozenset({"librarian", "reader"})
# What these powers show comes from kits: who has territories of her own sees those only, where a page can tell.
TERRITORIAL = frozenset({"central", "names", "feedback", "enrol", "keep", "propose", "team", "box", "staff"})
FREE_TRIES = 3
CODE_TRIES = 5
CODE_MINUTES = 10
LONGEST_WAIT_SECONDS = 300


ROLE_WORDS: Mapping[str, str] = {
    "mediator": fr("Médiation : ateliers, présences, avis"),
    "librarian": fr("Bibliothèque : livres et documents, sans les noms"),
    "coordinator": fr("Coordination : tout voir, ouvrir les noms"),
    "administrator": fr("Administration : comme la coordination, et l’équipe"),
    "reader": fr("Lecture : les chiffres, sans les noms"),
}


def roles_of(is_central: bool) -> tuple[str, ...]:
    """The roles people may have on such a node."""
    return CENTRAL_ROLES if is_central else KIT_ROLES


def may(role: str, power: str) -> bool:
    """True when a role has a power."""
    return power in POWERS.get(role, frozenset())


def wait_seconds(failures: int) -> int:
    """How long to wait after so many wrong passphrases in a row: 0 for the first three, then 2, 4, 8... up to 300."""
    if failures < FREE_TRIES:
        return 0
    return int(min(LONGEST_WAIT_SECONDS, 2 ** (failures - FREE_TRIES + 1)))


def is_strong(passphrase: str) -> bool:
    """True for six words or more (the box makes such ones)."""
    return len(passphrase.split()) >= 6


def read_territories(text: str) -> tuple[str, ...]:
    """Territories as they are kept, one a line; none: all."""
    return tuple(text.split("\n")) if text else ()
