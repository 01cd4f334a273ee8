"""Works that wait for the team go home whole, in pieces of 1 MiB, after facts, by every carrier that can hold them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
from pathlib import Path

import msgspec
import pytest

from kit.app import build_node
from kit.central import actions as central_actions
from kit.central import bringing
from kit.errors import Problem
from kit.keys.stream import decrypt_file
from kit.library.deposits import actions as deposits
from kit.library.deposits.actions import waiting_path
from kit.library.deposits.codes import id_of
from kit.library.deposits.forms import Offer
from kit.people import actions as people
from kit.people import identities
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync import blob_inbox, blobs, bundle, packing
from kit.sync.actions import send
from kit.sync.carriers.file import OUT, FileCarrier
from kit.sync.messages import sign_message
from kit.sync.outbox import Outbox
from tests.sync.homes import CANARY, PASSPHRASE, central_process, left_on, note, served, valise
from tests.sync.line import cut_line
from tests.sync.test_key import mount

MIB = 1024 * 1024
OFFER = Offer("Chanson", CANARY, CANARY, "author", ("copy",), ("box",), "any", "fr", "ten", "", "none", "none")


def give(kit: Node, size: int) -> tuple[bytes, str]:
    """A work of `size` bytes is offered; its id and the SHA-256 of what was given."""
    content, nonce = os.urandom(size), os.urandom(16)
    upload = deposits.open_target(kit, size)
    upload.write(content)
    deposits.offer(kit, nonce, upload, "chanson.ogg", OFFER)
    return id_of(nonce), hashlib.sha256(content).hexdigest()


def open_at_home(central: Node, deposit_id: bytes, tmp_path: Path) -> str:
    """What a coordinator reads of it: the SHA-256 of the file in clear, opened by the organisation's key."""
    cookie = people.sign_in(central, people.Throttle(central.clock.mono_ms), "here", PASSPHRASE, "Coordination")
    staff = people.find_signed_in(central, cookie)
    assert staff is not None
    sealed = central.store.value(
        "SELECT sealed FROM envelope e JOIN deposit d ON d.envelope = e.hash WHERE deposit_id = ?", deposit_id
    )
    told = identities.read_with_any(sealed, identities.keyring(central, staff.vault()))
    assert told is not None
    waiting = msgspec.json.decode(told.text, type=deposits.Waiting)
    return decrypt_file(waiting_path(central, deposit_id), tmp_path / "clear", waiting.key)


def whole(central: Node) -> int:
    return int(central.store.value("SELECT count(*) FROM blob_in WHERE state = 'whole'"))


