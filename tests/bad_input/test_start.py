"""What goes wrong at start is told in words with its code, without a trace, and nothing is touched."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import copy_node
from tests.served import valise


def test_a_port_that_is_taken(templates: Path, tmp_path: Path) -> None:
    data = copy_node(templates / "kit", tmp_path / "kit")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = valise(data, "serve", "--port", str(taken.getsockname()[1]), expect=1)
    assert "start.port_taken" in said
    assert "Traceback" not in said


def test_data_from_a_later_version(templates: Path, tmp_path: Path) -> None:
    data = copy_node(templates / "kit", tmp_path / "kit")
    with sqlite3.connect(data / "valise.db") as later:
        later.execute("INSERT INTO schema_migration (name, applied) VALUES ('9999_tomorrow', '2030-01-01')")
    later.close()
    said = valise(data, "check", expect=1)
    assert "store.newer" in said
    assert "9999_tomorrow" in said
    assert "Traceback" not in said


def test_a_damaged_file(templates: Path, tmp_path: Path) -> None:
    data = copy_node(templates / "kit", tmp_path / "kit")
    (data / "valise.db").write_bytes(b"this is no database" * 500)
    said = valise(data, "check", expect=1)
    assert "store.damaged" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("value", ["huit", "-1", "8.5"])
def test_a_setting_that_is_not_understood(tmp_path: Path, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALISE_THREADS", value)
    said = valise(tmp_path / "kit", "check", expect=1)
    assert "start.bad_setting" in said
    assert value in said


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "kit").write_text("not a folder", "utf-8")
    assert "start.bad_folder" in valise(tmp_path / "kit", "check", expect=1)
