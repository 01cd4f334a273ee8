"""Schemathesis reads the OpenAPI document and tries every address with what fits it and what does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from kit.app import create_app
from kit.central import tokens
from kit.central.api_gate import EXTENSION
from kit.central.turnstile import Turnstile
from kit.directory import actions
from kit.people.node import Node
from tests import cast
from tests.conftest import sign_in_as

from .box import REAL

EXAMPLES = 5


@pytest.fixture
def app(central_node: Node) -> Flask:
    """A central with real places, and a gate that lets a machine through."""
    actions.import_places(central_node, REAL)
    made = create_app(central_node.settings, central_node)
    made.extensions[EXTENSION] = Turnstile(central_node.clock.mono_ms, 10**6)
    return made


@pytest.fixture
def token(central_node: Node) -> str:
    """A program that may read everything."""
    wanted = tokens.NewToken("Schemathesis", tuple(tokens.SCOPES), ())
    return tokens.make(central_node, sign_in_as(central_node, cast.INES), wanted)


def each(operation: schemathesis.APIOperation, mode: GenerationMode, try_one: Callable[..., None]) -> None:
    """Try one address with a few requests of one mode."""
    limits = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
                      suppress_health_check=list(HealthCheck))  # fmt: skip

    @limits
    @given(st.data())
    def run(data: st.DataObject) -> None:
        try_one(data.draw(operation.as_strategy(generation_mode=mode)))

    run()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_address_keeps_to_the_document(app: Flask, token: str, mode: GenerationMode) -> None:
    schema, answers = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app), dict[str, set[int]]()

    def try_one(case: schemathesis.Case) -> None:
        answer = case.call_and_validate(headers={"Authorization": f"Bearer {token}"})
        answers.setdefault(case.path, set()).add(answer.status_code)

    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:
        if mode == GenerationMode.POSITIVE or operation.query:
            each(operation, mode, try_one)
    if mode == GenerationMode.POSITIVE:  # it leaves out the document itself, which it has read
        assert set(answers) == set(schema.raw_schema["paths"]) - {"/api/v1/openapi.json"}
        assert all(200 in seen for seen in answers.values()), answers
    else:
        assert 400 in answers["/api/v1/lieux"], answers
