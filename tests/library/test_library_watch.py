"""Files that hang, that kill and that eat memory: each pass over them ends, and the others are read all the same."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.errors import Problem
from kit.library import search, watch
from kit.library.actions import add_paths
from kit.library.bench import queries as bench_queries
from kit.library.bench import reading
from kit.library.bench.reading import work
from kit.library.passages import read_waiting
from kit.people.node import Node

from .library_makers import chapter, epub_parts, make_epub, write_zip
from .test_library_bench import bring


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A busy machine does not end pytest itself; and no callback of hypothesis on the collector: an alarm that falls
    into it is lost, and pytest tells.
    """
    monkeypatch.setattr(watch, "GRACE_SECONDS", 3600)
    kept, gc.callbacks[:] = list(gc.callbacks), []
    yield
    gc.callbacks[:] = kept


WORKER = """
import signal, sys
from kit.library import watch
watch.SECONDS, watch.GRACE_SECONDS, watch.ARM_EVERY_SECONDS = 1, 1, 0.0
if sys.argv[2] == "deaf":
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
if sys.argv[2].isdigit():
    watch.SECONDS, watch.MOST_MEMORY = 120, int(sys.argv[2]) << 20
from kit.cli import main
main(["--data", sys.argv[1], "sort"])
"""


def slow_book(path: Path, title: str = "Le Lent", chapters: int = 24) -> Path:
    """A small valid book whose words take long to read: millions of marks and nothing between them."""
    trap = chapter("<i>" * 2_700_000)
    parts = epub_parts(title=title, chapters={"c0.xhtml": chapter("<p>Début.</p>"),
                                              **{f"c{n}.xhtml": trap for n in range(1, chapters)}})  # fmt: skip
    parts["OEBPS/ballast.bin"] = os.urandom(2 << 20)  # under the limit of what an archive may grow
    return write_zip(path, parts)


def greedy_book(path: Path) -> Path:
    """A valid book with a chapter that becomes a tree of 195,000 branches."""
    tree = chapter("<script>1</script>" + '<i class="a" id="b" lang="fr">mot</i> ' * 195_000)
    parts = epub_parts(title="Le Glouton", chapters={"c0.xhtml": chapter("<p>Début.</p>"), "c1.xhtml": tree})
    return write_zip(path, {**parts, "OEBPS/ballast.bin": os.urandom(1 << 20)})


def good_book(path: Path) -> Path:
    return make_epub(path, title="Le Bon", chapters={"c1.xhtml": chapter("<p>Une citrouille pousse.</p>")})


def shelve(node: Node, *paths: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the shelves, their words not read yet."""
    with monkeypatch.context() as patch:
        patch.setattr("kit.library.actions._read_texts", lambda _node: None)
        outcome = add_paths(node, paths)
    assert not outcome.refused and len(outcome.added) == len(paths)


def run_worker(node: Node, how: str) -> int:
    command = [sys.executable, "-c", WORKER, str(node.data), how]
    return subprocess.run(command, capture_output=True, timeout=100, check=False).returncode


def finds(node: Node, text: str) -> list[str]:
    return [one.title for one in search.search_items(node.store, text, 5)]


def test_words_that_take_too_long_are_left(node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(node, slow_book(tmp_path / "a.epub"), good_book(tmp_path / "b.epub"), monkeypatch=monkeypatch)
    monkeypatch.setattr(watch, "SECONDS", 1)
    begun = time.process_time()
    read_waiting(node)
    assert time.process_time() - begun < 20, "it would take half a minute or more to its end"
    assert finds(node, "citrouille") == ["Le Bon"] and finds(node, "lent") == ["Le Lent"]
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


def test_a_file_that_hears_no_signal_kills_twice_and_is_left(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelve(node, good_book(tmp_path / "a.epub"), slow_book(tmp_path / "b.epub"), monkeypatch=monkeypatch)
    assert [run_worker(node, "deaf") for _ in range(3)] == [1, 1, 0]
    assert finds(node, "citrouille") == ["Le Bon"], "what stood before and after the killer is read"
    assert search.list_unread(node.store, ("application/epub+zip",), 9) == []


def test_a_file_that_kills_the_first_pass_does_not_kill_for_ever(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The killer is not the first of its lot: those before it are read again by each worker."""

    class Killed(BaseException):
        pass

    bring(node)
    real = reading._propose

    def propose(owner: Node, batch: bench_queries.Batch, base: Path, path: Path) -> dict[str, object]:
        if path.name == "b.epub":
            os._exit(7)
        return real(owner, batch, base, path)

    monkeypatch.setattr(reading, "_propose", propose)
    codes = []
    batch_paths = [make_epub(tmp_path / f"{name}.epub", title=f"Livre {name}") for name in "abc"]
    for _ in range(3):
        child = os.fork()
        if not child:
            try:
                (bring if not codes else lambda owner, *_: work(owner))(node, *batch_paths)
                os._exit(0)
            finally:
                os._exit(9)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    assert codes == [7, 7, 0]
    assert bench_queries.count_entries(node.store) == {"proposed": 2, "refused": 1}


def test_a_file_that_eats_memory_is_left(node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(node, greedy_book(tmp_path / "a.epub"), good_book(tmp_path / "b.epub"), monkeypatch=monkeypatch)
    assert run_worker(node, "130") == 0
    assert finds(node, "citrouille") == ["Le Bon"] and finds(node, "mot") == []
    with node.store.write():
        node.store.run("DELETE FROM item_text WHERE passage_count = 0")
    assert run_worker(node, "768") == 0
    assert finds(node, "mot") == ["Le Glouton"], "with the memory it wants it is a good book"


def test_an_alarm_lost_in_a_finaliser_comes_again(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    class Swallows:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGALRM)

    unseen: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", unseen.append)
    monkeypatch.setattr(watch, "SECONDS", 0.3)
    monkeypatch.setattr(watch, "AGAIN_SECONDS", 0.1)
    with watch.Watch(node.data / "cache" / "note") as over, pytest.raises(Problem) as late, over.over("a.pdf"):
        Swallows()
        assert unseen, "this alarm reached nobody"
        while True:
            pass
    assert late.value.code == "bench.too_slow"


def slow_pdf(path: Path) -> Path:
    """A page of nothing but orders to write, three million of them, in a few kilobytes."""
    from pypdf import PdfWriter
    from pypdf.generic import DictionaryObject, NameObject, StreamObject

    writer = PdfWriter()
    page = writer.add_blank_page(100, 100)
    orders = StreamObject()
    orders.set_data(b"BT (a) Tj ET " * 3_000_000)
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): DictionaryObject()})
    page[NameObject("/Contents")] = writer._add_object(orders.flate_encode())
    with path.open("wb") as out:
        writer.write(out)
    return path


def test_the_bench_and_the_command_that_adds_are_watched_alike(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, good = slow_pdf(tmp_path / "a.pdf"), good_book(tmp_path / "b.epub")
    monkeypatch.setattr(watch, "SECONDS", 1)
    begun = time.process_time()
    bring(node, slow, good)
    assert bench_queries.count_entries(node.store) == {"proposed": 1, "refused": 1}
    outcome = add_paths(node, [slow, good])
    assert [problem.code for _, problem in outcome.refused] == ["bench.too_slow"] and len(outcome.added) == 1
    assert time.process_time() - begun < 15, "read to their ends they take ten seconds each"
