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
    Link("Tournée", "/tournee"),
    Link("Avis", "/avis-recus", "central"),
    Link("Comptes rendus", "/comptes-rendus", "central"),
    Link("Chiffres", "/chiffres", "central"),
    Link("Relier", "/enrolement", "enrol"),
    Link("À regarder", "/a-regarder", "central"),
    Link("Annuaire", "/console/annuaire", "directory"),
    Link("Effacer", "/effacer", "names"),
    Link("Sauvegarde", "/sauvegarde", "keep"),
    Link("Équipe", "/equipe", "team"),
)


def init_navigation(app: Flask, is_central: bool) -> None:
    """Give templates `area` (public, console or central) and `nav`, a list of (label, url, is current)."""

    @app.context_processor
    def navigation() -> dict[str, object]:
        area = "central" if is_central else "console" if is_console(request.path) else "public"
        links = {"central": CENTRAL, "console": CONSOLE, "public": PUBLIC}[area]
        return {"area": area, "nav": [(say(link.label), link.url, is_here(link)) for link in links if is_open(link)]}


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
