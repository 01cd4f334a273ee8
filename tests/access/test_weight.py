"""What a page weighs: the page itself and all that it asks for by itself, as a phone with an empty cache gets it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from tests.access.following import follow
from tests.access.world import make_node
from tests.cast import NADIA
from tests.conftest import copy_node
from tests.pages import post_form

KB = 1000
BUDGETS = {"/": 20, "/bibliotheque": 90, "/ateliers": 60, "/avis": 60, "/annuaire": 90}
MOST = 120
# Pages that may weigh more, each with its reason.
REASONS = {r"/bibliotheque/\w{20,}/(lire|pages|imprimer|plus-pareil)\b": "pictures of a work, as they were made"}
_ASKED = re.compile(
    r"<(?:link\b(?=[^>]*\brel=\"(?:stylesheet|icon)\")[^>]*\bhref|script\b[^>]*\bsrc|img\b[^>]*\bsrc|use\b[^>]*\bhref|"
    r"video\b[^>]*\bposter)=\"([^\"#]+)"
)

_WAITING = re.compile(r"<img\b[^>]*loading=\"lazy\"[^>]*>")


def weigh(phone: FlaskClient, page: str) -> dict[str, int]:
    """Bytes of a page and of what it asks for by itself, by address. A real browser counts the pictures that wait to be
    seen: tests/library/test_library_weight.py."""
    parts = {"": len(page.encode())}
    for address in set(_ASKED.findall(_WAITING.sub("", page))):
        if not address.startswith("data:"):
            with phone.get(address.replace("&amp;", "&"), headers={"Accept-Encoding": "gzip"}) as answer:
                assert answer.status_code == 200, address
                parts[address] = len(answer.data)
    return parts


def is_reasoned(address: str) -> bool:
    return any(re.match(pattern, address) for pattern in REASONS)


@pytest.fixture(scope="module")
def phones(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """A visitor's phone and one of the team, at a kit where much happened."""
    node, _ = make_node(copy_node(demo, tmp_path_factory.mktemp("weight") / "kit"))
    app = create_app(node.settings, node)
    visitor, team = app.test_client(), app.test_client()
    post_form(team, "/connexion", passphrase=NADIA.passphrase, name=NADIA.name)
    yield visitor, team
    node.store.close()


def test_no_page_of_participants_weighs_too_much(phones: tuple[FlaskClient, FlaskClient]) -> None:
    phone, seen = phones[0], 0
    for address, page in follow(phone, ("/",)):
        weight = sum(weigh(phone, page).values())
        most = 25 if re.fullmatch(r"/bibliotheque/\w{20,}", address) else BUDGETS.get(address, MOST)
        assert weight <= most * KB or is_reasoned(address), f"{address}: {weight} bytes, {weigh(phone, page)}"
        seen += 1
    assert seen > 35


def test_no_page_of_the_team_weighs_too_much(phones: tuple[FlaskClient, FlaskClient]) -> None:
    phone, seen = phones[1], 0
    for address, page in follow(phone, ("/console", "/console/style"), ("/console", "/equipe", "/portail")):
        weight = sum(weigh(phone, page).values())
        most = 60 if address.endswith("/presences") else MOST
        assert weight <= most * KB or is_reasoned(address), f"{address}: {weight} bytes, {weigh(phone, page)}"
        seen += 1
    assert seen > 60


def test_the_first_page_asks_little(phones: tuple[FlaskClient, FlaskClient]) -> None:
    assert len(weigh(phones[0], phones[0].get("/").text)) <= 4


def test_what_is_heavy_is_loaded_where_it_is_used(phones: tuple[FlaskClient, FlaskClient]) -> None:
    """The map's library stands on the page of the map alone; the first page has one small script at most."""
    with_map = [address for address, page in follow(phones[0], ("/",)) if "leaflet" in page]
    assert with_map and all(one.startswith("/annuaire/carte") for one in with_map)
    assert re.findall(r"<script[^>]*/static/(\w+)", phones[0].get("/").text) in ([], ["app"])
