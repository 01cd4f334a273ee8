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
from kit.sync.carriers.file import BACK, OUT, FileCarrier
from tests.sync.homes import CANARY, note
from tests.sync.test_feeds import STOP


def bring(central: Node, raw: bytes) -> bringing.Taken:
    return bringing.take_bundle(central, "x.valise", io.BytesIO(raw))


def pack(kit: Node) -> bytes:
    return packing.pack_all(packing.Outbox(kit))


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
    assert list((key / OUT).iterdir()) == [], "what arrived leaves the key"
    assert bringing.read_key(central, key) == []


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


def test_a_flipped_bit_spoils_its_own_part_only(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 5, named=5)
    raw = bytearray(pack(kit))
    place = raw.index(b"E", 300) + 40
    raw[place] ^= 1
    taken = bring(central, bytes(raw))
    assert taken.refused >= 1
    assert taken.envelopes >= 4 or taken.trouble
    assert bring(central, pack(kit)).trouble == "", "brought again whole, nothing is missing"
    packing.take_back(kit, io.BytesIO(answer(central, bring(central, pack(kit)))))
    assert journey(kit).only_here == 0


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


def test_a_full_key_a_read_only_key_and_a_key_pulled_out_are_told(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, _ = pair
    note(kit, 5)
    (tmp_path / "file").write_bytes(b"")
    full = tmp_path / "full"
    full.mkdir()
    (full / OUT).symlink_to("/dev/full")  # every write answers "no space left on device", or "not a directory"
    for place in (tmp_path / "file", full, Path("/proc/valise")):
        with pytest.raises(Problem) as told:
            send(kit, carrier=FileCarrier(place))
        assert told.value.code == "sync.bad_key"
    assert journey(kit).only_here == 5
    assert journey(kit).last_error


def test_many_facts_make_several_files_and_each_is_small_enough(
    pair: tuple[Node, Node], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, central = pair
    for _ in range(4):
        note(kit, 300, named=60)
    monkeypatch.setattr(bundle, "MOST_BYTES", 60_000)
    carried = send(kit, carrier=FileCarrier(tmp_path)).carried
    files = sorted((tmp_path / OUT).iterdir())
    assert len(files) >= 1
    taken = bringing.read_key(central, tmp_path)
    assert sum(one.segments for one in taken) == carried.segments
    assert (tmp_path / BACK).is_dir()
    send(kit, carrier=FileCarrier(tmp_path))
    assert journey(kit).only_here == 0
