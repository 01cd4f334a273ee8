"""What the central writes for its kits reaches them, every one or only one, by the same segments and folds."""

from __future__ import annotations

import os

import pytest

from kit.central import actions as central_actions
from kit.central import queries as central_queries
from kit.directory import facts as directory
from kit.journal import queries as journal_queries
from kit.keys import primitives
from kit.people import facts as people
from kit.people import identities
from kit.people.node import Node
from kit.sync import queries
from kit.sync.actions import send
from kit.workshops import facts as workshops
from tests.sync.homes import note, served

STOP = directory.StopPlanned("Mairie de Vallon", "Vallon", "07330", "1 place du Marché", 1, 2, "Tour d’été")
PLACE = {"nom": "Mairie de Vallon", "commune": "Vallon"}


def exchange(kit: Node, central: Node) -> int:
    """One sending to the central; how many segments came back."""
    with served(central):
        return send(kit).carried.came


def the_kit(central: Node) -> central_queries.Kit:
    return central_queries.list_kits(central.store, 9, 0)[0]


def test_a_stop_and_a_place_planned_at_home_reach_the_kit_with_the_same_tables(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    stop, place = os.urandom(16), os.urandom(16)
    central.journal.append(directory.PLANNED, stop, STOP)
    central.journal.append(directory.ADDED, place, directory.PlaceAdded(PLACE))
    note(kit, 3)
    assert exchange(kit, central) == 1
    assert kit.store.value("SELECT label FROM stop WHERE stop_id = ?", stop) == "Mairie de Vallon"
    assert kit.store.value("SELECT nom FROM place WHERE place_id = ?", place) == "Mairie de Vallon"
    central.journal.append(directory.STOP_CHANGED, stop, directory.StopChanged(1, label="Salle des fêtes"))
    assert exchange(kit, central) == 1, "only what is new comes"
    assert exchange(kit, central) == 0
    assert kit.store.value("SELECT label FROM stop WHERE stop_id = ?", stop) == "Salle des fêtes"
    assert kit.journal.projection_hash() == central.journal.projection_hash()


def test_what_was_stored_before_a_death_and_not_looked_at_counts_at_the_next_sending(
    pair: tuple[Node, Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, central = pair
    central.journal.append(directory.PLANNED, b"s" * 16, STOP)

    def die(*_args: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr("kit.sync.inbox.project", die)
        exchange(kit, central)
    assert kit.store.value("SELECT state FROM arrival") == "stored"
    exchange(kit, central)
    assert kit.store.value("SELECT count(*) FROM stop") == 1
    assert kit.journal.projection_hash() == central.journal.projection_hash()


def test_what_is_the_centrals_own_stays_there(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    person = os.urandom(16)
    central.journal.append(workshops.CAME, person, workshops.AttendanceCame(b"w" * 16, "walk_in"))
    assert exchange(kit, central) == 0
    assert kit.store.value("SELECT count(*) FROM attendance") == 0


def test_a_sign_up_made_at_home_reaches_one_kit_with_its_envelope_and_no_other(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    here, elsewhere = os.urandom(16), os.urandom(16)
    _, door = primitives.new_box_pair()
    asked = workshops.SignupAsked(b"w" * 16, "ABCD", "placed", False, 1)
    for person, kit_id in ((here, the_kit(central).kit_id), (elsewhere, os.urandom(16))):
        sealed = identities.seal_identity(central, person, identities.Identity(name="Zénobie"), door)
        central.journal.append(workshops.ASKED, person, asked, to=kit_id, sealed=sealed)
    assert exchange(kit, central) == 1
    rows = kit.store.rows("SELECT signup_id, envelope FROM signup")
    assert [row["signup_id"] for row in rows] == [here]
    assert journal_queries.find_envelope(kit.store, rows[0]["envelope"]) is not None


def test_an_erasure_asked_on_one_kit_is_told_to_all(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    person = note(kit, 1, named=1)[0]
    exchange(kit, central)
    kit.journal.append(people.ERASED, person, people.Erased("asked"))
    exchange(kit, central)
    exchange(kit, central)
    told = central.store.value("SELECT count(*) FROM fact JOIN channel USING (log_no) WHERE kind = 'person.erased'")
    assert told == 1
    held = kit.store.value("SELECT count(*) FROM fact WHERE kind = 'person.erased' AND subject = ?", person)
    assert held == 2, "its own word, and the central's"


def test_a_kit_hears_which_kit_is_accepted_no_longer_and_that_it_is_again(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    stolen = replace_kit(central)
    central_actions.set_revoked(central, stolen.kit_id, True)
    exchange(kit, central)
    assert queries.is_revoked(kit.store, stolen.sign_public)
    central_actions.set_revoked(central, stolen.kit_id, False)
    exchange(kit, central)
    assert not queries.is_revoked(kit.store, stolen.sign_public)


def replace_kit(central: Node) -> central_queries.Kit:
    """A second kit as the central knows it."""
    kit_id, (_, sign), (_, box) = os.urandom(16), primitives.new_signing_pair(), primitives.new_box_pair()
    with central.journal.write():
        queries_row = (kit_id, "Autre", "", sign, box, os.urandom(8), b"certificate", 2**50, 1)
        central_queries.save_kit(central.store, queries_row)
    return central_queries.get_kit(central.store, kit_id)


def test_a_restored_central_writes_new_logs_and_numbers_never_come_back(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    stop, later = os.urandom(16), os.urandom(16)
    central.journal.append(directory.PLANNED, stop, STOP)
    exchange(kit, central)
    central.journal.start_epoch()
    central.journal.append(directory.PLANNED, later, replace_label("Après"))
    assert exchange(kit, central) == 1
    assert kit.store.value("SELECT count(*) FROM stop") == 2
    assert kit.store.value("SELECT count(*) FROM arrival WHERE reason <> ''") == 0


def replace_label(label: str) -> directory.StopPlanned:
    return directory.StopPlanned(label, STOP.commune, STOP.code_insee, STOP.address, 1, 2, STOP.tour)


def test_hundreds_of_facts_come_in_several_segments_and_a_replay_gives_the_same(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    with central.journal.write():
        for number in range(600):
            fields = {**PLACE, "presentation_resume": os.urandom(120).hex(), "nom": f"Lieu {number}"}
            central.journal.append(directory.ADDED, os.urandom(16), directory.PlaceAdded(fields))
    assert exchange(kit, central) > 1
    before = kit.journal.projection_hash()
    kit.journal.replay()
    assert kit.journal.projection_hash() == before == central.journal.projection_hash()
