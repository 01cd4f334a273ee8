"""What arrives is kept first, receipted honestly, and one bad item blocks nothing."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from kit.app import build_node, create_app
from kit.central import actions as central_actions
from kit.central import queries as central_queries
from kit.errors import Problem
from kit.ids import new_id
from kit.journal import Body, Kind
from kit.journal import queries as journal_queries
from kit.journal.ranges import count
from kit.keys import primitives
from kit.people import identities
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync import aside_queries, awaited_queries, inbox, queries
from kit.sync.messages import Receipt, read_message, signed_by
from kit.sync.outbox import Outbox
from kit.sync.segment import MAGIC, VERSION, LogName, Segment, build_segment, chain_links, chain_start, read_segment
from kit.workshops import facts as workshops
from tests.sync.homes import CANARY, REPO, make_kit, note


def segments_of(kit: Node) -> list[Segment]:
    outbox = Outbox(kit)
    log = outbox.logs[kit.journal.log_id]
    return [read_segment(frozen.raw) for frozen in outbox.segments(log.name.log_id, [(1, log.head)])]


def small_segments(kit: Node, central: Node, size: int) -> list[Segment]:
    """The kit's log cut into segments of `size` facts."""
    log = queries.own_logs(kit.store, kit.identity.sign_public)[-1]
    chain, made = chain_start(log.name.log_id), []
    for first in range(1, log.head + 1, size):
        records = journal_queries.records(kit.store, log.log_no, first, min(first + size - 1, log.head))
        made.append(build_segment(kit.identity, log.name, chain, records, central.identity.box_public))
        chain = made[-1].header.chain_after
    return made


def take(central: Node, segment: Segment) -> bool:
    return central_actions.take_segment(central, segment.segment_id, segment.raw)


def receipted(central: Node, kit: Node) -> int:
    log_no = central.journal.log_number(kit.journal.log_id)
    signed = inbox.make_receipt(central, kit.journal.log_id, log_no)
    if signed is None:
        return 0
    return count(read_message(Receipt, signed, signed_by(central.identity.sign_public)).ranges)


def aside(central: Node) -> list[str]:
    return [arrival.reason for arrival in aside_queries.list_to_look_at(central.store, 100, 0)]


def facts_in(central: Node) -> int:
    return int(
        central.store.value("SELECT count(*) FROM fact WHERE log_no NOT IN (SELECT log_no FROM channel)")
    )  # what it tells its kits is its own


class Later(Body, frozen=True):
    """Of a version this program does not know."""

    words: str = ""


@pytest.mark.usefixtures("engine")
def test_any_order_and_any_number_of_times_gives_the_same_tables(pair: tuple[Node, Node], tmp_path: Path) -> None:
    """P2, P3; the tables are those of the kit, whichever engine keeps them."""
    kit, central = pair
    people = note(kit, 60, named=10)
    for person in people[::3]:
        kit.journal.append(workshops.UNDONE, person, workshops.AttendanceUndone(b"w" * 16))
    made = small_segments(kit, central, 7)
    hashes = set()
    for seed in (1, 2, 3):
        folder = tmp_path / f"central{seed}"
        folder.mkdir()
        central.store.copy_to(folder / "valise.db")
        (folder / "node.key").write_bytes((central.data / "node.key").read_bytes())
        node = build_node(read_settings({}, data=folder, role="central"))
        shuffled = [*made, *random.Random(seed).choices(made, k=9)]
        random.Random(seed).shuffle(shuffled)
        for segment in shuffled:
            take(node, segment)
        assert facts_in(node) == kit.journal.head()
        hashes.add(node.journal.projection_hash())
        node.journal.replay()
        hashes.add(node.journal.projection_hash())
        node.store.close()
    assert hashes == {kit.journal.projection_hash()}


def test_a_range_is_receipted_only_with_its_envelopes(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 10, named=0)
    note(kit, 10, named=2)
    first, second = small_segments(kit, central, 10)
    take(central, second)
    assert receipted(central, kit) == 0
    take(central, first)
    assert receipted(central, kit) == 10
    names = second.header.cited()
    assert set(
        awaited_queries.awaited_envelopes(central.store, [central.journal.log_number(kit.journal.log_id)], 9)
    ) == set(names)
    outbox = Outbox(kit)
    for waiting, name in zip((10, 20), names, strict=True):
        assert receipted(central, kit) == 10
        central_actions.take_envelope(central, name, outbox.envelope(name) or b"")
        assert receipted(central, kit) == waiting


def test_an_envelope_may_come_first(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 3, named=1)
    (segment,) = small_segments(kit, central, 10)
    (name,) = segment.header.cited()
    assert central_actions.take_envelope(central, name, Outbox(kit).envelope(name) or b"")
    assert not central_actions.take_envelope(central, name, Outbox(kit).envelope(name) or b"")
    take(central, segment)
    assert receipted(central, kit) == 3


