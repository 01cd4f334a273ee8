"""The key and the phone: closed files both ways; what is bad in them is told and stops nothing."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from kit.app import create_app
from kit.central import actions as central_actions
from kit.central import bringing
from kit.central import queries as central_queries
from kit.directory import facts as directory
from kit.errors import Problem
from kit.people import facts as people
from kit.people.node import Node
from kit.sync import bundle, packing
from kit.sync.actions import journey, send
from kit.sync.carriers.file import OUT, FileCarrier
from tests.sync.homes import CANARY, copy_pair, left_on, note
from tests.sync.test_feeds import STOP


def bring(central: Node, raw: bytes) -> bringing.Taken:
    return bringing.take_bundle(central, "x.valise", io.BytesIO(raw))


def pack(kit: Node) -> bytes:
    return b"".join(packing.pack_number(packing.Outbox(kit), 1))


def answer(central: Node, taken: bringing.Taken) -> bytes:
    return b"".join(bringing.pack_answer(central, taken.hello))


def test_a_key_goes_there_and_back_and_only_the_answer_says_arrived(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = pair
    note(kit, 30, named=7)
    stop = os.urandom(16)
    central.journal.append(directory.PLANNED, stop, STOP)
    key = tmp_path / "key" / "valise"
    key.mkdir(parents=True)
    assert send(kit, carrier=FileCarrier(key)).carried.segments == 1
    assert journey(kit).only_here == 30, "copied is not arrived"
    assert not any(CANARY.encode() in path.read_bytes() for path in (key / OUT).iterdir())
    (taken,) = bringing.read_key(central, key)
    assert (taken.segments, taken.envelopes, taken.refused) == (1, 7, 0)
    outcome = send(kit, carrier=FileCarrier(key))
    assert (outcome.status.only_here, outcome.carried.segments, outcome.carried.came) == (0, 0, 1)
    assert kit.store.value("SELECT count(*) FROM stop WHERE stop_id = ?", stop) == 1
    assert left_on(key) == [], "what arrived leaves the key"
    (greeted,) = bringing.read_key(central, key)
    assert (greeted.segments, greeted.known, greeted.trouble) == (0, 0, "")


def test_the_phone_carries_a_bundle_there_and_its_answer_back(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 12, named=3)
    client = create_app(central.settings, central).test_client()
    page = client.get("/apporter")
    assert page.status_code == 200
    csrf = page.get_data(as_text=True).split('name="csrf" value="')[1].split('"')[0]
    files = [(io.BytesIO(pack(kit)), "valise-0001.valise"), (io.BytesIO(b"%PDF-1.7 holiday"), "vacances.pdf")]
    shown = client.post("/apporter", data={"csrf": csrf, "fichiers": files}, headers={"Origin": "http://localhost"})
    text = shown.get_data(as_text=True)
    assert shown.status_code == 200
    assert "Bien reçu" in text
    assert "ne vient pas d’une valise" in text
    address = text.split('href="/apporter/reponse/')[1].split('"')[0]
    with client.get(f"/apporter/reponse/{address}") as back:
        assert packing.take_back(kit, io.BytesIO(back.data)).receipts == 1
    assert journey(kit).only_here == 0
    assert client.get("/apporter/reponse/" + "0" * 32).status_code == 404
    assert client.get("/apporter/reponse/..%2f..%2fvalise.db").status_code == 404


def test_a_truncated_bundle_yields_its_whole_parts_at_every_length(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 20, named=2)
    raw = pack(kit)
    for length in sorted({*range(0, len(raw), 211), len(raw) - 1}):
        taken = bring(central, raw[:length])
        assert taken.trouble in ("sync.not_a_bundle", "sync.cut_bundle"), length
    assert bring(central, raw).trouble == ""
    assert central.store.value("SELECT count(*) FROM attendance") == 20


def test_a_flipped_bit_spoils_its_own_part_only(pair: tuple[Node, Node], template: Path, tmp_path: Path) -> None:
    """One bit in each part in turn: every other whole part is taken, and only that one is refused."""
    kit, central = pair
    for count in (5, 7):
        note(kit, count, named=count)
        kit.journal.start_epoch()  # a log each: several segments
    raw = pack(kit)
    parts = list(bundle.read_parts(io.BytesIO(raw)))
    kinds = [part.kind for part in parts]
    assert (kinds.count(bundle.ENVELOPE), kinds.count(bundle.SEGMENT)) == (12, 2)
    place, spoilt = len(bundle.start()), 0
    for part in parts[:-1]:
        place += bundle.FRAME_BYTES
        copy = bytearray(raw)
        copy[place + len(part.raw) // 2] ^= 1
        place += len(part.raw)
        fresh = copy_pair(template, tmp_path / str(place))[1]
        taken = bring(fresh, bytes(copy))
        left = [one for one in kinds if one in (bundle.ENVELOPE, bundle.SEGMENT)]
        if part.kind in left:
            left.remove(part.kind)
        assert (taken.envelopes, taken.segments) == (left.count(bundle.ENVELOPE), left.count(bundle.SEGMENT))
        assert (taken.refused, bool(taken.trouble)) == (1, True)
        spoilt += 1
        fresh.store.close()
    assert spoilt == 15
    packing.take_back(kit, io.BytesIO(answer(central, bring(central, raw))))
    assert journey(kit).only_here == 0, "brought again whole, nothing is missing"


@pytest.mark.parametrize(
    ("raw", "trouble"),
    [
        (b"", "sync.not_a_bundle"),
        (b"PK\x03\x04" + b"\0" * 999, "sync.not_a_bundle"),
        (b"vbdl\x02" + b"\0" * 50, "sync.newer_bundle"),
        (b"vbdl\x01S\xff\xff\xff\xff", "sync.cut_bundle"),
    ],
)
def test_what_is_no_bundle_is_told(pair: tuple[Node, Node], raw: bytes, trouble: str) -> None:
    assert bring(pair[1], raw).trouble == trouble


def test_a_zip_bomb_is_no_bundle(pair: tuple[Node, Node]) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a", b"\0" * 10_000_000)
    assert bring(pair[1], bomb.getvalue()).trouble == "sync.not_a_bundle"


def test_a_bundle_for_another_organisation_is_refused_whole(pair: tuple[Node, Node], other_central: Node) -> None:
    kit, _ = pair
    note(kit, 5)
    taken = bring(other_central, pack(kit))
    assert (taken.segments, taken.trouble, taken.hello) == (0, "sync.unknown_kit", b"")
    assert journey(kit).only_here == 5


def test_what_a_revoked_kit_sends_is_set_aside_and_told(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 5)
    (enrolled,) = central_queries.list_kits(central.store, 9, 0)
    central_actions.set_revoked(central, enrolled.kit_id, True)
    taken = bring(central, pack(kit))
    assert (taken.segments, taken.trouble, taken.hello) == (1, "sync.revoked", b"")
    assert central.store.value("SELECT count(*) FROM attendance") == 0
    assert central.store.value("SELECT count(*) FROM arrival WHERE reason = 'revoked'") == 1


def test_a_replayed_bundle_brings_nobody_back(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    person = note(kit, 1, named=1)[0]
    old = pack(kit)
    bring(central, old)
    central.journal.append(people.ERASED, person, people.Erased("asked"))
    taken = bring(central, old)
    assert (taken.segments, taken.known) == (0, 1)
    assert central.store.value("SELECT count(*) FROM envelope WHERE subject = ?", person) == 0


def test_someone_erased_before_the_bundle_left_does_not_hold_up_the_receipt(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    people_noted = note(kit, 3, named=3)
    kit.journal.append(people.ERASED, people_noted[0], people.Erased("asked"))
    taken = bring(central, pack(kit))
    packing.take_back(kit, io.BytesIO(answer(central, taken)))
    assert journey(kit).only_here == 0


def test_an_answer_forged_or_cut_gives_no_receipt(pair: tuple[Node, Node], other_central: Node) -> None:
    kit, central = pair
    note(kit, 5)
    raw = answer(central, bring(central, pack(kit)))
    brought = packing.take_back(kit, io.BytesIO(raw[: len(raw) // 2]))
    assert (brought.receipts, brought.trouble) == (0, "sync.cut_bundle")
    spoiled = bytearray(raw)
    spoiled[40] ^= 1
    assert packing.take_back(kit, io.BytesIO(bytes(spoiled))).receipts == 0
    assert journey(kit).only_here == 5
    with pytest.raises(Problem, match="ne vient pas"):
        packing.take_back(kit, io.BytesIO(b"hello"))
