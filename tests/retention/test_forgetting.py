"""A box forgets by itself: doors nobody shut, names under a signed receipt; and it can prove what it forgot."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit import retention
from kit.app import build_node, create_app
from kit.clock import Clock
from kit.directory import actions as directory
from kit.errors import Problem
from kit.feedback import actions as feedback
from kit.feedback import results
from kit.feedback.forms import NewAnswer
from kit.feedback.letters import actions as letters
from kit.feedback.letters import reading
from kit.feedback.letters.codes import code_for, open_code
from kit.feedback.letters.forms import NewLetter
from kit.feedback.questionnaires import current
from kit.feedback.rules import door_subject
from kit.ids import new_id
from kit.journal import anchors, queries
from kit.keys.primitives import digest
from kit.people import actions as people
from kit.people import identities
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync import inbox
from kit.sync.actions import send
from kit.workshops import actions as workshops
from kit.workshops import forgetting
from kit.workshops.forms import Person
from tests.central.season import note_season
from tests.feedback.box import post
from tests.sync.homes import CANARY, PASSPHRASE, copy_pair, served

HOUR = 3_600_000


class Hands:
    """The two clocks of a box, moved by hand: seconds."""

    def __init__(self) -> None:
        self.wall, self.mono = 1_800_000_000.0, 1000.0

    def run(self, hours: float) -> None:
        self.wall += hours * 3600
        self.mono += hours * 3600


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def pair(template: Path, tmp_path: Path, hands: Hands) -> Iterator[tuple[Node, Node]]:
    kit, central = copy_pair(template, tmp_path / "pair")
    kit.store.close()
    clock = Clock(9, 0, lambda: hands.wall, lambda: hands.mono)
    kit = build_node(kit.settings, clock)
    yield kit, central
    kit.store.close()
    central.store.close()


def test_an_unclosed_door_dies_after_72_running_hours(pair: tuple[Node, Node], hands: Hands) -> None:
    kit, _ = pair
    workshop = note_season(kit, opinions=0).workshop_id
    hands.run(4)  # it is over; from now on the hours count
    assert retention.shut_forgotten_doors(kit) == []
    hands.run(71)
    assert retention.shut_forgotten_doors(kit) == []
    assert forgetting.has_open_door(kit.store, workshop)
    hands.run(1.1)
    assert retention.shut_forgotten_doors(kit) == [workshop]
    assert not forgetting.has_open_door(kit.store, workshop)
    assert retention.shut_forgotten_doors(kit) == []


def test_a_clock_that_jumps_shortens_nothing(pair: tuple[Node, Node], hands: Hands) -> None:
    kit, _ = pair
    workshop = note_season(kit, opinions=0).workshop_id
    hands.wall += 400 * 86_400  # years ahead: seen over, but no hour has run
    assert retention.shut_forgotten_doors(kit) == []
    hands.run(10)
    hands.wall -= 401 * 86_400  # corrected: what was believed over is forgotten
    anchors.confirm(kit.journal, int(hands.wall * 1000), "staff")
    assert retention.shut_forgotten_doors(kit) == []
    hands.run(26.1)  # over for real now; 72 hours have not run since
    assert retention.shut_forgotten_doors(kit) == []
    assert forgetting.has_open_door(kit.store, workshop)


@pytest.mark.parametrize("how", ["never closed", "closed at home"])
def test_the_door_of_a_stop_dies_by_itself(pair: tuple[Node, Node], hands: Hands, how: str) -> None:
    """A stop planned at home cannot be closed on the box: the texts given there must not stay readable for ever."""
    kit, central = pair
    with served(central):
        send(kit)  # the hour is the central's from now on
    start = kit.clock.wall_ms()
    stop = directory.plan_stop(
        central, label="Salle des fêtes", commune="Tende", starts_at_ms=start, ends_at_ms=start + 6 * HOUR
    )
    with served(central):
        send(kit)
        feedback.note_answer(kit, new_id(), NewAnswer("satisfaction", 1, b"", (), {"texte": "Merci"}))
        subject = door_subject(stop)
        assert forgetting.has_open_door(kit.store, subject)
        if how == "closed at home":
            directory.close_stop(central, stop)
            send(kit)
            assert retention.shut_forgotten_doors(kit) == [subject]
            return
    hands.run(6.1)
    assert retention.shut_forgotten_doors(kit) == []
    hands.run(71)
    assert retention.shut_forgotten_doors(kit) == [] and forgetting.has_open_door(kit.store, subject)
    hands.run(1.1)
    assert retention.shut_forgotten_doors(kit) == [subject]
    assert not forgetting.has_open_door(kit.store, subject)


PLANTED = "le perroquet mauve siffle la Marseillaise"


def read_by_a_thief(kit: Node, vault: bytes) -> list[str]:
    """Every text that the disk gives to somebody who has a mediator's passphrase too."""
    sealed = [
        bytes(row["sealed"]) for row in kit.store.rows("SELECT sealed FROM envelope UNION SELECT sealed FROM urn")
    ]
    opened = identities.read_behind_doors(kit, vault, sealed) if sealed else []
    return [text for told in opened if told is not None for text in told.texts.values()]


