"""A kit that never sees the Internet gets its facts home through another kit, which can read none of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from kit.announce import Heard
from kit.central import actions as central_actions
from kit.central import bringing
from kit.directory import facts as directory
from kit.errors import Problem
from kit.people import actions as people
from kit.people import identities, team
from kit.people.node import Node
from kit.sync import blobs, bundle, relay, relay_files, relay_queries
from kit.sync.actions import journey, send
from kit.sync.carriers.file import FileCarrier
from kit.sync.carriers.neighbour import NeighbourCarrier
from kit.sync.enrolment import enrol, fingerprint, get_enrolment, read_certificate
from kit.sync.messages import Answer, sign_message
from kit.sync.neighbours import AnyNeighbour
from tests.sync.homes import CANARY, PASSPHRASE, left_on, make_central, make_kit, note, served
from tests.sync.test_blobs import MIB, give, open_at_home


@dataclass
class Village:
    """Two kits of one coordination; the first one cannot reach the central."""

    alone: Node
    other: Node
    central: Node
    other_url: str


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    from tests.sync.homes import free_port

    central = make_central(tmp_path / "central", free_port())
    with served(central) as url:
        kits = [make_kit(tmp_path / name) for name in ("alone", "other")]
        for kit in kits:
            enrol(kit, central_actions.make_enrolment(central, "Valise", server_url=url))
        with served(kits[1]) as other_url:
            yield Village(kits[0], kits[1], central, other_url)
    for node in (*kits, central):
        node.store.close()


def test_facts_go_home_through_a_neighbour_and_receipts_come_back(village: Village) -> None:
    note(village.alone, 40, named=5)
    carried = send(village.alone, carrier=NeighbourCarrier(village.other_url)).carried
    assert carried.envelopes == 5
    assert journey(village.alone).arrived == 0, "handed over is not arrived"
    send(village.other)
    assert village.central.store.value("SELECT count(*) FROM envelope") == 5
    assert village.central.journal.projection_hash() == village.alone.journal.projection_hash()
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    assert (journey(village.alone).only_here, journey(village.alone).envelopes_waiting) == (0, 0)


def test_going_twice_changes_nothing(village: Village) -> None:
    note(village.alone, 12, named=2)
    for _ in range(3):
        send(village.alone, carrier=NeighbourCarrier(village.other_url))
        send(village.other)
    assert village.central.store.value("SELECT count(*) FROM fact") == 12
    assert relay_queries.names(village.other.store, village.alone.identity.sign_public, "segment") == []


def test_the_one_that_carries_can_read_no_name(village: Village) -> None:
    note(village.alone, 10, named=10)
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    village.other.store.flush()
    for path in village.other.data.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes()


def test_a_full_neighbour_takes_what_fits_and_the_rest_waits(village: Village) -> None:
    note(village.alone, 3000)
    object.__setattr__(village.other.settings, "relay_quota", 4 * 30_000)
    carried = send(village.alone, carrier=NeighbourCarrier(village.other_url)).carried
    assert carried.sent_bytes <= 30_000
    object.__setattr__(village.other.settings, "relay_quota", 10_000_000)
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    send(village.other)
    assert village.central.store.value("SELECT count(*) FROM fact") == 3000


def test_a_kit_of_another_coordination_is_refused(village: Village, tmp_path: Path) -> None:
    from tests.sync.homes import free_port

    stranger_central = make_central(tmp_path / "elsewhere", free_port())
    stranger = make_kit(tmp_path / "stranger")
    with served(stranger_central) as url:
        enrol(stranger, central_actions.make_enrolment(stranger_central, "Autre", server_url=url))
    note(stranger, 3)
    with pytest.raises(Problem) as caught:
        send(stranger, carrier=NeighbourCarrier(village.other_url))
    assert caught.value.code == "sync.not_a_neighbour"
    assert not journey(stranger).last_error, "a neighbour says nothing of the way home"
    assert relay_queries.owners(village.other.store) == []
    for node in (stranger, stranger_central):
        node.store.close()


STOP = directory.StopPlanned("Mairie de Vallon", "Vallon", "07330", "", 1, 2, "")


def stops(node: Node) -> int:
    return int(node.store.value("SELECT count(*) FROM stop"))


def test_a_kit_with_fresher_feeds_gives_them_both_ways(village: Village) -> None:
    """What home told the other one comes to the one alone; and from the one alone to a third that knows less."""
    for _ in range(3):
        village.central.journal.append(directory.PLANNED, os.urandom(16), STOP)
    send(village.other)
    assert (stops(village.other), stops(village.alone)) == (3, 0)
    carried = send(village.alone, carrier=NeighbourCarrier(village.other_url)).carried
    assert (carried.came, stops(village.alone)) == (1, 3)
    assert send(village.alone, carrier=NeighbourCarrier(village.other_url)).carried.came == 0, "nothing twice"
    village.central.journal.append(directory.PLANNED, os.urandom(16), STOP)
    send(village.alone)  # now it is the one alone that has been home last
    assert (stops(village.other), stops(village.alone)) == (3, 4)
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    assert stops(village.other) == 4


def test_what_home_has_for_one_kit_alone_comes_through_a_neighbour_who_reads_none_of_it(village: Village) -> None:
    me = read_certificate(get_enrolment(village.alone)).kit_id
    village.central.journal.append(directory.PLANNED, b"t" * 16, STOP, to=me)
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    send(village.other)
    assert relay_queries.names(village.other.store, village.alone.identity.sign_public, "feed")
    assert stops(village.other) == 0
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    assert stops(village.alone) == 1
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    assert not relay_queries.names(village.other.store, village.alone.identity.sign_public, "feed"), "it leaves"


def test_a_replaced_organisation_key_comes_through_a_neighbour(village: Village) -> None:
    before = identities.organisation_public(village.alone)
    cookie = people.sign_in(
        village.central, people.Throttle(village.central.clock.mono_ms), "here", PASSPHRASE, "Coordination"
    )
    staff = people.find_signed_in(village.central, cookie)
    assert staff is not None
    team.renew_vault(village.central, staff)
    send(village.other)
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    after = identities.organisation_public(village.central)
    assert before != after
    assert identities.organisation_public(village.alone) == after == identities.organisation_public(village.other)


def test_a_stranger_takes_nothing_from_the_doors_of_neighbours(village: Village) -> None:
    village.central.journal.append(directory.PLANNED, os.urandom(16), STOP)
    send(village.other)
    name = village.other.store.value("SELECT segment_id FROM arrival")
    for token in ("", "00" * 16, "é"):
        answer = httpx.get(
            f"{village.other_url}/sync/voisine/segment/{name.hex()}", headers={"X-Valise-Token": token.encode()}
        )
        assert answer.status_code == 403


def test_a_key_carries_for_a_neighbour_too_and_brings_its_receipts(village: Village, tmp_path: Path) -> None:
    """Neither kit sees the central: what the one alone gave the other leaves on the other's key."""
    note(village.alone, 40, named=5)
    note(village.other, 3)
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    key = tmp_path / "key"
    key.mkdir()
    send(village.other, carrier=FileCarrier(key))
    assert not any(CANARY.encode() in path.read_bytes() for path in (key / "envoi").iterdir())
    taken = bringing.read_key(village.central, key)
    assert {one.trouble for one in taken} == {""}
    assert village.central.store.value("SELECT count(*) FROM attendance") == 43
    send(village.other, carrier=FileCarrier(key))
    owner = village.alone.identity.sign_public
    assert journey(village.other).only_here == 0
    assert [relay_queries.names(village.other.store, owner, kind) for kind in ("segment", "envelope")] == [[], []]
    assert journey(village.alone).only_here == 40
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    assert (journey(village.alone).only_here, journey(village.alone).envelopes_waiting) == (0, 0)
    assert left_on(key) == []


