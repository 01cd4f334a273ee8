"""What can be ticked when one gives a work (each right is given apart: code de la propriété intellectuelle, art.
L. 131-3), and which combinations hold together. No database, no Flask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

RIGHTS: Mapping[str, str] = {
    "reproduction": "La copier (reproduction) : sur la valise, sur les téléphones des visiteurs, sur papier.",
    "representation": "La montrer (représentation) : à l’écran, lue ou projetée devant un groupe.",
    "adaptation": "L’adapter : la raccourcir, en faire une version audio, en gros caractères ou facile à lire.",
    "translation": "La traduire dans d’autres langues.",
}
SUPPORTS: Mapping[str, str] = {
    "numerique": "Sur la valise et les téléphones",
    "papier": "Sur papier",
    "internet": "Sur le site Internet de la bibliothèque",
}
PURPOSES: Mapping[str, str] = {
    "lecture": "Lecture publique gratuite et ateliers, jamais de vente",
    "tout": "Tout usage, y compris commercial",
}
TERRITORIES: Mapping[str, str] = {
    "tournee": "Les lieux où passe la valise",
    "france": "La France",
    "monde": "Le monde entier",
}
DURATIONS: Mapping[str, str] = {
    "1": "Un an",
    "5": "Cinq ans",
    "10": "Dix ans",
    "legale": "Tant que durent les droits d’auteur",
}
CAPACITIES: Mapping[str, str] = {
    "auteur": "Je l’ai fait moi-même, tout seul.",
    "coauteur": "Nous l’avons fait à plusieurs, et les autres sont d’accord.",
    "ayant-droit": "L’auteur est mort ou m’a donné ses droits, et je peux décider.",
    "representant": "Je suis le parent ou le tuteur d’un auteur mineur.",
}
THIRD_PARTIES: Mapping[str, str] = {
    "aucun": "Non, il n’y a rien de quelqu’un d’autre.",
    "permis": "Oui (musique, photo, texte, voix, visage) et j’ai leur accord.",
    "inconnu": "Je ne sais pas.",
}
# What may be offered under which licence: an id of licences.toml, or "" (only what is ticked).
LICENCES: Mapping[str, str] = {
    "": "Aucune : seulement ce que j’ai coché ici.",
    "CC-BY-NC-ND-4.0": "CC BY-NC-ND : copier et partager sans vendre, sans changer, en me nommant.",
    "CC-BY-NC-SA-4.0": "CC BY-NC-SA : copier et changer sans vendre, en me nommant, sous la même licence.",
    "CC-BY-SA-4.0": "CC BY-SA : copier, changer, même vendre, en me nommant, sous la même licence.",
    "CC-BY-4.0": "CC BY : copier, changer, même vendre, en me nommant.",
    "CC0-1.0": "CC0 : tout le monde peut tout faire, même sans me nommer.",
}
_NEEDED = ("reproduction", "representation")
MOST_WAITING = 200
WAIT_DAYS = 60
LONGEST_WORD = 600


def refuse_rights(rights: Sequence[str]) -> bool:
    """True when a work could not even be put on the shelves: copying and showing are the least a library needs."""
    return not all(one in rights for one in _NEEDED)


def contradicts(licence: str, rights: Sequence[str], purpose: str) -> bool:
    """True when the licence gives what was not ticked (changing, or selling)."""
    gives_change = bool(licence) and "-ND-" not in licence
    gives_sale = bool(licence) and "-NC-" not in licence
    changes = "adaptation" in rights and "translation" in rights
    return (gives_change and not changes) or (gives_sale and purpose != "tout")


def is_blocked(capacity: str, is_minor: bool) -> bool:
    """True when a minor would sign alone: a parent or guardian signs for him."""
    return is_minor and capacity != "representant"


def is_portal_window(user_agent: str) -> bool:
    """True for the small window a phone opens on a new network, or a page inside an app: no file can be chosen there.

    iOS names its own browser « Safari/ » and leaves it out in that window; Android says « ; wv) » (WebView).
    """
    apple = "AppleWebKit" in user_agent and "Mobile/" in user_agent and "Safari/" not in user_agent
    return apple or "; wv)" in user_agent or "CaptiveNetworkSupport" in user_agent
