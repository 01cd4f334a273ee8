"""Facts of two logs, in any order and any pieces, give the same tables; so does a replay."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.app import build_node
from kit.errors import Problem
from kit.ids import new_id
from kit.journal import queries as journal_queries
from kit.journal.fact import Record
from kit.people import actions as people
from kit.people import identities
from kit.people.node import Node
from kit.settings import read_settings
from kit.workshops import actions, facts, queries, rules, searching
from kit.workshops.forms import Person, Profile

from .box import Box, plan

TABLES = ("workshop", "signup", "attendance")


def dump(node: Node) -> list[bytes]:
    """This room's tables with log ids for log numbers."""
    return [line for table in TABLES for line in journal_queries.ordered_dump(node.store, table)]


def own_records(node: Node) -> list[Record]:
    return journal_queries.records(node.store, node.journal.log_no, 1, node.journal.head())


@contextmanager
def nodes(count: int) -> Iterator[list[Node]]:
    with tempfile.TemporaryDirectory() as folder:
        made = [build_node(read_settings({}, data=Path(folder) / str(n))) for n in range(count)]
        yield made
        for node in made:
            node.store.close()


WORKSHOPS = [bytes([n]) * 16 for n in (1, 2)]
PEOPLE = [bytes([n]) * 16 for n in (11, 12, 13)]
steps = st.tuples(
    st.sampled_from([0, 1]),  # which of the two nodes writes
    st.sampled_from(
        ["plan", "rename", "move", "cancel", "close", "ask", "wait", "give_back", "promote", "came", "absent", "undone"]
    ),
    st.sampled_from(WORKSHOPS),
    st.sampled_from(PEOPLE),
    st.integers(0, 5),
)


def write(node: Node, home: bytes, step: tuple[int, str, bytes, bytes, int]) -> None:
    """One fact, written without any rule: whatever reaches a journal must be folded alike everywhere."""
    _, what, workshop_id, person, number = step
    bodies = {
        "plan": (facts.PLANNED, facts.WorkshopPlanned("Titre", b"", "", "Salle", 1000, 90, 2, 1, "x", "y", "", b"")),
        "rename": (facts.CHANGED, facts.WorkshopChanged(base=number, title=f"Titre {number}")),
        "move": (facts.CHANGED, facts.WorkshopChanged(base=number, starts_at_ms=number, places=number)),
        "cancel": (facts.CANCELLED, facts.WorkshopCancelled(f"raison {number}")),
        "close": (facts.CLOSED, facts.WorkshopClosed()),
        "ask": (facts.ASKED, facts.SignupAsked(workshop_id, f"code-{number}", "placed", False, 1)),
        "wait": (facts.ASKED, facts.SignupAsked(workshop_id, f"code-{number}", "waiting", True, 1)),
        "give_back": (facts.SIGNUP_CANCELLED, facts.SignupCancelled()),
        "promote": (facts.PROMOTED, facts.SignupPromoted()),
        "came": (facts.CAME, facts.AttendanceCame(workshop_id, "walk_in", age_band=str(number))),
        "absent": (facts.ABSENT, facts.AttendanceAbsent(workshop_id)),
        "undone": (facts.UNDONE, facts.AttendanceUndone(workshop_id)),
    }
    kind, body = bodies[what]
    subject = workshop_id if kind.name.startswith("workshop.") else person
    node.journal.append(kind, subject, body, home=home)


@pytest.mark.long
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(steps, max_size=25), st.integers(0, 2**32), st.integers(1, 7))
def test_any_order_of_arrival_gives_the_same_tables(history: list[tuple], seed: int, piece: int) -> None:
    with nodes(4) as (one, two, three, four):
        for step in history:
            write((one, two)[step[0]], one.journal.log_id, step)
        for reader, shuffle in ((three, seed), (four, seed + 1)):
            parts = [(node, record) for node in (one, two) for record in own_records(node)]
            random.Random(shuffle).shuffle(parts)
            for start in range(0, len(parts), piece):
                for node in (one, two):
                    chunk = [record for owner, record in parts[start : start + piece] if owner is node]
                    with reader.journal.write():
                        reader.journal.ingest(reader.journal.log_number(node.journal.log_id), chunk)
        assert dump(three) == dump(four)
        assert three.journal.projection_hash() == four.journal.projection_hash()
        for node in (three, four):
            before = node.journal.projection_hash()
            node.journal.replay()
            assert node.journal.projection_hash() == before
        one.journal.ingest(one.journal.log_number(two.journal.log_id), own_records(two))
        assert dump(one) == dump(three)


def test_the_same_facts_again_change_nothing(box: Box) -> None:
    workshop = box.plan()
    signup = box.sign_up(workshop)
    actions.note_came(box.node, workshop, signup.signup_id[-5:])
    with nodes(1) as (reader,):
        before = None
        for _ in range(3):
            with reader.journal.write():
                reader.journal.ingest(reader.journal.log_number(box.node.journal.log_id), own_records(box.node))
            assert before in (None, reader.journal.projection_hash())
            before = reader.journal.projection_hash()
        assert before == box.node.journal.projection_hash()