def test_an_answer_somebody_forged_drops_nothing_that_is_carried(village: Village, tmp_path: Path) -> None:
    note(village.alone, 10, named=2)
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    owner = village.alone.identity.sign_public
    (tmp_path / "retour").mkdir()
    forged = sign_message(village.other.identity, Answer(1, b"n" * 16, b"e" * 8, 1, [], [], [b"rubbish"]))
    raw = bundle.start() + bundle.pack(bundle.ANSWER, forged) + bundle.pack(bundle.END)
    (tmp_path / "retour" / "x.valise").write_bytes(raw)
    send(village.other, carrier=FileCarrier(tmp_path))
    assert len(relay_queries.names(village.other.store, owner, "segment")) == 1
    assert len(relay_queries.names(village.other.store, owner, "envelope")) == 2


def test_works_go_home_through_a_neighbour_who_cannot_open_them(village: Village, tmp_path: Path) -> None:
    note(village.alone, 3)
    deposit_id, wanted = give(village.alone, 2 * MIB + 77)
    carried = send(village.alone, carrier=NeighbourCarrier(village.other_url)).carried
    assert (carried.segments, carried.pieces) == (1, 3), "its facts and its work"
    assert journey(village.alone).files_only_here == 1, "handed over is not arrived"
    again = send(village.alone, carrier=NeighbourCarrier(village.other_url)).carried
    assert again.pieces == 0, "what the neighbour carries is not handed over twice"
    village.other.store.flush()
    assert not any(CANARY.encode() in path.read_bytes() for path in village.other.data.rglob("*") if path.is_file())
    send(village.other)
    assert open_at_home(village.central, deposit_id, tmp_path) == wanted
    owner = village.alone.identity.sign_public
    assert [relay_queries.names(village.other.store, owner, kind) for kind in ("piece", "manifest")] == [[], []]
    assert send(village.alone, carrier=NeighbourCarrier(village.other_url)).carried.pieces == 0
    status = journey(village.alone)
    assert (status.files_total, status.files_arrived, status.files_only_here) == (1, 1, 0)


