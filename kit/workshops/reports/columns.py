"""Reports in the columns of La Coop's own export. Source: ../shared/domain/mediation-numerique.md, 4.4 (46aa33bd).

One row per person helped ("1/8" to "8/8"), lists joined by line breaks, dates as dd/mm/yyyy, scales as n/3. The
columns that La Coop fills only for its own users (names, notes, identifiers of mediators) are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from kit.clock import at
from kit.ids import to_text
from kit.store import Store
from kit.workshops import vocabulary as words
from kit.workshops.reports import queries, vocabulary
from kit.workshops.reports.queries import Report
from kit.workshops.spreadsheet import Cell, Sheet, row_xml

HEADERS = (
    "Date", "Enregistré le", "Dernière modification le", "Type", "Participants", "Canaux d’accompagnement",
    "Nom du lieu", "Adresse", "Commune", "Code postal", "Code Insee", "Durée (min)", "Nom de l’atelier",
    "Matériel numérique utilisé", "Thématique(s) d’accompagnement", "Tags", "Nom de la démarche administrative",
    "Niveau d’autonomie (ou de l’atelier)", "Bénéficiaire réorienté", "Structure de redirection",
    "Commune du bénéficiaire", "Code postal du bénéficiaire", "Code Insee du bénéficiaire", "Genre du bénéficiaire",
    "Tranche d’âge du bénéficiaire", "Statut du bénéficiaire", "ID CRA",
)  # fmt: skip
_PARTICIPANTS = HEADERS.index("Participants")
_PERSON = HEADERS.index("Genre du bénéficiaire")
_ID = HEADERS.index("ID CRA")
_YES_NO = {"yes": "Oui", "no": "Non"}


def counter_headers() -> list[str]:
    """The second sheet: the counters of La Coop's form, one row per activity."""
    return [
        "ID CRA",
        "Date",
        "Type",
        "Nom de l’atelier",
        "Participants",
        "Déjà accompagnés",
        *vocabulary.family_headers(),
    ]


def sheets(store: Store, reports: Iterable[Report], again: Iterable[Report], zone: str) -> list[Sheet]:
    """The two sheets of an export; `again` gives the same reports a second time, for the counters."""
    local = ZoneInfo(zone)
    return [
        Sheet("Activités", HEADERS, (line for one in reports for line in _lines(store, one, local))),
        Sheet("Compteurs", counter_headers(), (row_xml(counter_row(one, local)) for one in again)),
    ]


def _lines(store: Store, report: Report, zone: ZoneInfo) -> Iterator[str]:
    """The rows of one activity as XML: what they share is rendered once."""
    cells = _activity(report, zone)
    before, after = row_xml(cells[:_PARTICIPANTS]), row_xml(cells[_PARTICIPANTS + 1 : _PERSON], _PARTICIPANTS + 2)
    last = row_xml([cells[_ID]], _ID + 1)
    known: dict[Sequence[str], str] = {}
    for number, person in _people(store, report):
        if person not in known:
            known[person] = row_xml(_person_cells(person), _PERSON + 1)
        count = row_xml([f"{number}/{report.participants}"], _PARTICIPANTS + 1)
        yield f"{before}{count}{after}{known[person]}{last}"


def rows(store: Store, reports: Iterable[Report], zone: str) -> Iterator[list[Cell]]:
    """The same rows as plain cells, for CSV."""
    local = ZoneInfo(zone)
    for report in reports:
        cells = _activity(report, local)
        for number, person in _people(store, report):
            cells[_PARTICIPANTS] = f"{number}/{report.participants}"
            cells[_PERSON : _PERSON + 3] = _person_cells(person)
            yield list(cells)


def _people(store: Store, report: Report) -> Iterator[tuple[int, tuple[str, str, str]]]:
    if report.is_individual:
        said = (next(iter(report.counts.get(family, {})), "") for family in vocabulary.FAMILIES)
        profiles = [(next(said), next(said), next(said))]
    else:
        profiles = queries.list_profiles(store, report)
    for number in range(1, report.participants + 1):
        yield number, (profiles[number - 1] if profiles else ("", "", ""))


def _person_cells(person: Sequence[str]) -> list[Cell]:
    pairs = zip(vocabulary.FAMILIES, person, strict=True)
    return [words.label(family, code) if code else None for family, code in pairs]


def _activity(report: Report, zone: ZoneInfo) -> list[Cell]:
    scale = ("autonomy", report.autonomy) if report.is_individual else ("level", report.level)
    return [
        _date(report.date_ms, zone),
        _date(report.noted_ms, zone),
        _date(report.changed_ms, zone),
        vocabulary.label("activity", report.activity),
        None,
        vocabulary.label("place_kind", report.place_kind),
        report.place_name,
        report.address,
        report.commune,
        report.postcode,
        report.insee,
        report.minutes,
        report.title,
        "\n".join(report.material_labels),
        "\n".join(report.theme_labels),
        "\n".join(report.all_tags),
        report.procedure,
        vocabulary.rank(*scale),
        _YES_NO.get(report.redirected),
        vocabulary.label("redirection", report.redirection) if report.redirection else None,
        *[None] * 6,
        to_text(report.report_id),
    ]


def counter_row(report: Report, zone: ZoneInfo) -> list[Cell]:
    """One activity's counters; "not said" is what remains of the total."""
    cells: list[Cell] = [
        to_text(report.report_id),
        _date(report.date_ms, zone),
        vocabulary.label("activity", report.activity),
        report.title,
        report.participants,
        report.known,
    ]
    for family in vocabulary.FAMILIES:
        counts = dict(report.counts.get(family, {}))
        counts[words.NOT_SAID] = report.participants - sum(counts.values())
        cells += [counts.get(code, 0) for code in vocabulary.labels(family)]
    return cells


def _date(unix_ms: int, zone: ZoneInfo) -> str:
    moment: datetime = at(unix_ms).astimezone(zone)
    return moment.strftime("%d/%m/%Y")
