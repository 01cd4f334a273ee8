"""« Toutes les pages »: each page of the team is there, under its own name, for those who may open it, and is found."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kit.central.all_pages import GROUPS as AT_CENTRAL
from kit.front.all_pages import GROUPS as ON_A_KIT
from kit.people import actions as people
from kit.people import queries as staff_queries
from kit.people.node import Node
from kit.web.all_pages import Entry, Group, find, read_words
from kit.web.navigation import ALL_PAGES, ALL_PAGES_AT_CENTRAL
from tests import cast
from tests.conftest import Enter, copy_node, open_node, sign_in_as

GROUPS = {"kit": ON_A_KIT, "central": AT_CENTRAL}
PAGE = {"kit": ALL_PAGES, "central": ALL_PAGES_AT_CENTRAL}
ADA = cast.Member("Ada", "administrator", "bougie navire cerceau poire moulin feuille")
LISE = cast.Member("Lise", "librarian", "castor plume rivage bocal sapin tiroir")
LEA = cast.Member("Léa", "coordinator", "pivoine torrent clocher sabot lanterne rame")  # sees one territory only
TEAMS = {"kit": (cast.NADIA, cast.PAUL), "central": (cast.INES, cast.ROBERT, ADA, LISE, LEA)}
# Addresses that answer a page of HTML and are no page to begin with, each with its reason.
LEFT_OUT = {
    "/annuaire/carte/lieux.json": "points for the map; only its refusal is a page",
    "/connexion": "whoever reads the list is inside",
    "/connexion/code": "a step of signing in",
    "/podcast.rss": "a file; only its absence is a page",
}
OF_A_ROLE = {
    "kit": {
        ALL_PAGES: "the list itself",
        "/avis/merci": "after an opinion",
        "/questionnaires/merci": "after a questionnaire",
        "/borne": "a tablet in « mode borne »: begins at a questionnaire",
        "/borne/merci": "a step there",
        "/borne/quitter": "a step there",
        "/borne/repondre": "a step there",
        "/console/envoi/fichier": "a file; only its refusal is a page",
        "/console/style": "samples, for who builds pages",
        "/console/wifi/carte": "only where the team has a Wi-Fi key; led to by « Wi-Fi de la valise »",
        "/ecouter": "one page read aloud: begins at that page",
        "/ecouter/son": "a sound; only its refusal is a page",
        "/equipe/deuxieme-facteur": "a kit has none, and says why",
        "/equipe/inviter": "a kit's team adds people side by side: « Équipe »",
        "/favicon.ico": "sends on to a drawing",
        "/fini": "sends on; the end of a visit to a shared device",
        "/portail": "the window that a phone opens by itself",
        "/portail/ouvrir": "a step there",
        "/premier-demarrage": "before there is a team",
    },
    "central": {
        ALL_PAGES_AT_CENTRAL: "the list itself",
        "/console/envoi": "a kit's: nobody of a central may send",
        "/console/envoi/fichier": "a kit's",
        "/console/relier": "a kit's",
        "/console/relier/demande": "a kit's",
    },
}
_LINK = re.compile(r'<li><a href="([^"]+)"><b>(.*?)</b><small>(.*?)</small></a></li>')


@pytest.fixture(params=["kit", "central"])
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def node(role: str, demo: Path, templates: Path, tmp_path: Path) -> Iterator[Node]:
    """A kit of the demonstration, or a central whose team has every role."""
    made = open_node(copy_node(demo if role == "kit" else templates / "central", tmp_path / role), role)
    if role == "central":
        chief = sign_in_as(made, cast.INES)
        for one in (ADA, LISE, LEA):
            people.add_staff(made, chief, one.name, one.role, one.passphrase)
        with made.journal.write():
            lea = made.store.value("SELECT staff_id FROM staff WHERE name = ?", LEA.name)
            staff_queries.change_territories(made.store, lea, "Roya")
    yield made
    made.store.close()


def entries(groups: tuple[Group, ...]) -> list[Entry]:
    return [entry for group in groups for entry in group.entries]


def addresses(app: Flask) -> Iterator[tuple[str, str]]:
    """Every address that asks for nothing, and its endpoint."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            yield rule.rule, rule.endpoint