def note_text(kit: Node, workshop_id: bytes, text: str) -> None:
    feedback.note_answer(kit, new_id(), NewAnswer("fin-atelier", 1, workshop_id, (), {"parole": text}))


def test_a_text_given_outside_any_stop_is_not_readable_for_ever(pair: tuple[Node, Node], hands: Hands) -> None:
    kit, _ = pair
    workshop = note_season(kit, opinions=0).workshop_id
    vault = people.find_signed_in(kit, people.sign_in(kit, people.Throttle(kit.clock.mono_ms), "x", PASSPHRASE)).vault()
    kit_doors = "SELECT subject, sealed_private FROM door WHERE subject IN (SELECT subject FROM day_door)"
    retention.shut_forgotten_doors(kit)
    note_text(kit, workshop, PLANTED)
    (door,) = kit.store.rows(kit_doors)
    private = bytes(door["sealed_private"])
    assert read_by_a_thief(kit, vault) == [PLANTED]
    hands.wall += 400 * 86_400  # a clock that jumps shortens nothing
    retention.shut_forgotten_doors(kit)
    hands.run(25)  # the next day has a door of its own
    note_text(kit, workshop, "du lendemain")
    assert len(kit.store.rows(kit_doors)) == 2
    hands.run(70.5)
    assert bytes(door["subject"]) not in retention.shut_forgotten_doors(kit)
    assert sorted(read_by_a_thief(kit, vault)) == ["du lendemain", PLANTED]
    hands.run(0.5)
    assert bytes(door["subject"]) in retention.shut_forgotten_doors(kit)
    assert read_by_a_thief(kit, vault) == ["du lendemain"]
    hands.run(24)
    retention.shut_forgotten_doors(kit)
    assert read_by_a_thief(kit, vault) == []
    wrote = b"".join(path.read_bytes() for path in kit.data.rglob("*") if path.is_file())
    assert private not in wrote, "the door's key still lies in the database or in its write-ahead log"
    assert PLANTED.encode() not in wrote
    note_text(kit, workshop, "encore")  # and the box goes on
    assert read_by_a_thief(kit, vault) == ["encore"]


def test_the_one_door_of_earlier_versions_dies_too(pair: tuple[Node, Node], hands: Hands) -> None:
    kit, _ = pair
    migration = importlib.import_module("kit.store.migrations.0521_day_doors")
    retention.shut_forgotten_doors(kit)
    with kit.journal.write():
        identities.make_door(kit, door_subject(b""))
        kit.store.run("DROP TABLE day_door")
    migration.up(None, kit.store.db)
    assert forgetting.has_open_door(kit.store, door_subject(b""))
    hands.run(95)
    assert door_subject(b"") not in retention.shut_forgotten_doors(kit)
    hands.run(2)
    assert door_subject(b"") in retention.shut_forgotten_doors(kit)


def test_a_box_unsure_of_its_clock_waits(pair: tuple[Node, Node], hands: Hands) -> None:
    kit, _ = pair
    note_season(kit, opinions=0)
    hands.wall = 5.0
    unsure = build_node(kit.settings, Clock(10, queries.newest_wall_ms(kit.store), lambda: hands.wall, lambda: 9e6))
    assert unsure.clock.is_behind
    retention.shut_forgotten_doors(unsure)
    assert kit.store.value("SELECT count(*) FROM left_open") == 0
    unsure.store.close()