def test_an_erased_person_does_not_hold_up_a_receipt_nor_come_back(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    (person,) = note(kit, 1, named=1)
    (before,) = small_segments(kit, central, 10)
    (name,) = before.header.cited()
    sealed = Outbox(kit).envelope(name) or b""
    identities.erase(kit, person, "asked")
    take(central, small_segments(kit, central, 10)[0])
    hello, _nonce = Outbox(kit).hello([name])
    central_actions.answer_hello(central, hello)
    assert receipted(central, kit) == kit.journal.head()
    central_actions.take_envelope(central, name, sealed)
    assert central.store.value("SELECT count(*) FROM envelope") == 0


def test_a_stranger_is_refused_and_nothing_is_kept(pair: tuple[Node, Node], tmp_path: Path) -> None:
    _kit, central = pair
    stranger = make_kit(tmp_path / "stranger")
    note(stranger, 5, named=1)
    (segment,) = small_segments(stranger, central, 10)
    with pytest.raises(Problem) as refusal:
        take(central, segment)
    assert refusal.value.code == "sync.unknown_kit"
    (name,) = segment.header.cited()
    with pytest.raises(Problem) as refusal:
        central_actions.take_envelope(central, name, stranger.store.value("SELECT sealed FROM envelope"))
    assert refusal.value.code == "sync.bad_envelope"
    for table in ("arrival", "arrived", "envelope", "fact", "awaited"):
        assert central.store.value(f"SELECT count(*) FROM {table}") == 0, table
    stranger.store.close()


def test_a_segment_for_another_server_is_not_receipted(pair: tuple[Node, Node], other_central: Node) -> None:
    kit, central = pair
    note(kit, 5)
    (segment,) = small_segments(kit, other_central, 10)
    with pytest.raises(Problem) as refusal:
        take(central, segment)
    assert refusal.value.code == "sync.wrong_recipient"
    assert receipted(central, kit) == 0


def test_bytes_under_another_name_are_refused(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 5)
    (segment,) = small_segments(kit, central, 10)
    with pytest.raises(Problem):
        central_actions.take_segment(central, bytes(32), segment.raw)
    assert facts_in(central) == 0


def test_what_a_revoked_kit_sends_is_set_aside_not_dropped(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 5)
    (enrolled,) = central_queries.list_kits(central.store, 9, 0)
    central_actions.set_revoked(central, enrolled.kit_id, True)
    (segment,) = small_segments(kit, central, 10)
    assert take(central, segment)
    assert aside(central) == ["revoked"]
    assert facts_in(central) == 0
    assert central.store.value("SELECT bytes FROM arrival") == segment.raw
    hello, _nonce = Outbox(kit).hello()
    with pytest.raises(Problem) as refusal:
        central_actions.answer_hello(central, hello)
    assert refusal.value.code == "sync.revoked"


def test_a_later_version_is_kept_and_receipted(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 5)
    (segment,) = small_segments(kit, central, 10)
    header = msgspec.msgpack.encode(
        [VERSION + 1, *msgspec.to_builtins(segment.header, builtin_types=(bytes,))[1:], "a new field"]
    )
    ciphertext = b"who knows"
    raw = MAGIC + len(header).to_bytes(2, "big") + header + ciphertext
    raw += kit.identity.sign(b"valise-segment-1" + header + primitives.digest(ciphertext))
    assert take(central, read_segment(raw))
    assert aside(central) == ["sync.unknown_version"]
    assert receipted(central, kit) == 5


def test_what_cannot_be_read_is_kept_and_blocks_nothing(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 20)
    first, second = small_segments(kit, central, 10)
    broken = msgspec.structs.replace(first.header, chain_after=bytes(32))
    header = msgspec.msgpack.encode(broken)
    raw = MAGIC + len(header).to_bytes(2, "big") + header + first.ciphertext
    raw += kit.identity.sign(b"valise-segment-1" + header + primitives.digest(first.ciphertext))
    take(central, read_segment(raw))
    take(central, second)
    assert aside(central) == ["sync.bad_segment"]
    assert facts_in(central) == 10
    assert receipted(central, kit) == 20


def test_one_thing_that_does_not_fold_leaves_the_others(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 4)
    # A stop that the directory of this version cannot fold: its table refuses the row.
    central.store.db.execute_sql(
        "CREATE TRIGGER poison BEFORE INSERT ON attendance WHEN NEW.how = 'anonymous' "
        "BEGIN SELECT RAISE(ABORT, 'poison'); END"
    )
    kit.journal.append(workshops.CAME, new_id(), workshops.AttendanceCame(b"w" * 16, "anonymous"))
    note(kit, 4)
    (segment,) = small_segments(kit, central, 99)
    take(central, segment)
    assert aside(central) == ["partly"]
    assert central.store.value("SELECT count(*) FROM attendance") == 8
    assert receipted(central, kit) == 9


def test_a_kind_of_fact_from_the_future_is_kept_and_told(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 3)
    kit.journal.append(Kind("robot.greeted", Later), new_id(), Later("hello"))
    (segment,) = small_segments(kit, central, 99)
    take(central, segment)
    (arrival,) = aside_queries.list_to_look_at(central.store, 9, 0)
    assert (arrival.reason, arrival.unread, arrival.state) == ("unknown", 1, "projected")
    assert facts_in(central) == 4


@pytest.mark.parametrize("size", [10, 30])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_fork_is_kept_in_a_log_of_its_own(pair: tuple[Node, Node], order: tuple[int, int], size: int) -> None:
    kit, central = pair
    note(kit, 30)
    straight = small_segments(kit, central, size)
    log = queries.own_logs(kit.store, kit.identity.sign_public)[-1]
    shared = journal_queries.records(kit.store, log.log_no, 1, 15)
    other = journal_queries.records(kit.store, log.log_no, 16, 25)
    changed = [replace(record, subject=new_id()) for record in other]
    chain = chain_links(chain_start(log.name.log_id), shared)[-1]
    fork = build_segment(kit.identity, log.name, chain, changed, central.identity.box_public)
    batches = [straight, [fork]]
    for place in order:
        for segment in batches[place]:
            take(central, segment)
    assert "fork" in aside(central)
    subjects = {row["subject"] for row in central.store.rows("SELECT subject FROM fact")}
    assert {r.subject for r in (*changed, *other, *shared)} <= subjects
    assert central.store.value("SELECT count(*) FROM arrival") == len(straight) + 1
    logs = {r.subject: central.store.value("SELECT log_no FROM fact WHERE subject = ?", r.subject) for r in changed}
    assert len(set(logs.values())) == 1
    assert not {central.store.value("SELECT log_no FROM fact WHERE subject = ?", r.subject) for r in other} & {
        *logs.values()
    }
    central.journal.replay()
    assert central.store.value("SELECT count(*) FROM attendance") == 40


def test_a_log_that_begins_elsewhere_is_a_fork(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 5)
    log = queries.own_logs(kit.store, kit.identity.sign_public)[-1]
    records = journal_queries.records(kit.store, log.log_no, 1, 5)
    name = LogName(log.name.log_id, log.name.public_key, log.name.epoch)
    take(central, build_segment(kit.identity, name, bytes(32), records, central.identity.box_public))
    assert aside(central) == ["fork"]


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from kit.app import build_node, create_app
    from kit.settings import read_settings
    from kit.sync import inbox
    from kit.sync.segment import read_segment

    node = build_node(read_settings({}, data=Path(sys.argv[1]), role="central"))
    inbox.store_segment(node, read_segment(Path(sys.argv[2]).read_bytes()))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_killed_between_keeping_and_reading_it_goes_on_at_the_next_start(
    pair: tuple[Node, Node], tmp_path: Path
) -> None:
    kit, central = pair
    note(kit, 12)
    (segment,) = small_segments(kit, central, 99)
    (tmp_path / "segment").write_bytes(segment.raw)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(central.data), str(tmp_path / "segment")],
        cwd=REPO,
        timeout=60,
    )
    assert done.returncode == -9
    assert (facts_in(central), receipted(central, kit)) == (0, 12)
    create_app(central.settings, central)
    assert facts_in(central) == 12
    assert central.journal.projection_hash() == kit.journal.projection_hash()


