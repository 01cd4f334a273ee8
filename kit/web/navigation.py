"""The links at the top of every page (public, console or central), shown only to those whose role may follow."""

from __future__ import annotations

import re
from typing import Protocol
from urllib.parse import urlencode

import msgspec
from flask import Flask, Response, g, has_request_context, request

from kit.web.language import find_area, languages, say


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


SIMPLE = "affichage"  # the word of an address and the cookie that ask for the simple display
STILL = "immobile"  # the word of an address that asks a page not to come anew by itself
SHARED = "valise_partage"  # the cookie of a device that several people use one after another
SPEAKS = "VALISE_SPEAKS"  # of the configuration: whether this box has a voice of its own
_ID = "[0-9a-z]+"
# The pages that it reads aloud: those that say the same to everybody.
SPOKEN = re.compile(
    "/|/bibliotheque|/vos-donnees|/accessibilite|/ateliers|/tournee|/avis|/questionnaires|/besoin|/annuaire"
    rf"|/pres-d-ici|/reponses|/consultations|/bibliotheque/{_ID}|/bibliotheque/{_ID}/lire/[0-9]+"
    rf"|/ateliers/{_ID}|/besoin/[a-z-]+|/annuaire/{_ID}"
)
ALL_PAGES, ALL_PAGES_AT_CENTRAL = "/console/toutes-les-pages", "/toutes-les-pages"
HOME = Link("Accueil", "/")
OF_THE_BOX = (
    "/console/machine",
    "/console/mise-a-jour",
    "/console/wifi",
    "/console/imprimante",
    "/console/adresse-https",
)
OF_WORKSHOPS = ("/console/comptes-rendus", "/console/chiffres", "/console/bons", "/console/papier")
PUBLIC = (
    Link("Lire", "/bibliotheque"),
    Link("Ateliers", "/ateliers", also=("/ticket", "/tournee")),
    Link("Mon avis", "/avis", also=("/questionnaires", "/suivi", "/reponses")),
    Link("Aide près de chez moi", "/annuaire", also=("/besoin", "/pres-d-ici")),
    Link("Chercher", "/recherche"),
)
CONSOLE = (
    Link("Aujourd’hui", "/console", "console"),
    Link("Ateliers", "/console/ateliers", "roll", also=OF_WORKSHOPS),
    Link("Avis", "/console/avis", "feedback"),
    Link("À trier", "/console/bibliotheque", "library"),
    Link("Haltes", "/console/haltes", "directory"),
    Link("Envoyer", "/console/envoi", "send"),
    Link("Réglages", "/console/reglages", "box", also=OF_THE_BOX),
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
    Link("À vérifier", "/a-regarder", "central"),
    Link("Toutes les pages", ALL_PAGES_AT_CENTRAL, "self", folded=True),
    Link("Aide près de chez moi", "/annuaire", folded=True),
    Link("Tournée", "/tournee", folded=True),
    Link("Baromètre", "/barometre", "central", folded=True, bounded=True),
    Link("Par territoire", "/par-territoire", "central", folded=True, bounded=True),
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
        if is_simple() and not is_central:  # few choices: the first page has all the doors
            shown = [(HOME, False)] if path != "/" else []
        is_visitor = staff is None  # who has two links needs no fold
        return {
            "area": area,
            "nav": [(say(x.label), x.url, here) for x, here in shown if is_visitor or here or not x.folded],
            "nav_more": [(say(x.label), x.url) for x, here in shown if x.folded and not here and not is_visitor],
            "at_central": is_central,
            "home_url": "/console" if area == "console" else home_url() if is_central else "/",
            "team_url": "/" if is_central else "/console",
            "pages_url": ALL_PAGES_AT_CENTRAL if is_central else ALL_PAGES,
            "simple": is_simple(),
            "shared": is_shared(),
            "listen_url": find_voice_url(app),
        }

    app.jinja_env.globals.update(is_simple=is_simple, is_shared=is_shared, switch_simple_url=switch_simple_url)
    app.jinja_env.globals.update(is_still=is_still, switch_still_url=switch_still_url)

    @app.after_request
    def ease(response: Response) -> Response:
        asked = request.args.get(SIMPLE)
        if asked in ("simple", "normal"):
            response.set_cookie(SIMPLE, asked, max_age=86_400, samesite="Lax", httponly=True, secure=request.is_secure)
        adapt(response)
        return response


def adapt(response: Response) -> None:
    """What a reader's choices change on a page that is already written."""
    if response.mimetype == "text/html" and (is_simple() or is_shared()):
        from kit.web import ease

        ease.adapt(response, simple=is_simple(), shared=is_shared())
    if not request.cookies and (choices := find_choices()):
        from kit.web import carried

        carried.carry(response, choices)


def is_simple() -> bool:
    """True on a participant's page for whoever chose the simple display: in this address, or before."""
    if not has_request_context():
        return False
    asked = request.args.get(SIMPLE) or request.cookies.get(SIMPLE)
    return asked == "simple" and find_area() == "public"


def is_shared() -> bool:
    """True on a participant's page of a device that the team declared to be shared."""
    return has_request_context() and SHARED in request.cookies and find_area() == "public"


def find_choices() -> dict[str, str]:
    """What the address of a participant's page chooses (a language, the simple display), where it is one of ours."""
    if find_area() != "public":
        return {}
    asked = {"langue": request.args.get("langue", ""), SIMPLE: request.args.get(SIMPLE, "")}
    known = {"langue": languages(), SIMPLE: ("simple",)}
    return {name: one for name, one in asked.items() if one in known[name]}


def switch_simple_url() -> str:
    """This page's address in the other display."""
    kept = {name: value for name, value in request.args.items() if name not in (SIMPLE, "langue")}
    return f"{request.path}?{urlencode({**kept, SIMPLE: 'normal' if is_simple() else 'simple'})}"


def is_still() -> bool:
    """True where somebody asked that a page which comes anew by itself stands still (RGAA 13.1)."""
    return STILL in request.args


def switch_still_url(again_url: str = "") -> str:
    """The same page standing still, or coming anew (at `again_url`, or where it is)."""
    kept = {name: value for name, value in request.args.items() if name not in (STILL, "langue")}
    path = again_url or request.path
    more = {} if is_still() else {STILL: "1"}
    return path + ("?" + urlencode({**kept, **more}) if kept or more else "")


def find_voice_url(app: Flask) -> str:
    """Where this box reads this page aloud by itself; empty where it has no voice, or the page is not for all."""
    is_spoken = app.config.get(SPEAKS) and SPOKEN.fullmatch(request.path)
    return f"/ecouter?{urlencode({'page': request.path})}" if is_spoken else ""


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
