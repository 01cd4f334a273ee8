"""Figures of a stop, a tour or a period: counted from what was noted, with what is missing said beside them.

Marginal counters are added up as such; nobody is counted twice on purpose, but a box cannot know that two visits were
one person: "participations", never "people".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator

import msgspec

from kit.errors.kind import fr
from kit.store import Store
from kit.workshops import queries, returning, vocabulary
from kit.workshops.queries import Workshop
from kit.workshops.reports import queries as reports
from kit.workshops.reports.queries import Report
from kit.workshops.reports.vocabulary import FAMILIES
from kit.workshops.returning import Cards

AT_ONCE = 500
Rows = list[tuple[str, int]]
DayOf = Callable[[int], int]


class Scope(msgspec.Struct, frozen=True):
    """What is counted: workshops and help of [from_ms, until_ms), at these stops and of these logs only (None: all).

    `tag`: only what a report says was paid for by this scheme, or marked by this tag; empty: everything.
    """

    from_ms: int = 0
    until_ms: int = 2**53
    stop_ids: Collection[bytes] | None = None
    logs: Collection[int] | None = None
    tag: str = ""

    def holds(self, stop_id: bytes, log_no: int) -> bool:
        """True when something at this stop, said by this log, counts."""
        return (self.stop_ids is None or stop_id in self.stop_ids) and (self.logs is None or log_no in self.logs)


class Figures(msgspec.Struct):
    """Counts of one scope. `attendances` are those of workshops; `helped` those of individual help.

    `reserved` are places held in closed workshops, `empty_reserved` those whose holder did not come; `seated` are all
    who came to workshops, those with a report of their own included. `known` and `newcomers` are what reports say, and
    where they are silent the reusable cards; `unsaid` are participations of which nobody knows it.
    """

    workshops: int = 0
    to_close: int = 0
    cancelled: int = 0
    to_come: int = 0
    attendances: int = 0
    places: int = 0
    seated: int = 0
    reserved: int = 0
    empty_reserved: int = 0
    minutes: int = 0
    person_minutes: int = 0
    helped: int = 0
    help_minutes: int = 0
    known: int = 0
    newcomers: int = 0
    unsaid: int = 0
    unchecked: int = 0
    unreported: int = 0
    corrected: int = 0
    themes: Counter[str] = msgspec.field(default_factory=Counter)
    days: Counter[int] = msgspec.field(default_factory=Counter)
    months: Counter[str] = msgspec.field(default_factory=Counter)
    families: dict[str, Counter[str]] = msgspec.field(
        default_factory=lambda: {family: Counter[str]() for family in FAMILIES}
    )

    @property
    def participations(self) -> int:
        """Everybody who came, to workshops and for help."""
        return self.attendances + self.helped

    @property
    def fill_percent(self) -> int | None:
        """How full the places offered were, or None when none was."""
        return round(100 * self.seated / self.places) if self.places else None

    @property
    def hours(self) -> float:
        """Hours of workshops and help given."""
        return round((self.minutes + self.help_minutes) / 60, 1)

    @property
    def person_hours(self) -> float:
        """Hours received, added up over everybody who came."""
        return round((self.person_minutes + self.help_minutes) / 60, 1)

    def theme_rows(self) -> Rows:
        """Participations by theme, most first; an activity of several themes counts in each."""
        return [(vocabulary.label("theme", code), count) for code, count in self.themes.most_common()]

    def day_rows(self) -> Rows:
        """Participations by day (the first millisecond of each is the label's), in order."""
        return [(str(day), count) for day, count in sorted(self.days.items())]

    def month_rows(self) -> Rows:
        """Participations by month (2026-11), in order; empty where they are told by day."""
        return sorted(self.months.items())

    def family_rows(self, family: str) -> Rows:
        """What reports say of gender, age or status, and how many they say nothing of."""
        counts = self.families[family]
        rows = [(label, counts[code]) for code, label in vocabulary.labels(family).items() if counts[code]]
        left = self.participations - sum(count for code, count in counts.items() if code != vocabulary.NOT_SAID)
        said = [(label, count) for label, count in rows if label != vocabulary.label(family, vocabulary.NOT_SAID)]
        return [*said, (fr("Non noté"), left)] if left > 0 else said

    def missing(self) -> list[str]:
        """What these figures do not know, in French."""
        lacks = [
            (
                self.to_close,
                fr("Ateliers passés que personne n’a terminés : %s. Leurs présences peuvent encore changer."),
            ),
            (self.unreported, fr("Ateliers terminés sans compte rendu ici : %s.")),
            (self.unchecked, fr("Comptes rendus que personne n’a relus : %s.")),
            (self.unsaid, fr("Participations dont personne n’a noté si c’était la première fois : %s.")),
            (
                self.corrected,
                fr("Comptes rendus qui disent un autre total que les présences : %s. Le compte rendu l’emporte."),
            ),
        ]
        return [words % count for count, words in lacks if count]


COUNTED = tuple(one.name for one in msgspec.structs.fields(Figures) if one.type in (int, "int"))


def pack(found: Figures) -> str:
    """Figures of one part as text: its numbers in the order of COUNTED, themes, families; days are not in it."""
    families = [{code: n for code, n in found.families[one].items() if n} for one in FAMILIES]
    themes = {code: n for code, n in found.themes.items() if n}
    return msgspec.json.encode([[getattr(found, name) for name in COUNTED], themes, families]).decode()


def add_packed(found: Figures, packed: str, sign: int = 1) -> None:
    """Add what `pack` gave, or take it away again (`sign` -1)."""
    numbers, themes, families = msgspec.json.decode(packed)
    for name, number in zip(COUNTED, numbers, strict=True):
        if number:
            setattr(found, name, getattr(found, name) + sign * number)
    for counter, more in (
        (found.themes, themes),
        *zip(map(found.families.__getitem__, FAMILIES), families, strict=True),
    ):
        for code, number in more.items():
            counter[code] += sign * number


class Happened(msgspec.Struct, frozen=True):
    """Where, by whose word and when something took place; `insee` is what a report says of the commune."""

    stop_id: bytes
    log_no: int
    at_ms: int
    insee: str = ""


def count_figures(store: Store, scope: Scope, now_ms: int, day_of: DayOf) -> Figures:
    """Count one scope; `day_of` gives the first millisecond of a moment's day."""
    return count_split(store, scope, now_ms, day_of, lambda _: "").get("", Figures())


def count_split(
    store: Store, scope: Scope, now_ms: int, day_of: DayOf, key_of: Callable[[Happened], str]
) -> dict[str, Figures]:
    """The same in one pass, each thing in the part that `key_of` names."""
    parts: dict[str, Figures] = {}
    told = {one.report_id: one for one in _reports(store, scope)}
    received, cards = returning.count_received(store), returning.count_cards(store)
    for workshop in _workshops(store, scope):
        key = workshop.workshop_id
        report = told.pop(key, None)
        if scope.tag and (report is None or scope.tag not in report.all_tags):
            continue
        where = Happened(workshop.stop_id, workshop.log_no, workshop.starts_at_ms, report.insee if report else "")
        found = parts.setdefault(key_of(where), Figures())
        before = found.attendances
        if add_workshop(found, workshop, report, (received.get(key, 0), cards.get(key, returning.NONE)), now_ms):
            found.days[day_of(workshop.starts_at_ms)] += found.attendances - before
    for report in told.values():
        if report.is_individual and (not scope.tag or scope.tag in report.all_tags):
            where = Happened(report.stop_id, report.log_no, report.date_ms, report.insee)
            found = parts.setdefault(key_of(where), Figures())
            add_help(found, report)
            found.days[day_of(report.date_ms)] += report.participants
    return parts


def add_workshop(
    found: Figures, workshop: Workshop, report: Report | None, others: tuple[int, Cards], now_ms: int
) -> bool:
    """Add one workshop; `others`: how many have a report of their own, and what cards say. False: it was not held."""
    received, cards = others
    if not _takes_place(found, workshop, now_ms):
        return False
    ticked = max(0, workshop.came - received)
    came = report.participants if report else ticked
    found.seated += came + received
    if report or ticked or not received:
        _add_together(found, workshop, report, ticked)
        _add_people(found, report, came, cards)
    _add_seats(found, workshop)
    return True


def _takes_place(found: Figures, one: Workshop, now_ms: int) -> bool:
    """Whether it was held; if not, it is counted as cancelled or to come."""
    found.cancelled += one.is_cancelled
    is_to_come = not one.is_cancelled and not one.is_closed and one.ends_at_ms > now_ms
    found.to_come += is_to_come
    return not one.is_cancelled and not is_to_come


def _add_seats(found: Figures, one: Workshop) -> None:
    """Places of a workshop that was held, whether people had it together or one by one."""
    found.workshops += 1
    found.to_close += not one.is_closed
    found.places += one.places
    if one.is_closed:
        found.reserved += one.placed
        found.empty_reserved += max(0, one.placed - (one.came - one.beyond))


def _add_together(found: Figures, one: Workshop, report: Report | None, ticked: int) -> None:
    """What people had together; `ticked` are those without a report of their own."""
    came = report.participants if report else ticked
    minutes = report.minutes if report else one.length_minutes
    found.unreported += one.is_closed and report is None
    found.corrected += came != ticked
    found.attendances += came
    found.minutes += minutes
    found.person_minutes += minutes * came
    for theme in report.themes if report else [one.theme]:
        found.themes[theme] += came


def add_help(found: Figures, report: Report) -> None:
    """Add help given to one person."""
    found.helped += report.participants
    found.help_minutes += report.minutes
    for theme in report.themes:
        found.themes[theme] += report.participants
    _add_people(found, report, report.participants)


def _add_people(found: Figures, report: Report | None, came: int, cards: Cards = returning.NONE) -> None:
    """What is noted of those who came; where no report says who came back, the cards that were read do."""
    if report is not None:
        found.unchecked += not report.is_checked
        for family in FAMILIES:
            found.families[family].update(report.counts.get(family, {}))
    if report is None or report.known is None:
        found.known += cards.known
        found.newcomers += cards.new
        found.unsaid += max(0, came - cards.known - cards.new)
    else:
        found.known += report.known
        found.newcomers += came - report.known


def _workshops(store: Store, scope: Scope) -> Iterator[Workshop]:
    offset = 0
    while rows := queries.list_between(store, scope.from_ms, scope.until_ms, AT_ONCE, offset):
        yield from (one for one in rows if scope.holds(one.stop_id, one.log_no))
        offset += len(rows)


def _reports(store: Store, scope: Scope) -> Iterator[Report]:
    # A corrected report may carry another day than its workshop: all are read, and the workshop's day decides.
    for one in reports.iter_reports(store):
        inside = scope.from_ms <= one.date_ms < scope.until_ms
        if one.workshop_id or (inside and scope.holds(one.stop_id, one.log_no)):
            yield one
