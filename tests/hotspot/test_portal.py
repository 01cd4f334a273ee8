"""The portal before the pages: what each phone is told, whatever name it asked for, and the window's pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kit.app import create_app
from kit.hotspot.door import PHONES, read_host
from kit.hotspot.phones import LOST_MS
from kit.hotspot.probes import TABLE
from kit.people.node import Node
from tests.conftest import copy_node, open_node
from tests.hotspot import agents
from tests.hotspot.plans import GIVEN

PHONE, OTHER, TEAM, ELSEWHERE = "10.42.0.57", "10.42.0.58", "10.43.0.5", "192.168.1.9"


@pytest.fixture(scope="module")
def box(templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A box with a Wi-Fi."""
    node = open_node(copy_node(templates / "kit", tmp_path_factory.mktemp("portal") / "box"), **GIVEN)
    yield node
    node.store.close()


@pytest.fixture(scope="module")
def app(box: Node) -> Flask:
    return create_app(box.settings, box)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A phone on the Wi-Fi, on a new day."""
    app.extensions[PHONES]._phones.clear()
    return app.test_client()


def ask(
    client: FlaskClient, url: str, agent: str = agents.CHROME, address: str = PHONE, **given: object
) -> TestResponse:
    """What a phone asks for, by its whole address."""
    host, _, path = url.removeprefix("http://").partition("/")
    headers = {"Host": host, "User-Agent": agent}
    return client.open(f"/{path}", headers=headers, environ_base={"REMOTE_ADDR": address}, **given)


def leads_to(answer: TestResponse) -> str:
    assert answer.status_code in (302, 303)
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.headers["Location"]


@pytest.mark.parametrize("probe", TABLE, ids=lambda probe: f"{probe.system} {probe.host}{probe.path}")
def test_each_probe_opens_the_window_then_lets_the_phone_stay(client: FlaskClient, probe: object) -> None:
    address = f"http://{probe.host or 'new.maker.example'}{probe.path or '/x/y.html'}"  # type: ignore[attr-defined]
    assert leads_to(ask(client, address)) == "http://valise.lan/portail"
    assert ask(client, "http://valise.lan/portail/ouvrir").status_code == 200
    answer, wanted = ask(client, address), probe.success  # type: ignore[attr-defined]
    assert (answer.status_code, answer.text) == (wanted.status, wanted.body)
    assert all(answer.headers[name] == value for name, value in wanted.headers)
    assert leads_to(ask(client, address, address=OTHER)).endswith("/portail")


@pytest.mark.parametrize(
    "url",
    [
        "http://exemple.fr/", "http://meteo.fr/paris?jour=1", "http://203.0.113.9/", "http://neverssl.com:80/x",
        "http://router/", "http://www.msftconnecttest.com/redirect", "http://[2001:db8::1]/", "http://VALISE.org./",
    ],
)  # fmt: skip
def test_any_typed_name_arrives_at_the_welcome(client: FlaskClient, url: str) -> None:
    assert leads_to(ask(client, url)) == "http://valise.lan/"
    assert leads_to(ask(client, url, agents.CNA_WINDOW)) == "http://valise.lan/portail"
    assert leads_to(ask(client, url, method="POST", data={"a": "b"})) == "http://valise.lan/"


@pytest.mark.parametrize("host", ["valise.lan", "VALISE.LAN:80", "10.42.0.1", "valise-1234.local", "valise.lan."])
def test_our_own_names_are_the_box(client: FlaskClient, host: str) -> None:
    assert "Bienvenue" in ask(client, f"http://{host}/").text


def test_elsewhere_nothing_is_changed(client: FlaskClient) -> None:
    """A cable, another network, this machine: unknown names are served as they always were."""
    for address in (ELSEWHERE, "127.0.0.1"):
        assert ask(client, "http://une-valise.example/", address=address).status_code == 200
        assert ask(client, "http://captive.apple.com/hotspot-detect.html", address=address).status_code == 404


def test_a_machine_without_wifi_has_no_portal(kit_node: Node) -> None:
    client = create_app(kit_node.settings, kit_node).test_client()
    assert ask(client, "http://exemple.fr/").status_code == 200
    assert PHONES not in client.application.extensions
    assert client.get("/portail").status_code == 200
    assert client.get("/portail/ouvrir").status_code == 200
    assert client.get("/portail/api").json["captive"] is False


def test_the_real_browser_ends_the_window(client: FlaskClient) -> None:
    assert leads_to(ask(client, "http://captive.apple.com/hotspot-detect.html", agents.CNA_PROBER))
    assert ask(client, "http://valise.lan/portail", agents.CNA_WINDOW).status_code == 200
    assert ask(client, "http://valise.lan/bibliotheque", agents.CNA_WINDOW).status_code == 200
    assert leads_to(ask(client, "http://captive.apple.com/hotspot-detect.html", agents.CNA_PROBER)), (
        "still in its window"
    )
    assert ask(client, "http://valise.lan/", agents.SAFARI).status_code == 200
    assert "Success" in ask(client, "http://captive.apple.com/hotspot-detect.html", agents.CNA_PROBER).text


def test_the_window_never_shows_the_whole_welcome(client: FlaskClient) -> None:
    assert leads_to(ask(client, "http://valise.lan/", agents.ANDROID_WINDOW)) == "http://valise.lan/portail"
    page = ask(client, "http://valise.lan/portail", agents.ANDROID_WINDOW).text
    assert "http://valise.lan/" in page
    assert 'class="qr"' in page
    assert "/portail/ouvrir" in page
    assert "<form" not in page
    assert "<script" not in page
    assert "/avis" not in page


def test_who_never_came_back_is_shown_what_to_touch(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    phones = client.application.extensions[PHONES]
    probe = "http://connectivitycheck.gstatic.com/generate_204"
    ask(client, probe, agents.DALVIK)
    ask(client, "http://valise.lan/portail/ouvrir", agents.ANDROID_WINDOW)
    assert ask(client, probe, agents.DALVIK).status_code == 204
    assert (
        "données mobiles" not in ask(client, "http://valise.lan/portail", agents.ANDROID_WINDOW).text.split("note")[0]
    )
    now = phones._now_ms()
    monkeypatch.setattr(phones, "_now_ms", lambda: now + LOST_MS)
    assert leads_to(ask(client, probe, agents.DALVIK)).endswith("/portail")
    page = ask(client, "http://valise.lan/portail", agents.ANDROID_WINDOW).text
    assert "garde sans doute ses données mobiles" in page
    page = ask(client, "http://valise.lan/portail/donnees-mobiles", agents.ANDROID_WINDOW).text
    assert "Passer aux données mobiles" in page, "Samsung's own words"
    assert page.count('<svg class="drawing"') == 5
    assert "Données cellulaires" in ask(client, "http://valise.lan/portail/donnees-mobiles?systeme=apple").text


def test_the_api_tells_the_state_of_this_phone(client: FlaskClient) -> None:
    """RFC 8908, 4 and 5."""
    answer = ask(client, "http://valise.lan/portail/api")
    assert answer.mimetype == "application/captive+json"
    assert "private" in answer.headers["Cache-Control"]
    state = {"captive": True, "user-portal-url": "http://valise.lan/portail", "venue-info-url": "http://valise.lan/"}
    assert json.loads(answer.text) == state
    ask(client, "http://valise.lan/portail/ouvrir")
    assert '"captive": false' in ask(client, "http://valise.lan/portail/api").text
    assert '"captive": true' in ask(client, "http://valise.lan/portail/api", address=OTHER).text


def test_no_cookie_and_nothing_on_the_disk_names_a_phone(box: Node, client: FlaskClient) -> None:
    for url in ("http://captive.apple.com/", "http://valise.lan/portail", "http://valise.lan/portail/ouvrir"):
        assert "Set-Cookie" not in ask(client, url, address="10.42.0.213").headers
    box.store.flush()
    written = [path for path in box.data.rglob("*") if path.is_file() and b"10.42.0.213" in path.read_bytes()]
    assert written == []


def test_a_phone_of_the_team_meets_the_portal_too(client: FlaskClient) -> None:
    assert leads_to(ask(client, "http://exemple.fr/", address=TEAM)) == "http://valise.lan/"
    assert ask(client, "http://10.42.0.1/connexion", address=TEAM).status_code == 200


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Valise.LAN:80", "valise.lan"),
        ("[::1]:8080", "::1"),
        ("", ""),
        ("a..", "a"),
        (" b ", "b"),
        ("\u202e", "\u202e"),
    ],
)
def test_names_are_read_out_of_their_header(header: str, name: str) -> None:
    assert read_host(header) == name
