"""The hours of a place are wrong: who is not its home proposes; the same facts in any order give the same tables."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.app import create_app
from kit.directory import proposals, queries, rules
from kit.errors import Problem
from kit.ids import new_id, to_text
from kit.journal.fact import Record
from kit.people.node import Node
from kit.sync.actions import send
from kit.upkeep import merge_waiting
from tests.central.season import sign_in
from tests.sync.homes import copy_pair, served

from .box import Box, make_box, place, post

ONE = rules.place_id("Hubik", "lieu-1")


def one(log: str, base: int, **fields: str) -> rules.Proposal:
    return rules.Proposal(f"{log}{base}{sorted(fields)}".encode(), log.encode(), base, fields)


@pytest.mark.parametrize(
    ("since", "others", "clashes"),
    [
        ({}, [], set()),
        ({"telephone": "1"}, [one("b", 1, telephone="2")], set()),
        ({"horaires": "Mo"}, [one("b", 1, horaires="Mo")], set()),
        ({"horaires": "Tu"}, [], {"horaires"}),
        ({}, [one("b", 1, horaires="Tu")], {"horaires"}),
    ],
)
def test_what_people_must_settle(since: dict[str, str], others: list[rules.Proposal], clashes: set[str]) -> None:
    mine = one("a", 1, horaires="Mo")
    assert rules.find_clashes(mine, since, [mine, *others]) == clashes


def test_a_log_replaces_its_own_words_only() -> None:
    words = [one("a", 1, horaires="Mo", telephone="1"), one("b", 1, horaires="We"), one("a", 1, horaires="Tu")]
    assert [dict(each.fields) for each in rules.last_words(words)] == [
        {"telephone": "1"}, {"horaires": "We"}, {"horaires": "Tu"},
    ]  # fmt: skip


# -- any order ----------------------------------------------------------------------------------------------------


def records_of(box: Box) -> list[tuple[bytes, Record]]:
    """Every fact about places of a box, as it travels."""
    rows = box.node.store.rows("SELECT f.*, l.log_id FROM fact f JOIN log l USING (log_no) WHERE kind LIKE 'place.%'")
    names = Record.__struct_fields__
    return [(row["log_id"], Record(**{name: row[name] for name in names})) for row in rows]


def take_in(box: Box, facts: list[tuple[bytes, Record]]) -> None:
    for log_id, record in facts:
        with box.node.journal.write():
            box.node.journal.ingest(box.node.journal.log_number(log_id), [record])


@pytest.fixture(scope="module")
def boxes(tmp_path_factory: pytest.TempPathFactory) -> list[Box]:
    folder = tmp_path_factory.mktemp("boxes")
    return [make_box(folder / f"box-{number}") for number in range(4)]


STEP = st.tuples(
    st.integers(0, 2), st.sampled_from(["correct", "correct", "hear", "settle", "merge"]),
    st.sampled_from(["horaires", "telephone", "adresse"]), st.sampled_from(["un", "deux"]),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=4, max_size=14), seed=st.integers(0, 2**32 - 1))
def test_any_order_gives_the_same_tables(boxes: list[Box], steps: list[tuple[int, str, str, str]], seed: int) -> None:
    """Three boxes correct one place of the first, hear of each other now and then; a fourth hears all in any order."""
    chance = random.Random(seed)
    number = chance.randrange(2**60)
    boxes[0].take_in([place(number)], f"lieux-{number}.json")
    place_id = rules.place_id("Hubik", f"lieu-{number}")
    mine = [fact for fact in records_of(boxes[0]) if fact[1].subject == place_id]
    for box in boxes[1:3]:
        take_in(box, mine)
    for who, what, field, value in steps:
        act(boxes, place_id, who, what, field, value, chance)
    facts = known(boxes[:3], place_id)
    for box in boxes:
        chance.shuffle(facts)
        take_in(box, facts + facts[:2])
    tables = [shown(box, place_id) for box in boxes]
    assert tables[1:] == tables[:1] * 3
    boxes[3].node.journal.replay()
    assert shown(boxes[3], place_id) == tables[0]


def act(boxes: list[Box], place_id: bytes, who: int, what: str, field: str, value: str, chance: random.Random) -> None:
    box = boxes[who]
    if what == "correct":
        proposals.correct(box.node, place_id, {field: value + str(who)[: chance.randrange(2)]}, new_id())
    elif what == "hear":
        take_in(box, [fact for fact in known(boxes[:3], place_id) if chance.random() < 0.5])
    elif what == "merge":
        proposals.merge_waiting(box.node)
    else:
        waiting = [one for one in proposals.list_proposals(box.node.store, 500, 0) if one.is_to_settle]
        for found in [one for one in waiting if one.place_id == place_id][:1]:
            proposals.settle(box.node, found.proposal_id, chance.random() < 0.5)


def known(boxes: list[Box], place_id: bytes) -> list[tuple[bytes, Record]]:
    found = {(log_id, fact.seq): (log_id, fact) for box in boxes for log_id, fact in records_of(box)}
    return [fact for _, fact in sorted(found.items()) if fact[1].subject == place_id]


def shown(box: Box, place_id: bytes) -> tuple[object, ...]:
    """What a box's tables say of one place, without the small local numbers of logs."""
    found = queries.get_place(box.node.store, place_id)
    rows = box.node.store.rows(
        "SELECT l.log_id, p.proposal_id, p.home, p.version, p.state, p.clashes, p.fields, p.seq "
        "FROM place_proposal p JOIN log l USING (log_no) WHERE place_id = ? ORDER BY 1, 2",
        place_id,
    )
    return found.home, found.version, found.fields, [tuple(row) for row in rows]


