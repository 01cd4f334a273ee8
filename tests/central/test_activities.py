"""What was done, at home: reports and figures that came from a kit, the same numbers, no name."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from kit.ids import new_id, to_text
from kit.people.node import Node
from kit.workshops import actions, facts
from kit.workshops.forms import NewWorkshop
from kit.workshops.reports.actions import draft_after_close
from tests.conftest import Enter

pytestmark = pytest.mark.usefixtures("engine")

WORKSHOP = NewWorkshop(
    title="Mon premier e-mail", stop_id=b"", stop_label="", place="Salle des fêtes", starts_at_ms=1_790_000_000_000,
    length_minutes=90, places=12, waiting_places=0, level="debutant", theme="email", summary="",
)  # fmt: skip


def bring_home(kit_node: Node, central_node: Node) -> bytes:
    """A workshop three women came to, closed on the kit; its facts, taken in by the central."""
    workshop_id = actions.plan_workshop(kit_node, WORKSHOP)
    for _ in range(3):
        body = facts.AttendanceCame(workshop_id, "anonymous", "feminin")
        kit_node.journal.append(facts.CAME, new_id(), body)
    actions.close_workshop(kit_node, workshop_id, lambda one, stop: draft_after_close(kit_node, one, stop))
    log_no = central_node.journal.log_number(kit_node.journal.log_id, kit_node.identity.sign_public, b"x" * 8)
    from kit.journal import queries as journal

    central_node.journal.ingest(log_no, journal.records(kit_node.store, kit_node.journal.log_no, 1, 10_000))
    return workshop_id


def test_the_reader_of_figures_reads_and_takes_away_what_came_home(
    kit_node: Node, central_node: Node, reader: FlaskClient
) -> None:
    workshop_id = bring_home(kit_node, central_node)
    assert "Mon premier e-mail" in reader.get("/comptes-rendus").text
    copied = reader.get(f"/comptes-rendus/{to_text(workshop_id)}/recopier")
    assert "Salle des fêtes" in copied.text and "Corriger" not in copied.text
    document = json.loads(reader.get("/comptes-rendus/export.json").data)
    assert [one["attributes"]["accompagnements"] for one in document["data"]] == [3]
    assert reader.get("/comptes-rendus/export.xlsx").data[:2] == b"PK"
    page = reader.get("/chiffres").text
    assert "E-mail" in page and "25 %" in page


def test_a_visitor_of_the_central_reads_no_figure(central_node: Node, enter: Enter) -> None:
    client = enter(central_node, None)
    for address in ("/chiffres", "/comptes-rendus", "/comptes-rendus/export.csv"):
        assert client.get(address).status_code == 401
