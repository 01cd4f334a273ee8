"""Figures that are kept: a page reads sums of months, years and all time instead of everything that was ever noted.

Triggers note which workshops and reports changed (migration 0860). `refresh` takes these up: what a thing adds up to is
counted anew from all that is known of it, by the same functions as `figures.count_split`; what was kept of it is taken
from the sums it was in, what it is now is added. So sums are at any time those of the parts, the parts those of the
tables, whatever the order in which things arrived; `tests/workshops/test_figures_kept.py` holds both ways equal.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

import msgspec

from kit.errors import Problem
from kit.store import Store
from kit.workshops import figures, returning, rules, spans
from kit.workshops import figures_kept_queries as kept
from kit.workshops.figures import Figures, Happened, Scope
from kit.workshops.figures_kept_queries import Asked, Cell, Part
from kit.workshops.queries import Workshop
from kit.workshops.reports.queries import Report

RULES = "1"  # counted another way: raise it, and everything is counted anew
AT_ONCE = 500  # things taken up in one transaction
MOST_AT_A_PAGE = 1000  # what a page takes up itself; more is left to the background, and counted without it meanwhile
FEW_MONTHS = 3  # told by day
NamePart = Callable[[Happened], str]


def refresh(store: Store, now_ms: int, zone: str, most: int = 2**53) -> bool:
    """Take up what changed, at most so many things; True when nothing is left. Writes only when there is something."""
    basis = f"{RULES} {zone} {kept.list_own_logs(store)}"
    if kept.read_basis(store) != basis:
        with store.write():
            kept.begin_again(store, basis)
    if kept.count_due(store, most + 1) > most:
        return False
    while kept.count_due(store, 1) or kept.count_turned(store, now_ms):
        with store.write():
            _take_up(store, kept.take_due(store, now_ms, AT_ONCE), now_ms, zone)
    return True


def _take_up(store: Store, due: Sequence[bytes], now_ms: int, zone: str) -> None:
    things = _widen(store, due)
    before, now = kept.list_parts(store, things), _count_parts(store, things, now_ms, zone)
    changed = [one for one in things if before.get(one) != now.get(one)]
    _change_cells(store, [before[one] for one in changed if one in before], [now[one] for one in changed if one in now])
    kept.replace_parts(store, [one for one in changed if one in before], [now[one] for one in changed if one in now])


def _widen(store: Store, due: Sequence[bytes]) -> list[bytes]:
    """With the permanences of visits that have a report of their own, and where cards read there were read too."""
    things = {*due, *kept.workshops_of_visits(store, due)}
    cards = kept.list_cards(store, due)
    return sorted(things | kept.workshops_of_cards(store, cards)) if cards else sorted(things)


def _count_parts(store: Store, things: Sequence[bytes], now_ms: int, zone: str) -> dict[bytes, Part]:
    workshops, reports = kept.list_workshops(store, things), kept.list_reports(store, things)
    held = sorted(workshops)
    received: dict[bytes, int] = {}
    for first in range(0, len(held), AT_ONCE):
        received |= returning.count_received(store, held[first : first + AT_ONCE])
    shown = kept.list_cards(store, held)
    cards = returning.count_cards(store, shown) if shown else {}
    found = {}
    for thing_id in things:
        workshop, report = workshops.get(thing_id), reports.get(thing_id)
        if workshop is not None:
            others = received.get(thing_id, 0), cards.get(thing_id, returning.NONE)
            found[thing_id] = _part_of_workshop(workshop, report, others, now_ms, zone)
        elif report is not None and report.is_individual:
            found[thing_id] = _part_of_help(report, zone)
    return found


def _part_of_workshop(
    one: Workshop, report: Report | None, others: tuple[int, returning.Cards], now_ms: int, zone: str
) -> Part:
    found = Figures()
    is_held = figures.add_workshop(found, one, report, others, now_ms)
    where = Happened(one.stop_id, one.log_no, one.starts_at_ms, report.insee if report else "")
    is_open = not one.is_cancelled and not one.is_closed
    tags = report.all_tags if report else []
    return _part(one.workshop_id, where, found, (is_held, one.ends_at_ms if is_open else None), tags, zone)


def _part_of_help(report: Report, zone: str) -> Part:
    found = Figures()
    figures.add_help(found, report)
    where = Happened(report.stop_id, report.log_no, report.date_ms, report.insee)
    return _part(report.report_id, where, found, (True, None), report.all_tags, zone)


def _part(
    thing_id: bytes, where: Happened, found: Figures, held: tuple[bool, int | None], tags: Sequence[str], zone: str
) -> Part:
    is_held, ends_ms = held
    return Part(
        thing_id, where.log_no, where.stop_id, where.insee, where.at_ms, day_of(where.at_ms, zone),
        spans.month_of(where.at_ms, zone), ends_ms, "\n".join(tags), found.participations if is_held else None,
        figures.pack(found),
    )  # fmt: skip


def day_of(moment_ms: int, zone: str) -> int:
    """The first millisecond of a moment's day; a moment that no calendar holds is its own."""
    try:
        return rules.day_bounds(moment_ms, zone)[0]
    except (ValueError, OverflowError, OSError):
        return moment_ms


