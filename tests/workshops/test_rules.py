"""The decisions of this room, row by row as their docstrings print them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Problem
from kit.workshops import rules, vocabulary


def standing(**changes: object) -> rules.Standing:
    given = {
        "is_cancelled": False,
        "is_closed": False,
        "is_over": False,
        "places": 12,
        "taken": 9,
        "waiting_places": 4,
        "waiting": 0,
    }
    return rules.Standing(**(given | changes))


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "open"),
        ({"taken": 12}, "waiting"),
        ({"taken": 14}, "waiting"),
        ({"taken": 12, "waiting": 3}, "waiting"),
        ({"taken": 12, "waiting": 4}, "full"),
        ({"taken": 12, "waiting_places": 0}, "full"),
        ({"taken": 11, "waiting": 1}, "waiting"),  # nobody passes before those who wait
        ({"is_cancelled": True, "is_closed": True}, "cancelled"),
        ({"is_closed": True, "is_over": True}, "closed"),
        ({"is_over": True}, "over"),
    ],
)
def test_who_may_sign_up(changes: dict[str, object], state: str) -> None:
    asked = standing(**changes)
    assert rules.find_state(asked) == state
    if state in ("open", "waiting"):
        assert rules.settle(asked) == ("placed" if state == "open" else "waiting")
    else:
        with pytest.raises(Problem) as refused:
            rules.settle(asked)
        assert refused.value.code == f"workshops.{state}"


def test_a_workshop_is_over_six_hours_after_its_end_unless_the_clock_is_unsure() -> None:
    end, six_hours = 1_000_000_000, 6 * 3_600_000
    assert not rules.is_over(end, end + six_hours, False)
    assert rules.is_over(end, end + six_hours + 1, False)
    assert not rules.is_over(end, end + 400 * six_hours, True)


@pytest.mark.parametrize(
    ("places", "taken", "waiting", "promoted"),
    [(12, 12, 3, 0), (12, 11, 3, 1), (12, 11, 0, 0), (14, 11, 2, 2), (12, 13, 3, 0)],
)
def test_who_moves_up(places: int, taken: int, waiting: int, promoted: int) -> None:
    assert rules.count_promoted(places, taken, waiting) == promoted


@pytest.mark.parametrize(
    ("said", "state", "contradicted"),
    [
        (["came"], "came", False),
        (["came", "absent"], "came", True),
        (["absent", "came", "undone"], "came", True),
        (["came", "undone"], "came", False),
        (["absent", "undone"], "absent", False),
        (["undone"], "undone", False),
    ],
)
def test_what_two_logs_say(said: list[str], state: str, contradicted: bool) -> None:
    assert rules.merge_attendance(said) == (state, contradicted)
    assert rules.merge_attendance(said[::-1]) == (state, contradicted)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06 12 34 56 78", "06 12 34 56 78"),
        ("+33 (0)6.12.34.56.78", "+33 (0)6.12.34.56.78"),
        ("٠٦ ١٢ ٣٤ ٥٦ ٧٨", "06 12 34 56 78"),
        ("3615", None),
        ("appelez-moi", None),
        ("1234567890123456", None),
        ("<script>123456", None),
    ],
)
def test_a_number_to_call(typed: str, number: str | None) -> None:
    assert rules.read_phone(typed) == number


def test_a_day_lasts_twenty_three_hours_when_summer_time_begins() -> None:
    noon = datetime(2026, 3, 29, 12, tzinfo=ZoneInfo("Europe/Paris"))
    start, end = rules.day_bounds(int(noon.timestamp() * 1000), "Europe/Paris")
    assert end - start == 23 * 3_600_000
    assert start <= noon.timestamp() * 1000 < end


@given(st.binary(min_size=16, max_size=16))
def test_a_mark_names_the_first_bytes_of_an_id(person_id: bytes) -> None:
    assert rules.read_mark(rules.to_mark(person_id)) == person_id[-5:]


@pytest.mark.parametrize("text", ["", "abc", "a" * 9, "é" * 8, "1" * 8, "../../.."])
def test_nonsense_is_no_mark(text: str) -> None:
    assert rules.read_mark(text) is None


def test_search_forgives_accents_and_capitals() -> None:
    assert rules.plain_text("Éloïse CRÉE Œuvre") == "eloise cree œuvre"


def test_a_name_needs_a_visible_sign() -> None:
    assert rules.has_visible_sign("O") and rules.has_visible_sign("أ") and rules.has_visible_sign("☺")
    assert not rules.has_visible_sign("\u200b\u200d \u3000")


def test_the_vocabulary_is_that_of_la_coop() -> None:
    assert len(vocabulary.labels("theme")) == 30
    assert vocabulary.labels("level")["debutant"] == "Débutant"
    assert [len(vocabulary.labels(name)) for name in ("level", "gender", "age_band", "status")] == [3, 3, 8, 5]
    assert sum(len(group) for group in vocabulary.themes_by_group().values()) == 30
    assert vocabulary.label("theme", "a_code_of_2031") == "a_code_of_2031"


def test_which_names_are_written_from_right_to_left() -> None:
    assert rules.is_right_to_left("أحمد") and rules.is_right_to_left("Jean דוד")
    assert not rules.is_right_to_left("Élodie") and not rules.is_right_to_left("李小龍")


@pytest.mark.parametrize(
    ("noted", "settled", "is_promoted", "is_cancelled", "state"),
    [
        ("placed", [], True, True, "cancelled"),
        ("asked", ["waiting"], True, False, "placed"),
        ("waiting", [], True, False, "placed"),
        ("placed", ["waiting"], False, False, "placed"),
        ("waiting", [], False, False, "waiting"),
        ("asked", [], False, False, "asked"),
        ("a word of a later version", [], False, False, "asked"),
        ("asked", ["placed"], False, False, "placed"),
        ("asked", ["waiting", "placed"], False, False, "waiting"),
        ("asked", ["a word of a later version", "placed"], False, False, "placed"),
    ],
)
def test_what_is_true_of_a_place_asked_for(
    noted: str, settled: list[str], is_promoted: bool, is_cancelled: bool, state: str
) -> None:
    assert rules.settle_signup(noted, settled, is_promoted=is_promoted, is_cancelled=is_cancelled) == state


@pytest.mark.parametrize(
    ("places", "holders", "surplus"),
    [
        (2, ["Odette", "Karim"], set()),
        (1, ["Odette", "Karim"], {"Karim"}),
        (1, ["Karim"], set()),
        (1, ["Odette", "Karim", "Sidonie"], {"Karim", "Sidonie"}),
        (0, ["Odette"], {"Odette"}),
    ],
)
def test_who_is_in_surplus(places: int, holders: list[str], surplus: set[str]) -> None:
    assert rules.find_surplus(places, holders) == surplus
