"""Every room's models (`tables.py`) say what the migrated database has, and no table that a room writes is left out."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import peewee
import pytest

from kit.store import Store, open_store

KIT = Path(importlib.import_module("kit").__file__ or "").parent
ROOMS = {
    path.parent: importlib.import_module(".".join(path.relative_to(KIT.parent).with_suffix("").parts))
    for path in KIT.rglob("tables.py")
}
MODELS = {
    model._meta.table_name: model
    for module in ROOMS.values()
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, peewee.Model) and model is not peewee.Model
}
WRITTEN = re.compile(r"INSERT (?:OR \w+ )?INTO (\w+)")
SAME = {"INT": "INTEGER", "AUTO": "INTEGER", "BIGINT": "INTEGER", "BOOL": "INTEGER", "FLOAT": "REAL"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A database with all its tables."""
    made = open_store(tmp_path_factory.mktemp("models") / "kit.db")
    yield made
    made.close()


@pytest.mark.parametrize("table", sorted(MODELS))
def test_model_and_table_agree(table: str, store: Store) -> None:
    rows = store.rows(f"PRAGMA table_info({table})")
    columns = {row["name"]: (row["type"], not row["notnull"] and not row["pk"]) for row in rows}
    fields = MODELS[table]._meta.sorted_fields
    assert columns == {one.column_name: (SAME.get(one.field_type, one.field_type), one.null) for one in fields}


def test_every_table_that_a_room_writes_has_a_model(store: Store) -> None:
    there = set(store.tables())

    def written_in(*rooms: Path) -> set[str]:
        return {
            table for room in rooms for path in room.rglob("*.py") for table in WRITTEN.findall(path.read_text("utf-8"))
        }

    assert sorted((written_in(*ROOMS) & there) - set(MODELS) - written_in(KIT / "journal")) == []