# -- sums ---------------------------------------------------------------------------------------------------------


class _Change(msgspec.Struct):
    """What a cell grows by."""

    found: Figures = msgspec.field(default_factory=Figures)
    things: int = 0
    came: int = 0


def _cells_of(one: Part) -> Iterator[Cell]:
    """The cells that a part is in, empty."""
    places = (("all", 0, b"", ""), ("log", one.log_no, b"", ""), ("place", one.log_no, one.stop_id, one.insee))
    for tag in ("", *one.tags.split("\n")) if one.tags else ("",):
        for span in (spans.EVER, one.month[:4], one.month, spans.day_span(one.day_ms)):
            for grain, log_no, stop_id, insee in places[:1] if span.startswith("@") else places:
                name = f"{grain}|{log_no}|{span}|{stop_id.hex()}|{insee}|{tag}"
                yield Cell(name, grain, log_no, span, tag, stop_id, insee, 1, 0, "")


def _change_cells(store: Store, before: Sequence[Part], now: Sequence[Part]) -> None:
    cells: dict[str, Cell] = {}
    changes: dict[str, _Change] = defaultdict(_Change)
    for parts, sign in ((before, -1), (now, 1)):
        for one in parts:
            for cell in _cells_of(one):
                cells[cell.cell] = cell
                change = changes[cell.cell]
                figures.add_packed(change.found, one.body, sign)
                change.things += sign
                change.came += sign * (one.came or 0)
    had = kept.list_cells(store, sorted(cells))
    made = [_sum(had.get(name), cells[name], change) for name, change in changes.items()]
    kept.replace_cells(store, sorted(had), [one for one in made if one is not None])


def _sum(had: Cell | None, empty: Cell, change: _Change) -> Cell | None:
    things = change.things + (had.things if had else 0)
    if not things:
        return None
    if had is not None:
        figures.add_packed(change.found, had.body)
    came = change.came + (had.came if had else 0)
    return msgspec.structs.replace(empty, things=things, came=came, body=figures.pack(change.found))


# -- reading ------------------------------------------------------------------------------------------------------


