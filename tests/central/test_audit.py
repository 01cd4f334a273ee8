"""Every opening at the central has its line; the lines stay, and say nothing of what was behind them."""

from __future__ import annotations

import re
import sqlite3
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kit.app import create_app
from kit.central import queries
from kit.errors import Problem
from kit.ids import to_text
from kit.keys import envelope
from kit.people import audit, audit_queries
from kit.people.access import current_staff, staff_only
from kit.people.identities import keyring, read_with_any
from kit.people.node import Node
from kit.sync.actions import send
from tests import cast
from tests.central.season import WROTE, Season, note_season, post, sign_in
from tests.conftest import Enter
from tests.deposits.test_deposits import give
from tests.pages import post_form
from tests.sync.homes import CANARY, served

LINK = re.compile(r'href="(/[^"#]*)"')


@pytest.fixture
def season(pair: tuple[Node, Node]) -> Season:
    """A season that came home."""
    kit, central = pair
    made = note_season(kit)
    with served(central):
        send(kit)
    return made


@pytest.fixture
def app(pair: tuple[Node, Node]) -> Flask:
    return create_app(pair[1].settings, pair[1])


def kinds(node: Node) -> list[str]:
    return [line.kind for line in audit_queries.list_lines(node.store, "", 1000, 0)]


