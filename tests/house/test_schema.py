"""Tables as written down are tables as migrated; projections keep the doors to a larger engine open."""

from __future__ import annotations

import importlib

import peewee
import pytest

from kit.people.node import Node
from kit.things import THINGS

ROOMS = ("people", "library", "workshops", "feedback", "directory", "sync", "central")
# Local to a node: indexes for searching, emptied by replay and filled again by the folds.
LOCAL = {"item_search", "item_title_search", "place_find", "place_search", "place_service", "place_term"}


def models(room: str) -> list[type[peewee.Model]]:
    module = importlib.import_module(f"kit.{room}.tables")
    found = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, peewee.Model)]
    return [one for one in found if one.__module__ == module.__name__]


@pytest.mark.parametrize("room", ROOMS)
def test_models_are_the_migrated_tables(kit_node: Node, room: str) -> None:
    for model in models(room):
        meta = model._meta
        columns = {row["name"] for row in kit_node.store.rows(f"PRAGMA table_info({meta.table_name})")}
        assert columns == {field.column_name for field in meta.sorted_fields}, meta.table_name


def projections() -> list[str]:
    return sorted({table for thing in THINGS for table in thing.tables} - LOCAL)


@pytest.mark.parametrize("table", projections())
def test_projections_can_be_parted_by_log(kit_node: Node, table: str) -> None:
    keys = {row["name"] for row in kit_node.store.rows(f"PRAGMA table_info({table})") if row["pk"]}
    assert "log_no" in keys, f"{table}: its key is unique across logs: {keys}"
    assert not kit_node.store.rows(f"PRAGMA foreign_key_list({table})"), "no foreign key reaches across logs"
    for index in kit_node.store.rows(f"PRAGMA index_list({table})"):
        if index["unique"]:
            columns = [row["name"] for row in kit_node.store.rows(f"PRAGMA index_info({index['name']})")]
            assert "log_no" in columns, f"{table}: {index['name']} is unique across logs"
    sql = kit_node.store.value("SELECT sql FROM sqlite_master WHERE name = ?", table)
    assert "AUTOINCREMENT" not in sql.upper()


def test_every_connection_writes_for_good(kit_node: Node) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "temp_store": 2}
    assert {name: kit_node.store.value(f"PRAGMA {name}") for name in wanted} == wanted
