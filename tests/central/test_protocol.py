"""The addresses where kits speak: limits, refusals, and nothing kept of a stranger's."""

from __future__ import annotations

import os

import pytest
from flask import Flask

from kit.app import create_app
from kit.people.node import Node
from kit.sync.messages import CONTENT_TYPE
from kit.sync.outbox import Outbox
from tests.sync.homes import note


@pytest.fixture
def app(pair: tuple[Node, Node]) -> Flask:
    return create_app(pair[1].settings, pair[1])


def first_segment(kit: Node) -> tuple[str, bytes]:
    frozen = next(iter(Outbox(kit).segments(kit.journal.log_id, [(1, kit.journal.head())])))
    return f"/sync/segment/{frozen.segment_id.hex()}", frozen.raw


def test_201_then_200_never_409(app: Flask, pair: tuple[Node, Node]) -> None:
    note(pair[0], 3)
    url, raw = first_segment(pair[0])
    client = app.test_client()
    first, second = client.put(url, data=raw), client.put(url, data=raw)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.content_type == CONTENT_TYPE


def test_too_large_is_told(app: Flask) -> None:
    client = app.test_client()
    for url, size in (
        (f"/sync/segment/{'0' * 64}", 64 * 1024),
        (f"/sync/envelope/{'0' * 64}", 192 * 1024),
    ):
        assert client.put(url, data=bytes(size + 1)).status_code == 413
        assert client.put(url, data=bytes(size)).status_code == 422
    assert client.post("/sync/enrol", data=bytes(5000)).status_code == 413


@pytest.mark.parametrize(
    "body", [b"", b"\x93\xc4\x00\xc4\x00\xc4\x00", b"\xdd\xff\xff\xff\xff", b"\x91" * 4000, os.urandom(900)]
)
def test_junk_is_refused(app: Flask, body: bytes) -> None:
    client = app.test_client()
    for url in ("/sync/hello", "/sync/enrol"):
        answer = client.post(url, data=body, headers={"Accept": "application/json"})
        assert answer.status_code == 422, url
        assert answer.get_json()["error"]["code"] == "sync.bad_message"


@pytest.mark.parametrize("name", ["x", "0" * 63, "G" * 64, "A" * 64, "0" * 64 + "0"])
def test_names_that_are_no_hash(app: Flask, name: str) -> None:
    assert app.test_client().put(f"/sync/segment/{name}", data=b"x").status_code == 404


def test_guessing_codes_is_slowed_down(app: Flask, pair: tuple[Node, Node]) -> None:
    from kit.sync.messages import Request, sign_message
    from kit.sync.queries import own_logs

    kit = pair[0]
    own = own_logs(kit.store, kit.identity.sign_public)[0].name
    client = app.test_client()
    seen = []
    for guess in range(6):
        request = Request(
            1, f"un-deux-{guess}", "X", kit.identity.sign_public, kit.identity.box_public, own.log_id, own.epoch
        )
        answer = client.post(
            "/sync/enrol", data=sign_message(kit.identity, request), headers={"Accept": "application/json"}
        )
        seen.append(answer.get_json()["error"]["code"])
    assert seen[0] == "sync.used_link"
    assert "people.slow_down" in seen


def test_a_kit_has_no_such_addresses(pair: tuple[Node, Node]) -> None:
    client = create_app(pair[0].settings, pair[0]).test_client()
    assert client.get("/sync/hello").status_code == 404
    assert client.get("/enrolement/x").status_code == 404