def listed(phone: FlaskClient, url: str) -> list[tuple[str, str, str]]:
    """What the page shows: (address, name, what one does there)."""
    answer = phone.get(url)
    assert answer.status_code == 200
    return [tuple(html.unescape(part) for part in found) for found in _LINK.findall(answer.text)]  # type: ignore[misc]


def test_every_page_is_listed_or_left_out_for_a_reason(node: Node, role: str, enter: Enter) -> None:
    """RGAA 12.1 and 12.3."""
    phone, left_out = enter(node, TEAMS[role][0]), LEFT_OUT | OF_A_ROLE[role]
    known = dict(addresses(phone.application))
    assert {url for url in left_out if url not in known} == set()
    named, missing = {entry.url for entry in entries(GROUPS[role])}, list[str]()
    for url in known:
        with phone.get(url) as answer:
            if answer.mimetype == "text/html" and url not in named | left_out.keys():
                missing.append(f"{url} ({answer.status_code})")
    assert missing == []
    assert named & left_out.keys() == set() and named <= known.keys()
    assert len(named) > 80


def test_an_entry_asks_for_what_its_page_asks_for(node: Node, role: str, enter: Enter) -> None:
    app = enter(node, None).application
    views = {url: app.view_functions[endpoint] for url, endpoint in addresses(app)}
    for entry in entries(GROUPS[role]):
        view = views[entry.url]
        asked = (getattr(view, "needs_power", ""), getattr(view, "is_bounded", False))
        assert (entry.power, entry.bounded) == asked, entry.url


def test_each_sees_what_she_may_open_and_nothing_else(node: Node, role: str, enter: Enter) -> None:
    seen = dict[str, int]()
    for member in TEAMS[role]:
        phone = enter(node, member)
        hers = {url for url, _, _ in listed(phone, PAGE[role])}
        for entry in entries(GROUPS[role]):
            with phone.get(entry.url) as answer:
                assert answer.status_code == (200 if entry.url in hers else 403), f"{member.name}: {entry.url}"
        seen[member.name] = len(hers)
    assert len(set(seen.values())) == len(seen) or role == "central"
    most = max(seen.values())
    assert most > 80 and seen[TEAMS[role][1].name] < most / 2 + 10, seen


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_page_is_called_by_its_own_words_and_leads_back(
    node: Node, role: str, enter: Enter, language: str
) -> None:
    """RGAA 12.4: the same link on every page of the team; 12.3: a link leads to the page that it names."""
    phone = enter(node, TEAMS[role][0])
    phone.set_cookie("langue", language)
    for url, name, does in listed(phone, PAGE[role]):
        page = phone.get(url).text
        if f'<html lang="{language}"' not in page:
            continue  # a paper: always French
        parts = (*re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.S), *re.findall(r"<title>(.*?)</title>", page, re.S))
        heads = [" ".join(html.unescape(re.sub(r"<[^>]+>", "", part)).split()) for part in parts]
        assert any(" ".join(name.split()) in head for head in heads), f"{url}: {name} is not in {heads}"
        assert does.endswith("."), f"{url}: {does}"
        if 'body class="public' not in page:
            foot = page.partition("<footer>")[2].lstrip()
            assert foot.startswith(f'<a href="{PAGE[role]}">'), f"{url} does not lead back"
    assert ('body class="public' in phone.get("/vos-donnees").text) == (role == "kit")


