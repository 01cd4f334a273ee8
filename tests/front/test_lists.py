"""The lists before leaving and at the return: each line is tried, and follows what is true."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.front import lists
from kit.front.machine_routes import ROOT
from kit.hotspot.phones import Counts
from kit.journal import anchors
from kit.people.node import Node
from tests.device.trees import PI_4, WITH_HATS, plant
from tests.sync.homes import note


def levels(items: list[lists.Item]) -> dict[str, str]:
    return {one.name: one.level for one in items}


def test_a_new_box_has_everything_to_do(kit_node: Node, tmp_path: Path) -> None:
    items = lists.before_leaving(kit_node, None, tmp_path / "nothing")
    found = levels(items)
    assert (found["wifi"], found["battery"], found["errors"]) == ("absent", "absent", "absent"), "nothing is guessed"
    assert all(found[name] == "todo" for name in ("hour", "shelves", "planned", "enrolled", "backup"))
    assert found["disk"] == "ok"
    assert lists.count_left(items) == sum(level == "todo" for level in found.values())


def test_each_line_follows_what_is_done(kit_node: Node, tmp_path: Path) -> None:
    root = plant(tmp_path / "pi", WITH_HATS)
    assert levels(lists.before_leaving(kit_node, Counts(3, 0, 1), root))["wifi"] == "todo"
    anchors.confirm(kit_node.journal, kit_node.clock.wall_ms(), "staff")
    found = levels(lists.before_leaving(kit_node, Counts(3, 1, 0), root))
    assert (found["wifi"], found["hour"], found["battery"]) == ("ok", "ok", "ok")
    note(kit_node, 2)
    back = lists.after_coming_back(kit_node, root)
    assert levels(back)["unsent"] == "todo"
    weak = {**PI_4, "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "1\n", "sys/fs/ext4/mmcblk0p3/errors_count": "4\n"}
    found = levels(lists.after_coming_back(kit_node, plant(tmp_path / "weak", weak)))
    assert (found["undervoltage"], found["errors"]) == ("bad", "bad")


@pytest.mark.parametrize(("path", "words"), [("repetition", "Répétition avant de partir"), ("retour", "Au retour")])
def test_the_pages_lead_to_what_mends(mediator: FlaskClient, tmp_path: Path, path: str, words: str) -> None:
    mediator.application.config[ROOT] = str(plant(tmp_path / "pi", PI_4))
    page = mediator.get(f"/console/{path}").text
    assert words in html.unescape(page)
    assert "☐ à vous" in page
    for address in set(re.findall(r'<td data-label="Que faire"><a href="([^"]+)"', page)):
        assert mediator.get(address).status_code == 200, address
    assert "/console/repetition" in mediator.get("/console").text


def test_lists_are_the_teams(visitor: FlaskClient, librarian: FlaskClient) -> None:
    assert visitor.get("/console/repetition").status_code == 401
    assert librarian.get("/console/retour").status_code == 403