# -- real nodes ---------------------------------------------------------------------------------------------------


@pytest.fixture
def pair(template: Path, tmp_path: Path) -> tuple[Node, Node]:
    """A kit and its central, which is the home of one place that the kit knows."""
    kit, central = copy_pair(template, tmp_path)
    Box(central, create_app(central.settings, central)).take_in([place(1, horaires="Mo-Fr 09:00-12:00")])
    with served(central):
        send(kit)
    return kit, central


def hours(node: Node) -> str:
    return queries.get_place(node.store, ONE).fields["horaires"]


def test_a_correction_goes_home_merges_and_comes_back_down(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    assert proposals.correct(kit, ONE, {"horaires": "Mo-Fr 14:00-18:00"}, new_id()) == "proposed"
    assert hours(kit) == "Mo-Fr 14:00-18:00"
    with served(central):
        send(kit)
        send(kit)
    assert hours(central) == "Mo-Fr 14:00-18:00"
    (told,) = proposals.list_proposals(kit.store, 9, 0)
    assert told.state == "accepted"
    assert queries.get_place(kit.store, ONE).version == queries.get_place(central.store, ONE).version == 2
    logs = [row["log_no"] for row in central.store.rows("SELECT log_no FROM fact WHERE kind = 'place.settled'")]
    assert logs == [central.store.value("SELECT log_no FROM channel WHERE name = ?", b"")], "told to every kit"


def test_two_who_changed_the_same_wait_for_people(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    proposals.correct(kit, ONE, {"horaires": "Mo 14:00-18:00", "telephone": "+33400000000"}, new_id())
    proposals.correct(central, ONE, {"horaires": "Tu 14:00-18:00"}, new_id())
    with served(central):
        send(kit)
        send(kit)
    assert (hours(central), hours(kit)) == ("Tu 14:00-18:00", "Tu 14:00-18:00")
    client = sign_in(create_app(central.settings, central))
    page = client.get("/console/annuaire").text
    assert "à choisir" in page and "Mo 14:00-18:00" in page and "Tu 14:00-18:00" in page
    (found,) = proposals.list_proposals(central.store, 9, 0)
    assert found.clashes == ("horaires",)
    token = page.split('name="csrf" value="')[1].split('"')[0]
    at = f"/console/annuaire/corrections/{to_text(found.proposal_id)}"
    assert client.post(at, data={"csrf": token, "reponse": "oui"}).status_code == 303
    with served(central):
        send(kit)
    assert hours(central) == hours(kit) == "Mo 14:00-18:00"
    with pytest.raises(Problem) as refused:
        proposals.settle(central, found.proposal_id, False)
    assert refused.value.code == "directory.proposal_settled"
    with pytest.raises(Problem) as refused:
        proposals.settle(kit, found.proposal_id, True)
    assert refused.value.code == "directory.proposal_elsewhere"


def test_a_place_of_the_box_is_corrected_at_once_and_a_form_twice_once(box: Box) -> None:
    box.take_in([place(1, horaires="Mo-Fr 09:00-12:00")])
    client = box.staff()
    at = f"/console/annuaire/lieux/{to_text(ONE)}"
    page = client.get(at).text
    assert "Mo-Fr 09:00-12:00" in page
    answer = post(client, at, horaires="Mo 10:00-12:00", adresse="1 RUE NEUVE", telephone="04 92 00 00 00")
    assert answer.status_code == 303
    found = queries.get_place(box.node.store, ONE)
    assert (found.fields["horaires"], found.fields["telephone"]) == ("Mo 10:00-12:00", "+33492000000")
    head = box.node.journal.head()
    post(client, at, horaires="Mo 10:00-12:00", adresse="1 RUE NEUVE", telephone="04 92 00 00 00")
    assert box.node.journal.head() == head
    wrong = post(client, at, horaires="x" * 400, adresse="")
    assert wrong.status_code == 422 and "trop long" in wrong.text
    assert box.visitor().get(at).status_code == 401
    assert merge_waiting(box.node) == 0


def test_importing_a_newer_file_flags_what_was_proposed_meanwhile(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    proposals.correct(kit, ONE, {"horaires": "Mo 14:00-18:00"}, new_id())
    with served(central):
        Box(central, create_app(central.settings, central)).take_in(
            [place(1, horaires="Fr 10:00-11:00", date_maj="2026-01-01")]
        )
        send(kit)
        send(kit)
    assert hours(kit) == hours(central) == "Fr 10:00-11:00"
    assert [one.state for one in proposals.list_proposals(central.store, 9, 0)] == ["flagged"]
    assert proposals.count_to_settle(central.store) == 1 and proposals.count_to_settle(kit.store) == 0
