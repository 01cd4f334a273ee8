"""The worker is confined: a parser that hangs, or wants all the memory, costs its own file and nothing else."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from kit.library import watch
from kit.library.bench import acceptance, arrival, queries, reading
from kit.library.formats import readers
from kit.library.formats.metadata import Metadata
from kit.library.licences import all_licences
from kit.people.node import Node

from .library_makers import make_epub

SHARED = Path(__file__).resolve().parents[3] / "shared"


def bring(node: Node, *paths: Path) -> None:
    batch_id = arrival.open_batch(node, "upload", "Essai")
    for path in paths:
        with path.open("rb") as source:
            arrival.take_stream(node, batch_id, path.name, source)
    arrival.close_batch(node, batch_id)
    reading.work(node)


def test_a_parser_that_hangs_costs_only_its_file(node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(_path: Path) -> Metadata:
        time.sleep(60)
        raise AssertionError

    monkeypatch.setitem(readers(), ".hang", hang)  # type: ignore[arg-type]
    monkeypatch.setattr(watch, "SECONDS", 1)
    (tmp_path / "a.hang").write_bytes(b"x")
    bring(node, tmp_path / "a.hang", make_epub(tmp_path / "b.epub"))
    assert queries.count_entries(node.store) == {"refused": 1, "proposed": 1}
    (refused,) = queries.list_entries(node.store, "refused", 9)
    assert "en 1 secondes" in refused.problem


def run(code: str) -> subprocess.CompletedProcess[str]:
    code = f"from kit.library import watch\n{code}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)


def test_a_worker_that_wants_all_the_memory_is_refused_it() -> None:
    done = run("watch.confine()\nbytearray(watch.MOST_MEMORY + 1)")
    assert done.returncode == 1 and "MemoryError" in done.stderr
    assert run("watch.confine()\nbytearray(watch.MOST_MEMORY // 2)").returncode == 0


def test_a_batch_leaves_when_nothing_of_it_waits(node: Node, tmp_path: Path) -> None:
    (tmp_path / "faux.epub").write_bytes(b"rien")
    bring(node, make_epub(tmp_path / "a.epub"), tmp_path / "faux.epub")
    acceptance.choose(node, queries.entry_ids(node.store, "proposed"))
    acceptance.take_chosen(node)
    assert len(queries.list_batches(node.store)) == 1, "a refusal still waits to be read"
    acceptance.throw_away(node, queries.entry_ids(node.store, "refused"))
    assert queries.list_batches(node.store) == []
    assert not [path for path in (node.data / "bench").rglob("*") if path.is_file() and path.name != "worker.lock"]


def test_every_licence_of_the_shared_table_is_known() -> None:
    lines = (SHARED / "domain" / "schema" / "licences" / "licences.csv").read_text("utf-8").splitlines()[1:]
    wanted = {line.split(",", 1)[0] for line in lines}
    assert wanted and wanted <= set(all_licences())
    assert all(one.may and (one.must or one.licence_id.startswith(("CC0", "CC-PDM", "PDDL", "LicenseRef-dom")))
               for one in all_licences().values())  # fmt: skip
