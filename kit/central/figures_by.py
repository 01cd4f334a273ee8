"""Figures by stop, commune, intercommunality, department, tour, kit or month; what is missing is said beside them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec

from kit.central import atlas, barometer, bounds, figures_queries, fleet_queries, queries
from kit.central.barometer import Step
from kit.clock import at, local_day
from kit.errors import counted
from kit.errors.kind import fr
from kit.feedback import places
from kit.library.counts.facts import NOBODY
from kit.people.actions import Staff
from kit.people.node import Node, StopView
from kit.web.pages import day_words
from kit.workshops import vocabulary
from kit.workshops.figures import Figures, Happened, Scope
from kit.workshops.figures_kept import Counting
from kit.workshops.reports import forms
from kit.workshops.reports.vocabulary import FAMILIES, family_headers
from kit.workshops.spreadsheet import Cell

LEVELS: Mapping[str, str] = {
    "commune": fr("Commune"),
    "epci": fr("Intercommunalité"),
    "department": fr("Département"),
    "stop": fr("Halte"),
    "tour": fr("Tournée"),
    "kit": fr("Valise"),
    "month": fr("Mois"),
}
GRAINS = {"kit": "log", "month": "all"}  # the others look at places
NOWHERE = fr("Hors halte")
NO_GROUP = fr("Intercommunalité non chargée")
SILENT_MS = 7 * 86_400_000
MOST_KITS = 2000
DAY_MS = 86_400_000
NUMBERS = (
    fr("Ateliers"),
    fr("Participations"),
    fr("Aides à une personne"),
    fr("Heures données"),
    fr("Heures reçues"),
    fr("Premières fois (noté)"),
    fr("Déjà venus (noté)"),
)


class Asked(msgspec.Struct, frozen=True):
    """What to count: the level of the parts, the two days of the address (empty: no bound), a tag (empty: all)."""

    level: str = "commune"
    since: str = ""
    until: str = ""
    tag: str = ""


class Line(msgspec.Struct, frozen=True):
    """One part. `opinions` None: none was counted there, or it cannot be told at this level. `used`: (read, kept)."""

    label: str
    found: Figures
    opinions: Step | None
    used: tuple[int, int] | None


class Table(msgspec.Struct, frozen=True):
    """All parts, their sum, and what they do not know."""

    asked: Asked
    lines: list[Line]
    total: Figures
    used: tuple[int, int]
    missing: list[str]


def read_asked(values: Mapping[str, str]) -> Asked:
    """What an address asks for; what makes no sense is no limit."""
    level = values.get("niveau", "")
    return Asked(
        level if level in LEVELS else "commune", values.get("du", "")[:10], values.get("au", "")[:10],
        values.get("etiquette", "").strip()[:120],
    )  # fmt: skip


def count_table(node: Node, asked: Asked, by: Staff) -> Table:
    """Count it, as far as this person sees."""
    zone, logs = node.settings.timezone, bounds.find_logs(node, by)
    from_ms, until_ms = forms.read_period({"du": asked.since, "au": asked.until}, zone)
    scope, now = Scope(from_ms, until_ms, None, logs, asked.tag), node.clock.wall_ms()
    namer, counting = make_namer(node, asked.level), Counting(node.store, scope, now, zone)
    parts = counting.split(GRAINS.get(asked.level, "place"), namer, by_month=asked.level == "month")
    opinions = {} if asked.tag else _opinions(node, asked, namer, logs)
    used = {} if asked.tag else _library(node, asked, scope, zone)
    happened = {label for label, one in parts.items() if one.workshops or one.helped}
    labels = sorted(happened | {label for label in used if label})
    lines = [Line(one, parts.get(one, Figures()), opinions.get(one), used.get(one)) for one in labels]
    total = counting.count()
    missing = [*list_missing(node, by.territories), *total.missing()]
    if asked.tag:
        missing.append(fr("Un atelier sans compte rendu n’a pas d’étiquette : il n’est compté pour aucun financeur."))
    everything = sum(one[0] for one in used.values()), sum(one[1] for one in used.values())
    return Table(asked, sorted(lines, key=_order(asked.level)), total, everything, missing)


def _order(level: str) -> Callable[[Line], tuple[object, ...]]:
    if level == "month":
        return lambda line: (line.label,)
    return lambda line: (line.label in (NOWHERE, NO_GROUP), -line.found.participations, line.label.casefold())


def make_namer(node: Node, level: str) -> Callable[[Happened], str]:
    """The words of the part that something belongs to."""
    stops = {stop.stop_id: stop for stop in node.list_stops()}
    zone = ZoneInfo(node.settings.timezone)
    if level == "month":
        return lambda one: f"{at(one.at_ms).astimezone(zone):%Y-%m}"
    if level == "kit":
        names = queries.names_of_logs(node.store)
        return lambda one: names.get(one.log_no, fr("Ce serveur"))
    known = dict(atlas.read_atlas(node.store))
    for stop in reversed(stops.values()):  # as people write it: the outlines leave articles out (« Brigue »)
        if stop.code_insee and stop.commune:
            before = known.get(stop.code_insee, atlas.Commune(stop.code_insee, ""))
            known[stop.code_insee] = msgspec.structs.replace(before, name=stop.commune)
    return lambda one: _name(stops.get(one.stop_id), one.insee, level, known)


def _name(stop: StopView | None, insee: str, level: str, known: Mapping[str, atlas.Commune]) -> str:
    code = (stop.code_insee if stop is not None else "") or insee
    if level in ("stop", "tour"):
        return (stop.label if level == "stop" else stop.tour or fr("Sans tournée")) if stop is not None else NOWHERE
    if level == "department":
        department = places.department_of(code)
        return fr("Département %(department)s") % {"department": department} if department else NOWHERE
    commune = known.get(code)
    if level == "epci":
        told = commune.epci_name if commune is not None else ""
        return told or (NO_GROUP if code else NOWHERE)
    name = (commune.name if commune is not None else "") or (stop.commune if stop is not None else "") or code
    return name or NOWHERE


def _opinions(
    node: Node, asked: Asked, namer: Callable[[Happened], str], logs: Collection[int] | None
) -> dict[str, Step]:
    """Satisfaction at the end of workshops, from numbers that results show already."""
    if asked.level == "kit":
        return {}
    wanted = barometer.read_asked(node, {"du": asked.since, "au": asked.until}, logs)
    steps = barometer.steps_by(node, wanted, lambda one: namer(Happened(one.stop_id, 0, one.day_ms)))
    return {one.label: one for one in steps}


def _library(node: Node, asked: Asked, scope: Scope, zone: str) -> dict[str, tuple[int, int]]:
    """Works read and kept, by kit or by month; elsewhere under the empty name: a kit counts by day, not by commune."""
    first = local_day(scope.from_ms, zone) if scope.from_ms else 0
    last = local_day(scope.until_ms - 1, zone) if scope.until_ms < 2**53 else 100_000
    names, found = queries.names_of_logs(node.store), dict[str, tuple[int, int]]()
    for row in figures_queries.count_library(node.store, first, last, NOBODY):
        if scope.logs is not None and row["log_no"] not in scope.logs:
            continue
        label = ""
        if asked.level == "kit":
            label = names.get(row["log_no"], fr("Ce serveur"))
        elif asked.level == "month":
            label = f"{at(row['day'] * DAY_MS):%Y-%m}"
        read, kept = found.get(label, (0, 0))
        found[label] = read + int(row["read"]), kept + int(row["kept"])
    return found


def list_missing(node: Node, territories: Sequence[str] = ()) -> list[str]:
    """Which kits these figures still wait for, in words."""
    before = node.clock.wall_ms() - SILENT_MS
    late = [
        f"{kit.nickname} ({_last(kit, node.settings.timezone)})"
        for kit in fleet_queries.list_silent(node.store, before, MOST_KITS, territories)
    ]
    if not late:
        return []
    more = len(late) - 8
    few = ", ".join(late[:8]) + (fr(" et %(more)s autres") % {"more": more} if more > 0 else "")
    return [
        counted(len(late), fr("%s valise n’a pas tout envoyé"), fr("%s valises n’ont pas tout envoyé")) + f" : {few}."
    ]


def _last(kit: queries.Kit, zone: str) -> str:
    if kit.last_seen_ms is None:
        return fr("jamais rien envoyé")
    held = counted(kit.held_back, fr(", %s fiche en route"), fr(", %s fiches en route")) if kit.held_back else ""
    day = day_words(at(kit.last_seen_ms).astimezone(ZoneInfo(zone)))
    return fr("dernier envoi le %(day)s%(held)s") % {"day": day, "held": held}


def numbers(found: Figures) -> list[int | float]:
    """The numbers of one part, in the order of NUMBERS."""
    return [
        found.workshops, found.participations, found.helped, found.hours, found.person_hours, found.newcomers,
        found.known,
    ]  # fmt: skip


def headers(level: str) -> list[str]:
    """The columns of an export."""
    return [
        LEVELS[level],
        *NUMBERS,
        fr("Avis comptés"),
        fr("Satisfaction (sur 10)"),
        fr("Lectures"),
        fr("Œuvres gardées"),
        *family_headers(),
    ]


def row(line: Line) -> list[Cell]:
    """One part as cells; an empty cell is not known, never zero."""
    opinions, used = line.opinions, line.used or (None, None)
    mean = opinions.mean if opinions else None
    cells: list[Cell] = [line.label, *numbers(line.found)]
    cells += [opinions.count if opinions else None, None if mean is None else round(mean, 1)]
    cells += [*used]
    for family in FAMILIES:
        counts = dict(line.found.families[family])
        counts[vocabulary.NOT_SAID] = max(
            0, line.found.participations - sum(n for code, n in counts.items() if code != vocabulary.NOT_SAID)
        )
        cells += [counts.get(code, 0) for code in vocabulary.labels(family)]
    return cells


def theme_rows(table: Table) -> list[list[Cell]]:
    """Every theme of every part."""
    return [[line.label, theme, count] for line in table.lines for theme, count in line.found.theme_rows()]
