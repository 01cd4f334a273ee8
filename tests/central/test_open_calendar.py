"""The calendar of the tour and the catalogue as open data: right, nameless, refused by name when asked wrongly."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from kit.ids import to_text
from kit.people.node import Node
from tests.central.test_tour import TITLE, on_tour


@pytest.fixture
def anyone(central_node: Node) -> FlaskClient:
    return create_app(central_node.settings, central_node).test_client(use_cookies=False)


def test_the_calendar_tells_stops_and_dates(kit_node: Node, central_node: Node, anyone: FlaskClient) -> None:
    stop_id, here, other = on_tour(kit_node, central_node)
    answer = anyone.get("/api/v1/calendrier")
    told = answer.get_json()
    assert [(one["id"], one["nom"], one["tournee"]) for one in told["haltes"]] == [
        (to_text(stop_id), "Salle des fêtes", "Vallée")
    ]
    dates = {one["id"]: one for one in told["ateliers"]}
    assert dates.keys() == {to_text(here), to_text(other)}
    assert (dates[to_text(here)]["titre"], dates[to_text(here)]["halte"]) == (TITLE, to_text(stop_id))
    assert dates[to_text(here)]["inscription"] is None, "no kit of ours holds it: nobody can be asked for a place"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    again = anyone.get("/api/v1/calendrier", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and not again.data


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "1000001", "１"])
def test_a_page_that_is_none_is_refused_by_name(anyone: FlaskClient, page: str) -> None:
    refused = anyone.get("/api/v1/catalogue", query_string={"page": page})
    assert refused.status_code == 400 and "page" in refused.get_json()["error"]["message"]


def test_an_empty_catalogue_and_the_page_after_the_last(anyone: FlaskClient) -> None:
    assert anyone.get("/api/v1/catalogue").get_json() == {"total": 0, "oeuvres": [], "suivante": None}
    assert anyone.get("/api/v1/catalogue?page=9").get_json()["oeuvres"] == []
