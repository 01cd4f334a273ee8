"""A full disk and a locked database: the public pages go on, writing says so, nothing is half noted."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import peewee
import pytest
from flask.testing import FlaskClient

from kit.errors import Problem
from kit.people.node import Node
from kit.store.database import translated
from kit.workshops import queries
from tests.cast import ODETTE
from tests.conftest import Enter, copy_node, open_node
from tests.pages import post_form
from tests.promises.writer import plan

PUBLIC = ("/", "/bibliotheque", "/ateliers", "/avis", "/annuaire", "/vos-donnees")


@pytest.fixture
def full(templates: Path, tmp_path: Path) -> Iterator[Node]:
    """A kit on a disk of its own that has no room left."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)], check=True)
    node = open_node(copy_node(templates / "kit", disk / "kit"))
    try:
        yield node
    finally:
        node.store.close()
        subprocess.run(["umount", str(disk)], check=True)


def fill(disk: Path) -> None:
    """Write until nothing more fits."""
    with (disk / "filling").open("wb", buffering=0) as filling:
        for size in (65536, 512):
            try:
                while True:
                    filling.write(b"\0" * size)
            except OSError:
                continue


def test_a_full_disk_shows_pages_and_refuses_to_note(full: Node, enter: Enter) -> None:
    workshop_id = plan(full, "Atelier")
    visitor = enter(full, None)
    address = next(one for one in _links(visitor, "/ateliers") if one.startswith("/ateliers/") and len(one) > 30)
    fill(full.data.parent)
    for page in PUBLIC:
        assert visitor.get(page).status_code == 200, page
    answer = post_form(visitor, address, name=ODETTE)
    assert answer.status_code == 507
    assert "plein" in answer.get_data(as_text=True) or "refuse d’écrire" in answer.get_data(as_text=True)
    assert queries.get_workshop(full.store, workshop_id).placed == 0
    (full.data.parent / "filling").unlink()
    assert post_form(visitor, address, name=ODETTE).status_code in (302, 303)
    assert queries.get_workshop(full.store, workshop_id).placed == 1


def _links(client: FlaskClient, page: str) -> list[str]:
    return [part.split('"')[0] for part in client.get(page).get_data(as_text=True).split('href="')[1:]]


def test_a_locked_database_says_so_and_notes_nothing(templates: Path, tmp_path: Path, enter: Enter) -> None:
    node = open_node(copy_node(templates / "kit", tmp_path / "kit"))
    workshop_id = plan(node, "Atelier")
    node.store.db.execute_sql("PRAGMA busy_timeout = 200")
    visitor = enter(node, None)
    address = next(one for one in _links(visitor, "/ateliers") if one.startswith("/ateliers/") and len(one) > 30)
    other = sqlite3.connect(node.data / "valise.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = post_form(visitor, address, name=ODETTE)
    other.execute("ROLLBACK")
    other.close()
    assert answer.status_code == 503
    assert "Rien n’a été noté" in answer.get_data(as_text=True)
    assert queries.get_workshop(node.store, workshop_id).placed == 0
    node.store.close()


def test_a_commit_that_finds_the_disk_full_is_told_as_such() -> None:
    """SQLite rolls back by itself then, and peewee's own rollback fails: the first refusal is the one to tell."""

    def commit_fails() -> None:
        try:
            raise peewee.OperationalError("database or disk is full")
        except peewee.OperationalError:
            raise peewee.OperationalError("cannot rollback - no transaction is active")  # noqa: B904 - as peewee does

    with pytest.raises(Problem) as told, translated():
        commit_fails()
    assert told.value.code == "store.full"
