"""The models of these rooms say what the migrated database has."""

from __future__ import annotations

import peewee
import pytest

from kit.central import tables as central_tables
from kit.people.node import Node
from kit.sync import tables as sync_tables

MODELS = [
    model
    for module in (sync_tables, central_tables)
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, peewee.Model) and model is not peewee.Model
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_model_and_table_agree(model: type[peewee.Model], pair: tuple[Node, Node]) -> None:
    columns = pair[0].store.rows(f"PRAGMA table_info({model._meta.table_name})")
    assert {row["name"] for row in columns} == set(model._meta.columns)
    optional = {row["name"] for row in columns if not row["notnull"] and not row["pk"]}
    assert optional == {name for name, field in model._meta.columns.items() if field.null}


def test_every_table_of_the_migrations_has_a_model(pair: tuple[Node, Node]) -> None:
    names = {model._meta.table_name for model in MODELS}
    ours = {
        "segment",
        "receipt",
        "arrival",
        "arrived",
        "awaited",
        "gone",
        "kit",
        "kit_log",
        "enrolment_link",
        "revoked_kit",
        "blob_in",
        "blob_out",
        "fork",
        "loss",
        "kit_health",
        "kit_care",
        "kit_heard",
        "api_token",
        "coordination_activity",
        "frozen_figures",
        "known_commune",
        "register_field",
    }
    assert names == ours
    present = {row["name"] for row in pair[0].store.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert ours <= present
