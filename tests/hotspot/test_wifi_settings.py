"""The Wi-Fi changed from the console: kept in the suitcase's own file, read back by the services of the card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.device.depart import read_lines, settings_lines
from kit.front import wifi_settings
from kit.people.node import Node
from tests import cast
from tests.conftest import Enter, copy_node, open_node
from tests.hotspot.plans import GIVEN, KEY, STAFF_KEY
from tests.pages import post_form

PAGE = "/console/wifi/reglages"
GOOD = {
    "wifi_nom": 'Valise "du marché"', "wifi_cle": "coquelicot$5", "wifi_cle_equipe": "mouette\\phare",
    "wifi_pays": "be", "wifi_canal": "44", "wifi_places": "8",
}  # fmt: skip


@pytest.fixture
def suitcase(templates: Path, tmp_path: Path) -> Iterator[Node]:
    """A box of ours: it has a card."""
    given = {**GIVEN, "staff_networks": "10.43.0.0/26", "card": str(tmp_path)}
    node = open_node(copy_node(templates / "kit", tmp_path / "box"), **given)
    yield node
    node.store.close()


def come_in(node: Node, enter: Enter) -> FlaskClient:
    client = enter(node, cast.NADIA)
    assert client.get(PAGE).status_code == 200
    return client


def test_the_team_changes_name_keys_and_channel(suitcase: Node, enter: Enter) -> None:
    path = suitcase.data / wifi_settings.SETTINGS_FILE
    path.write_text(
        settings_lines({"node_name": "Valise B", "wifi_key": "ancienne", "timezone": "Europe/Paris"}), "utf-8"
    )
    mediator = come_in(suitcase, enter)
    page = mediator.get(PAGE).text
    assert 'value="ancienne"' in page and f'value="{STAFF_KEY}"' in page, "the file first, then what runs"
    assert "C’est noté" in post_form(mediator, PAGE, **GOOD).text
    kept = read_lines(path.read_text("utf-8"))
    assert kept.pop("staff_networks").startswith("10.43.0.0/26")
    assert kept == {
        "node_name": "Valise B", "timezone": "Europe/Paris", "wifi_name": GOOD["wifi_nom"], "wifi_key": "coquelicot$5",
        "wifi_staff_key": "mouette\\phare", "wifi_country": "BE", "wifi_channel": "44", "wifi_most": "8",
    }  # fmt: skip
    assert path.stat().st_mode & 0o777 == 0o600
    line = re.compile(
        r'VALISE_(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^"\s]*))$'
    )  # of image/system/usr/lib/valise/hotspot-config
    assert all(line.fullmatch(one) for one in path.read_text("utf-8").splitlines())

    assert "C’est noté" in post_form(mediator, PAGE, **{**GOOD, "wifi_cle_equipe": ""}).text
    assert {"wifi_staff_key", "staff_networks"}.isdisjoint(read_lines(path.read_text("utf-8"))), "nobody is shut out"


@pytest.mark.parametrize(
    "bad",
    [
        {"wifi_cle": "court"}, {"wifi_cle": ""}, {"wifi_cle_equipe": GOOD["wifi_cle"]}, {"wifi_pays": "Belgique"},
        {"wifi_canal": "99"}, {"wifi_canal": "six"}, {"wifi_places": "0"}, {"wifi_nom": "é" * 17}, {"wifi_nom": "a\nb"},
    ],
)  # fmt: skip
def test_what_no_wifi_can_keep_changes_nothing(suitcase: Node, enter: Enter, bad: dict[str, str]) -> None:
    path = suitcase.data / wifi_settings.SETTINGS_FILE
    path.write_text(settings_lines({"wifi_key": KEY}), "utf-8")
    answer = post_form(come_in(suitcase, enter), PAGE, **{**GOOD, **bad})
    assert 400 <= answer.status_code < 500 and "C’est noté" not in answer.text
    assert "coquelicot$5" in answer.text or "wifi_cle" in bad, "what was typed is there to be mended"
    assert read_lines(path.read_text("utf-8")) == {"wifi_key": KEY}


def test_where_another_wrote_the_settings_it_is_said(kit_node: Node, enter: Enter) -> None:
    mediator = come_in(kit_node, enter)
    assert "Pas disponible ici" in mediator.get(PAGE).text
    assert post_form(mediator, "/equipe/ma-phrase", PAGE, **GOOD).status_code == 409
    assert enter(kit_node, None).get(PAGE).status_code == 401
