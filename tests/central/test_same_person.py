"""The same person twice: a coordinator says so, may take it back, and counts follow everywhere, in any order."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from kit.app import create_app
from kit.errors import Problem
from kit.ids import new_id, to_text
from kit.journal import queries as journal_queries
from kit.journal.fact import Record
from kit.people import actions as people
from kit.people.node import Node
from kit.sync.actions import send
from kit.workshops import actions as workshops
from kit.workshops import queries, returning, roll, same_person
from kit.workshops.door_actions import note_details
from kit.workshops.forms import Details, Person, Profile
from kit.workshops.from_home import answer_asked
from kit.workshops.reports import queries as reports
from kit.workshops.reports.actions import correct_report, draft_after_close
from kit.workshops.reports.forms import as_new
from kit.workshops.rules import find_merge
from kit.workshops.vouchers.facts import KIND, VOUCHER
from tests.central.season import note_season, post, sign_in
from tests.sync.homes import CANARY, PASSPHRASE, served
from tests.workshops.box import plan

A, B = b"a" * 16, b"b" * 16


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ([], b""),
        ([(1, b"l", A)], A),
        ([(1, b"l", A), (2, b"l", b"")], b""),
        ([(1, b"l", A), (2, b"l", b""), (3, b"l", B)], B),
        ([(1, b"l", A), (1, b"m", B)], B),
    ],
)
def test_the_last_word_counts_in_any_order(words: list[tuple[int, bytes, bytes]], answer: bytes) -> None:
    assert {find_merge(list(order)) for order in itertools.permutations(words)} == {answer}


def came(node: Node, workshop_id: bytes) -> int:
    return queries.get_workshop(node.store, workshop_id).came


def test_two_rows_are_one_person_and_two_again(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    workshop_id = note_season(kit, opinions=0).workshop_id
    twice = new_id()
    workshops.add_walk_in(kit, workshop_id, twice, Person(name="Zénobie Q.", phone=""), Profile())
    with served(central):
        send(kit)
        first = central.store.value("SELECT attendance_id FROM attendance WHERE how = 'signed_up'")
        client = sign_in(create_app(central.settings, central))
        page = f"/ateliers-recus/{to_text(workshop_id)}"
        assert "Notée deux fois ?" in client.get(page).text and came(central, workshop_id) == 4
        form = {"personne": to_text(twice), "avec": to_text(first)}
        assert post(client, f"{page}/meme-personne", page, **form).status_code == 303
        shown = client.get(page).text
        assert "même personne que" in shown and CANARY in shown
        send(kit)
        assert came(central, workshop_id) == came(kit, workshop_id) == 3
        again = post(client, f"{page}/meme-personne", page, personne=to_text(first), avec=to_text(twice))
        assert again.status_code == 409
        assert post(client, f"{page}/meme-personne", page, personne=to_text(twice)).status_code == 303
        send(kit)
    assert came(central, workshop_id) == came(kit, workshop_id) == 4
    before = central.journal.projection_hash()
    central.journal.replay()
    assert central.journal.projection_hash() == before


def test_only_two_who_came_can_be_one(pair: tuple[Node, Node]) -> None:
    kit, _ = pair
    workshop = queries.get_workshop(kit.store, note_season(kit, opinions=0).workshop_id)
    one, two = [row[0] for row in kit.store.rows("SELECT attendance_id FROM attendance ORDER BY 1 LIMIT 2")]
    absent = kit.store.value(
        "SELECT signup_id FROM signup WHERE signup_id NOT IN (SELECT attendance_id FROM attendance)"
    )
    for wrong in ((one, one), (one, absent), (absent, one), (one, new_id())):
        with pytest.raises(Problem) as refused:
            same_person.merge(kit, workshop, *wrong, None)
        assert refused.value.code == "workshops.nobody"
    same_person.merge(kit, workshop, one, two, None)
    head = kit.journal.head()
    same_person.merge(kit, workshop, one, two, None)
    assert kit.journal.head() == head


@pytest.mark.usefixtures("engine")
def test_merges_and_ticks_in_any_order_give_the_same_tables(pair: tuple[Node, Node]) -> None:
    """A tick, its undoing and the words of a coordinator, heard one by one in every order by the central."""
    kit, central = pair
    workshop_id = note_season(kit, opinions=0).workshop_id
    workshop = queries.get_workshop(kit.store, workshop_id)
    one, two = [row[0] for row in kit.store.rows("SELECT attendance_id FROM attendance ORDER BY 1 LIMIT 2")]
    for into in (two, b"", two):
        same_person.merge(kit, workshop, one, into, None)
    rows = kit.store.rows(
        "SELECT f.* FROM fact f WHERE f.subject = ? AND f.kind LIKE 'attendance.%' ORDER BY f.seq", one
    )
    facts = [Record(**{name: row[name] for name in Record.__struct_fields__}) for row in rows]
    wanted = tuple(kit.store.row("SELECT state, merged_into, how FROM attendance WHERE attendance_id = ?", one) or ())
    assert wanted[:2] == ("undone", two)
    for order in itertools.permutations(facts):
        with central.journal.write():
            journal_queries.delete_facts(central.store, [fact.kind for fact in facts], one)
            log_no = central.journal.log_number(kit.journal.log_id)
            for fact in order:
                central.journal.ingest(log_no, [fact])
        found = central.store.row("SELECT state, merged_into, how FROM attendance WHERE attendance_id = ?", one)
        assert tuple(found or ()) == wanted


# -- what cites her follows ---------------------------------------------------------------------------------------


def twice_signed_up(kit: Node) -> tuple[queries.Workshop, queries.Signup, queries.Signup]:
    """Somebody signed up under two tickets, and both were ticked: (workshop, the row to keep, the other)."""
    workshop_id = workshops.plan_workshop(kit, plan(kit.clock.wall_ms() + 3_600_000, places=2, waiting_places=2))
    kept = workshops.sign_up(kit, workshop_id, new_id(), Person("Odette", ""))
    other = workshops.sign_up(kit, workshop_id, new_id(), Person("Odette B.", ""))
    for signup in (kept, other):
        workshops.note_ticket(kit, workshop_id, signup.code)
    return queries.get_workshop(kit.store, workshop_id), kept, other


def test_the_place_she_held_twice_counts_once_and_goes_to_the_next(pair: tuple[Node, Node]) -> None:
    kit, _ = pair
    workshop, kept, other = twice_signed_up(kit)
    waits = workshops.sign_up(kit, workshop.workshop_id, new_id(), Person("Sidonie", ""))
    assert waits.state == "waiting"
    same_person.merge(kit, workshop, other.signup_id, kept.signup_id, None)
    found = queries.get_workshop(kit.store, workshop.workshop_id)
    assert (found.placed, found.came, found.taken, found.places_left) == (1, 1, 1, 1)
    assert answer_asked(kit) == 1
    assert queries.find_signup(kit.store, waits.signup_id).state == "placed"
    same_person.merge(kit, workshop, other.signup_id, b"", None)
    found = queries.get_workshop(kit.store, workshop.workshop_id)
    assert (found.placed, found.came) == (3, 2)
    rows = queries.list_roll(kit.store, workshop.log_no, workshop.workshop_id)
    assert len(roll.list_surplus(found, rows)) == 1, "both were told they have a place: nobody loses it"


def test_either_ticket_ticks_the_one_row_of_the_roll(pair: tuple[Node, Node]) -> None:
    kit, _ = pair
    workshop, kept, other = twice_signed_up(kit)
    same_person.merge(kit, workshop, other.signup_id, kept.signup_id, None)
    cookie = people.sign_in(kit, people.Throttle(kit.clock.mono_ms), "x", PASSPHRASE)
    (line,) = roll.open_roll(kit, people.find_signed_in(kit, cookie), workshop).lines
    assert line.name == "Odette" and f"aussi {other.code}" in line.detail
    workshops.undo_came(kit, workshop.workshop_id, kept.signup_id)
    assert came(kit, workshop.workshop_id) == 0
    assert workshops.list_missing(kit, workshop)[0].person_id == kept.signup_id
    assert len(workshops.list_missing(kit, workshop)) == 1, "the other row is not somebody who did not come"
    workshops.note_ticket(kit, workshop.workshop_id, other.code)
    assert came(kit, workshop.workshop_id) == 1
    assert queries.find_person(kit.store, workshop, kept.signup_id).has_come
    same_person.merge(kit, workshop, other.signup_id, b"", None)
    assert came(kit, workshop.workshop_id) == 2, "taken apart, each is as it was"


def test_a_draft_follows_and_comes_back_and_a_corrected_report_stays(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    workshop, kept, other = twice_signed_up(kit)
    workshops.add_anonymous(kit, workshop.workshop_id, new_id(), Profile(gender="feminin"))
    workshops.close_workshop(kit, workshop.workshop_id, lambda *ids: draft_after_close(kit, *ids))
    with served(central):
        send(kit)
        kit_id = central.store.value("SELECT kit_id FROM kit")

        def told(node: Node) -> tuple[int, bool]:
            report = reports.get_report(node.store, workshop.workshop_id)
            return report.participants, report.is_checked

        there = queries.get_workshop(central.store, workshop.workshop_id)
        assert told(central) == (3, False)
        same_person.merge(central, there, other.signup_id, kept.signup_id, kit_id)
        send(kit)
        assert told(central) == told(kit) == (2, False)
        assert list(reports.get_report(central.store, workshop.workshop_id).counts["gender"].items()) == [
            ("feminin", 1)
        ]
        same_person.merge(central, there, other.signup_id, b"", kit_id)
        send(kit)
        assert told(central) == told(kit) == (3, False)
        report = reports.get_report(kit.store, workshop.workshop_id)
        correct_report(kit, report, msgspec.structs.replace(as_new(report), participants=7), report.version)
        send(kit)
        same_person.merge(central, there, other.signup_id, kept.signup_id, kit_id)
        send(kit)
    assert told(central) == told(kit) == (7, True)
    for node in (kit, central):
        before = node.journal.projection_hash()
        node.journal.replay()
        assert node.journal.projection_hash() == before
        assert node.journal.refused() == []


def test_her_card_counts_where_she_is_counted(pair: tuple[Node, Node]) -> None:
    kit, _ = pair
    workshop, kept, other = twice_signed_up(kit)
    note_details(kit, workshop.workshop_id, other.signup_id, Details("Odette B.", "", 0, "", "arbre-lune-12", False))
    assert returning.count_cards(kit.store)[workshop.workshop_id].new == 1
    same_person.merge(kit, workshop, other.signup_id, kept.signup_id, None)
    assert returning.count_cards(kit.store)[workshop.workshop_id].new == 1
    assert returning.has_come_before(kit.store, kept.signup_id) is False
    same_person.merge(kit, workshop, other.signup_id, b"", None)
    assert returning.has_come_before(kit.store, kept.signup_id) is None


@pytest.mark.parametrize("which", ["kept", "other"])
def test_erasing_her_erases_both_names(pair: tuple[Node, Node], which: str) -> None:
    kit, central = pair
    workshop, kept, other = twice_signed_up(kit)
    bystander = workshops.sign_up(kit, workshop.workshop_id, new_id(), Person("Karim", ""))
    with served(central):
        send(kit)
        there = queries.get_workshop(central.store, workshop.workshop_id)
        kit_id = central.store.value("SELECT kit_id FROM kit")
        same_person.merge(central, there, other.signup_id, kept.signup_id, kit_id)
        client = sign_in(create_app(central.settings, central))
        subject = kept.signup_id if which == "kept" else other.signup_id
        page = f"/effacer?code={kept.code}"
        assert post(client, "/effacer", page, personne=to_text(subject)).status_code == 303
        send(kit)
        send(kit)
    for node in (kit, central):
        left = [bytes(row[0]) for row in node.store.rows("SELECT DISTINCT subject FROM envelope")]
        assert left == [bystander.signup_id]


def test_vouchers_cite_no_person() -> None:
    """Nothing of a voucher has to follow: no kind of fact about vouchers holds anybody's id."""
    names = {field.name for kind in (*VOUCHER.kinds, *KIND.kinds) for field in msgspec.structs.fields(kind.body)}
    assert names == {"workshop_id", "kind_id", "label", "value_cents", "base", "is_used"}