def test_nothing_is_purged_on_sent_nor_on_stored(pair: tuple[Node, Node], hands: Hands) -> None:
    kit, central = pair
    workshop = note_season(kit, opinions=0).workshop_id
    workshops.close_workshop(kit, workshop, lambda _workshop, _stop: None)
    with served(central):
        send(kit)
    hands.run(24 * 365)
    assert retention.purge(kit) == retention.Purged()
    assert kit.store.value("SELECT count(*) FROM envelope") == 3
    assert forgetting.count_lines(kit.store) == 0


def test_a_purge_leaves_the_proof_of_its_receipt(pair: tuple[Node, Node], hands: Hands) -> None:
    kit, central = pair
    workshop = note_season(kit, opinions=0).workshop_id
    workshops.close_workshop(kit, workshop, lambda _workshop, _stop: None)
    with served(central):
        send(kit)
        inbox.note_backed_up(central, inbox.what_is_held(central))
        send(kit)
    assert retention.purge(kit) == retention.Purged(3, 0)
    (line,) = forgetting.list_lines(kit.store, 10, 0)
    signed = kit.store.value("SELECT signed FROM receipt WHERE level = 'backed_up'")
    assert line.receipt == digest(signed)
    assert (line.envelopes, line.people, line.title) == (3, 0, "Mon premier e-mail")
    hands.run(24 * 31)
    assert retention.purge(kit).workshops == 1
    assert [one.people for one in forgetting.list_lines(kit.store, 10, 0)] == [4, 0]
    assert retention.purge(kit) == retention.Purged()


def test_names_behind_a_dead_door_go_once_they_are_safe(pair: tuple[Node, Node], hands: Hands) -> None:
    kit, central = pair
    workshop = note_season(kit, opinions=0).workshop_id
    hands.run(4)
    retention.shut_forgotten_doors(kit)
    hands.run(73)
    retention.shut_forgotten_doors(kit)
    retention.purge(kit)
    assert kit.store.value("SELECT count(*) FROM envelope") == 3
    with served(central):
        send(kit)
        inbox.note_backed_up(central, inbox.what_is_held(central))
        send(kit)
    retention.purge(kit)
    assert kit.store.value("SELECT count(*) FROM envelope") == 0
    assert workshops.queries.get_workshop(kit.store, workshop).came == 3


def test_the_roll_of_another_workshop_stays_open(pair: tuple[Node, Node], hands: Hands) -> None:
    kit, _ = pair
    first = note_season(kit, opinions=0).workshop_id
    later = note_season(kit, "Un autre", opinions=0).workshop_id
    workshops.close_workshop(kit, first, lambda _workshop, _stop: None)
    assert not forgetting.has_open_door(kit.store, first)
    assert forgetting.has_open_door(kit.store, later)
    workshops.sign_up(kit, later, new_id(), Person(name=CANARY, phone=""))
    assert identities.organisation_public(kit)


@pytest.mark.parametrize(("backup", "purge"), [("30", "30"), ("31", "30"), ("0", "30")])
def test_a_backup_rarer_than_the_purge_is_refused(backup: str, purge: str) -> None:
    with pytest.raises(Problem) as caught:
        read_settings({"VALISE_BACKUP_DAYS": backup, "VALISE_PURGE_DAYS": purge})
    assert caught.value.code == "start.backup_days"


def test_the_page_tells_what_was_forgotten_and_why(kit_node: Node, mediator: FlaskClient) -> None:
    assert "Rien n’a encore été oublié" in mediator.get("/console/oublis").get_data(as_text=True)
    with kit_node.journal.write():
        forgetting.add_line(kit_node.store, (1_800_000_000_000, new_id(), 3, 0, "4-9", bytes(32), 1_799_000_000_000))
    page = mediator.get("/console/oublis").get_data(as_text=True)
    assert "3 noms" in page
    assert "0000000000000000" in page
    assert "4-9" in page


def test_a_letter_written_outside_any_stop_closes_too(pair: tuple[Node, Node], hands: Hands) -> None:
    kit, _ = pair
    vault = people.find_signed_in(kit, people.sign_in(kit, people.Throttle(kit.clock.mono_ms), "x", PASSPHRASE)).vault()
    retention.shut_forgotten_doors(kit)
    answer = NewAnswer("probleme", 1, b"", (), {"recit": PLANTED})
    letters.note_letter(kit, code_for(kit, b"form"), NewLetter(answer, "grievance", CANARY, "06 39 98 00 01"))
    assert PLANTED in read_by_a_thief(kit, vault)
    hands.run(24 + 72)
    retention.shut_forgotten_doors(kit)
    assert read_by_a_thief(kit, vault) == []


