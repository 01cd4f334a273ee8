"""Vouchers at home: a kind is written once for every box, and the statement adds up what all of them took."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from kit.app import create_app
from kit.errors import Problem
from kit.ids import new_id
from kit.people.node import Node
from kit.sync.actions import send
from kit.workshops import actions as workshops
from kit.workshops.vouchers import actions, queries
from kit.workshops.vouchers.forms import NewKind
from tests.central.season import post, sign_in
from tests.conftest import Enter
from tests.sync.homes import served
from tests.workshops.box import HOUR_MS, plan


def test_a_kind_of_home_is_taken_on_the_box_and_stated_at_home(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    client = sign_in(create_app(central.settings, central))
    assert "Aucun bon" in client.get("/bons").text
    wrong = post(client, "/bons", "/bons", label="Bon du village", value="dix", used="1")
    assert wrong.status_code == 422 and "Bon du village" in wrong.text
    assert post(client, "/bons", "/bons", label="Pass numérique", value="12,50", used="1").status_code == 303
    with served(central):
        send(kit)
        (kind,) = queries.list_kinds(kit.store)
        assert (kind.label, kind.value_cents, kind.is_ours) == ("Pass numérique", 1250, False)
        workshop_id = workshops.plan_workshop(kit, plan(kit.clock.wall_ms() + HOUR_MS, takes_voucher=True))
        for _ in range(3):
            actions.take(kit, workshop_id, new_id(), kind.kind_id)
        actions.give_back(kit, workshop_id, kind.kind_id)
        send(kit)
    with pytest.raises(Problem, match="écrite par la coordination"):
        actions.set_kind(kit, kind.kind_id, NewKind("Pass numérique", 1, True))
    page = client.get("/bons").text
    assert "25\u202f€" in page and "Mon premier e-mail" in page and "sur ce serveur" in page
    book = load_workbook(io.BytesIO(client.get("/bons/export.xlsx").data))
    assert [cell.value for cell in book["Bons reçus"][2]][3:] == ["Pass numérique", 12.5, 2, 25]
    assert [cell.value for cell in book["Totaux"][2]] == ["Pass numérique", 12.5, 2, 25]
    assert "Aucun bon" in client.get("/bons?du=2001-01-01&au=2001-01-02").text
    assert "a emporté des fiches" in client.get("/equipe/journal").text


def test_who_only_reads_writes_no_kind_and_visitors_see_nothing(
    central_node: Node, reader: FlaskClient, enter: Enter
) -> None:
    assert reader.get("/bons").status_code == 200
    assert post(reader, "/bons", "/", label="Bon", value="1", used="1").status_code == 403
    assert queries.list_kinds(central_node.store) == []
    assert enter(central_node, None).get("/bons").status_code == 401
