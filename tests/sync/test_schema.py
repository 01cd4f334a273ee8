"""The models of these rooms say what the migrated database has."""

from __future__ import annotations

import re
from pathlib import Path

import peewee
import pytest

from kit.central import tables as central_tables
from kit.people.node import Node
from kit.sync import tables as sync_tables

INSERT = re.compile(r"INSERT INTO (\w+)")
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


def test_every_table_that_these_rooms_write_has_a_model() -> None:
    files = [path for room in (sync_tables, central_tables) for path in Path(room.__file__).parent.rglob("*.py")]
    written = {table for path in files for table in INSERT.findall(path.read_text("utf-8"))}
    assert written == {model._meta.table_name for model in MODELS}
