"""The audit trail: who opened, changed or ended what, and when. A line holds an id, never what was behind it.

At a central, what was sealed to the organisation is opened by `open_sealed` or `open_keys` and nowhere else
(`tests/house/test_audit.py`). When the line cannot be written, nothing opens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kit.errors.kind import fr
from kit.people import audit_queries, identities
from kit.people.node import Node

if TYPE_CHECKING:
    from kit.people.actions import Staff

# What may be written, and how people read it. A code never changes its meaning.
KINDS: Mapping[str, str] = {
    "names.opened": fr("a ouvert des noms d’un atelier"),
    "texts.opened": fr("a ouvert des textes d’avis"),
    "letters.opened": fr("a ouvert du courrier"),
    "texts.taken": fr("a emporté des textes d’avis dans un fichier"),
    "letters.taken": fr("a emporté du courrier dans un fichier"),
    "gift.opened": fr("a ouvert un document proposé"),
    "thanks.opened": fr("a ouvert des mots aux auteurs"),
    "key.opened": fr("a ouvert la clé d’une sauvegarde"),
    "erased": fr("a effacé une personne"),
    "report.amended": fr("a corrigé un compte rendu"),
    "report.withdrawn": fr("a retiré une aide notée par erreur"),
    "person.opened": fr("a ouvert le dossier d’une personne"),
    "person.exported": fr("a donné à une personne la copie de son dossier"),
    "register.changed": fr("a changé le registre des traitements"),
    "retention.purged": fr("a effacé des noms ou des textes"),
    "exported": fr("a emporté des fiches dans un fichier"),
    "staff.added": fr("a ajouté une personne à l’équipe"),
    "staff.removed": fr("a retiré une personne de l’équipe"),
    "staff.invited": fr("a invité une personne par un lien"),
    "staff.joined": fr("est arrivée par un lien d’invitation"),
    "staff.uninvited": fr("a retiré une invitation"),
    "staff.territories": fr("a changé les territoires d’une personne"),
    "factor.on": fr("a mis un deuxième facteur"),
    "factor.off": fr("a enlevé un deuxième facteur"),
    "factor.spare": fr("est entrée avec un code imprimé"),
    "staff.phrase": fr("a donné une nouvelle phrase à une personne"),
    "staff.own_phrase": fr("a changé sa propre phrase"),
    "token.made": fr("a fait un jeton pour un programme"),
    "token.revoked": fr("a retiré un jeton"),
    "session.ended": fr("a déconnecté un appareil de l’équipe"),
    "key.renewed": fr("a changé la clé"),
    "key.handed_over": fr("a donné la clé d’avant à la coordination"),
    "recovery.made": fr("a fait son code de secours"),
    "recovery.used": fr("est revenue par deux codes de secours"),
    "presence.made": fr("a fait le code de l’enveloppe de secours"),
    "presence.used": fr("est revenue par le fichier sur la carte et le code de l’enveloppe"),
    "kit.invited": fr("a fait un lien pour relier une valise"),
    "kit.certified": fr("a relié une valise de la main à la main"),
    "kit.refused": fr("n’accepte plus une valise"),
    "kit.accepted": fr("accepte de nouveau une valise"),
    "kit.lent": fr("a changé le nom, l’équipe ou la personne à appeler d’une valise"),
    "kits.chosen": fr("a choisi pour quelles valises est un paquet ou un questionnaire"),
    "kit.settings": fr("a dit ses réglages à une valise"),
    "adviser.opened": fr("a lu le contact d’une personne qui aide"),
    "https.set": fr("a réglé les adresses https des valises"),
    "https.stopped": fr("a arrêté les adresses https des valises"),
    "kit.lost": fr("a noté une valise volée ou perdue"),
}
BY_COMMAND = fr("une commande sur la machine")


def note(node: Node, by: Staff | None, kind: str, subject: bytes = b"", many: int = 1) -> None:
    """Write one line. `by` None: somebody at the machine itself. `kind` is one of KINDS."""
    _add(node, by.staff_id if by else None, by.name if by else BY_COMMAND, kind, subject, many)


def note_named(node: Node, name: str, kind: str, staff_id: bytes | None = None, many: int = 1) -> None:
    """The same for somebody of the team who is not signed in yet, or for what happens by itself."""
    _add(node, staff_id, name, kind, staff_id or b"", many)


def _add(node: Node, staff_id: bytes | None, name: str, kind: str, subject: bytes, many: int) -> None:
    if kind not in KINDS:
        raise KeyError(kind)
    with node.store.write():
        audit_queries.add_line(node.store, node.clock.wall_ms(), staff_id, name, kind, subject, many)


def holds_key(by: Staff) -> bool:
    """True when this person may open what was sealed to the organisation, and her phone holds the key."""
    return by.may("names") and by.vault() is not None


def open_sealed(
    node: Node, by: Staff, kind: str, subject: bytes, sealed: Sequence[bytes | None]
) -> list[identities.Identity | None] | None:
    """What people told us, each None where this key does not open it; None for who may not open anything.

    One line says how many were opened; none is written when nothing was.
    """
    keys = _keys(node, by)
    if not keys:
        return None
    told = [identities.read_with_any(one, keys) for one in sealed]
    opened = sum(one is not None for one in told)
    if opened:
        note(node, by, kind, subject, opened)
    return told


def note_door(node: Node, by: Staff, kind: str, subject: bytes, many: int = 1) -> None:
    """The line of something given at the central itself and opened by its own door; a kit notes none."""
    if node.settings.is_central and many:
        note(node, by, kind, subject, many)


def open_keys(node: Node, by: Staff, kind: str, subject: bytes = b"") -> list[bytes]:
    """The organisation's private keys, the newest first, for something that is no envelope; none for who may not."""
    keys = _keys(node, by)
    if keys:
        note(node, by, kind, subject)
    return keys


def _keys(node: Node, by: Staff) -> list[bytes]:
    return identities.keyring(node, by.vault() if by.may("names") else None)


def erase(node: Node, by: Staff, subjects: Sequence[bytes]) -> None:
    """Erase somebody who asks for it, under all her ids. The lines are written first."""
    for subject in subjects:
        note(node, by, "erased", subject)
        identities.erase(node, subject, "asked")
