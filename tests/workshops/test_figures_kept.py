"""Figures that are kept say what counting everything anew says: whatever changes, in any order, on both engines."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.ids import new_id
from kit.store import Store, open_store
from kit.workshops import figures, figures_kept, spans
from kit.workshops.figures import Figures, Happened, Scope
from kit.workshops.figures_kept import Counting
from tests.postgres import Server

from .box import Box
from .test_figures import a_day

ZONE = "Europe/Paris"
DAY_MS = 86_400_000
NOW = 1_795_000_000_000  # November 2026
STOPS, TAGS = (b"", b"a" * 16, b"b" * 16), ("", "Conseil", "Conseil\nÉtat")


@pytest.fixture(params=["file", "server"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty database of each engine."""
    if request.param == "file":
        made = open_store(tmp_path / "valise.db")
    else:
        server: Server = request.getfixturevalue("postgres")
        made = open_store(Path("unused"), url=server.database())
    yield made
    made.close()


class World:
    """Rows as folds write them: each is removed and written anew."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.dice, self.now_ms = store, random.Random(seed), NOW
        with store.write():
            for place in (1, 2):
                store.run("INSERT INTO log (log_id, is_own) VALUES (?, ?)", bytes([place]) * 16, int(place == 1))
        self.logs = [row[0] for row in store.rows("SELECT log_no FROM log ORDER BY log_no")]
        self.workshops: dict[bytes, int] = {}
        self.people: list[tuple[int, bytes, bytes]] = []

    def put(self, table: str, key: str, row: dict[str, object]) -> None:
        with self.store.write():
            self.store.run(f"DELETE FROM {table} WHERE {key} = ?", row[key])
            marks = ",".join("?" * len(row))
            self.store.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", *row.values())

    def change(self) -> None:
        """One thing happens."""
        kinds = (self.plan, self.plan, self.come, self.come, self.come, self.sign_up, self.report, self.help,
                 self.visit, self.forget, self.total, self.wait)  # fmt: skip
        self.dice.choice(kinds)()

    def plan(self) -> None:
        dice = self.dice
        workshop_id = dice.choice([*self.workshops, new_id(), new_id()])
        log_no = self.workshops.setdefault(workshop_id, dice.choice(self.logs))
        texts = ("title", "stop_label", "place", "level", "summary", "plain", "cancel_reason")
        state = dice.choice(("open", "closed", "closed", "cancelled"))
        self.put("workshop", "workshop_id", {
            "log_no": log_no, "workshop_id": workshop_id, "stop_id": dice.choice(STOPS), "door_public": b"",
            "starts_at_ms": NOW + dice.randrange(-800, 30) * DAY_MS // 2, "length_minutes": 90, "places": 5,
            "waiting_places": 2, "theme": dice.choice(("email", "sante")), "version": 1, "moved_version": 1,
            "is_closed": int(state == "closed"), "is_cancelled": int(state == "cancelled"), **dict.fromkeys(texts, ""),
        })  # fmt: skip

    def somewhere(self) -> tuple[int, bytes]:
        if not self.workshops:
            self.plan()
        workshop_id = self.dice.choice(list(self.workshops))
        return self.workshops[workshop_id], workshop_id

    def come(self) -> None:
        log_no, workshop_id, person = self.dice.choice([*self.people, (*self.somewhere(), new_id())])
        self.people.append((log_no, workshop_id, person))
        others = [one for _, there, one in self.people if there == workshop_id and one != person]
        merged = self.dice.choice(others) if others and self.dice.random() < 0.1 else b""
        self.put("attendance", "attendance_id", {
            "log_no": log_no, "attendance_id": person, "workshop_id": workshop_id,
            "state": "undone" if merged else self.dice.choice(("came", "came", "absent")), "how": "walk_in",
            "gender": "", "age_band": "", "status": "", "is_contradicted": 0, "boot": 1, "mono_ms": 1, "seq": 1,
            "merged_into": merged, "card": self.dice.choice(("", "c1", "c2", "c3")),
        })  # fmt: skip

    def sign_up(self) -> None:
        log_no, workshop_id = self.somewhere()
        person = new_id()
        self.put("signup", "signup_id", {
            "log_no": log_no, "signup_id": person, "workshop_id": workshop_id, "code": "a-b-1", "party_id": person,
            "state": self.dice.choice(("placed", "waiting")), "is_promoted": 0, "has_phone": 0, "seen_version": 1,
            "boot": 1, "mono_ms": 1, "seq": 1,
        })  # fmt: skip
        self.people.append((log_no, workshop_id, person))

    def told(self, log_no: int, report_id: bytes, activity: str) -> None:
        dice, texts = self.dice, "tour place_kind place_name address commune postcode title level autonomy redirected"
        texts += " redirection procedure materials"
        self.put("report", "report_id", {
            "log_no": log_no, "report_id": report_id, "workshop_id": b"" if activity == "individuel" else report_id,
            "stop_id": dice.choice(STOPS), "activity": activity, "date_ms": NOW - dice.randrange(800) * DAY_MS // 2,
            "minutes": 45, "insee": dice.choice(("", "06023")), "themes": "email", "tags": "",
            "schemes": dice.choice(TAGS), "participants": 3, "known": dice.choice((None, 1)),
            "counts": '{"gender": {"feminin": 2}}', "is_checked": dice.randrange(2), "version": 1, "noted_ms": 1,
            "changed_ms": 1, **dict.fromkeys(texts.split(), ""),
        })  # fmt: skip

    def report(self) -> None:
        self.told(*self.somewhere(), "collectif")

    def help(self) -> None:
        self.told(self.dice.choice(self.logs), new_id(), "individuel")

    def visit(self) -> None:
        if not self.people:
            return
        log_no, workshop_id, person = self.dice.choice(self.people)
        texts = ("themes", "procedures", "gender", "age_band", "status", "autonomy", "redirect", "equipment")
        self.put("visit", "visit_id", {
            "log_no": log_no, "visit_id": person, "workshop_id": workshop_id, "number": 1, "state": "closed",
            "minutes": 5, "boot": 1, "mono_ms": 1, "seq": 1, **dict.fromkeys(texts, ""),
        })  # fmt: skip
        if self.dice.random() < 0.7:
            self.told(log_no, person, "individuel")

    def forget(self) -> None:
        table, key = self.dice.choice(
            (("attendance", "attendance_id"), ("workshop", "workshop_id"), ("report", "report_id"),
             ("visit", "visit_id"), ("signup", "signup_id"))
        )  # fmt: skip
        ids = [bytes(row[0]) for row in self.store.rows(f"SELECT {key} FROM {table} ORDER BY {key}")]
        if ids:
            with self.store.write():
                self.store.run(f"DELETE FROM {table} WHERE {key} = ?", self.dice.choice(ids))

    def total(self) -> None:
        log_no, workshop_id = self.somewhere()
        row = {"log_no": log_no, "workshop_id": workshop_id, "placed": 4, "waiting": 0, "came": 3, "beyond": 1}
        self.put("workshop_total", "workshop_id", row)

    def wait(self) -> None:
        self.now_ms += self.dice.randrange(-5, 9) * DAY_MS


def same(found: Figures) -> tuple[object, ...]:
    """What two figures must have in common."""
    counters = [{code: n for code, n in one.items() if n} for one in (found.themes, *found.families.values())]
    return (*(getattr(found, name) for name in figures.COUNTED), counters)


def day_of(moment_ms: int) -> int:
    return figures_kept.day_of(moment_ms, ZONE)


def compare(world: World, scope: Scope) -> None:
    """Both ways of counting, together and in parts."""
    store, counting = world.store, Counting(world.store, scope, world.now_ms, ZONE)
    whole, found = figures.count_figures(store, scope, world.now_ms, day_of), counting.count()
    assert same(found) == same(whole), scope
    if not scope.tag:
        days = {day: came for day, came in whole.days.items() if came}
        assert sum(found.months.values()) + sum(found.days.values()) == sum(days.values()), scope
        assert found.months or dict(found.days) == days, scope

    def place(one: Happened) -> str:
        return f"{one.stop_id.hex()} {one.insee}"

    def month(one: Happened) -> str:
        return spans.month_of(one.at_ms, ZONE)

    for grain, name in (("place", place), ("log", lambda one: str(one.log_no)), ("all", month)):
        if grain == "log" and scope.stop_ids is not None:
            continue
        parts = figures.count_split(store, scope, world.now_ms, day_of, name)
        kept = counting.split(grain, name, by_month=grain == "all")
        assert {k: same(v) for k, v in kept.items()} == {k: same(v) for k, v in parts.items()}, (scope, grain)


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_changes_sums_are_what_counting_anew_says(store: Store, seed: int) -> None:
    world = World(store, seed)
    dice = world.dice
    for turn in range(160):
        world.change()
        if turn % 8 == 7:
            begins, ends = NOW - dice.randrange(500) * DAY_MS, NOW - dice.randrange(100) * DAY_MS
            begins, ends = dice.choice((0, begins, day_of(begins))), dice.choice((2**53, ends, day_of(ends)))
            stops, logs = dice.choice((None, None, {STOPS[1]})), dice.choice((None, None, world.logs[:1], []))
            compare(world, Scope(begins, ends, stops, logs, dice.choice(("", "", "Conseil"))))
    compare(world, Scope())
    with store.write():
        for table in ("workshop", "report", "attendance"):
            store.run(f"DELETE FROM {table}")
    compare(world, Scope())
    assert not store.rows("SELECT 1 FROM figure_cell") and not store.rows("SELECT 1 FROM figure_part")


def test_another_time_zone_counts_everything_anew(tmp_path: Path) -> None:
    store = open_store(tmp_path / "valise.db")
    world = World(store, 3)
    for _ in range(30):
        world.plan()
    assert figures_kept.refresh(store, NOW, "Pacific/Auckland") and figures_kept.refresh(store, NOW, "Pacific/Auckland")
    there = {row[0] for row in store.rows("SELECT day_ms FROM figure_part")}
    assert figures_kept.refresh(store, NOW, ZONE)
    assert there != {row[0] for row in store.rows("SELECT day_ms FROM figure_part")}
    compare(world, Scope())
    store.close()


def test_what_is_left_to_the_background_is_counted_all_the_same(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    a_day(box)
    monkeypatch.setattr(figures_kept, "MOST_AT_A_PAGE", 0)
    page = box.staff().get("/console/chiffres").text
    assert (
        box.node.store.value("SELECT count(*) FROM figure_part")
        == 0
        < box.node.store.value("SELECT count(*) FROM figure_due")
    )
    monkeypatch.undo()
    assert box.staff().get("/console/chiffres").text.split("<main")[1] == page.split("<main")[1]
    assert box.node.store.value("SELECT count(*) FROM figure_part") == 1


def test_replaying_and_purging_leave_the_same_sums(box: Box) -> None:
    a_day(box)
    a_day(box)
    now, dump = box.node.clock.wall_ms(), "SELECT * FROM figure_cell ORDER BY cell"
    figures_kept.refresh(box.node.store, now, ZONE)
    before = [tuple(row) for row in box.node.store.rows(dump)]
    box.node.journal.replay()
    figures_kept.refresh(box.node.store, now, ZONE)
    assert [tuple(row) for row in box.node.store.rows(dump)] == before != []


@pytest.mark.parametrize(
    ("begins", "ends", "whole", "edges"),
    [
        (0, 2**53, [""], []),
        ("2025-03-10", "2026-02-03", [f"2025-{n:02}" for n in range(4, 13)] + ["2026-01"],
         [("2025-03-10", "2025-04-01"), ("2026-02-01", "2026-02-03")]),
        ("2024-12-01", "2026-01-01", ["2024-12", "2025"], []),
        ("2025-05-03", "2025-05-09", [], [("2025-05-03", "2025-05-09")]),
        ("2025-05-20", "2025-06-02", [], [("2025-05-20", "2025-06-01"), ("2025-06-01", "2025-06-02")]),
        ("2031-01-01", "2032-01-01", [], []),
    ],
)  # fmt: skip
def test_periods_are_whole_months_and_years_and_two_ends(
    begins: object, ends: object, whole: list[str], edges: list[tuple[str, str]]
) -> None:
    def ms(day: object) -> int:
        return day if isinstance(day, int) else spans.month_start(str(day)[:7], ZONE) + (int(str(day)[8:]) - 1) * DAY_MS

    assert isinstance(begins, (int, str)) and isinstance(ends, (int, str))
    found = spans.divide(ms(begins), ms(ends), ("2024-06", "2026-11"), ZONE)
    assert found.whole == whole
    # The clocks of Paris moved an hour in March: an edge may be that much off the plain count of days.
    assert [(abs(a - ms(x)) <= 3_600_000, abs(b - ms(y)) <= 3_600_000) for (a, b), (x, y) in zip(
        found.edges, edges, strict=True
    )] == [(True, True)] * len(edges)  # fmt: skip
