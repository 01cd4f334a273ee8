"""P3: the same segments at a second central in other orders, whichever engine keeps its tables."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

from kit import app
from kit.central import actions as central_actions
from kit.journal import queries as journal_queries
from kit.journal.fact import Record
from kit.people.node import Node
from tests.promises.world import World, copy_node, open_node, template


def segments_of(node: Node) -> list[tuple[bytes, bytes]]:
    """Every segment that arrived at a node: (id, bytes)."""
    return [(row["segment_id"], row["bytes"]) for row in node.store.rows("SELECT segment_id, bytes FROM arrival")]


def told_by(central: Node) -> list[tuple[bytes, list[Record]]]:
    """What a central itself said to its kits (a proposal it took in), which no segment of a kit brings."""
    logs = central.store.rows("SELECT log_no, log_id FROM channel JOIN log USING (log_no)")
    return [(row["log_id"], journal_queries.records(central.store, row["log_no"], 1, 2**53)) for row in logs]


def other_in_another_order(world: World, chance: random.Random) -> list[str]:
    """The tables of which a second central, that got the same segments in another order, says something else."""
    segments = segments_of(world.central)
    chance.shuffle(segments)
    with central_in_this_order(world, segments * 2) as other:
        return [name for name in _tables(other) if _dump(other, name) != _dump(world.central, name)]


def _tables(node: Node) -> list[str]:
    return sorted({"refused", *(table for thing in node.journal.things for table in thing.tables)})


def _dump(node: Node, table: str) -> list[bytes]:
    return list(journal_queries.ordered_dump(node.store, table))


def hash_in_this_order(world: World, segments: list[tuple[bytes, bytes]]) -> str:
    """SHA-256 of the ordered dump of a fresh central's tables once these segments came, one after another."""
    with central_in_this_order(world, segments) as other:
        return other.journal.projection_hash()


@contextmanager
def central_in_this_order(world: World, segments: list[tuple[bytes, bytes]]) -> Iterator[Node]:
    """A fresh central to which these segments came, one after another, and what the first one said itself."""
    copy_node(template() / "central", world.base / "central-2", with_marker=True)
    other = open_node(world.base / "central-2")
    for segment_id, raw in segments:
        central_actions.take_segment(other, segment_id, raw)
    for log_id, records in told_by(world.central):
        other.journal.ingest(other.journal.log_number(log_id, other.identity.sign_public), records)
    try:
        yield other
    finally:
        other.store.close()


@contextmanager
def centrals_on_postgres() -> Iterator[None]:
    """Inside, centrals are opened on a PostgreSQL server of their own, each in a new database."""
    from tests.postgres import Server

    server, kept = Server(), app.open_node_store
    app.open_node_store = server.open
    try:
        yield
    finally:
        app.open_node_store = kept
        server.end()
