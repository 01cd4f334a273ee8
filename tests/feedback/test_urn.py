"""The urn: noted at once, moved in batches that hide who said what, and nothing in its bytes tells who came when."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest

from kit.app import build_node
from kit.feedback import actions, queries, rules
from kit.feedback.forms import NewAnswer
from kit.ids import new_id
from kit.journal import queries as journal_queries
from kit.keys import envelope
from kit.settings import read_settings

from .box import DAY_MS, Box, make_box


def noted(box: Box) -> dict[tuple[str, bytes], int]:
    """How many answers are in the journal, by scope."""
    return {(one.scope, one.scope_id): one.count for one in queries.opinion_counts_by_scope(box.node.store)}


def test_four_wait_and_the_fifth_takes_them_along(box: Box) -> None:
    for _ in range(4):
        box.give()
    assert (queries.count_waiting(box.node.store), noted(box)) == (4, {})
    box.give(workshop_id=new_id())
    assert noted(box) == {}
    box.give()
    assert (queries.count_waiting(box.node.store), noted(box)) == (1, {("workshop", box.workshop_id): 5})


def test_a_closing_workshop_passes_its_few_on_to_the_stop(box: Box) -> None:
    stop_id = box.plan_stop()
    for _ in range(7):
        box.give()
    actions.after_workshop_close(box.node, box.workshop_id, stop_id)
    assert noted(box) == {("workshop", box.workshop_id): 5}
    assert queries.list_waiting_groups(box.node.store) == [(rules.Group(b"", stop_id), 2)]


def test_the_few_of_several_workshops_leave_together_at_the_stop(box: Box) -> None:
    stop_id, other = box.plan_stop(), new_id()
    for _ in range(3):
        box.give()
        box.give(workshop_id=other)
    actions.after_workshop_close(box.node, box.workshop_id, stop_id)
    assert noted(box) == {}
    actions.after_workshop_close(box.node, other, stop_id)
    assert (queries.count_waiting(box.node.store), noted(box)) == (0, {("stop", stop_id): 6})


def test_too_few_at_a_stop_are_only_of_the_tour(box: Box) -> None:
    stop_id = box.plan_stop("Estéron")
    for text in ("un", "", "trois"):
        box.give(text=text)
    box.give(workshop_id=b"")
    actions.after_workshop_close(box.node, box.workshop_id, stop_id)
    box.close_stop(stop_id)
    assert (queries.count_waiting(box.node.store), noted(box)) == (0, {("tour", rules.tour_id("Estéron")): 4})
    raw = msgspec.msgpack.encode(
        [dict(row) for row in box.node.store.rows("SELECT * FROM fact WHERE kind LIKE 'ans%'")]
    )
    raw += msgspec.msgpack.encode([dict(row) for row in box.node.store.rows("SELECT * FROM envelope")])
    door = box.node.store.value("SELECT public FROM door WHERE subject = ?", rules.door_subject(stop_id))
    assert not [trace for trace in (box.workshop_id, stop_id, door) if trace in raw]
    assert all(
        len(envelope.sealed_to(row["sealed"])) == 1 for row in box.node.store.rows("SELECT sealed FROM envelope")
    )


def test_a_late_answer_leaves_with_the_stop(box: Box) -> None:
    stop_id = box.plan_stop()
    actions.after_workshop_close(box.node, box.workshop_id, stop_id)
    box.give()
    box.close_stop(stop_id)
    assert (queries.count_waiting(box.node.store), sum(noted(box).values())) == (0, 1)


def test_without_a_stop_nothing_waits_for_ever(box: Box) -> None:
    box.give()
    actions.after_workshop_close(box.node, box.workshop_id, b"")
    assert (queries.count_waiting(box.node.store), noted(box)) == (0, {("tour", rules.tour_id("")): 1})
    box.give(workshop_id=b"")
    box.close_stop(box.plan_stop())
    assert queries.count_waiting(box.node.store) == 0


def test_a_closed_stop_takes_its_door_and_its_forms_along(box: Box) -> None:
    stop_id = box.plan_stop()
    box.give(text="bien")
    box.close_stop(stop_id)
    door = box.node.store.row("SELECT * FROM door WHERE subject = ?", rules.door_subject(stop_id))
    assert door is not None and door["sealed_private"] is None
    assert box.node.store.value("SELECT count(*) FROM used_form") == 0


def test_the_same_form_counts_once(box: Box) -> None:
    nonce, answer = new_id(), NewAnswer("fin-atelier", 1, box.workshop_id, (("satisfaction", 5),))
    for _ in range(3):
        actions.note_answer(box.node, nonce, answer)
    assert queries.count_waiting(box.node.store) == 1


def test_used_forms_do_not_pile_up(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_FORMS", 50)
    with box.node.journal.write():
        for _ in range(120):
            last = new_id()
            assert queries.keep_form(box.node.store, last)
            assert not queries.keep_form(box.node.store, last)
    assert box.node.store.value("SELECT count(*) FROM used_form") <= 50


def test_a_batch_has_one_coarse_moment_and_the_clock_does_not_go_back(box: Box) -> None:
    box.plan_stop()
    before = journal_queries.newest_wall_ms(box.node.store)
    for _ in range(5):
        box.give()
    moments = {
        (row["boot"], row["mono_ms"], row["wall_ms"])
        for row in box.node.store.rows("SELECT boot, mono_ms, wall_ms FROM fact WHERE kind = 'answer.given'")
    }
    assert len(moments) == 1
    assert moments.pop()[2] % DAY_MS == 0
    assert journal_queries.newest_wall_ms(box.node.store) == before
    again = build_node(read_settings({}, data=box.node.data))
    assert again.clock.wall_ms() >= before


# -- who came when ------------------------------------------------------------------------------------------------


def give_numbered(box: Box, count: int) -> None:
    """Answers whose value is the order they came in."""
    for number in range(count):
        answer = NewAnswer(
            "fin-atelier", 1, box.workshop_id, (("satisfaction", number),), {"parole": f"texte {number}"}
        )
        actions.note_answer(box.node, new_id(), answer)


def correlation(order: list[int]) -> float:
    """Spearman's: 1 for the order of arrival, -1 for its reverse, about 0 for chance."""
    count = len(order)
    return 1 - 6 * sum((place - number) ** 2 for place, number in enumerate(order)) / (count * (count**2 - 1))