def test_texts_leave_after_the_delay_and_only_under_the_receipt(pair: tuple[Node, Node], hands: Hands) -> None:
    """Opinions, letters and replies: thirty days of running life and « bien reçu, et sauvegardé ». Numbers stay."""
    kit, central = pair
    workshop = note_season(kit, opinions=0).workshop_id
    retention.purge(kit)
    for mark in (10, 10, 5, 5, 0):
        values = (("satisfaction", mark),)
        feedback.note_answer(kit, new_id(), NewAnswer("fin-atelier", 1, workshop, values, {"parole": PLANTED}))
    code = code_for(kit, b"form")
    letters.note_letter(
        kit, code, NewLetter(NewAnswer("probleme", 1, b"", (), {"recit": PLANTED}), "grievance", "", "")
    )
    keys = open_code(code)
    assert keys is not None
    letters.move_letter(kit, keys.letter_id, "answered", "Le maire a répondu.")
    texts = "SELECT count(*) FROM envelope WHERE subject NOT IN (SELECT signup_id FROM signup)"
    texts += " AND subject NOT IN (SELECT attendance_id FROM attendance)"
    assert kit.store.value(texts) == 7

    def days_run(count: int) -> int:
        for _ in range(count):
            hands.run(24)
            retention.purge(kit)
        return int(kit.store.value(texts))

    assert days_run(40) == 7  # long enough, but nobody has them
    with served(central):
        send(kit)
        assert days_run(1) == 7  # sent, and not backed up
        inbox.note_backed_up(central, inbox.what_is_held(central))
        letters.note_letter(
            kit,
            code_for(kit, b"later"),
            NewLetter(NewAnswer("probleme", 1, b"", (), {"recit": "neuf"}), "grievance", "", ""),
        )
        send(kit)
    inbox.note_backed_up(central, inbox.what_is_held(central))
    assert days_run(0) == 8 and days_run(1) == 1, "the seven old ones went; the new one is not old enough"
    (line, *_) = [one for one in forgetting.list_lines(kit.store, 50, 0) if one.is_texts]
    assert line.envelopes == 7 and line.receipt_at_ms
    found = reading.read_with_code(kit, code)
    assert found.letter is not None and found.letter.told is None and found.moves[0].has_left
    client = create_app(kit.settings, kit).test_client()
    page = post(client, "/suivi", code=code).get_data(as_text=True)
    assert "ont quitté cette valise" in page and "n’est plus dans cette valise" in page
    opinion = results.read_results(kit, current(), "workshop", workshop)[0]
    assert opinion.count == 5, "sums stay"
    for table in ("answer", "answer_value", "pending_answer"):
        assert kit.store.value(f"SELECT count(*) FROM {table}") == 0, "no single answer does"
    assert kit.store.value("SELECT count(*) FROM fact WHERE kind = 'answer.given'") == 0
    assert line.people == 5 and central.store.value("SELECT count(*) FROM answer") == 5
    kit.journal.replay()
    assert results.read_results(kit, current(), "workshop", workshop)[0] == opinion, "nor does a replay change them"
    assert days_run(31) == 1, "thirty days more, but the newest receipt is not here: it stays"
    with served(central):
        send(kit)
    assert days_run(1) == 0
    wrote = b"".join(path.read_bytes() for path in kit.data.rglob("*") if path.is_file())
    assert PLANTED.encode() not in wrote


def test_an_answer_no_sum_has_counted_stays(pair: tuple[Node, Node], hands: Hands) -> None:
    """Fewer than five waited at closing: gone, they would be in no figure of this suitcase."""
    kit, central = pair
    workshop = note_season(kit, opinions=0).workshop_id
    retention.purge(kit)
    for _ in range(2):
        feedback.note_answer(kit, new_id(), NewAnswer("fin-atelier", 1, workshop, (("satisfaction", 10),), {}))
    feedback.after_workshop_close(kit, workshop, b"")
    assert kit.store.value("SELECT count(*) FROM pending_answer") == 2
    with served(central):
        send(kit)
        inbox.note_backed_up(central, inbox.what_is_held(central))
        send(kit)
    for _ in range(40):
        hands.run(24)
        retention.purge(kit)
    assert kit.store.value("SELECT count(*) FROM answer") == 2
