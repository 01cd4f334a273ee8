"""The links at the top of every page (public, console or central), shown only to those whose role may follow."""

from __future__ import annotations

from typing import Protocol

import msgspec
from flask import Flask, g, request

from kit.web.language import find_area, say


class Powers(Protocol):
    """A person of the team, as far as links go."""

    def may(self, power: str) -> bool: ...
    def opens(self, power: str, bounded: bool) -> bool: ...


class Link(msgspec.Struct, frozen=True):
    """One link: its French label, its address, the power it needs (empty: everybody), and whether it waits folded
    under “Plus” until its page is the one shown. `bounded`: its page shows each her own territories.
    `also`: addresses of pages that belong to it."""

    label: str
    url: str
    power: str = ""
    folded: bool = False
    bounded: bool = False
    also: tuple[str, ...] = ()


OF_WORKSHOPS = ("/console/comptes-rendus", "/console/chiffres", "/console/bons", "/console/papier")
PUBLIC = (
    Link("Lire", "/bibliotheque"),
    Link("Ateliers", "/ateliers", also=("/ticket", "/tournee")),
    Link("Mon avis", "/avis"),
    Link("Aide près de chez moi", "/annuaire"),
    Link("Chercher", "/recherche"),
)
CONSOLE = (
    Link("Aujourd’hui", "/console", "console"),
    Link("Ateliers", "/console/ateliers", "roll", also=OF_WORKSHOPS),
    Link("Avis", "/console/avis", "feedback"),
    Link("À trier", "/console/bibliotheque", "library"),
    Link("Haltes", "/console/haltes", "directory"),
    Link("Envoyer", "/console/envoi", "send"),
    Link("Réglages", "/console/reglages", "box", also=("/console/machine", "/console/mise-a-jour")),
)
CENTRAL = (
    Link("Valises", "/", "central", bounded=True),
    Link("Ateliers", "/ateliers-recus", "central", bounded=True),
    Link("Planning", "/planning", "central", bounded=True),
    Link("Avis", "/avis-recus", "central", bounded=True),
    Link("Courrier", "/console/courrier", "feedback", bounded=True),
    Link("Lire", "/bibliotheque", folded=True),
    Link("Bibliothèque", "/console/bibliotheque", "library"),
    Link("Annuaire", "/console/annuaire", "directory"),
    Link("Chiffres", "/chiffres", "central", bounded=True),
    Link("À regarder", "/a-regarder", "central"),
    Link("Aide près de chez moi", "/annuaire", folded=True),
    Link("Tournée", "/tournee", folded=True),
    Link("Baromètre", "/barometre", "central", folded=True),
    Link("Par territoire", "/par-territoire", "central", folded=True),
    Link("Emporter des textes", "/emporter", "names", folded=True),
    Link("Questionnaires", "/console/questionnaires", "feedback", folded=True),
    Link("Comptes rendus", "/comptes-rendus", "central", folded=True, bounded=True),
    Link("Activités de coordination", "/coordination", "central", folded=True),
    Link("Lire une clé", "/cle", "keep", folded=True),
    Link("Paquets", "/paquets-envoyes", "library", folded=True),
    Link("Documents reçus", "/documents-recus", "library", folded=True),
    Link("Relier", "/enrolement", "enrol", folded=True),
    Link("Données personnelles", "/donnees-personnelles", "names", folded=True),
    Link("Effacer", "/effacer", "names", folded=True),
    Link("Sauvegarde", "/sauvegarde", "keep", folded=True),
    Link("Équipe", "/equipe", "team", folded=True),
)


def init_navigation(app: Flask, is_central: bool) -> None:
    """Give templates `area` (public, console or central), `nav` (a list of (label, url, is current)), `nav_more` (the
    (label, url) folded under “Plus”), and where home and the team's door are."""

    @app.context_processor
    def navigation() -> dict[str, object]:
        path, staff = request.path, g.get("staff")
        area = find_area()
        links = CENTRAL if is_central else {"console": CONSOLE, "public": PUBLIC}[area]
        shown = [(link, is_here(link, path)) for link in links if is_open(link, staff)]
        is_visitor = staff is None  # who has two links needs no fold
        return {
            "area": area,
            "nav": [(say(x.label), x.url, here) for x, here in shown if is_visitor or here or not x.folded],
            "nav_more": [(say(x.label), x.url) for x, here in shown if x.folded and not here and not is_visitor],
            "at_central": is_central,
            "home_url": "/console" if area == "console" else home_url() if is_central else "/",
            "team_url": "/" if is_central else "/console",
        }


def home_url() -> str:
    """Where a central begins: for its coordination the kits, for anybody else its shelves."""
    staff = g.get("staff")
    return "/" if staff is not None and staff.may("central") else "/bibliotheque"


def is_open(link: Link, staff: Powers | None) -> bool:
    """True when whoever asks may follow the link."""
    return not link.power or (staff is not None and staff.opens(link.power, link.bounded))


def is_here(link: Link, path: str) -> bool:
    """True when the page asked is the link's, or below it (the longest match is the start page's own)."""
    if link.url in ("/", "/console"):
        return path == link.url
    return any(path == url or path.startswith(url + "/") for url in (link.url, *link.also))