class Spy:
    """Counts how many envelopes were really opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened = 0
        real = envelope.open_envelope

        def count(sealed: bytes, private: bytes) -> bytes:
            plain = real(sealed, private)
            self.opened += 1
            return plain

        monkeypatch.setattr(envelope, "open_envelope", count)


def walk(client: FlaskClient, node: Node, spy: Spy) -> tuple[list[str], list[str]]:
    """Every page a coordinator reaches: (those that opened something, those of them that wrote no line)."""
    rules = [rule.rule for rule in client.application.url_map.iter_rules() if "GET" in (rule.methods or ())]
    waiting, seen, opening, silent = [rule for rule in rules if "<" not in rule], set[str](), list[str](), list[str]()
    while waiting:
        url = waiting.pop()
        if urlsplit(url).path in seen or url.startswith("/static/"):
            continue
        seen.add(urlsplit(url).path)
        opened, lines = spy.opened, audit_queries.count_lines(node.store)
        answer = client.get(url)
        body = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        answer.close()
        if spy.opened > opened:
            opening.append(url)
            silent += [url] if audit_queries.count_lines(node.store) == lines else []
        waiting += LINK.findall(body)
    return opening, silent


def test_no_page_of_the_central_opens_without_a_line(
    pair: tuple[Node, Node], app: Flask, season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = Spy(monkeypatch)
    opening, silent = walk(sign_in(app), pair[1], spy)
    assert not silent
    workshop = f"/ateliers-recus/{to_text(season.workshop_id)}"
    assert workshop in opening and any(url.startswith("/avis-recus/") for url in opening)


def test_a_page_that_opened_without_one_would_be_found(
    pair: tuple[Node, Node], app: Flask, season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = pair[1]

    @app.get("/planted")
    @staff_only("names")
    def planted() -> str:
        sealed = [row["sealed"] for row in node.store.rows("SELECT sealed FROM envelope")]
        keys = keyring(node, current_staff().vault())
        return str([read_with_any(one, keys) for one in sealed])

    _, silent = walk(sign_in(app), node, Spy(monkeypatch))
    assert silent == ["/planted"]


def test_a_line_says_who_what_and_how_many_and_never_the_name(
    pair: tuple[Node, Node], app: Flask, season: Season
) -> None:
    node, client = pair[1], sign_in(app)
    assert CANARY in client.get(f"/ateliers-recus/{to_text(season.workshop_id)}").text
    (line,) = audit_queries.list_lines(node.store, "names.opened", 9, 0)
    assert (line.staff_name, line.subject, line.many) == ("Coordination", season.workshop_id, 3)
    page = client.get("/equipe/journal").text
    assert "a ouvert des noms d’un atelier (3)" in page
    assert f"/ateliers-recus/{to_text(season.workshop_id)}" in page
    for words in (CANARY, "Anatole", "06 39 98", WROTE):
        assert words not in page
    assert "a ouvert des noms" not in client.get("/equipe/journal?sorte=exported").text.split("</select>")[-1]


def test_what_is_not_opened_leaves_no_line(central_node: Node, reader: FlaskClient) -> None:
    assert reader.get("/ateliers-recus").status_code == 200
    assert reader.get("/equipe/journal").status_code == 403
    assert kinds(central_node) == ["staff.added"]  # the template's second person


def test_the_database_refuses_to_change_or_remove_a_line(central_node: Node) -> None:
    audit.note(central_node, None, "exported")
    for statement in ("UPDATE audit_line SET staff_name = 'x'", "DELETE FROM audit_line"):
        with pytest.raises(Problem), central_node.store.write():
            central_node.store.run(statement)
        with pytest.raises(sqlite3.IntegrityError), sqlite3.connect(central_node.data / "valise.db") as other:
            other.execute(statement)
    assert kinds(central_node)[0] == "exported"


def test_when_the_line_cannot_be_written_nothing_opens(pair: tuple[Node, Node], app: Flask, season: Season) -> None:
    node, client = pair[1], sign_in(app)
    with node.store.write():
        node.store.db.execute_sql(
            "CREATE TRIGGER broken BEFORE INSERT ON audit_line BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
    answer = client.get(f"/ateliers-recus/{to_text(season.workshop_id)}")
    assert answer.status_code >= 400 and CANARY not in answer.text


def test_refusals_losses_links_exports_and_erasures_are_noted(
    pair: tuple[Node, Node], app: Flask, season: Season
) -> None:
    node, client = pair[1], sign_in(app)
    (kit,) = queries.list_kits(node.store, 9, 0)
    where = f"/valises/{to_text(kit.kit_id)}"
    post(client, f"{where}/acces", where, acces="non")
    post(client, f"{where}/acces", where, acces="oui")
    post(client, f"{where}/vol", jour="2026-11-20", heure="10:00", etat="off")
    post(client, "/enrolement", nom="Autre", territoire="", adresse="https://central.example")
    assert client.get("/comptes-rendus/export.csv").status_code == 200
    signup = node.store.value("SELECT signup_id FROM signup LIMIT 1")
    post(client, "/effacer", "/equipe", personne=to_text(signup))
    assert kinds(node) == [
        "erased", "exported", "kit.invited", "kit.lost", "kit.refused", "kit.accepted", "kit.refused",
    ]  # fmt: skip
    assert audit_queries.list_lines(node.store, "erased", 1, 0)[0].subject == signup


def test_changes_of_the_team_are_noted_on_a_kit_too(kit_node: Node, enter: Enter) -> None:
    client = enter(kit_node, cast.NADIA)
    post_form(client, "/equipe", name="Lou", role="librarian")
    lou = kit_node.store.value("SELECT staff_id FROM staff WHERE name = 'Lou'")
    post_form(client, "/equipe", f"/equipe/{to_text(lou)}/phrase")
    post_form(client, "/equipe", f"/equipe/{to_text(lou)}/retirer")
    post_form(client, "/equipe", "/equipe/secours")
    lines = audit_queries.list_lines(kit_node.store, "", 4, 0)
    assert [line.kind for line in lines] == ["recovery.made", "staff.removed", "staff.phrase", "staff.added"]
    assert {line.staff_name for line in lines} == {cast.NADIA.name}
    assert [line.subject for line in lines[1:]] == [lou] * 3
    assert "a retiré une personne" in client.get("/equipe/journal").text


def test_a_work_given_at_the_central_is_opened_with_a_line(
    central_node: Node, coordinator: FlaskClient, enter: Enter
) -> None:
    assert give(enter(central_node, None)).status_code == 201
    deposit_id = central_node.store.value("SELECT deposit_id FROM deposit")
    assert coordinator.get(f"/console/propositions/{to_text(deposit_id)}").status_code == 200
    (line,) = audit_queries.list_lines(central_node.store, "gift.opened", 9, 0)
    assert (line.staff_name, line.subject) == (cast.INES.name, deposit_id)
