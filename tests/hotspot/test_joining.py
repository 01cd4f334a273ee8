"""Codes to join, the poster, the team's card, and the page of the Wi-Fi."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.checks import check_all
from kit.hotspot.joining import read_joining, wifi_code
from kit.people.node import Node
from tests import cast
from tests.conftest import Enter, copy_node, open_node
from tests.hotspot.plans import GIVEN, KEY, STAFF_KEY, settings

STATION = """echo "Station 02:00:00:00:00:{} (on wlan0)"
echo "\tinactive time:\t304 ms"
echo "\tauthorized:\tyes"
"""


@pytest.mark.parametrize(
    ("name", "key", "code"),
    [
        ("La Valise", KEY, f"WIFI:T:WPA;S:La Valise;P:{KEY};;"),
        ('a;b,c:d"e\\f', "x;y:z\\", 'WIFI:T:WPA;S:a\\;b\\,c\\:d\\"e\\\\f;P:x\\;y\\:z\\\\;;'),
        ("CAFE", "12345678", 'WIFI:T:WPA;S:"CAFE";P:"12345678";;'),
        ("Médiathèque", "clef simple", "WIFI:T:WPA;S:Médiathèque;P:clef simple;;"),
    ],
)
def test_a_code_says_name_and_key_to_every_camera(name: str, key: str, code: str) -> None:
    assert wifi_code(name, key) == code


def test_the_address_is_the_one_that_was_set_or_the_hotspots_or_the_requests() -> None:
    assert read_joining(settings(), "http://127.0.0.1:8080/").url == "http://valise.lan/"
    assert read_joining(settings(public_url="http://biblio.example"), "").url == "http://biblio.example/"
    assert read_joining(settings(hotspot=""), "http://127.0.0.1:8080/").url == "http://127.0.0.1:8080/"


@pytest.fixture
def console(templates: Path, tmp_path: Path, enter: Enter) -> Iterator[FlaskClient]:
    node = open_node(copy_node(templates / "kit", tmp_path / "box"), **GIVEN)
    yield enter(node, cast.NADIA)
    node.store.close()


def test_the_page_tells_what_is_set_and_what_cannot_be_known(
    console: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = console.get("/console/wifi").text
    for words in ("La Valise", KEY, "FR, canal 6 (2,4 GHz)", "http://valise.lan/", "19 au plus", "pas disponible ici",
                  "Adresse https de cette valise"):  # fmt: skip
        assert words in page, words
    assert STAFF_KEY not in page
    assert "sur le Wi-Fi" not in console.get("/console").text
    program = tmp_path / "iw"  # there is no radio here; the kernel's words are those of a Pi's chip
    program.write_text("#!/bin/sh\n" + "".join(STATION.format(number) for number in range(10, 29)), "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    page = console.get("/console/wifi").text
    assert "19 sur 19" in page
    assert "C’est plein" in page
    today = console.get("/console").text
    assert "19/19" in today and "Le Wi-Fi est plein" in today
    console.get("/", headers={"Host": "valise.lan"}, environ_base={"REMOTE_ADDR": "10.42.0.9"})
    assert "arrivés à l’accueil" in console.get("/console/wifi").text


@pytest.mark.parametrize("size", ["a4", "a5", "nonsense"])
def test_the_poster_says_all_three_doors(console: FlaskClient, size: str) -> None:
    page = console.get(f"/console/wifi/affiche?format={size}").text
    assert page.count('class="qr"') == 2
    for words in (KEY, "http://valise.lan/", "Rester connecté"):
        assert words in page
    assert STAFF_KEY not in page
    assert f"hall {size if size == 'a5' else 'a4'}" in page


def test_the_teams_card_has_the_teams_key_only(console: FlaskClient) -> None:
    page = console.get("/console/wifi/carte").text
    assert STAFF_KEY in page
    assert KEY not in page
    assert "http://valise.lan/console" in page


def test_on_a_pc_the_page_says_so_and_the_poster_has_the_address_only(mediator: FlaskClient) -> None:
    assert "pas disponible ici" in mediator.get("/console/wifi").text
    page = mediator.get("/console/wifi/affiche").text
    assert page.count('class="qr"') == 1
    assert mediator.get("/console/wifi/carte").status_code == 409


def test_wrong_settings_are_told_where_they_are_seen(templates: Path, tmp_path: Path, enter: Enter) -> None:
    node: Node = open_node(copy_node(templates / "kit", tmp_path / "box"), **{**GIVEN, "wifi_key": "court"})
    client = enter(node, cast.NADIA)
    assert "8 à 63 signes" in client.get("/console/wifi").text
    assert [(one.check_id, one.level) for one in check_all(node)][-1] == ("V010", "bad")
    assert client.get("/console/wifi/affiche").status_code == 200
    node.store.close()


@pytest.mark.parametrize(
    ("given", "level"), [(GIVEN, "ok"), ({**GIVEN, "wifi_staff_key": ""}, "warn"), ({}, None)], ids=["ok", "warn", "pc"]
)
def test_the_check_of_the_wifi_says_what_to_mend(
    templates: Path, tmp_path: Path, given: dict[str, object], level: str | None
) -> None:
    node = open_node(copy_node(templates / "kit", tmp_path / "box"), **given)
    assert {one.check_id: one.level for one in check_all(node)}.get("V010") == level
    node.store.close()


def test_posters_are_the_teams(visitor: FlaskClient, librarian: FlaskClient) -> None:
    assert visitor.get("/console/wifi/affiche").status_code == 401
    assert librarian.get("/console/wifi/carte").status_code == 403
