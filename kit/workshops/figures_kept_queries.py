"""Every statement about figures that are kept (`figures_kept`): what is due, parts, and sums of parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import msgspec

from kit.store import Row, Store
from kit.workshops import queries
from kit.workshops.queries import Workshop, among
from kit.workshops.reports import queries as reports
from kit.workshops.reports.queries import Report

AT_ONCE = 500


class Part(msgspec.Struct, frozen=True):
    """One row of `figure_part` (see `tables.FigurePart`)."""

    thing_id: bytes
    log_no: int
    stop_id: bytes
    insee: str
    at_ms: int
    day_ms: int
    month: str
    ends_ms: int | None
    tags: str
    came: int | None
    body: str


class Cell(msgspec.Struct, frozen=True):
    """One row of `figure_cell` (see `tables.FigureCell`)."""

    cell: str
    grain: str
    log_no: int
    span: str
    tag: str
    stop_id: bytes
    insee: str
    things: int
    came: int
    body: str


class Asked(msgspec.Struct, frozen=True):
    """Which cells are read; `logs` and `stop_ids` None: whatever they are."""

    grain: str
    tag: str
    logs: Collection[int] | None = None
    stop_ids: Collection[bytes] | None = None


def _some(values: Sequence[bytes | str]) -> Iterable[tuple[str, Sequence[bytes | str]]]:
    for first in range(0, len(values), AT_ONCE):
        some = values[first : first + AT_ONCE]
        yield ",".join("?" * len(some)), some


# -- what is due --------------------------------------------------------------------------------------------------


def read_basis(store: Store) -> str:
    """By which rules figures were kept last; empty: never."""
    return str(store.value("SELECT words FROM figure_basis") or "")


def list_own_logs(store: Store) -> list[int]:
    """Logs of which purged people still count (`queries.SELECT`)."""
    return [row[0] for row in store.rows("SELECT log_no FROM log WHERE is_own = 1 ORDER BY log_no")]


def begin_again(store: Store, basis: str) -> None:
    """Forget all sums: everything is due. Only inside `write()`."""
    for table in ("figure_part", "figure_cell", "figure_basis"):
        store.run(f"DELETE FROM {table}")
    store.run("INSERT INTO figure_basis (only_row, words) VALUES (1, ?)", basis)
    for column, table in (("workshop_id", "workshop"), ("report_id", "report")):
        store.run(f"INSERT INTO figure_due (thing_id) SELECT {column} FROM {table} WHERE 1 = 1 ON CONFLICT DO NOTHING")


def count_due(store: Store, most: int) -> int:
    """How many things are due, counted up to `most`."""
    return int(store.value("SELECT count(*) FROM (SELECT 1 FROM figure_due LIMIT ?) AS due", most))


def count_turned(store: Store, now_ms: int) -> int:
    """How many count as something else by now, though nobody noted anything: they are over (or the clock went back)."""
    return len(_list_turned(store, now_ms))


def _list_turned(store: Store, now_ms: int) -> list[bytes]:
    rows = store.rows(
        "SELECT thing_id FROM figure_part WHERE ends_ms IS NOT NULL "
        "AND ((came IS NULL AND ends_ms <= ?) OR (came IS NOT NULL AND ends_ms > ?))",
        now_ms, now_ms,
    )  # fmt: skip
    return [bytes(row[0]) for row in rows]


def take_due(store: Store, now_ms: int, most: int) -> list[bytes]:
    """Some of what is due, which is due no longer. Only inside `write()`."""
    due = [bytes(row[0]) for row in store.rows("SELECT thing_id FROM figure_due LIMIT ?", most)]
    for marks, some in _some(due):
        store.run(f"DELETE FROM figure_due WHERE thing_id IN ({marks})", *some)
    return list(dict.fromkeys([*due, *_list_turned(store, now_ms)[:most]]))


def workshops_of_visits(store: Store, visit_ids: Sequence[bytes]) -> set[bytes]:
    """The permanences of these visits: a report of its own takes a visit out of their counts."""
    found: set[bytes] = set()
    for marks, some in _some(visit_ids):
        for table, key in (("visit", "visit_id"), ("attendance", "attendance_id")):
            rows = store.rows(f"SELECT workshop_id FROM {table} WHERE {key} IN ({marks})", *some)
            found |= {bytes(row[0]) for row in rows}
    return found


def list_cards(store: Store, workshop_ids: Sequence[bytes]) -> list[str]:
    """The cards that were read at these workshops."""
    found: set[str] = set()
    for marks, some in _some(workshop_ids):
        rows = store.rows(
            "SELECT DISTINCT a.card FROM workshop w CROSS JOIN attendance a WHERE a.log_no = w.log_no "
            f"AND a.workshop_id = w.workshop_id AND a.card <> '' AND w.workshop_id IN ({marks})",
            *some,
        )
        found |= {row[0] for row in rows}
    return sorted(found)


def workshops_of_cards(store: Store, cards: Sequence[str]) -> set[bytes]:
    """Where these cards were read."""
    found: set[bytes] = set()
    for marks, some in _some(cards):
        rows = store.rows(f"SELECT workshop_id FROM attendance WHERE card <> '' AND card IN ({marks})", *some)
        found |= {bytes(row[0]) for row in rows}
    return found


def list_workshops(store: Store, thing_ids: Sequence[bytes]) -> dict[bytes, Workshop]:
    """Those of them that are workshops."""
    found = {}
    for marks, some in _some(thing_ids):
        for row in store.rows(f"{queries.SELECT} WHERE w.workshop_id IN ({marks})", *some):
            found[bytes(row["workshop_id"])] = queries.read_workshop(row)
    return found


def list_reports(store: Store, thing_ids: Sequence[bytes]) -> dict[bytes, Report]:
    """Those of them that have a report, or are one."""
    found = {}
    for marks, some in _some(thing_ids):
        for one in reports.list_some(store, marks, some):
            found[bytes(one.report_id)] = one
    return found


# -- parts and cells ----------------------------------------------------------------------------------------------

_PART, _CELL = ", ".join(Part.__struct_fields__), ", ".join(Cell.__struct_fields__)


def list_parts(store: Store, thing_ids: Sequence[bytes]) -> dict[bytes, Part]:
    """What is kept of these things."""
    found = {}
    for marks, some in _some(thing_ids):
        for row in store.rows(f"SELECT {_PART} FROM figure_part WHERE thing_id IN ({marks})", *some):
            found[bytes(row["thing_id"])] = Part(*row)
    return found


def replace_parts(store: Store, gone: Sequence[bytes], parts: Sequence[Part]) -> None:
    """Keep these instead of what was kept of `gone`. Only inside `write()`."""
    _replace(
        store, "figure_part", "thing_id", gone, [[getattr(one, n) for n in Part.__struct_fields__] for one in parts]
    )


def list_cells(store: Store, names: Sequence[str]) -> dict[str, Cell]:
    """The cells of these names."""
    found = {}
    for marks, some in _some(names):
        for row in store.rows(f"SELECT {_CELL} FROM figure_cell WHERE cell IN ({marks})", *some):
            found[row["cell"]] = Cell(*row)
    return found


def replace_cells(store: Store, gone: Sequence[str], cells: Sequence[Cell]) -> None:
    """The same of cells. Only inside `write()`."""
    _replace(store, "figure_cell", "cell", gone, [[getattr(one, n) for n in Cell.__struct_fields__] for one in cells])


def _replace(store: Store, table: str, key: str, gone: Sequence[bytes | str], rows: Sequence[Sequence[object]]) -> None:
    for marks, some in _some(gone):
        store.run(f"DELETE FROM {table} WHERE {key} IN ({marks})", *some)
    if rows:
        names = _PART if table == "figure_part" else _CELL
        store.run_many(f"INSERT INTO {table} ({names}) VALUES ({','.join('?' * len(rows[0]))})", rows)


# -- reading ------------------------------------------------------------------------------------------------------


def list_months(store: Store) -> tuple[str, str] | None:
    """The first and the last month of which anything is kept, or None."""
    sql = "SELECT min(span), max(span) FROM figure_cell WHERE grain = 'all' AND tag = '' AND length(span) = 7"
    row = store.row(sql)
    return (row[0], row[1]) if row and row[0] is not None else None


def read_cells(store: Store, asked: Asked, spans: Sequence[str]) -> Iterable[Row]:
    """(log_no, span, stop_id, insee, body) of the cells of these spans."""
    where, values = _where(asked)
    for marks, some in _some(spans):
        yield from store.rows(
            f"SELECT log_no, span, stop_id, insee, body FROM figure_cell WHERE span IN ({marks}) AND {where}",
            *some, *values,
        )  # fmt: skip


def sum_spans(store: Store, asked: Asked, spans: Sequence[str]) -> dict[str, int]:
    """How many came in each of these spans."""
    where, values = _where(asked)
    found: dict[str, int] = {}
    for marks, some in _some(spans):
        rows = store.rows(
            f"SELECT span, sum(came) FROM figure_cell WHERE span IN ({marks}) AND {where} GROUP BY span", *some, *values
        )
        found |= {row[0]: int(row[1]) for row in rows}
    return found


def _where(asked: Asked) -> tuple[str, list[object]]:
    within, values = _within(asked)
    return f"grain = ? AND tag = ? AND {within}", [asked.grain, asked.tag, *values]


def _within(asked: Asked) -> tuple[str, list[object]]:
    of_logs, logs = among("log_no", asked.logs)
    of_stops, stops = among("stop_id", asked.stop_ids)
    return f"{of_logs} AND {of_stops}", [*logs, *stops]


def read_parts(store: Store, asked: Asked, from_ms: int, until_ms: int) -> Iterable[Row]:
    """(log_no, stop_id, insee, at_ms, tags, body) of the parts of [from_ms, until_ms); of any tag."""
    within, values = _within(asked)
    return store.rows(
        "SELECT log_no, stop_id, insee, at_ms, tags, body FROM figure_part "
        f"WHERE at_ms >= ? AND at_ms < ? AND {within}",
        from_ms, until_ms, *values,
    )  # fmt: skip


def sum_days(store: Store, asked: Asked, from_ms: int, until_ms: int) -> list[Row]:
    """(first millisecond of the day, month, how many came) of what was held in [from_ms, until_ms)."""
    within, values = _within(asked)
    return store.rows(
        "SELECT day_ms, month, sum(came) AS came FROM figure_part WHERE came IS NOT NULL "
        f"AND at_ms >= ? AND at_ms < ? AND {within} GROUP BY day_ms, month",
        from_ms, until_ms, *values,
    )  # fmt: skip
