"""Boxes that never see the Internet: a copied card and a central put back from an old backup end well all the same.

Real boxes, a real central, and what carries between them: a USB key, a phone, a neighbour.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kit.app import build_node
from kit.central import actions as central_actions
from kit.central import bringing
from kit.directory import facts as directory
from kit.keys import primitives
from kit.people import identities
from kit.people.node import Node
from kit.sync import forks, packing
from kit.sync.actions import journey, send
from kit.sync.carriers.file import FileCarrier
from kit.sync.carriers.neighbour import NeighbourCarrier
from kit.sync.enrolment import enrol, get_enrolment, read_certificate
from kit.sync.outbox import Outbox
from kit.workshops import facts as workshops
from tests.sync.homes import free_port, make_central, make_kit, note, served

STOP = directory.StopPlanned("Après la sauvegarde", "Vallon", "07330", "", 1, 2, "")


@dataclass
class Valley:
    """A box without a network (`alone`), one that has it (`other`), and home."""

    folder: Path
    alone: Node
    other: Node
    central: Node
    opened: list[Node] = field(default_factory=list)

    def by_network(self, kit: Node) -> None:
        with served(self.central):
            send(kit)

    def by_key(self, kit: Node) -> None:
        """The key goes home and comes back; the box writes to it again."""
        key = self.folder / "key" / "valise"
        key.mkdir(parents=True, exist_ok=True)
        send(kit, carrier=FileCarrier(key))
        bringing.read_key(self.central, key)
        send(kit, carrier=FileCarrier(key))

    def by_phone(self, kit: Node) -> None:
        """A phone takes a file home, and the answer back."""
        raw = b"".join(packing.pack_number(Outbox(kit), 1))
        taken = bringing.take_bundle(self.central, "x.valise", io.BytesIO(raw))
        answer = b"".join(bringing.pack_answer(self.central, taken.hello, taken.relayed))
        packing.take_back(kit, io.BytesIO(answer))

    def by_neighbour(self, kit: Node) -> None:
        """The other box takes it along, goes to the network, and meets this one again."""
        with served(self.other) as url:
            send(kit, carrier=NeighbourCarrier(url))
            self.by_network(self.other)
            send(kit, carrier=NeighbourCarrier(url))

    def by_neighbour_with_a_key(self, kit: Node) -> None:
        """The other box has no network either: what it carries goes on by its key."""
        with served(self.other) as url:
            send(kit, carrier=NeighbourCarrier(url))
            self.by_key(self.other)
            send(kit, carrier=NeighbourCarrier(url))

    def restore_central(self, backup: Path) -> None:
        """Home breaks down; its backup is put in its place."""
        self.central.store.close()
        shutil.rmtree(self.central.data)
        shutil.copytree(backup, self.central.data)
        self.central.data.with_name(self.central.data.name + ".boot").unlink(missing_ok=True)
        self.central = build_node(self.central.settings)

    def open_copy(self, kit: Node, name: str) -> Node:
        """Somebody copies the card, marker and all: a second box under the same name."""
        kit.store.flush()
        shutil.copytree(kit.data, self.folder / name)
        shutil.copyfile(kit.settings.marker_path, (self.folder / name).with_name(name + ".boot"))
        self.opened.append(build_node(type(kit.settings)(**{**vars_of(kit.settings), "data": self.folder / name})))
        return self.opened[-1]


def vars_of(settings: object) -> dict[str, object]:
    return {name: getattr(settings, name) for name in settings.__dataclass_fields__}  # type: ignore[attr-defined]


@pytest.fixture
def valley(tmp_path: Path) -> Iterator[Valley]:
    central = make_central(tmp_path / "central", free_port())
    kits = [make_kit(tmp_path / name, port=free_port()) for name in ("alone", "other")]
    with served(central) as url:
        for kit in kits:
            enrol(kit, central_actions.make_enrolment(central, kit.data.name, server_url=url))
    made = Valley(tmp_path, *kits, central)
    yield made
    for node in (*kits, *made.opened, made.central):
        node.store.close()


WAYS: dict[str, Callable[[Valley, Node], None]] = {
    "network": Valley.by_network, "key": Valley.by_key, "phone": Valley.by_phone, "neighbour": Valley.by_neighbour,
    "neighbour with a key": Valley.by_neighbour_with_a_key,
}  # fmt: skip


def home_knows(valley: Valley, people: list[bytes]) -> int:
    sql = "SELECT count(*) FROM attendance WHERE attendance_id = ?"
    return sum(int(valley.central.store.value(sql, person)) for person in people)


def test_two_boxes_under_one_name_on_one_key_are_both_answered(valley: Valley) -> None:
    """Whichever of their journals comes first in the order of names, which is chance."""
    copy = valley.open_copy(valley.alone, "copy")
    copy.journal.start_epoch()
    key = valley.folder / "key" / "valise"
    key.mkdir(parents=True)
    for kit in (valley.alone, copy):
        note(kit, 2, named=1)
        send(kit, carrier=FileCarrier(key))
    bringing.read_key(valley.central, key)
    names = {path.name for path in (key / "envoi").iterdir()}
    assert len(names) == 2 and names == {path.name for path in (key / "retour").iterdir()}
    for kit in (valley.alone, copy):
        assert FileCarrier(key).take_back(Outbox(kit)) == 0
        assert journey(kit).only_here == 0
    assert not list((key / "retour").iterdir()), "each took its own away"


@pytest.mark.parametrize("way", WAYS)
def test_a_copied_card_comes_home_whole_and_hears_so(valley: Valley, way: str) -> None:
    """Receipts of one box cover the numbers of the other: it sends its own all the same, and knows when they came."""
    go, first = WAYS[way], valley.alone
    people = note(first, 4, named=1)
    valley.by_network(first)
    copy = valley.open_copy(first, "copy")
    people += note(first, 6, named=2)
    valley.by_network(first)
    people += (of_copy := note(copy, 5, named=2))
    for _ in range(4):
        go(valley, copy)
    assert home_knows(valley, of_copy) == 5
    assert forks.is_copied(copy), "the copy heard of numbers that it never sent"
    assert [forks.doubtful(copy, log_no) for log_no, _ in copy.journal.own_logs()] == [[], []]
    assert (journey(copy).only_here, journey(copy).envelopes_waiting) == (0, 0)
    assert home_knows(valley, people) == len(people)
    assert valley.central.store.value("SELECT count(*) FROM envelope") == 5


def test_a_word_of_somebody_else_settles_nothing(valley: Valley) -> None:
    """The first box hears which of its segments are home; that word, brought to the copy, says nothing of its own."""
    first = valley.alone
    note(first, 4)
    valley.by_network(first)
    copy = valley.open_copy(first, "copy")
    note(first, 6)
    valley.by_network(first)
    note(copy, 5)
    lost_on_the_way = b"".join(packing.pack_number(Outbox(copy), 1))
    valley.central.store.flush()
    hello, _ = Outbox(copy).hello()
    packing.take_back(copy, io.BytesIO(b"".join(bringing.pack_answer(valley.central, hello))))
    assert journey(copy).only_here == 5, "cut and packed is not arrived, whatever numbers are receipted"
    outbox = Outbox(copy)
    assert lost_on_the_way
    doubtful = forks.doubtful(copy, copy.journal.own_logs()[0][0])
    assert doubtful
    from kit.sync.inbox import make_holding
    from kit.sync.messages import Holding, sign_message

    names = [row["segment_id"] for row in copy.store.rows("SELECT segment_id FROM segment")]
    outbox.take_holding(make_holding(valley.central, copy.identity.sign_public, [os.urandom(32)]))
    outbox.take_holding(sign_message(first.identity, Holding(b"e" * 8, names, 2**50)))
    outbox.take_holding(sign_message(valley.central.identity, Holding(b"e" * 8, names, 1)))  # of an earlier life
    assert forks.doubtful(copy, copy.journal.own_logs()[0][0]) == doubtful


def test_what_was_settled_with_a_lost_central_is_doubtful_again(valley: Valley) -> None:
    first = valley.alone
    note(first, 4)
    valley.by_network(first)
    valley.central.store.flush()
    shutil.copytree(valley.central.data, valley.folder / "backup")
    copy = valley.open_copy(first, "copy")
    note(first, 6)
    valley.by_network(first)
    people = note(copy, 5)
    for _ in range(2):
        valley.by_network(copy)
    assert journey(copy).only_here == 0
    valley.restore_central(valley.folder / "backup")
    valley.by_network(first)  # the numbers are taken by the first one again
    for _ in range(2):
        valley.by_network(copy)
    assert home_knows(valley, people) == 5
    assert journey(copy).only_here == 0


@pytest.mark.parametrize("way", WAYS)
def test_a_central_put_back_hears_again_what_it_had_told(valley: Valley, way: str) -> None:
    """A stop for all, a name for one: told after the backup, they come back by the way that box has."""
    go, alone = WAYS[way], valley.alone
    go(valley, alone)
    valley.central.store.flush()
    shutil.copytree(valley.central.data, valley.folder / "backup")
    stop, person = os.urandom(16), os.urandom(16)
    valley.central.journal.append(directory.PLANNED, stop, STOP)
    sealed = identities.seal_identity(
        valley.central, person, identities.Identity(name="Zénobie"), primitives.new_box_pair()[1]
    )
    asked = workshops.SignupAsked(b"w" * 16, "ABCD", "placed", False, 1)
    me = read_certificate(get_enrolment(alone)).kit_id
    valley.central.journal.append(workshops.ASKED, person, asked, to=me, sealed=sealed)
    valley.by_network(alone)
    assert alone.store.value("SELECT count(*) FROM signup WHERE signup_id = ?", person) == 1
    valley.restore_central(valley.folder / "backup")
    assert valley.central.store.value("SELECT count(*) FROM stop") == 0
    for _ in range(3):
        note(alone, 1)
        go(valley, alone)
    assert valley.central.store.value("SELECT count(*) FROM stop WHERE stop_id = ?", stop) == 1
    assert valley.central.store.value("SELECT count(*) FROM signup WHERE signup_id = ?", person) == 1
    assert valley.central.store.value("SELECT count(*) FROM envelope") == 1
    counted = "SELECT count(*) FROM arrival WHERE log_no IN (SELECT log_no FROM channel)"
    before = valley.central.store.value(counted)
    note(alone, 1)
    go(valley, alone)
    assert valley.central.store.value(counted) == before, "nothing goes round in circles"
    assert valley.central.store.value("SELECT count(*) FROM arrival WHERE reason <> ''") == 0