def journal_order(box: Box) -> list[int]:
    """The numbers of the answers in the order of the journal."""
    rows = box.node.store.rows("SELECT body FROM fact WHERE kind = 'answer.given' ORDER BY log_no, seq")
    return [msgspec.msgpack.decode(row["body"])[4][0][1] for row in rows]


def test_the_journal_does_not_tell_who_came_first(tmp_path: Path) -> None:
    found = []
    for run in range(10):
        box = make_box(tmp_path / str(run) / "kit", small_group=20)
        give_numbered(box, 20)
        order = journal_order(box)
        assert sorted(order) == list(range(20))
        found.append(correlation(order))
        box.node.store.close()
    # Ten independent shuffles of twenty: the mean of their correlations has a deviation of 0.073.
    assert abs(sum(found) / len(found)) < 0.35
    assert max(found) < 0.9
    assert len(set(found)) > 6


def places_in_file(box: Box, ids: list[bytes]) -> list[int]:
    """Where each id lies in the database file."""
    raw = box.node.store.path.read_bytes()
    places = [raw.find(one) for one in ids]
    assert -1 not in places
    return places


def arrive(box: Box, count: int) -> list[bytes]:
    """The keys of answers in the order they came."""
    came: list[bytes] = []
    for _ in range(count):
        box.give()
        now = {row["answer_id"] for row in box.node.store.rows("SELECT answer_id FROM urn")}
        came += now - set(came)
    return came


@pytest.mark.long
def test_the_bytes_of_the_urn_do_not_tell_who_came_first(tmp_path: Path) -> None:
    found = []
    for run in range(8):
        box = make_box(tmp_path / str(run) / "kit", small_group=100)
        came = arrive(box, 20)
        wal = box.node.store.path.with_name(box.node.store.path.name + "-wal")
        assert wal.stat().st_size == 0, "what came one after another is still in the write-ahead log"
        places = places_in_file(box, came)
        by_key = [place for _, place in sorted(zip(came, places, strict=True))]
        assert by_key in (sorted(places), sorted(places, reverse=True))
        found.append(correlation([sorted(places).index(place) for place in places]))
        box.node.store.close()
    assert abs(sum(found) / len(found)) < 0.45


def test_this_test_would_see_an_urn_filled_in_order(box: Box) -> None:
    """SQLite lays rows down as they come, even without rowid: a plain INSERT tells the order."""
    came = sorted((new_id() for _ in range(20)), key=lambda one: one[::-1])
    for one in came:
        with box.node.journal.write():
            box.node.store.run(
                "INSERT INTO urn (answer_id, questionnaire, version, workshop_id, stop_id, said) "
                "VALUES (?,'q',1,x'',x'',x'')",
                one,
            )
    box.node.store.flush()
    places = places_in_file(box, came)
    assert abs(correlation([sorted(places).index(place) for place in places])) > 0.95


@pytest.mark.parametrize("table", ["urn", "used_form", "answer", "answer_value"])
def test_no_rowid_numbers_the_answers(box: Box, table: str) -> None:
    plain = sqlite3.connect(box.node.store.path)
    with pytest.raises(sqlite3.OperationalError, match="rowid"):
        plain.execute(f"SELECT rowid FROM {table}")
    names = " ".join(row[1] for row in plain.execute("PRAGMA table_info(urn)"))
    plain.close()
    assert not [word for word in ("time", "_ms", "_at", "seq", "order", "boot") if word in names]


def test_nothing_of_the_urn_is_left_in_the_file(box: Box) -> None:
    box.plan_stop()
    for _ in range(4):
        box.give(text="reste")
    sealed = [row["sealed"] for row in box.node.store.rows("SELECT sealed FROM urn")]
    kept = box.node.store.path.read_bytes()
    assert all(one[40:100] in kept for one in sealed)
    box.close_stop(box.node.current_stop().stop_id)
    box.node.store.flush()
    left = box.node.store.path.read_bytes()
    door_seals = [seal for one in sealed for _, seal in msgspec.msgpack.decode(one, type=envelope.Envelope).seals[1:]]
    assert len(door_seals) == 4
    assert not [seal for seal in door_seals if seal in left]
