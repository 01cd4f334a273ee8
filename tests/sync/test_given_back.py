"""A central put back from an older backup: what it had told its kits since then comes back from them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from kit.app import build_node
from kit.central import returned
from kit.directory import facts as directory
from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.keys import primitives
from kit.people import identities
from kit.people.node import Node
from kit.sync import feeds, queries
from kit.sync.messages import Returned, sign_message
from kit.sync.outbox import journey
from kit.workshops import facts as workshops
from tests.sync.homes import note
from tests.sync.test_feeds import STOP, exchange, replace_label, the_kit

ASKED = workshops.SignupAsked(b"w" * 16, "ABCD", "placed", False, 1)


def back_up(central: Node, folder: Path) -> None:
    folder.mkdir()
    central.store.copy_to(folder / "valise.db")
    shutil.copyfile(central.data / "node.key", folder / "node.key")


def restore(central: Node, folder: Path) -> Node:
    """The central breaks down, and its backup is put in its place: it knows that it is a copy."""
    central.store.close()
    shutil.rmtree(central.data)
    shutil.copytree(folder, central.data)
    central.data.with_name(central.data.name + ".boot").unlink(missing_ok=True)
    return build_node(central.settings)


def tell_more(kit: Node, central: Node) -> tuple[bytes, bytes]:
    """A stop for every kit and a sign-up for one, with its envelope; (stop, sign-up)."""
    stop, person = os.urandom(16), os.urandom(16)
    central.journal.append(directory.PLANNED, stop, replace_label("Après la sauvegarde"))
    sealed = identities.seal_identity(
        central, person, identities.Identity(name="Zénobie"), primitives.new_box_pair()[1]
    )
    central.journal.append(workshops.ASKED, person, ASKED, to=the_kit(central).kit_id, sealed=sealed)
    exchange(kit, central)
    return stop, person


@pytest.mark.parametrize("told_before", [True, False])
def test_what_kits_were_told_after_the_backup_comes_back(
    pair: tuple[Node, Node], tmp_path: Path, told_before: bool
) -> None:
    kit, central = pair
    if told_before:
        central.journal.append(directory.PLANNED, os.urandom(16), STOP)
        exchange(kit, central)
    back_up(central, tmp_path / "backup")
    stop, person = tell_more(kit, central)
    note(kit, 4, named=1)
    exchange(kit, central)
    central = restore(central, tmp_path / "backup")
    assert central.store.value("SELECT count(*) FROM stop WHERE stop_id = ?", stop) == 0
    exchange(kit, central)
    assert central.store.value("SELECT label FROM stop WHERE stop_id = ?", stop) == "Après la sauvegarde"
    envelope = central.store.value("SELECT envelope FROM signup WHERE signup_id = ?", person)
    assert journal_queries.find_envelope(central.store, envelope) is not None
    assert journey(kit).only_here == 0
    assert central.journal.projection_hash() == kit.journal.projection_hash()
    assert exchange(kit, central) == 0, "nothing goes round in circles"
    assert central.store.value("SELECT count(*) FROM arrival WHERE reason <> ''") == 0
    stranger = feeds.Reader(os.urandom(16), primitives.new_box_pair()[1], [])
    assert list(feeds.lacking(central, stranger)), "and it goes down to the other kits again"
    central.store.close()


def test_a_kit_cannot_put_words_into_the_centrals_mouth(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = pair
    back_up(central, tmp_path / "backup")
    tell_more(kit, central)
    central = restore(central, tmp_path / "backup")
    good = [bytes(row["bytes"]) for row in kit.store.rows("SELECT bytes FROM arrival")]
    forged = bytearray(good[0])
    forged[-1] ^= 1
    for raw in (bytes(forged), good[0]):
        wrong = Returned(raw, primitives.seal_to(central.identity.box_public, primitives.new_key()))
        with pytest.raises(Problem) as refusal:
            returned.take_returned(central, sign_message(kit.identity, wrong))
        assert refusal.value.code == "sync.bad_segment"
    with pytest.raises(Problem) as refusal:
        returned.take_returned(central, sign_message(central.identity, Returned(good[0], b"")))
    assert refusal.value.code == "sync.unknown_kit"
    assert queries.arrived_logs(central.store) == []
    central.store.close()
