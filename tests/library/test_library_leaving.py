"""A work is deleted while another hand takes in the same bytes: its file is there when the work says so."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from kit.library import blobs, leaving, many
from kit.library import queries as items
from kit.library.actions import add_paths, add_work
from kit.people.actions import Staff
from kit.people.node import Node

from .library_makers import make_pdf
from .test_library_copies import blob_of


@pytest.fixture
def work(node: Node, tmp_path: Path) -> Path:
    return make_pdf(tmp_path / "papier.pdf", "Un papier")


LIBRARIAN = Staff(b"s" * 16, "Léa", "librarian", b"", b"", lambda: None)


def test_a_file_taken_in_again_meanwhile_stays(node: Node, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (item_id,) = add_paths(node, [work]).added
    path, real = blob_of(node, items.find_item(node.store, item_id)), blobs.keep_file
    kept, go_on = threading.Event(), threading.Event()

    def keep_and_wait(*words: object) -> tuple[bytes, int]:
        """The real keeping of the file, and a pause where another process may come in between."""
        done = real(*words)
        kept.set()
        assert go_on.wait(30)
        return done

    with node.journal.write():
        many._delete(node, items.find_item(node.store, item_id))  # the fact; its file has not left yet
    monkeypatch.setattr(blobs, "keep_file", keep_and_wait)
    taking = threading.Thread(target=add_work, args=(node, work))
    taking.start()
    assert kept.wait(30)
    try:
        assert leaving.erase_leaving(node) is None and path.is_file()
    finally:
        go_on.set()
        taking.join(30)
    assert items.find_item(node.store, item_id).is_here
    assert leaving.erase_leaving(node) == 0 and path.is_file(), "a work without its file"
    assert leaving.erase_leaving(node, 0.1) == 0


def test_what_a_kill_left_is_erased_later(node: Node, work: Path) -> None:
    (item_id,) = add_paths(node, [work]).added
    path = blob_of(node, items.find_item(node.store, item_id))
    with blobs.taking_in(node.data):
        done = many.delete_many(node, LIBRARIAN, [item_id])
    assert (done.count, done.freed_bytes, done.is_later) == (1, 0, True) and path.is_file()
    assert leaving.erase_leaving(node) == work.stat().st_size
    assert not path.exists() and leaving.erase_leaving(node) == 0


def test_an_acceptance_cut_short_leaves_no_folder_for_ever(node: Node) -> None:
    folder, file = (node.data / "tmp" / blobs.aside_name() for _ in range(2))
    folder.mkdir()
    (folder / "œuvre.txt").write_text("en clair", "utf-8")
    file.write_text("à moitié", "utf-8")
    blobs.remove_stale(node.data)
    assert folder.is_dir() and file.is_file()
    for path in (folder, file):
        os.utime(path, (0, time.time() - 2 * blobs.STALE_SECONDS))
    blobs.remove_stale(node.data)
    assert not folder.exists() and not file.exists()
    shutil.rmtree(folder, ignore_errors=True)