class Counting(msgspec.Struct, frozen=True):
    """Counts of one scope at one moment, where people are."""

    store: Store
    scope: Scope
    now_ms: int
    zone: str

    def _is_ready(self) -> bool:
        try:
            return refresh(self.store, self.now_ms, self.zone, MOST_AT_A_PAGE)
        except Problem as problem:
            if not problem.code.startswith("store."):
                raise
            return False  # a full disk takes no sums; what was noted can still be counted

    def _day_of(self, moment_ms: int) -> int:
        return day_of(moment_ms, self.zone)

    def count(self) -> Figures:
        """Everything of the scope; by day when it is of few months, else by month."""
        if not self._is_ready():
            return figures.count_figures(self.store, self.scope, self.now_ms, self._day_of)
        found = self._read("", lambda _: "").get("", Figures())
        self._add_days(found)
        return found

    def split(self, grain: str, name: NamePart, *, by_month: bool = False) -> dict[str, Figures]:
        """The same, each thing in the part that `name` gives; it looks at the `grain` "log" or "place", or neither."""
        if not self._is_ready():
            return figures.count_split(self.store, self.scope, self.now_ms, self._day_of, name)
        return self._read(grain, name, by_month=by_month)

    def _asked(self, grain: str) -> Asked:
        scope = self.scope
        if scope.stop_ids is not None or grain == "place":
            return Asked("place", scope.tag, scope.logs, scope.stop_ids)
        return Asked("all" if scope.logs is None and grain != "log" else "log", scope.tag, scope.logs)

    def _divide(self, *, by_month: bool) -> spans.Spans:
        known = kept.list_months(self.store)
        if known is None:
            return spans.Spans([], [])
        return spans.divide(self.scope.from_ms, self.scope.until_ms, known, self.zone, by_month=by_month)

    def _read(self, grain: str, name: NamePart, *, by_month: bool = False) -> dict[str, Figures]:
        parts: dict[str, Figures] = {}
        asked, divided = self._asked(grain), self._divide(by_month=by_month)
        days, edges = self._days_of(asked, divided.edges)
        for row in kept.read_cells(self.store, asked, [*divided.whole, *map(spans.day_span, days)]):
            at_ms = self._begin(row["span"]) if by_month else 0
            where = Happened(bytes(row["stop_id"]), row["log_no"], at_ms, row["insee"])
            figures.add_packed(parts.setdefault(name(where), Figures()), row["body"])
        for from_ms, until_ms in edges:
            for row in kept.read_parts(self.store, asked, from_ms, until_ms):
                if asked.tag and asked.tag not in row["tags"].split("\n"):
                    continue
                where = Happened(bytes(row["stop_id"]), row["log_no"], row["at_ms"], row["insee"])
                figures.add_packed(parts.setdefault(name(where), Figures()), row["body"])
        return parts

    def _days_of(self, asked: Asked, edges: list[tuple[int, int]]) -> tuple[list[int], list[tuple[int, int]]]:
        """Of all logs together days are kept too: the edges as days, and those that are not made of whole days."""
        days: list[int] = []
        left: list[tuple[int, int]] = []
        for edge in edges:
            found = spans.list_days(*edge, self.zone) if asked.grain == "all" else None
            days += found or []
            left += [edge] if found is None else []
        return days, left

    def _begin(self, span: str) -> int:
        return int(span[1:]) if span.startswith("@") else spans.month_start(span, self.zone)

    def _sum_days(self, asked: Asked, bounds: list[tuple[int, int]]) -> dict[int, int]:
        """How many came on each day of some months or edges."""
        days, left = self._days_of(asked, bounds)
        told = kept.sum_spans(self.store, asked, [spans.day_span(day) for day in days])
        found = {self._begin(span): came for span, came in told.items() if came}
        for edge in left:
            found |= {row["day_ms"]: int(row["came"]) for row in kept.sum_days(self.store, asked, *edge) if row["came"]}
        return found

    def _add_days(self, found: Figures) -> None:
        """Participations by day, or by month where there are many; not by tag, which no page asks for."""
        asked, divided = self._asked(""), self._divide(by_month=True)
        months = {month: came for month, came in kept.sum_spans(self.store, asked, divided.whole).items() if came}
        days = self._sum_days(asked, divided.edges)
        if len({*months, *(spans.month_of(day, self.zone) for day in days)}) <= FEW_MONTHS:
            whole = [(self._begin(month), spans.month_start(spans.next_month(month), self.zone)) for month in months]
            found.days = Counter(days | self._sum_days(asked, whole))
            return
        found.months = Counter(months)
        for day, came in days.items():
            found.months[spans.month_of(day, self.zone)] += came