@pytest.mark.parametrize("size", [1, MIB - 41, 3 * MIB + 17])
def test_a_work_goes_home_by_the_network_and_opens_there(pair: tuple[Node, Node], tmp_path: Path, size: int) -> None:
    kit, central = pair
    deposit_id, wanted = give(kit, size)
    with served(central):
        carried = send(kit).carried
        assert carried.pieces == -(-waiting_path(kit, deposit_id).stat().st_size // MIB)
        assert send(kit).carried.pieces == 0, "what is receipted is not sent again"
    assert open_at_home(central, deposit_id, tmp_path) == wanted
    assert blobs.waiting(kit) == []
    assert not any((central.data / "arriving").iterdir())
    assert not any(CANARY.encode() in path.read_bytes() for path in central.data.rglob("*") if path.is_file())


def test_a_work_goes_home_over_a_line_that_is_cut_in_the_middle_by_real_processes(
    pair: tuple[Node, Node], tmp_path: Path
) -> None:
    """The line breaks every 300 KB and the central is killed once: nothing is sent twice but the slice that was cut."""
    kit, central = pair
    note(kit, 20, named=3)
    deposit_id, wanted = give(kit, 2 * MIB + 5000)
    port, data, home = central.settings.port, kit.data, central.data
    kit.store.close()
    central.store.close()
    with cut_line(port, 300_000) as line:
        given = {"env": {**os.environ, "VALISE_CENTRAL_URL": f"http://127.0.0.1:{line.port}"}}
        for most_pieces in (1, None):
            with central_process(home, port) as process:
                sending = valise(data, "send", **given)
                while most_pieces and sending.poll() is None:
                    if len(list(home.glob("arriving/*/[0-9]"))) >= most_pieces:
                        process.kill()
                        sending.kill()
                        break
                sending.communicate(timeout=120)
        with central_process(home, port):
            said, _ = valise(data, "send", **given).communicate(timeout=120)
        assert "0 seulement ici" in said
    assert line.cuts >= 5
    assert line.passed < 2 * (2 * MIB), "what had come was not sent again"
    central = build_node(read_settings({}, data=home, role="central"))
    assert whole(central) == 1
    assert open_at_home(central, deposit_id, tmp_path) == wanted
    central.store.close()


def test_works_go_home_by_key_after_facts_in_files_of_32_mib(
    pair: tuple[Node, Node], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, central = pair
    note(kit, 10, named=2)
    given = [give(kit, size) for size in (2 * MIB, 10, 3 * MIB)]
    monkeypatch.setattr(bundle, "MOST_BYTES", 2_400_000)
    carried = send(kit, carrier=FileCarrier(tmp_path)).carried
    files = sorted((tmp_path / OUT).iterdir())
    assert carried.pieces == 8
    assert all(path.stat().st_size <= 2_400_000 for path in files)
    first = list(bundle.read_parts(io.BytesIO(files[0].read_bytes())))
    assert bundle.PIECE not in {part.kind for part in first}, "facts have files of their own, before"
    (tmp_path / "later").mkdir()
    files[-1].rename(tmp_path / "later" / files[-1].name)
    bringing.read_key(central, tmp_path)
    assert whole(central) == 2
    again = send(kit, carrier=FileCarrier(tmp_path)).carried
    assert 0 < again.pieces < 8, "only what the central said it lacks"
    bringing.read_key(central, tmp_path)
    send(kit, carrier=FileCarrier(tmp_path))
    assert blobs.waiting(kit) == []
    assert [open_at_home(central, one, tmp_path) for one, _ in given] == [wanted for _, wanted in given]
    assert left_on(tmp_path) == []


def test_a_phone_carries_works_too(pair: tuple[Node, Node], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kit, central = pair
    note(kit, 4)
    deposit_id, wanted = give(kit, 3 * MIB)
    monkeypatch.setattr(bundle, "MOST_BYTES", 2_400_000)
    count = packing.count_files(Outbox(kit))
    assert count >= 3
    for number in range(count, 0, -1):
        raw = b"".join(packing.pack_number(Outbox(kit), number))
        taken = bringing.take_bundle(central, "x", io.BytesIO(raw))
        assert taken.trouble == ""
    packing.take_back(kit, io.BytesIO(b"".join(bringing.pack_answer(central, taken.hello))))
    assert blobs.waiting(kit) == []
    assert open_at_home(central, deposit_id, tmp_path) == wanted


def test_a_key_with_room_for_facts_only_takes_facts_and_says_what_stays(
    pair: tuple[Node, Node], tmp_path: Path
) -> None:
    kit, central = pair
    note(kit, 10, named=2)
    give(kit, 2 * MIB)
    place = mount(tmp_path / "CLE", "1m")
    try:
        carried = send(kit, carrier=FileCarrier(place)).carried
        assert (carried.segments, carried.left) == (1, True)
        assert len(list((place / OUT).iterdir())) == 1
        bringing.read_key(central, place)
    finally:
        subprocess.run(["umount", str(place.parent)], check=True)
    assert central.store.value("SELECT count(*) FROM attendance") == 10
    assert len(blobs.waiting(kit)) == 1


def test_the_status_says_which_works_are_only_here(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    give(kit, 1000)
    size = waiting_path(kit, give(kit, 2000)[0]).stat().st_size
    kit.store.close()

    def said() -> dict[str, object]:
        found: dict[str, object] = json.loads(
            valise(kit.data, "journal", "status", "--json").communicate(timeout=60)[0]
        )
        return {name: value for name, value in found.items() if name.startswith("files_")}

    assert said() == {
        "files_total": 2, "files_arrived": 0, "files_only_here": 2, "files_bytes_only_here": 2 * size - 1000,
    }  # fmt: skip
    words = valise(kit.data, "journal", "status").communicate(timeout=60)[0]
    assert "2 documents proposés : 0 bien reçu, 2 seulement ici." in words
    with served(central):
        send(kit)
    assert said() == {"files_total": 2, "files_arrived": 2, "files_only_here": 0, "files_bytes_only_here": 0}


def test_what_is_refused_leaves_the_central_too_and_is_not_sent_when_answered_before(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    kept, refused, never = (give(kit, 1000 + place)[0] for place in range(3))
    deposits.settle(kit, never, "refused", "")
    with served(central):
        send(kit)
        assert whole(central) == 2
        deposits.settle(kit, refused, "refused", "")
        send(kit)
        send(kit)
    assert waiting_path(central, kept).is_file()
    assert not waiting_path(central, refused).exists()
    assert not waiting_path(central, never).exists()


def test_a_central_restored_gets_works_again(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    deposit_id, _ = give(kit, 5000)
    with served(central):
        send(kit)
        waiting_path(central, deposit_id).unlink()
        central.store.run("DELETE FROM blob_in")
        central.journal.start_epoch()
        assert send(kit).carried.pieces == 1
    assert whole(central) == 1


def announced(central: Node, kit: Node, content: bytes) -> blobs.Manifest:
    """A file of a kit, announced to the central."""
    pieces = [blobs.primitives.digest(content[at : at + MIB]) for at in range(0, len(content), MIB)]
    manifest = blobs.Manifest(1, "deposit", os.urandom(16), len(content), pieces)
    central_actions.take_manifest(central, sign_message(kit.identity, manifest))
    return manifest


def test_pieces_that_are_not_what_was_announced_are_refused_and_begin_anew(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    content = os.urandom(MIB + 100_000)
    manifest = announced(central, kit, content)
    name = manifest.blob_id
    for wrong in (b"", content[:100], content[1:MIB], b"x" * MIB):
        with pytest.raises(Problem) as told:
            blob_inbox.take_piece(central, name, 0, wrong)
        assert told.value.code == "sync.bad_piece"
    for number in (2, 4096):
        with pytest.raises(Problem):
            blob_inbox.take_piece(central, name, number, content[:MIB])
    with pytest.raises(Problem) as told:
        blob_inbox.take_piece(central, os.urandom(32), 0, content[:MIB])
    assert told.value.code == "sync.no_blob"
    assert blob_inbox.take_slice(central, name, 1, 0, b"y" * 60_000) == 60_000
    assert blob_inbox.take_slice(central, name, 1, 0, b"again") == 60_000, "not where it stopped"
    with pytest.raises(Problem) as told:
        blob_inbox.take_slice(central, name, 1, 60_000, b"z" * 40_000)
    assert told.value.code == "sync.bad_piece"
    for at in (0, 50_000):
        blob_inbox.take_slice(central, name, 1, at, content[MIB + at : MIB + at + 50_000])
    assert blob_inbox.missing_of(central, name, 2) == [(0, 0)]
    assert blob_inbox.take_piece(central, name, 0, content[:MIB])
    assert waiting_path(central, manifest.subject).read_bytes() == content
    assert not blob_inbox.take_piece(central, name, 0, content[:MIB])


def test_who_is_not_ours_announces_nothing(pair: tuple[Node, Node], lone_kit: Node) -> None:
    kit, central = pair
    manifest = blobs.Manifest(1, "deposit", os.urandom(16), 5, [os.urandom(32)])
    for raw, code in (
        (sign_message(lone_kit.identity, manifest), "sync.unknown_kit"),
        (b"rubbish", "sync.bad_message"),
        (sign_message(kit.identity, msgspec.structs.replace(manifest, sort="../etc")), "sync.bad_piece"),
        (sign_message(kit.identity, msgspec.structs.replace(manifest, size=MIB + 1)), "sync.bad_piece"),
        (sign_message(kit.identity, msgspec.structs.replace(manifest, size=2**50)), "sync.bad_piece"),
    ):
        with pytest.raises(Problem) as told:
            central_actions.take_manifest(central, raw)
        assert told.value.code == code
    assert central.store.value("SELECT count(*) FROM blob_in") == 0


def test_a_piece_that_the_disk_spoilt_is_asked_for_again(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    content = os.urandom(MIB + 10)
    manifest = announced(central, kit, content)
    blob_inbox.take_piece(central, manifest.blob_id, 0, content[:MIB])
    (piece,) = (central.data / "arriving" / manifest.blob_id.hex()).glob("0")
    piece.write_bytes(b"\0" * MIB)
    blob_inbox.take_piece(central, manifest.blob_id, 1, content[MIB:])
    assert blob_inbox.missing_of(central, manifest.blob_id, 2) == [(0, 0)]
    assert not waiting_path(central, manifest.subject).exists()
    blob_inbox.take_piece(central, manifest.blob_id, 0, content[:MIB])
    assert waiting_path(central, manifest.subject).read_bytes() == content
