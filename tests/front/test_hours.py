"""A visitor's phone may only suggest the hour; staff confirm with their own in one tap; no clock changes an outcome."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.app import build_node
from kit.clock import Clock
from kit.journal import anchors, queries
from kit.people.node import Node
from kit.workshops import actions as workshops
from tests import cast
from tests.central.season import note_season
from tests.conftest import Enter, OpenPhone, copy_node, open_node
from tests.pages import post_form
from tests.served import Served

NOW_MS = 1_900_000_000_000


def make_forgetful(node: Node) -> None:
    """The machine's clock is years behind what the box has noted."""
    with node.journal.write():
        anchors.confirm(node.journal, NOW_MS, "staff")
    node.clock = node.journal.clock = Clock(node.clock.boot + 1, queries.newest_wall_ms(node.store) + 1)
    assert node.clock.is_behind


def test_a_visitor_only_suggests(kit_node: Node, enter: Enter) -> None:
    make_forgetful(kit_node)
    visitor = enter(kit_node, None)
    mediator = visitor.application.test_client()
    post_form(mediator, "/connexion", passphrase=cast.NADIA.passphrase, name=cast.NADIA.name)
    before = kit_node.clock.wall_ms()
    for said in (NOW_MS + 60_000, NOW_MS + 61_000, NOW_MS + 900 * 86_400_000):  # the third phone is wrong
        assert post_form(visitor, "/", "/heure", ms=str(said)).status_code == 303
    for nonsense in ("", "-5", "9" * 20, "1e9", "٣", "12"):
        post_form(visitor, "/", "/heure", ms=nonsense)
    assert abs(kit_node.clock.wall_ms() - before) < 60_000
    assert kit_node.clock.is_behind
    page = mediator.get("/console/horloge").get_data(as_text=True)
    assert "3 téléphones de visiteurs disent" in page
    assert "C’est une proposition" in page
    assert post_form(visitor, "/", "/console/horloge/telephone", ms=str(NOW_MS)).status_code == 401


def test_a_box_that_knows_the_hour_asks_nobody(visitor: FlaskClient) -> None:
    assert "/heure" not in visitor.get("/").get_data(as_text=True)


def test_staff_confirm_in_one_tap(kit_node: Node, enter: Enter) -> None:
    make_forgetful(kit_node)
    mediator = enter(kit_node, cast.NADIA)
    path = "/console/horloge"
    post_form(mediator, path, f"{path}/telephone", ms="hier")
    assert kit_node.clock.is_behind
    post_form(mediator, path, f"{path}/telephone", ms=str(NOW_MS + 86_400_000))
    assert kit_node.clock.confidence == "confirmed"
    assert abs(kit_node.clock.wall_ms() - NOW_MS - 86_400_000) < 60_000
    page = mediator.get(path).get_data(as_text=True)
    assert page.count("par l’équipe") == 2
    assert "avant le dernier démarrage" in page


def test_one_tap_in_a_real_browser(templates: Path, tmp_path: Path, open_phone: OpenPhone) -> None:
    data = copy_node(templates / "kit", tmp_path / "kit")
    kit = Served(data, ("serve",)).start()
    page = open_phone()
    page.goto(f"{kit.url}/connexion")
    page.fill("#passphrase", cast.NADIA.passphrase)
    page.click("main button")
    page.goto(f"{kit.url}/console/horloge")
    page.click("form[data-now] button")
    page.wait_for_load_state()
    assert "vérifiée" in page.content()
    kit.stop()
    node = open_node(data)
    assert abs(anchors.list_newest(node.journal, 1)[0].wall_ms - time.time() * 1000) < 120_000


def wall(jumps: str) -> Callable[[], float]:
    return {"past": lambda: 5.0, "future": lambda: time.time() + 3e9, "now": time.time}[jumps]


@pytest.mark.parametrize("when", ["past", "future", "now"])
def test_no_clock_changes_what_happened(templates: Path, tmp_path: Path, when: str) -> None:
    settings = open_node(copy_node(templates / "kit", tmp_path / "kit")).settings
    kit = build_node(settings, Clock(2, 0, wall(when), lambda: time.monotonic() + 1e5))
    workshop_id = note_season(kit, opinions=0).workshop_id
    workshops.close_workshop(kit, workshop_id, lambda _workshop, _stop: None, with_absent=True)
    found = workshops.queries.get_workshop(kit.store, workshop_id)
    assert (found.placed, found.came, found.beyond, found.waiting, found.is_closed) == (2, 3, 2, 0, True)
    kinds = [row["kind"] for row in kit.store.rows("SELECT kind FROM fact ORDER BY seq")]
    assert kinds[-2:] == ["attendance.absent", "workshop.closed"]
    before = kit.journal.projection_hash()
    kit.journal.replay()
    assert kit.journal.projection_hash() == before
