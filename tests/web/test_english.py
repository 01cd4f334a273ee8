"""The team's pages in English: every page that links lead to, and no French of ours left on any of them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from kit.app import create_app
from kit.directory.vocabulary import words
from kit.feedback.questionnaires import shipped
from kit.people.node import Node
from kit.sync.actions import send
from tests.access.following import follow
from tests.access.world import make_node
from tests.cast import NADIA
from tests.central.season import note_season
from tests.conftest import copy_node
from tests.pages import post_form
from tests.sync.homes import PASSPHRASE, copy_pair, make_template, served

# Words that French cannot do without and English does not have, and letters that it does not have.
FRENCH = re.compile(
    r"(?i)(?<![\w’])(le|la|les|des|du|une|est|sont|dans|avec|sur|qui|que|aux|et|cette|ces|votre|vous|nous|elle|il|ils|"
    r"par|pour|ou|où|au|en|un|de|à|chaque|sans|tout|tous|toutes|mais|rien|aucun|aucune|pas)(?!\w)|[éèêàçœùâîô]|\b[dlnqsj]’"
)
# Names that stay as people meet them: of this program, of La Coop and other programs, vouchers and institutions.
NAMES = re.compile(
    r"La Valise( nomade)?|La Coop( de la médiation numérique)?|Pass numérique|chèque culture|Conseiller numérique|"
    r"Vallée de l’Estéron, automne|Valise de la Roya|Accès libre|Salle des fêtes, Saint-Auban|CCAS de Breil : commune|"
    r"LicenseRef-[\w-]+|fr, en, ar|Cité des métiers|La Poste|préfecture, sous-préfecture|Zénobie Quatrevaux|"
    r"Le pain de Sospel était très bon|Tour Démonstration|Grande école du numérique|Conseillers numériques"
)
PAPER = (
    "papier",
    "feuille",
    "affiche",
    "attestation",
    "prospectus",
    "badges",
    "grille",
    "a-refaire",
    "carte",
    "numeros",
)
PARTS = re.compile(r"\s*[·“”():=]\s*|,\s+|\bof |noted by ")
OF_COMMUNES = ("/chiffres/couverture",)
COMMUNE = re.compile(r"[A-ZÉ][\w’-]+")
_SILENT = re.compile(r"<(script|style|svg)\b.*?</\1>|<!--.*?-->", re.S)
_OTHER = re.compile(r'<(\w+)[^>]*\slang="(?!en)\w+"[^>]*>.*?</\1>', re.S)
_TOLD = re.compile(r'\s(?:title|aria-label|placeholder|alt|data-label|data-stop)="([^"]+)"')


def words_of(page: str) -> Iterator[str]:
    """What a page says, piece by piece, but for what it says in another language."""
    page = _OTHER.sub("", _SILENT.sub("", page))
    for text in (*_TOLD.findall(page), *re.split(r"<[^>]+>", page)):
        yield " ".join(html.unescape(text).split())


def kept_words(node: Node) -> str:
    """What people (or the starter library) wrote, line by line."""
    tables = [row[0] for row in node.store.rows("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%'")]
    cells = (cell for table in tables for row in node.store.rows(f'SELECT * FROM "{table}"') for cell in row)
    return " ".join(" ".join(cell.split()) for cell in cells if isinstance(cell, str))


def left_in_french(phone: FlaskClient, node: Node, start: str, within: tuple[str, ...]) -> tuple[int, list[str]]:
    """How many pages links lead to, and the French of ours on them: what is neither a name nor kept in the tables."""
    kept, seen, left = kept_words(node) + content_words(), 0, dict[str, str]()
    for address, page in follow(phone, (start,), within):
        seen += 1
        language = re.search(r'<html lang="(..)" dir="ltr">', page)
        assert language, address
        if language[1] == "fr":
            assert any(word in address for word in PAPER), f"{address}: only papers are French"
            continue
        for told in words_of(page):
            parts = [part for part in PARTS.split(NAMES.sub("", told)) if part not in kept]
            if any(map(FRENCH.search, parts)) and not (address in OF_COMMUNES and COMMUNE.fullmatch(told)):
                left.setdefault(told, address)
    return seen, [f"{address}: {told}" for told, address in left.items()]


def content_words() -> str:
    """What stays French on every page: the questionnaires that people fill in, and names of national programmes."""
    asked = [one for made in shipped().values() for one in (made.title, made.intro, *made.questions)]
    said = [one if isinstance(one, str) else " ".join((one.text, *(c.label for c in one.choices))) for one in asked]
    lists = [words(field) for field in ("dispositif_programmes_nationaux", "formations_labels")]
    names = [name for one in lists for pair in one.items() for name in pair]
    return " ".join(" ".join((*said, *names)).split())


def open_team(app: Flask, passphrase: str, name: str = "") -> FlaskClient:
    """The phone of somebody of the team who reads English."""
    phone = app.test_client()
    post_form(phone, "/connexion", passphrase=passphrase, **({"name": name} if name else {}))
    phone.set_cookie("langue", "en")
    return phone


def test_the_console_of_a_kit_is_english(demo: Path, tmp_path: Path) -> None:
    node, _ = make_node(copy_node(demo, tmp_path / "kit"))
    team = open_team(create_app(node.settings, node), NADIA.passphrase, NADIA.name)
    seen, left = left_in_french(team, node, "/console", ("/console", "/equipe"))
    node.store.close()
    assert left == [], "\n".join(left)
    assert seen > 80


def test_a_central_is_english(tmp_path: Path) -> None:
    make_template(tmp_path / "made")
    kit, central = copy_pair(tmp_path / "made", tmp_path / "pair")
    note_season(kit)
    with served(central):
        send(kit)
    team = open_team(create_app(central.settings, central), PASSPHRASE)
    seen, left = left_in_french(team, central, "/", ("/",))
    kit.store.close()
    central.store.close()
    assert left == [], "\n".join(left)
    assert seen > 60