def test_a_fact_beyond_the_limits_is_set_aside_and_blocks_nothing(box: Box) -> None:
    workshop = box.plan()
    bad = facts.WorkshopChanged(base=1, places=-5)
    box.node.journal.append(facts.CHANGED, workshop, bad)
    odd = facts.SignupAsked(workshop, "code-odd-11", "from-2031", False, 1)
    box.node.journal.append(facts.ASKED, new_id(), odd)
    assert queries.get_workshop(box.node.store, workshop).places == 3
    assert [kind for _, _, kind in box.node.journal.unreadable()] == ["workshop.changed"]
    found = queries.find_signup_by_code(box.node.store, "code-odd-11")
    assert found is not None and found.state == "asked"


def test_came_beats_absent_across_logs_and_says_so(box: Box) -> None:
    workshop = box.plan()
    signup = box.sign_up(workshop)
    actions.note_came(box.node, workshop, signup.signup_id[-5:])
    with nodes(1) as (other,):
        home = box.node.journal.log_id
        other.journal.append(facts.ABSENT, signup.signup_id, facts.AttendanceAbsent(workshop), home=home)
        box.node.journal.ingest(box.node.journal.log_number(other.journal.log_id), own_records(other))
    row = queries.find_person(box.node.store, queries.get_workshop(box.node.store, workshop), signup.signup_id[-5:])
    assert row is not None and row.has_come and row.is_contradicted


def test_a_central_reads_a_kits_workshops_and_opens_names_with_its_own_key(box: Box, tmp_path: Path) -> None:
    central = build_node(read_settings({}, data=tmp_path / "central", role="central"))
    people.set_up(central, "Coordination", "coordinator", "lune renard pomme fleur arbre jardin")
    public = identities.organisation_public(central)
    with box.node.journal.write():
        journal_queries.set_state(box.node.store, identities.ORGANISATION, public)
    workshop = box.plan(places=1)
    placed, waiting = box.sign_up(workshop, "أحمد", "06 12 34 56 78"), box.sign_up(workshop, "Odette")
    walk_in = new_id()
    actions.add_walk_in(box.node, workshop, walk_in, Person("Gérard"), Profile("masculin"))
    actions.note_came(box.node, workshop, placed.signup_id[-5:])
    actions.close_workshop(box.node, workshop, lambda *_: None)

    log_no = central.journal.log_number(box.node.journal.log_id)
    with central.journal.write():
        for row in box.node.store.rows("SELECT subject, sealed FROM envelope"):
            journal_queries.keep_envelope(central.store, row["subject"], row["sealed"])
        central.journal.ingest(log_no, own_records(box.node))
    (seen,) = queries.list_with_counts(central.store, 50, 0, [log_no])
    assert (seen.is_ours, seen.is_closed, seen.placed, seen.waiting, seen.came, seen.taken) == (
        False, True, 1, 1, 2, 2,
    )  # fmt: skip
    cookie = people.sign_in(
        central, people.Throttle(lambda: 0), "here", "lune renard pomme fleur arbre jardin", "Coordination"
    )
    staff = people.find_signed_in(central, cookie)
    assert staff is not None
    private = staff.vault()
    roll = queries.list_roll(central.store, log_no, workshop)
    names = {row.person_id: identities.open_identity(central, row.envelope, private) for row in roll}
    assert {key: told.name for key, told in names.items() if told} == {
        placed.signup_id: "أحمد", waiting.signup_id: "Odette", walk_in: "Gérard",
    }  # fmt: skip
    assert len(queries.list_signups_sealed(central.store, log_no, workshop)) == 2
    with pytest.raises(Problem) as refused:
        actions.sign_up(central, workshop, new_id(), Person("X"))
    assert refused.value.code == "workshops.hosted_elsewhere"
    assert dump(central) == dump(box.node)
    central.store.close()


def test_search_and_next(box: Box) -> None:
    box.plan(50, title="Démarches de l’été", theme="sante", place="Médiathèque")
    soon = box.plan(2, title="Photos")
    past = box.plan(-48, title="Hier")
    store, now = box.node.store, box.node.clock.wall_ms()
    assert [one.title for one in searching.search_workshops(store, "demarches MEDIATHEQUE", 10)] == [
        "Démarches de l’été"
    ]
    assert [one.title for one in searching.search_workshops(store, "santé", 10)] == ["Démarches de l’été"]
    assert searching.search_workshops(store, "%", 10) == searching.search_workshops(store, "  ", 10) == []
    found = queries.next_workshop(store, now)
    assert found is not None and found.workshop_id == soon
    actions.cancel_workshop(box.node, soon, "")
    found = queries.next_workshop(store, now)
    assert found is not None and found.workshop_id not in (soon, past)


def test_plan_is_read_back_as_it_was_written(box: Box) -> None:
    start = box.node.clock.wall_ms()
    workshop = queries.get_workshop(box.node.store, actions.plan_workshop(box.node, plan(start)))
    assert (workshop.starts_at_ms, workshop.places_left, workshop.version) == (start, 3, 1)
    assert rules.find_state(workshop.standing(start, False)) == "open"
