"""Whose request it is, behind a front server or not: limits are per phone, and no phone chooses its address."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from kit.errors import Problem
from kit.people.node import Node
from kit.settings import read_settings
from tests.conftest import copy_node, open_node
from tests.pages import post_form
from tests.served import Served


def guesses(client: FlaskClient, count: int, address: str, forwarded: str) -> list[int]:
    """Codes of tickets tried from one peer, each under a forwarded address (`{}`: another one every time)."""
    found = []
    for number in range(count):
        client.environ_base["REMOTE_ADDR"] = address
        client.environ_base["HTTP_X_FORWARDED_FOR"] = forwarded.format(number)
        found.append(post_form(client, "/ateliers/mon-ticket", code="renard-lune-27").status_code)
    return found


@pytest.fixture
def behind(templates: Path, tmp_path: Path) -> Node:
    """A kit behind nginx on loopback."""
    data = copy_node(templates / "kit", tmp_path / "behind")
    return open_node(data, trusted_proxy="127.0.0.1 ::1")


def test_a_forged_address_without_the_setting_is_ignored(kit_node: Node) -> None:
    client = create_app(kit_node.settings, kit_node).test_client()
    seen = guesses(client, 12, "127.0.0.1", "10.42.0.{}")
    assert 429 in seen, "a new address with every guess escaped the limit"


def test_a_phone_that_reaches_the_box_itself_is_not_believed(behind: Node) -> None:
    client = create_app(behind.settings, behind).test_client()
    seen = guesses(client, 12, "10.42.0.7", "10.42.0.{}")
    assert 429 in seen


def test_behind_the_front_server_each_phone_has_its_own_limit(behind: Node) -> None:
    client = create_app(behind.settings, behind).test_client()
    assert 429 in guesses(client, 12, "127.0.0.1", "10.42.0.7")
    assert 429 not in guesses(client, 1, "127.0.0.1", "10.42.0.8")
    # What a phone wrote itself stands before what nginx added: only the last counts.
    assert 429 in guesses(client, 1, "127.0.0.1", "10.42.0.9, 10.42.0.7")


def test_the_served_program_reads_what_its_front_server_says(
    templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over real HTTP: waitress hands the header on only with the setting."""
    for trusted, expected in (("127.0.0.1", "https"), ("", "http")):
        data = copy_node(templates / "kit", tmp_path / f"kit-{trusted}")
        monkeypatch.setenv("VALISE_TRUSTED_PROXY", trusted)
        served = Served(data, ("serve",)).start()
        try:
            request = urllib.request.Request(f"{served.url}/opds/recherche.xml", headers={"X-Forwarded-Proto": "https"})
            with urllib.request.urlopen(request, timeout=10) as answer:
                assert f'"{expected}://127.0.0.1'.encode() in answer.read()
        finally:
            served.stop()


def test_a_setting_that_is_no_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refusal:
        read_settings({}, data=tmp_path, trusted_proxy="nginx.local")
    assert refusal.value.code == "start.bad_setting"
