"""The OpenAPI document says what is served, the whole of it, and answers keep to it."""

from __future__ import annotations

import re

import jsonschema
import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from kit.directory import actions
from kit.directory.rules import FIELDS
from kit.people.node import Node

from .box import REAL


@pytest.fixture
def anyone(central_node: Node) -> FlaskClient:
    actions.import_places(central_node, REAL)
    return create_app(central_node.settings, central_node).test_client(use_cookies=False)


def test_it_names_every_address_and_no_other(anyone: FlaskClient) -> None:
    served = {
        rule.rule for rule in anyone.application.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("/documentation")
    }  # fmt: skip
    document = anyone.get("/api/v1/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == served


def test_answers_keep_to_their_schema(anyone: FlaskClient) -> None:
    document = anyone.get("/api/v1/openapi.json").get_json()
    tried = 0
    for path, verbs in document["paths"].items():
        answer = anyone.get(path)
        if "security" in verbs["get"]:
            assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")
            jsonschema.validate(answer.get_json(), document["components"]["schemas"]["Refus"])
            continue
        ((media, content),) = verbs["get"]["responses"]["200"]["content"].items()
        assert answer.status_code == 200 and answer.mimetype == media
        if "json" in media:
            schema = content["schema"] | {"components": document["components"]}
            jsonschema.validate(answer.get_json(), schema)
            tried += bool(answer.get_json())
    assert tried == 7
    page = document["components"]["schemas"]["Page"] | {"components": document["components"]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"data": [{"type": "lieux", "id": 7}], "links": {"next": None}, "meta": {}}, page)


@pytest.mark.parametrize(
    "asked", ["page[size]=0", "page[size]=501", "page[size]=x", "page[size]=", "page[cursor]=1.a", "page[cursor]=",
              "filter[modification][depuis]=20260131", "filter[modification][depuis]="],
)  # fmt: skip
def test_what_is_not_understood_is_refused_as_described(anyone: FlaskClient, asked: str) -> None:
    answer = anyone.get(f"/api/v1/lieux?{asked}")
    refusal = anyone.get("/api/v1/openapi.json").get_json()["components"]["schemas"]["Refus"]
    assert answer.status_code == 400
    jsonschema.validate(answer.get_json(), refusal)


def test_the_page_is_read_without_any_script_of_others(anyone: FlaskClient) -> None:
    page = anyone.get("/api/v1/documentation").text
    assert "/api/v1/lieux.csv" in page and "filter[modification][depuis]" in page and len(FIELDS) == 32
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert set(re.findall(r'<script[^>]*src="([^"?]*)', page)) == {"/static/app.js"}  # ours, as on every page


def test_one_address_asks_so_often_and_no_more(anyone: FlaskClient) -> None:
    for _ in range(120):
        assert anyone.get("/api/v1/openapi.json").status_code == 200
    refused = anyone.get("/api/v1/openapi.json")
    assert refused.status_code == 429 and refused.get_json()["error"]["code"] == "people.slow_down"
    assert anyone.get("/annuaire").status_code == 200
    other = anyone.get("/api/v1/openapi.json", environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert other.status_code == 200


@pytest.mark.parametrize("method", ["POST", "DELETE", "TRACE", "QUERY"])
def test_another_method_is_told_which_ones_there_are(anyone: FlaskClient, method: str) -> None:
    answer = anyone.open("/api/v1/lieux", method=method)
    assert answer.status_code == 405 and answer.get_json()["error"]["code"] == "web.method"
    assert "GET" in answer.headers["Allow"]
