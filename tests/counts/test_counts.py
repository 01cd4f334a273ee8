"""Counts of works, not of people: growing values, no trace of a visitor on the disk, a page to print."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

from kit.library import queries as library
from kit.library.actions import add_paths
from kit.library.counts import facts, queries
from kit.library.counts.counter import EXTENSION, Counter
from kit.people.node import Node
from tests.library.library_makers import write_zip
from tests.packs.test_packs import stock

AGENT = "Canari-Browser/9.9"


def counter_of(client: FlaskClient) -> Counter:
    counter: Counter = client.application.extensions[EXTENSION]
    return counter


def test_reading_and_keeping_are_counted_and_printed(
    kit_node: Node, visitor: FlaskClient, mediator: FlaskClient, tmp_path: Path
) -> None:
    stock(kit_node, tmp_path / "works", "un")
    item = library.list_new_items(kit_node.store, 1)[0]
    file = library.list_files(kit_node.store, item.item_id)[0]
    address = f"{item.url}/fichier/1/{file.name}"
    visitor.get(f"{item.url}/lire", headers={"User-Agent": AGENT})
    for headers in ({}, {"Range": "bytes=0-10"}, {"Range": "bytes=11-20"}):
        visitor.get(address, headers=headers).close()
    visitor.head(address).close()
    mediator.get(address).close()
    counter_of(visitor).note()
    day = counter_of(visitor).today()
    assert [(one.read, one.kept) for one in queries.list_taken(kit_node.store, day, 9)] == [(1, 2)]
    assert queries.count_visitors(kit_node.store, day, facts.NOBODY) == 1
    page = mediator.get("/console/emporte").text
    assert "Livre un" in page and "<td>1</td><td>2</td>" in page
    kit_node.store.flush()
    everything = b"".join(path.read_bytes() for path in kit_node.data.rglob("*") if path.is_file())
    assert AGENT.encode() not in everything and b"127.0.0.1" not in everything


def test_values_grow_and_any_order_or_repeat_agrees(kit_node: Node, central_node: Node, visitor: FlaskClient) -> None:
    counter, item_id = counter_of(visitor), b"i" * 16
    for _ in range(3):
        counter.count(item_id, is_kept=True)
        assert counter.note() == 1
    assert counter.note() == 0
    kit_log = kit_node.journal.log_no
    assert queries.find_own(kit_node.store, kit_log, item_id, counter.today()) == (0, 3)
    from kit.journal.queries import records

    sent = records(kit_node.store, kit_log, 1, kit_node.journal.head())
    number = central_node.journal.log_number(kit_node.journal.log_id)
    for some in (sent[::-1], sent[:1], sent):
        central_node.journal.ingest(number, some)
    assert queries.find_own(central_node.store, number, item_id, counter.today()) == (0, 3)


def test_a_visitor_counts_once_a_day_and_the_salt_dies_at_midnight(kit_node: Node) -> None:
    counter, hour = Counter(kit_node), [0.0]
    wall = kit_node.clock._wall
    kit_node.clock._wall = lambda: wall() + hour[0] * 3600
    for _ in range(3):
        counter.visit("10.0.0.7", AGENT)
    counter.visit("10.0.0.8", AGENT)
    salt, marks, day = counter._salt, set(counter._seen), counter.today()
    hour[0] = 24
    counter.visit("10.0.0.7", AGENT)
    assert counter._salt != salt and not counter._seen & marks and len(counter._seen) == 1
    counter.note()
    visitors = [queries.count_visitors(kit_node.store, one, facts.NOBODY) for one in (day, day + 1)]
    assert visitors == [2, 1]
    kit_node.store.flush()
    everything = b"".join(path.read_bytes() for path in kit_node.data.rglob("*") if path.is_file())
    assert all(mark not in everything for mark in (*marks, salt, counter._salt))


def test_a_restart_goes_on_from_what_was_noted(kit_node: Node) -> None:
    for _ in range(2):
        counter = Counter(kit_node)
        counter.count(b"i" * 16, is_kept=False)
        counter.note()
    assert queries.find_own(kit_node.store, kit_node.journal.log_no, b"i" * 16, counter.today()) == (2, 0)


def test_a_site_is_read_once_however_many_pages_and_its_pages_are_kept(
    kit_node: Node, visitor: FlaskClient, tmp_path: Path
) -> None:
    path = write_zip(tmp_path / "jardin.zip", {"index.html": "<h1>Jardin</h1><a href='b.html'>B</a>", "b.html": "<p>B"})
    path.with_suffix(".toml").write_text('title = "Jardin"\nlicence = "CC-BY-4.0"\nsource = "ici"\n', "utf-8")
    add_paths(kit_node, [path])
    item = library.list_new_items(kit_node.store, 1)[0]
    for inside in ("", "/index.html", "/b.html"):
        visitor.get(f"{item.url}/site{inside}")
    visitor.get(f"{item.url}/garder/b.html")
    counter_of(visitor).note()
    day = counter_of(visitor).today()
    assert [(one.read, one.kept) for one in queries.list_taken(kit_node.store, day, 9)] == [(1, 1)]
