"""Phones signed in are listed and ended by their owner, and by those who answer for the team; by nobody else."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from kit.people import audit_queries
from kit.people.node import Node
from tests import cast
from tests.conftest import Enter
from tests.pages import post_form

PAGE = "/equipe/connexions"


def marks(client: FlaskClient) -> list[str]:
    return re.findall(r'name="connexion" value="([0-9a-f]+)"', client.get(PAGE).text)


def test_a_lost_phone_is_ended_from_another(kit_node: Node, enter: Enter) -> None:
    lost, kept = enter(kit_node, cast.PAUL), enter(kit_node, cast.PAUL)
    assert lost.get("/console/bibliotheque").status_code == 200
    (mark,) = [one for one in marks(kept) if one in marks(enter(kit_node, cast.NADIA))][:1]
    page = kept.get(PAGE).text
    assert page.count(f"<b>{cast.PAUL.name}</b>") == len(marks(kept)) + 1 and "cet appareil" in page
    ended = [post_form(kept, PAGE, connexion=one).status_code for one in marks(kept)]
    assert mark and set(ended) == {303}
    assert lost.get("/console/bibliotheque").status_code == 401
    assert kept.get("/console/bibliotheque").status_code == 200
    assert audit_queries.list_lines(kit_node.store, "session.ended", 9, 0)[0].staff_name == cast.PAUL.name


def test_a_librarian_neither_sees_nor_ends_somebody_elses(kit_node: Node, enter: Enter) -> None:
    mediator, librarian = enter(kit_node, cast.NADIA), enter(kit_node, cast.PAUL)
    assert cast.NADIA.name not in librarian.get(PAGE).text.split("<main")[1]
    hers = kit_node.store.value(
        "SELECT hex(session) FROM staff_session JOIN staff USING (staff_id) WHERE name = ? ORDER BY began_ms DESC",
        cast.NADIA.name,
    )
    for mark in (hers.lower(), "zz", "abc", ""):
        assert post_form(librarian, PAGE, connexion=mark).status_code == 404, mark
    assert mediator.get("/console").status_code == 200


def test_who_answers_for_the_team_ends_anybodys(central_node: Node, enter: Enter) -> None:
    reader, coordinator = enter(central_node, cast.ROBERT), enter(central_node, cast.INES)
    assert f"<b>{cast.ROBERT.name}</b>" in coordinator.get(PAGE).text
    for mark in marks(coordinator):
        assert post_form(coordinator, PAGE, connexion=mark).status_code == 303
    assert reader.get("/").status_code == 401
    assert coordinator.get("/").status_code == 200
