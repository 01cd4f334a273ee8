"""Sheets: what visitors say of a step reaches the team; hard steps are told; a front server may send the files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.app import build_node
from kit.ids import to_text
from kit.library.actions import Outcome, add_paths
from kit.library.sheets.rules import warn_about
from kit.people.node import Node
from kit.settings import read_settings

from .conftest import phone
from .library_makers import make_epub, make_sheet, text_of

Add = Callable[..., Outcome]


def test_a_difference_reaches_the_team_once(
    node: Node, add: Add, tmp_path: Path, staff: FlaskClient, post: Callable[..., object]
) -> None:
    address = f"/bibliotheque/{to_text(add(make_sheet(tmp_path / 's')).added[0])}"
    visitor = phone(node)
    assert f"{address}/plus-pareil/2" in text_of(visitor, f"{address}/lire/2")
    form = text_of(visitor, f"{address}/plus-pareil/2")
    token = form.split('name="csrf" value="', 1)[1].split('"', 1)[0]
    assert visitor.post(f"{address}/plus-pareil/2", data={"csrf": token}).status_code == 422
    for _ in range(2):
        given = {"csrf": token, "what": "name", "device": "android"}
        assert "C’est noté" in visitor.post(f"{address}/plus-pareil/2", data=given).get_data(as_text=True)
    desk = text_of(staff, "/console/fiches")
    assert desk.count("étape 2") == 1 and "Le bouton a un autre nom" in desk and "Android" in desk
    node.journal.replay()
    seen = desk.split('action="', 1)[1].split('"', 1)[0]
    token = desk.split('name="csrf" value="', 1)[1].split('"', 1)[0]
    assert staff.post(seen, data={"csrf": token}).status_code == 303
    assert "Personne n’a signalé" in text_of(staff, "/console/fiches")
    assert visitor.get(f"{address}/plus-pareil/9").status_code == 404


@pytest.mark.parametrize(
    ("action", "image", "count"),
    [
        ("Touchez « Envoyer ».", "images/01.svg", 0),
        ("Touchez « Envoyer puis fermer ».", "i", 0),
        ("Ouvrez le menu, puis touchez « Photos ».", "i", 1),
        ("Ouvrez le menu et touchez « Photos ».", "i", 1),
        ("Ouvrez. Fermez.", "i", 1),
        ("Touchez " + "le très " * 8 + "gros bouton.", "", 2),
    ],
)
def test_hard_steps_are_told(action: str, image: str, count: int) -> None:
    assert len(warn_about(action, image)) == count


def test_an_easy_sheet_is_marked_and_can_be_asked_for(add: Add, tmp_path: Path, visitor: FlaskClient) -> None:
    about = 'title = "Facile"\nlicence = "CC0-1.0"\nsource = "s"\neasy = true\n'
    add(make_sheet(tmp_path / "s", about=about), make_sheet(tmp_path / "t"))
    page = text_of(visitor, "/bibliotheque?aide=easy")
    assert "Facile" in page and "Ouvrir une porte" not in page


def test_a_front_server_is_asked_to_send_files(tmp_path: Path) -> None:
    node = build_node(read_settings({}, data=tmp_path / "data", front_files="/interne/"))
    item_id = add_paths(node, [make_epub(tmp_path / "é.epub")]).added[0]
    answer = phone(node).get(f"/bibliotheque/{to_text(item_id)}/fichier/1/x.epub")
    assert answer.data == b"" and answer.headers["X-Accel-Redirect"].startswith("/interne/")
    inside = answer.headers["X-Accel-Redirect"].removeprefix("/interne/")
    assert (node.data / "blobs" / inside).is_file()
    assert "filename*=UTF-8''%C3%A9.epub" in answer.headers["Content-Disposition"]
    node.store.close()
