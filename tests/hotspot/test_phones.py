"""How far a phone has come: its window opens once, then it may stay; nobody is held."""

from __future__ import annotations

import pytest

from kit.hotspot import phones as rules
from kit.hotspot.phones import Phones
from kit.hotspot.probes import TABLE, WORDS, find_probe, guess_system, is_window
from tests.hotspot import agents


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.ms = 1000

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def phones(clock: Clock) -> Phones:
    return Phones(clock)


def test_the_window_opens_until_its_button_is_pressed(phones: Phones, clock: Clock) -> None:
    assert [phones.probe("a", "apple") for _ in range(3)] == [False, False, False]
    phones.press("a")
    assert phones.probe("a", "apple") is True
    assert phones.probe("b", "apple") is False, "another phone is at another stage"


def test_who_comes_by_a_real_browser_needs_no_window(phones: Phones, clock: Clock) -> None:
    phones.come("a")
    assert phones.probe("a", "android") is True
    clock.ms += rules.LOST_MS * 10
    assert phones.probe("a", "android") is True
    assert not phones.needs_help("a")


def test_who_left_by_the_button_and_never_came_is_helped_once(phones: Phones, clock: Clock) -> None:
    phones.probe("a", "samsung")
    phones.press("a")
    clock.ms += rules.LOST_MS - 1
    assert phones.probe("a", "samsung") is True
    assert not phones.needs_help("a")
    clock.ms += 1
    assert phones.needs_help("a")
    assert phones.count().lost == 1
    assert phones.probe("a", "samsung") is False, "its window opens once more"
    assert phones.needs_help("a"), "and shows what to touch"
    phones.press("a")
    clock.ms += rules.LOST_MS * 3
    assert phones.probe("a", "samsung") is True, "never a third time"
    phones.come("a")
    assert not phones.needs_help("a")
    assert phones.count() == rules.Counts(1, 1, 0)


def test_nobody_is_held_a_watch_has_no_button(phones: Phones, clock: Clock) -> None:
    said = []
    for _ in range(9):
        said.append(phones.probe("watch", "android"))
        clock.ms += 30_000
    assert said == [False] * 5 + [True] * 4
    assert not phones.needs_help("watch"), "who pressed nothing has not left"


def test_probes_in_a_burst_are_not_patience(phones: Phones) -> None:
    assert not any(phones.probe("a", "apple") for _ in range(50))


def test_the_day_after_everything_is_forgotten(phones: Phones, clock: Clock) -> None:
    phones.press("a")
    clock.ms += rules.DAY_MS + 1
    assert phones.count() == rules.Counts(0, 0, 0)
    assert phones.probe("a", "apple") is False
    phones.come("b")
    clock.ms += rules.DAY_MS + 1
    phones.come("c")
    assert phones.count() == rules.Counts(1, 1, 0)
    assert len(phones._phones) == 1


def test_memory_has_an_end(phones: Phones, clock: Clock) -> None:
    for number in range(rules.MOST_PHONES + 50):
        phones.probe(f"10.42.{number}", "android")
    assert len(phones._phones) == rules.MOST_PHONES
    assert phones.probe("10.42.0", "android") is False, "the oldest went first"


# -- the table ----------------------------------------------------------------------------------------------------


def test_every_row_is_found_by_its_own_address_and_says_its_source() -> None:
    for probe in TABLE:
        host, path = probe.host or "probe.maker.example", probe.path or "/anything"
        found = find_probe(host, path)
        assert found is not None, probe
        assert (found.system, found.success) == (probe.system, probe.success), probe
        assert probe.source
        assert probe.system in WORDS


def test_the_table_knows_the_systems_people_have() -> None:
    wanted = {"apple", "android", "samsung", "huawei", "xiaomi", "windows", "firefox", "kindle", "linux", "chrome"}
    assert {probe.system for probe in TABLE} == wanted


def test_what_is_no_probe_is_none() -> None:
    for host, path in (("www.google.com", "/"), ("fedoraproject.org", "/"), ("www.apple.com", "/fr/")):
        assert find_probe(host, path) is None
    assert find_probe("anything.example", "/odd", agents.CNA_PROBER) == TABLE[0]


@pytest.mark.parametrize(
    ("agent", "system", "window"),
    [
        (agents.CNA_PROBER, "apple", True),
        (agents.CNA_WINDOW, "apple", True),
        (agents.MAC_WINDOW, "apple", True),
        (agents.SAFARI, "apple", False),
        (agents.ANDROID_WINDOW, "samsung", True),
        (agents.DALVIK, "samsung", False),
        (agents.CHROME, "android", False),
        (agents.EDGE, "windows", False),
        (agents.NCSI, "windows", False),
        (agents.FIREFOX, "linux", False),
        (agents.KINDLE, "kindle", False),
        ("", "", False),
        ("\x00" * 40, "", False),
    ],
)
def test_who_asks_is_recognised(agent: str, system: str, window: bool) -> None:
    assert (guess_system(agent), is_window(agent)) == (system, window)