def test_a_visitor_finds_neither_the_page_nor_a_link_to_it(node: Node, role: str, enter: Enter) -> None:
    phone = enter(node, None)
    assert phone.get(PAGE[role]).status_code == 401
    for url in ("/bibliotheque", "/connexion", "/vos-donnees"):
        assert PAGE[role] not in phone.get(url).text


def told(phone: FlaskClient, asked: str) -> str:
    """What a search answers, with plain spaces."""
    return " ".join(phone.get(f"{ALL_PAGES}?q={asked}").text.split())


def names(phone: FlaskClient, asked: str) -> list[str]:
    return [name for _, name, _ in listed(phone, f"{ALL_PAGES}?q={asked}")]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("affiches", "Affiche de la tournée"),
        ("ETAGERE", "Étagères et bibliothèques"),
        ("étagères", "Étagères et bibliothèques"),
        ("badge", "Ateliers"),
        ("mot de passe oublié", "Deux codes de secours"),
        ("disque", "Disque des œuvres"),
        ("oeuvres disque", "Disque des œuvres"),
        ("comment imprimer une affiche", "Affiche du Wi-Fi"),
        ("chèque", "Bons reçus"),
        ("poster", "Affiche du Wi-Fi"),
        ("eteindre la valise", "La machine"),
        ("imprim", "Cahier de doléances"),
        ("wifi", "Wi-Fi de la valise"),
        ("émargement", "Ateliers"),
    ],
)
def test_a_page_is_found_by_a_word(mediator: FlaskClient, asked: str, name: str) -> None:
    found = names(mediator, asked)
    assert name in found and len(found) < 15, found


def test_what_is_called_so_comes_first(mediator: FlaskClient) -> None:
    assert names(mediator, "étagère")[0] == "Étagères et bibliothèques"
    assert names(mediator, "imprimante")[0] == "Imprimante"
    assert names(mediator, "ateliers")[0] == "Ateliers"


def test_words_mistyped_are_forgiven(mediator: FlaskClient) -> None:
    answer = told(mediator, "sovegarde")
    assert "Rien pour « sovegarde ». Voici pour « sauvegarde »" in answer
    assert "/console/sauvegarde" in answer


def test_no_page_has_all_the_words(mediator: FlaskClient) -> None:
    answer = told(mediator, "imprimante+baleine")
    assert "Aucune page ne dit tous ces mots" in answer and "/console/imprimante" in answer


def test_nothing_found_leads_to_the_guides(demo: Path, tmp_path: Path, mediator: FlaskClient, enter: Enter) -> None:
    node = open_node(copy_node(demo, tmp_path / "demo"))
    page = told(enter(node, cast.NADIA), "zzzz")
    assert "Aucune page pour « zzzz »" in page
    guides = re.search(r'href="(/bibliotheque\?etagere=[^"]+)"', page)
    assert guides and "Guide de la personne qui anime" in enter(node, cast.NADIA).get(guides[1]).text
    node.store.close()
    bare = told(mediator, "zzzz")
    assert "Aucune page pour « zzzz »" in bare and "?etagere=" not in bare, "an empty kit has no guides"


def test_a_search_shows_no_page_that_may_not_be_opened(librarian: FlaskClient) -> None:
    assert names(librarian, "horloge") == names(librarian, "éteindre") == []
    assert names(librarian, "sauvegarde") == ["Remettre une sauvegarde"]


def test_the_words_of_a_reader_of_english_are_found_too(mediator: FlaskClient) -> None:
    mediator.set_cookie("langue", "en")
    assert "/console/wifi/affiche" in [url for url, _, _ in listed(mediator, f"{ALL_PAGES}?q=posters")]
    assert "No page for" in told(mediator, "zzzz")


def test_small_words_alone_are_words() -> None:
    assert list(read_words("Comment faire une affiche ?")) == ["affiche"]
    assert list(read_words("de la")) == ["de", "la"] and not read_words(" ?! ")
    assert find(ON_A_KIT, None).count == sum(not entry.power for entry in entries(ON_A_KIT))