def test_a_neighbour_with_little_room_brings_a_work_home_in_several_visits(village: Village, tmp_path: Path) -> None:
    """Facts always find room beside pieces; only what the central lacks is brought again."""
    deposit_id, wanted = give(village.alone, 5 * MIB)
    object.__setattr__(village.other.settings, "relay_quota", 4 * 4 * MIB)
    pieces = []
    for visit in range(3):
        note(village.alone, 2)
        carried = send(village.alone, carrier=NeighbourCarrier(village.other_url)).carried
        pieces.append(carried.pieces)
        assert carried.left == (visit == 0)
        assert carried.segments >= 1
        assert relay_queries.used_bytes(village.other.store) < 4 * MIB
        send(village.other)
    assert pieces == [2, 4, 0] or (sum(pieces) == 6 and pieces[0] in (2, 3)), pieces
    assert open_at_home(village.central, deposit_id, tmp_path) == wanted
    assert village.central.store.value("SELECT count(*) FROM attendance") == 6


def test_a_key_carries_a_neighbours_work_and_brings_its_receipt(village: Village, tmp_path: Path) -> None:
    deposit_id, wanted = give(village.alone, MIB + 5)
    give(village.other, 10)
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    key = tmp_path / "key"
    key.mkdir()
    carried = send(village.other, carrier=FileCarrier(key)).carried
    assert carried.pieces == 1, "its own; the neighbour's are not counted as its own"
    assert {one.trouble for one in bringing.read_key(village.central, key)} == {""}
    assert open_at_home(village.central, deposit_id, tmp_path) == wanted
    send(village.other, carrier=FileCarrier(key))
    owner = village.alone.identity.sign_public
    assert [relay_queries.names(village.other.store, owner, kind) for kind in ("piece", "manifest")] == [[], []]
    assert journey(village.alone).files_only_here == 1
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    assert journey(village.alone).files_only_here == 0


def test_a_neighbour_takes_no_piece_that_is_not_what_was_announced(village: Village) -> None:
    give(village.alone, 100)
    give(village.other, 100)
    owner = village.alone.identity.sign_public
    for node in (village.alone, village.other):
        blobs.prepare(node)
    ours, theirs = blobs.waiting(village.alone)[0], blobs.waiting(village.other)[0]
    for kind, name, raw, code in (
        ("piece", relay_files.piece_name(ours.blob_id, 0), b"x", "sync.no_blob"),
        ("manifest", theirs.blob_id, theirs.manifest, "sync.bad_message"),
        ("manifest", theirs.blob_id, ours.manifest, "sync.bad_piece"),
        ("manifest", ours.blob_id, b"rubbish", "sync.bad_message"),
        ("manifest", ours.blob_id, ours.manifest, ""),
        ("piece", relay_files.piece_name(ours.blob_id, 0), b"x", "sync.bad_piece"),
        ("piece", relay_files.piece_name(ours.blob_id, 1), ours.read(0) or b"", "sync.bad_piece"),
        ("piece", relay_files.piece_name(ours.blob_id, 0), ours.read(0) or b"", ""),
    ):
        try:
            relay.take(village.other, owner, kind, name, raw)
            told = ""
        except Problem as problem:
            told = problem.code
        assert told == code, (kind, raw[:10])
    assert [one.pieces for one in relay_files.carrying(village.other, owner)] == [[(0, 0)]]


def test_an_older_word_of_the_central_takes_no_receipt_back(village: Village, tmp_path: Path) -> None:
    """The neighbour's word is older than what the kit heard itself on its own line."""
    give(village.alone, 3 * MIB)
    object.__setattr__(village.other.settings, "relay_quota", 4 * 2 * MIB)
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    send(village.other)
    assert relay_queries.raws(village.other.store, village.alone.identity.sign_public, "answer")
    send(village.alone)
    assert journey(village.alone).files_arrived == 1
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    assert (journey(village.alone).files_arrived, blobs.waiting(village.alone)) == (1, [])


def test_the_first_that_takes_them_is_asked_and_named(village: Village) -> None:
    """One of another coordination is not asked; one that is gone is passed over; nobody at all is told as such."""
    note(village.alone, 4)
    ours = fingerprint(village.central.identity.sign_public)
    stranger, gone = Heard("Autre", "http://127.0.0.1:9", "xxxx"), Heard("Partie", "http://127.0.0.1:9", ours)
    with pytest.raises(Problem) as caught:
        send(village.alone, carrier=AnyNeighbour(lambda: [stranger]))
    assert caught.value.code == "sync.no_neighbour"
    with pytest.raises(Problem) as caught:
        send(village.alone, carrier=AnyNeighbour(lambda: [stranger, gone]))
    assert caught.value.code == "sync.unreachable"
    asked = AnyNeighbour(lambda: [stranger, gone, Heard("Valise d’Odette", village.other_url, ours)])
    assert send(village.alone, carrier=asked).carried.segments == 1
    assert asked.taken_by == "Valise d’Odette"
