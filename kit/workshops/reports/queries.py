"""Every read of reports and of what tours hand down. Nothing here opens a name."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from kit.errors import Problem
from kit.errors.kind import fr
from kit.store import Row, Store
from kit.workshops.queries import among
from kit.workshops.reports import vocabulary
from kit.workshops.reports.activity import Activity

Counts = Mapping[str, Mapping[str, int]]
Profile = dict[str, Any]
AT_ONCE = 200


class Report(Activity, frozen=True, kw_only=True):
    """One report, ready to show. `counts` are marginal: family (gender, age_band, status) to code to number.

    `turn` and the fields after it: see `tables.Report`.
    """

    log_no: int
    home: bytes
    is_ours: bool
    report_id: bytes
    counts: Counts
    is_checked: bool
    version: int
    noted_ms: int
    changed_ms: int
    turn: int
    last_by: str
    checked_by: bytes
    amended_by: bytes
    amended_ms: int
    clashes: list[str]

    @property
    def is_individual(self) -> bool:
        """True for help given to one person."""
        return self.activity == "individuel"

    @property
    def edition(self) -> int:
        """What a form says it was filled from: it grows with every word of either side."""
        return self.version + self.turn

    @property
    def clash_words(self) -> list[str]:
        """What both sides changed at once, in French."""
        return [vocabulary.GROUP_WORDS.get(group, group) for group in self.clashes]

    @property
    def all_tags(self) -> list[str]:
        """Schemes first: La Coop has no field for them, only tags."""
        return list(dict.fromkeys([*self.schemes, *self.tags]))

    @property
    def theme_labels(self) -> list[str]:
        """Its themes in French."""
        return [vocabulary.label("theme", code) for code in self.themes]

    @property
    def material_labels(self) -> list[str]:
        """What was used, in French."""
        return [vocabulary.label("material", code) for code in self.materials]

    @property
    def missing(self) -> list[str]:
        """What La Coop asks for and is not known, in French; empty when it can be copied there."""
        lacks = [
            (fr("une thématique"), not self.themes),
            (fr("le nom du lieu"), self.place_kind == "lieu_activite" and not self.place_name),
            (fr("la commune"), self.place_kind in ("domicile", "autre") and not self.commune),
            (fr("au moins une personne (La Coop ne prend pas d’activité sans personne)"), self.participants == 0),
        ]
        return [words for words, lacking in lacks if lacking]


class Terms(msgspec.Struct, frozen=True):
    """What every activity of a tour inherits; `version` 0: nothing was set."""

    tour: str = ""
    schemes: list[str] = msgspec.field(default_factory=list)
    tags: list[str] = msgspec.field(default_factory=list)
    materials: list[str] = msgspec.field(default_factory=list)
    version: int = 0


_SELECT = "SELECT r.*, l.log_id AS home, l.is_own AS is_ours FROM report r JOIN log l ON l.log_no = r.log_no"
_LISTS = ("materials", "themes", "tags", "schemes")


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _report(row: Row) -> Report:
    fields = {name: row[name] for name in Report.__struct_fields__}
    fields |= {name: _lines(row[name]) for name in _LISTS}
    fields |= {"is_ours": bool(row["is_ours"]), "is_checked": bool(row["is_checked"])}
    fields["clashes"] = row["clashes"].split("|") if row["clashes"] else []
    return Report(**{**fields, "counts": json.loads(row["counts"])})


def find_report(store: Store, report_id: bytes | None) -> Report | None:
    """One report, or None."""
    row = store.row(f"{_SELECT} WHERE r.report_id = ?", report_id)
    return _report(row) if row else None


def list_some(store: Store, marks: str, report_ids: Sequence[bytes | str]) -> list[Report]:
    """Those of some reports that there are; `marks` has a `?` for each."""
    return [_report(row) for row in store.rows(f"{_SELECT} WHERE r.report_id IN ({marks})", *report_ids)]


def get_report(store: Store, report_id: bytes | None) -> Report:
    """One report. Raises Problem `reports.not_found`."""
    found = find_report(store, report_id)
    if found is None:
        raise Problem("reports.not_found")
    return found


Logs = Collection[int] | None  # of these logs only; None: of all


def count_reports(store: Store, from_ms: int = 0, until_ms: int = 2**53, logs: Logs = None) -> int:
    """How many activities of [from_ms, until_ms) have a report."""
    where, values = among("log_no", logs)
    sql = f"SELECT count(*) FROM report WHERE date_ms >= ? AND date_ms < ? AND {where}"
    return int(store.value(sql, from_ms, until_ms, *values))


def count_unchecked(store: Store, logs: Logs = None) -> int:
    """How many drafts nobody has read yet."""
    where, values = among("log_no", logs)
    return int(store.value(f"SELECT count(*) FROM report WHERE is_checked = 0 AND {where}", *values))


def list_reports(store: Store, limit: int, offset: int, logs: Logs = None) -> list[Report]:
    """Reports, those nobody has read first, then the newest."""
    where, values = among("r.log_no", logs)
    rows = store.rows(
        f"{_SELECT} WHERE {where} ORDER BY r.is_checked, r.date_ms DESC, r.report_id LIMIT ? OFFSET ?",
        *values, limit, offset,
    )  # fmt: skip
    return [_report(row) for row in rows]


def iter_reports(store: Store, from_ms: int = 0, until_ms: int = 2**53, logs: Logs = None) -> Iterator[Report]:
    """Every report of [from_ms, until_ms) by date, a few at a time: a season never stands in memory."""
    where, values = among("r.log_no", logs)
    after: tuple[int, bytes] = (from_ms, b"")
    while True:
        rows = store.rows(
            f"{_SELECT} WHERE (r.date_ms, r.report_id) > (?, ?) AND r.date_ms < ? AND {where} "
            "ORDER BY r.date_ms, r.report_id LIMIT ?",
            *after, until_ms, *values, AT_ONCE,
        )  # fmt: skip
        yield from (_report(row) for row in rows)
        if len(rows) < AT_ONCE:
            return
        after = (rows[-1]["date_ms"], rows[-1]["report_id"])


def count_profiles(store: Store, log_no: int, workshop_id: bytes) -> tuple[int, dict[str, dict[str, int]]]:
    """How many came to a workshop and what was noted of them, one by one or by the counters, as marginal counts.

    People of a permanence who have a report of their own are left out: nobody is counted twice.
    """
    return _count(store, log_no, workshop_id, _came(store, log_no, workshop_id))


def _count(
    store: Store, log_no: int, workshop_id: bytes, people: list[Profile]
) -> tuple[int, dict[str, dict[str, int]]]:
    came, counts = len(people), {family: dict[str, int]() for family in vocabulary.FAMILIES}
    key = (log_no, workshop_id)
    for person in people:
        for family in vocabulary.FAMILIES:
            if person[family] in vocabulary.can_say(family):
                counts[family][person[family]] = counts[family].get(person[family], 0) + 1
    for row in store.rows("SELECT family, code, people FROM margin WHERE log_no = ? AND workshop_id = ?", *key):
        family, code = row["family"], row["code"]
        left = came - sum(counts[family].values())
        if code in vocabulary.can_say(family) and left > 0:
            counts[family][code] = counts[family].get(code, 0) + min(left, row["people"])
    return came, {family: {code: n for code, n in said.items() if n} for family, said in counts.items()}


def list_profiles(store: Store, report: Report) -> list[tuple[str, str, str]]:
    """Gender, age band and status of each who came, as noted of that person; empty when that is not the report's word.

    Once the counters were corrected, no row of a person can be told from them: nothing is spread over people.
    """
    if not report.workshop_id:
        return []
    people = _came(store, report.log_no, report.workshop_id)
    came, counts = _count(store, report.log_no, report.workshop_id, people)
    if came != report.participants or counts != report.counts:
        return []
    return [(one["gender"], one["age_band"], one["status"]) for one in people]


def _came(store: Store, log_no: int, workshop_id: bytes) -> list[Profile]:
    """Who came and has no report of her own, in an order of their ids."""
    # Ordered and sifted here: asked to, SQLite walks the whole log by its key instead of the workshop by its index, and
    # a season's export takes the square of its length.
    rows = store.rows(
        "SELECT gender, age_band, status, attendance_id FROM attendance "
        "WHERE log_no = ? AND workshop_id = ? AND state = 'came'",
        log_no, workshop_id,
    )  # fmt: skip
    people = _with_what_the_other_row_says(store, log_no, workshop_id, rows)
    received = store.rows(
        "SELECT v.visit_id FROM visit v JOIN report r ON r.log_no = v.log_no AND r.report_id = v.visit_id "
        "WHERE v.log_no = ? AND v.workshop_id = ?",
        log_no, workshop_id,
    )  # fmt: skip
    alone = {row["visit_id"] for row in received}
    return sorted(
        (one for one in people if one["attendance_id"] not in alone), key=lambda one: bytes(one["attendance_id"])
    )


def _with_what_the_other_row_says(store: Store, log_no: int, workshop_id: bytes, rows: list[Row]) -> list[Profile]:
    """Noted twice, what was told under one row is true of her under the other."""
    others = store.rows(
        "SELECT gender, age_band, status, merged_into FROM attendance "
        "WHERE log_no = ? AND workshop_id = ? AND merged_into <> x''",
        log_no, workshop_id,
    )  # fmt: skip
    people: dict[bytes, Profile] = {bytes(row["attendance_id"]): dict(row) for row in rows}
    for other in others:
        person = people.get(bytes(other["merged_into"]), {})
        person.update({name: other[name] for name in ("gender", "age_band", "status") if person and not person[name]})
    return list(people.values())


def find_postcode(store: Store, insee: str) -> str:
    """The postcode that people last wrote for this commune, or nothing."""
    sql = "SELECT postcode FROM report WHERE insee = ? AND postcode <> '' ORDER BY date_ms DESC LIMIT 1"
    return str(store.value(sql, insee) or "") if insee else ""


def read_terms(store: Store, terms_id: bytes) -> Terms:
    """What a tour hands down; empty when nothing was set."""
    row = store.row("SELECT * FROM tour_terms WHERE terms_id = ?", terms_id)
    if row is None:
        return Terms()
    lists = {name: _lines(row[name]) for name in ("schemes", "tags", "materials")}
    return Terms(tour=row["tour"], version=row["version"], **lists)
