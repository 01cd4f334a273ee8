"""The same person twice: a coordinator says so, may take it back, and counts follow everywhere, in any order."""

from __future__ import annotations

import itertools

import pytest

from kit.app import create_app
from kit.errors import Problem
from kit.ids import new_id, to_text
from kit.journal import queries as journal_queries
from kit.journal.fact import Record
from kit.people.node import Node
from kit.sync.actions import send
from kit.workshops import actions as workshops
from kit.workshops import queries, same_person
from kit.workshops.forms import Person, Profile
from kit.workshops.rules import find_merge
from tests.central.season import note_season, post, sign_in
from tests.sync.homes import CANARY, served

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
        assert "Notée deux fois ?" in client.get(page).text and came(central, workshop_id) == 4
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
