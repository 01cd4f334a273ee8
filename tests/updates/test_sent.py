"""An update that the coordination sends: asked for by hand, it comes by pieces, and is installed like one of a key."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from kit.journal.coming import Parcel
from kit.library.packs import arrived, offer_queries, offers
from kit.people.node import Node
from kit.sync.actions import send
from kit.updates import actions, bundle, sending
from kit.updates.versions import Versions
from kit.updates.work import list_found
from tests.served import REPO
from tests.sync.homes import served
from tests.updates.test_updates import make_wheel, sign


def parcels(kit: Node) -> list[Parcel]:
    assert kit.coming is not None
    return list(kit.coming.parcels())


def offered(central: Node, path: Path) -> offer_queries.Offer:
    made = bundle.describe(path, central.identity.sign_public)
    return offers.offer_file(central, path, sending.title_of(made))


def test_it_comes_when_asked_for_and_installs(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = pair
    make_wheel(tmp_path / "next", "0.9.0")
    path = sign(central, tmp_path / "next", "0.9.0")
    offer = offered(central, path)
    with served(central):
        send(kit)
        (parcel,) = parcels(kit)
        assert parcel.state == "offered" and parcel.title.startswith("Programme 0.9.0 (")
        assert "version 1" not in parcel.title
        assert list_found(kit) == [] and kit.coming is not None
        kit.coming.want(offer.list_id, True)
        send(kit)
    assert [one.state for one in parcels(kit)] == ["here"]
    (found,) = list_found(kit)
    assert (found.version, found.is_sent, found.problem) == ("0.9.0", True, None)
    assert found.path.read_bytes() == path.read_bytes() and arrived.list_arrived(kit.data) == [], "it is no pack"
    file = kit.coming.find(offer.list_id)
    assert file is not None, "a neighbour may have it from here"
    file.close()
    assert actions.install(kit, found.path) == "0.9.0"
    assert Versions(tmp_path / "versions").read() == {"trying": "0.9.0", "tries": 0}


def test_one_for_another_board_or_of_a_stranger_says_so(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = pair
    make_wheel(tmp_path / "next", "0.9.0")
    sending.folder_of(kit.data).mkdir(parents=True)
    other = sign(central, tmp_path / "next", "0.9.0", machine="riscv64")
    (sending.folder_of(kit.data) / "a.update").write_bytes(other.read_bytes())
    stranger = tmp_path / "stranger.update"
    bundle.make(tmp_path / "next", stranger, kit.identity, "0.9.1", *bundle.here())
    (sending.folder_of(kit.data) / "b.update").write_bytes(stranger.read_bytes())
    codes = [found.problem.code for found in list_found(kit) if found.problem]
    assert codes == ["updates.other_machine", "updates.bad_bundle"]


def test_the_command_refuses_what_this_central_did_not_sign(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = pair
    make_wheel(tmp_path / "next", "0.9.0")
    ours = sign(central, tmp_path / "next", "0.9.0", machine="aarch64", python="3.13")
    theirs = tmp_path / "theirs.update"
    bundle.make(tmp_path / "next", theirs, kit.identity, "0.9.0", *bundle.here())
    central.store.close()

    def told(path: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kit.cli", "--data", str(central.data), "update", "send", str(path)]
        return subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False)

    good, bad = told(ours), told(theirs)
    assert good.returncode == 0 and "Programme 0.9.0 (aarch64, Python 3.13)" in good.stdout, good.stderr
    assert bad.returncode != 0 and "Traceback" not in bad.stderr
