"""The links at the top of every page (public, console or central), shown only to those whose role may follow."""

from __future__ import annotations

import msgspec
from flask import Flask, g, request

from kit.web.language import say


class Link(msgspec.Struct, frozen=True):
    """One link: its French label, its address, and the power it needs (empty: everybody)."""

    label: str
    url: str
    power: str = ""


PUBLIC = (
    Link("Lire", "/bibliotheque"),
    Link("Ateliers", "/ateliers"),
    Link("Mon avis", "/avis"),
    Link("Aide près de chez moi", "/annuaire"),
    Link("Chercher", "/recherche"),
)
CONSOLE = (
    Link("Aujourd’hui", "/console", "console"),
    Link("Ateliers", "/console/ateliers", "roll"),
    Link("Avis", "/console/avis", "feedback"),
    Link("À trier", "/console/bibliotheque", "library"),
    Link("Haltes", "/console/haltes", "directory"),
    Link("Envoyer", "/console/envoi", "send"),
    Link("Réglages", "/console/reglages", "box"),
)
CENTRAL = (
    Link("Valises", "/", "central"),
    Link("Ateliers", "/ateliers-recus", "central"),
    Link("Lire", "/bibliotheque"),
    Link("Bibliothèque", "/console/bibliotheque", "library"),
    Link("Tournée", "/tournee"),
    Link("Avis", "/avis-recus", "central"),
    Link("Questionnaires", "/console/questionnaires", "feedback"),
    Link("Comptes rendus", "/comptes-rendus", "central"),
    Link("Chiffres", "/chiffres", "central"),
    Link("Relier", "/enrolement", "enrol"),
    Link("À regarder", "/a-regarder", "central"),
    Link("Annuaire", "/console/annuaire", "directory"),
    Link("Effacer", "/effacer", "names"),
    Link("Sauvegarde", "/sauvegarde", "keep"),
    Link("Équipe", "/equipe", "team"),
)


# What anybody may read of a central: the catalogue of its libraries.
OPEN_SHELVES = ("/bibliotheque", "/credits", "/proposer")


def init_navigation(app: Flask, is_central: bool) -> None:
    """Give templates `area` (public, console or central), `nav` (a list of (label, url, is current)), and where home
    and the team's door are."""

    @app.context_processor
    def navigation() -> dict[str, object]:
        area = central_area() if is_central else "console" if is_console(request.path) else "public"
        links = CENTRAL if is_central else {"console": CONSOLE, "public": PUBLIC}[area]
        return {
            "area": area,
            "nav": [(say(link.label), link.url, is_here(link)) for link in links if is_open(link)],
            "at_central": is_central,
            "home_url": "/console" if area == "console" else home_url() if is_central else "/",
            "team_url": "/" if is_central else "/console",
        }


def home_url() -> str:
    """Where a central begins: for its coordination the kits, for anybody else its shelves."""
    staff = g.get("staff")
    return "/" if staff is not None and staff.may("central") else "/bibliotheque"


def central_area() -> str:
    """At a central: public for visitors of the catalogue, central for all the rest."""
    return "public" if g.get("staff") is None and request.path.startswith(OPEN_SHELVES) else "central"


def is_console(path: str) -> bool:
    """True for the staff's pages of a kit."""
    return path.startswith("/console") or path in ("/connexion", "/secours") or path.startswith("/equipe")


def is_open(link: Link) -> bool:
    """True when whoever asks may follow the link."""
    staff = g.get("staff")
    return not link.power or (staff is not None and staff.may(link.power))


def is_here(link: Link) -> bool:
    """True when the page asked is the link's, or below it (the longest match is the start page's own)."""
    if link.url in ("/", "/console"):
        return request.path == link.url
    return request.path == link.url or request.path.startswith(link.url + "/")
