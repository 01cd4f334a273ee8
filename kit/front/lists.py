"""The two lists of a suitcase: before leaving (a rehearsal) and after coming back. The box tries each item it can.

Nothing is ticked in memory: what the box finds is true now, and what only people can do has a box to tick on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from kit import backup
from kit.device import readings
from kit.errors import counted
from kit.errors.kind import fr
from kit.hotspot.phones import Counts
from kit.library.queries import count_by_kind
from kit.people.node import Node
from kit.sync.outbox import journey
from kit.sync.queries import find_certificate
from kit.web.language import Written
from kit.workshops import queries as workshops
from kit.workshops.rules import day_bounds

DAY_MS = 86_400_000
MOST_LOOKED_AT = 50


class Item(msgspec.Struct, frozen=True):
    """One line. `level`: ok, todo, bad, absent (the box cannot know here), or hand (people do it); `mend`: what to do,
    at `url` if that is a page."""

    name: str
    level: str
    words: str
    mend: str = ""
    url: str = ""


def before_leaving(node: Node, phones: Counts | None, root: Path) -> list[Item]:
    """The rehearsal. `phones` is None where there is no Wi-Fi to join; `root` is where /sys and /proc are."""
    return [
        _joined(phones),
        _hour(node),
        *_machine(node, root),
        _shelves(node),
        _planned(node),
        _enrolled(node),
        _unsent(node),
        _backup(node),
        Item(
            "papers",
            "hand",
            fr("L’affiche du Wi-Fi et les cartes de l’équipe sont là."),
            fr("Imprimer"),
            "/console/wifi",
        ),
        Item(
            "sheets",
            "hand",
            fr("La feuille à signer de chaque atelier est imprimée."),
            fr("Ateliers"),
            "/console/ateliers",
        ),
        Item(
            "phrase", "hand", fr("Je connais la phrase secrète de l’équipe, et le code de secours est resté au bureau.")
        ),
        Item("bag", "hand", fr("Chargeur, câble et rallonge sont dans la valise.")),
    ]


def after_coming_back(node: Node, root: Path) -> list[Item]:
    """What must not wait until the next tour."""
    return [
        _closed(node),
        _unsent(node),
        _files_unsent(node),
        _backup(node),
        *_machine(node, root),
        Item(
            "sheets",
            "hand",
            fr("Les feuilles signées sont recopiées, puis déchirées."),
            fr("Ateliers"),
            "/console/ateliers",
        ),
        Item("loans", "hand", fr("Le matériel prêté est revenu et noté."), fr("Matériel"), "/console/materiel"),
        Item("charge", "hand", fr("La batterie est en charge.")),
    ]


def _joined(phones: Counts | None) -> Item:
    if phones is None:
        return Item("wifi", "absent", fr("Un téléphone rejoint le Wi-Fi : cette machine n’a pas de Wi-Fi à elle."))
    if phones.came:
        return Item("wifi", "ok", fr("Un téléphone est arrivé à l’accueil par le Wi-Fi, aujourd’hui."))
    mend = fr("Rejoignez le Wi-Fi avec un téléphone et ouvrez l’accueil dans Chrome, Safari ou Internet.")
    return Item("wifi", "todo", fr("Aucun téléphone n’est encore arrivé par le Wi-Fi."), mend, "/console/wifi")


def _hour(node: Node) -> Item:
    if node.clock.confidence == "confirmed":
        return Item("hour", "ok", fr("L’heure est confirmée."))
    level = "bad" if node.clock.is_behind else "todo"
    return Item(
        "hour",
        level,
        fr("Personne n’a confirmé l’heure depuis le démarrage."),
        fr("Regarder l’heure"),
        "/console/horloge",
    )


_TOLD = {
    "disk": fr("Il y a de la place sur le disque."),
    "battery": fr("La batterie a de quoi tenir."),
    "undervoltage": fr("Le courant est assez fort."),
    "errors": fr("La carte ne fait pas d’erreur."),
}
_LEVELS = {"ok": "ok", "warn": "todo", "bad": "bad", "absent": "absent"}


def _machine(node: Node, root: Path) -> list[Item]:
    told = {one.name: one.level for one in readings.read_all(root, node.data, node.settings.reserve)}
    return [
        Item(name, level, words, "" if level in ("ok", "absent") else fr("La machine"), "/console/machine")
        for name, words in _TOLD.items()
        if (level := _LEVELS[told.get(name, "absent")])
    ]


def _shelves(node: Node) -> Item:
    count = sum(count_by_kind(node.store).values())
    if count:
        return Item(
            "shelves",
            "ok",
            counted(count, fr("%s document est sur les étagères."), fr("%s documents sont sur les étagères.")),
        )
    return Item("shelves", "todo", fr("Les étagères sont vides."), fr("À trier"), "/console/bibliotheque")


def _planned(node: Node) -> Item:
    start, end = day_bounds(node.clock.wall_ms(), node.settings.timezone)
    coming = [one for one in workshops.list_today(node.store, start, end + DAY_MS) if not one.is_cancelled]
    if coming and node.current_stop() is not None:
        return Item("planned", "ok", fr("La halte et un atelier sont prévus pour aujourd’hui ou demain."))
    words = (
        fr("Aucun atelier n’est prévu pour aujourd’hui ni demain.") if not coming else fr("Aucune halte n’est prévue.")
    )
    url = "/console/ateliers/nouveau" if not coming else "/console/haltes"
    return Item("planned", "todo", words, fr("Préparer"), url)


def _enrolled(node: Node) -> Item:
    if find_certificate(node.store) is not None:
        return Item("enrolled", "ok", fr("La valise est rattachée à sa coordination."))
    return Item(
        "enrolled", "todo", fr("La valise n’est rattachée à aucune coordination."), fr("Envoyer"), "/console/envoi"
    )


def _unsent(node: Node) -> Item:
    only_here = journey(node).only_here
    if not only_here:
        return Item("unsent", "ok", fr("Tout ce qui est noté est bien reçu à la coordination."))
    one, many = fr("%s fiche n’est que dans cette valise."), fr("%s fiches ne sont que dans cette valise.")
    return Item("unsent", "todo", counted(only_here, one, many), fr("Envoyer"), "/console/envoi")


def _files_unsent(node: Node) -> Item:
    only_here = journey(node).files_only_here
    if not only_here:
        return Item("files", "ok", fr("Les documents proposés sont bien reçus, ou il n’y en a pas."))
    return Item(
        "files",
        "todo",
        fr("Documents proposés seulement ici : %(only_here)s.") % {"only_here": only_here},
        fr("Envoyer"),
        "/console/envoi",
    )


def _backup(node: Node) -> Item:
    days = backup.days_since(node)
    if days is not None and not backup.is_due(node):
        return Item("backup", "ok", fr("La dernière sauvegarde est récente."))
    words = (
        fr("Il n’y a encore aucune sauvegarde.")
        if days is None
        else counted(days, fr("La dernière sauvegarde a %s jour."), fr("La dernière sauvegarde a %s jours."))
    )
    return Item("backup", "todo", words, fr("Sauvegarder"), "/console/sauvegarde")


def _closed(node: Node) -> Item:
    past = workshops.list_before(node.store, node.clock.wall_ms(), MOST_LOOKED_AT, 0)
    left = [one.title for one in past if not one.is_closed and not one.is_cancelled]
    if not left:
        return Item("closed", "ok", fr("Tous les ateliers passés sont terminés : leurs noms ne se lisent plus ici."))
    few = ", ".join(left[:3]) + ("…" if len(left) > 3 else ".")
    words = fr("Ateliers passés pas encore terminés : %(few)s") % {"few": Written(few)}
    return Item("closed", "bad", words, fr("Les terminer"), "/console/ateliers")


def count_left(items: Sequence[Item]) -> int:
    """How many of them the box found undone."""
    return sum(one.level in ("todo", "bad") for one in items)