def test_no_name_on_the_centrals_disk(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 8, named=8)
    (segment,) = small_segments(kit, central, 99)
    take(central, segment)
    for name in segment.header.cited():
        central_actions.take_envelope(central, name, Outbox(kit).envelope(name) or b"")
    files = [path.read_bytes() for path in central.data.rglob("*") if path.is_file()]
    assert len(files) > 2
    for word in CANARY.split():
        assert not any(word.encode() in raw for raw in files)


def test_a_segment_that_does_not_continue_what_is_known_is_a_fork(pair: tuple[Node, Node]) -> None:
    """Restored just before what was sent last: the numbers do not overlap, only the running hash tells."""
    kit, central = pair
    note(kit, 20)
    first, _second = small_segments(kit, central, 10)
    take(central, first)
    log = queries.own_logs(kit.store, kit.identity.sign_public)[-1]
    records = journal_queries.records(kit.store, log.log_no, 11, 20)
    take(
        central, build_segment(kit.identity, log.name, b"another past".ljust(32), records, central.identity.box_public)
    )
    assert aside(central) == ["fork"]
    assert facts_in(central) == 20


def test_a_hole_is_asked_for_not_only_what_comes_last(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 40)
    made = small_segments(kit, central, 10)
    for place in (0, 2):
        take(central, made[place])
    outbox = Outbox(kit)
    list(outbox.segments(kit.journal.log_id, [(1, 40)]))
    hello, nonce = outbox.hello()
    answer = outbox.take_answer(central_actions.answer_hello(central, hello), nonce)
    assert answer.missing[0].ranges == [(11, 20), (31, 40)]
    assert receipted(central, kit) == 20
