"""Two boxes write one journal under one name (a copied card), and the names of one of them are long on their way."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.app import build_node
from kit.central import actions as central_actions
from kit.central import bringing
from kit.journal import queries as journal_queries
from kit.journal.ranges import count
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync import awaited_queries, fork_queries, inbox, packing
from kit.sync.actions import send
from kit.sync.messages import BACKED_UP, STORED
from kit.sync.outbox import Outbox, covered, journey
from tests.sync.homes import note, served

WAYS = pytest.mark.parametrize("way", ["network", "key"])


@pytest.fixture
def copies(pair: tuple[Node, Node], tmp_path: Path) -> Iterator[tuple[Node, Node, Node]]:
    """(a box, its copy, their central): the marker was copied too, so that neither knows of the other."""
    kit, central = pair
    note(kit, 3, named=2)
    with served(central):
        send(kit)
    folder = tmp_path / "copy"
    folder.mkdir()
    kit.store.copy_to(folder / "valise.db")
    shutil.copyfile(kit.data / "node.key", folder / "node.key")
    shutil.copyfile(kit.settings.marker_path, folder.with_name("copy.boot"))
    copy = build_node(read_settings({}, data=folder, central_url=kit.settings.central_url))
    assert copy.journal.log_id == kit.journal.log_id
    yield kit, copy, central
    copy.store.close()


def segments_only(kit: Node, central: Node) -> list[bytes]:
    """The facts of a box reach home without the names they cite; those names."""
    outbox, head = Outbox(kit), kit.journal.head()
    for frozen in list(outbox.segments(kit.journal.log_id, [(1, head)])):
        central_actions.take_segment(central, frozen.segment_id, frozen.raw)
    cited = (record.envelope for record in journal_queries.records(kit.store, kit.journal.log_no, 4, head))
    return [name for name in cited if name is not None]


def go_home(kit: Node, central: Node, way: str) -> None:
    """One sending by the network, or what a key needs to bring everything and its answer: twice there and back."""
    if way == "network":
        with served(central):
            send(kit)
        return
    for _ in range(2):
        brought = b"".join(packing.pack_number(Outbox(kit), 1))
        taken = bringing.take_bundle(central, "envoi.valise", io.BytesIO(brought))
        assert not taken.trouble
        packing.take_back(kit, io.BytesIO(b"".join(bringing.pack_answer(central, taken.hello))))


def is_home(central: Node, name: bytes) -> bool:
    return journal_queries.find_envelope(central.store, name) is not None


@WAYS
def test_a_box_does_not_call_erased_what_only_its_copy_wrote(copies: tuple[Node, Node, Node], way: str) -> None:
    kit, copy, central = copies
    note(copy, 2, named=2)
    names = segments_only(copy, central)
    note(kit, 1)
    go_home(kit, central, way)
    go_home(copy, central, way)
    assert all(is_home(central, name) for name in names), "the central was told that these names had been erased"
    assert journey(copy).only_here == 0


@WAYS
@pytest.mark.parametrize("is_first", [True, False])
def test_the_facts_of_a_box_do_not_wait_for_the_names_of_its_copy(
    copies: tuple[Node, Node, Node], way: str, is_first: bool
) -> None:
    """Whichever of the two chains keeps the name of the log, what is home whole counts as home, and is backed up."""
    kit, copy, central = copies
    if is_first:
        note(kit, 2, named=1)
        go_home(kit, central, way)
    note(copy, 3, named=3)
    names = segments_only(copy, central)
    note(kit, 1, named=1)
    own = kit.journal.own_logs()
    go_home(kit, central, way)
    assert journey(kit).only_here == 0
    assert count(covered(kit, STORED)[own[0][0]]) >= 4 + 2 * is_first
    assert covered(kit, BACKED_UP).get(own[0][0], []) == []
    inbox.note_backed_up(central, inbox.what_is_held(central))
    go_home(kit, central, way)
    assert covered(kit, BACKED_UP)[own[0][0]] == [(1, 4 + 2 * is_first)]
    assert not any(is_home(central, name) for name in names)
    assert journey(copy).only_here == 3, "nobody told the copy that its own are whole at home"
    go_home(copy, central, way)
    assert all(is_home(central, name) for name in names)
    assert journey(copy).only_here == journey(kit).only_here == 0
    assert awaited_queries.awaited_envelopes(central.store, _all_logs(central), 9) == []


def _all_logs(central: Node) -> list[int]:
    logs = [row["log_no"] for row in central.store.rows("SELECT log_no FROM log")]
    return [*logs, *(fork for log_no in logs for fork in fork_queries.forks_of(central.store, log_no))]


def test_names_nobody_here_has_do_not_keep_others_from_being_asked_for(
    copies: tuple[Node, Node, Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, copy, central = copies
    monkeypatch.setattr(central_actions, "MOST_WANTED", 4)
    note(copy, 6, named=6)
    segments_only(copy, central)
    note(kit, 5, named=5)
    go_home(kit, central, "network")
    assert journey(kit).only_here == 0
    go_home(copy, central, "network")
    assert journey(copy).only_here == 0
    assert awaited_queries.awaited_envelopes(central.store, _all_logs(central), 9) == []


def test_a_name_that_was_erased_here_is_still_called_so(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    ids = note(kit, 2, named=2)
    segments_only(kit, central)
    with kit.journal.write():
        journal_queries.delete_envelopes(kit.store, ids[:1])
        for subject in ids[:1]:  # as after a purge: neither the name nor the fact that cites it is here
            kit.store.run("DELETE FROM fact WHERE subject = ?", subject)
    with served(central):
        assert send(kit).status.only_here == 0
