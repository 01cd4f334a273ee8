"""Figures frozen on a day: kept as they were said, later arrivals shown as differences beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from kit.central import figures_by, frozen_queries
from kit.central.figures_by import Asked
from kit.errors import Problem
from kit.errors.kind import fr, keep_plain
from kit.ids import new_id
from kit.people import rules
from kit.people.actions import Staff
from kit.people.node import Node
from kit.store import Row

Number = int | float
TOTAL = fr("Total")


class Body(msgspec.Struct, frozen=True):
    """What was frozen: what was asked, the columns, the numbers of each part (the total last), what was missing."""

    asked: Asked
    columns: list[str]
    rows: list[tuple[str, list[Number]]]
    missing: list[str]


class Frozen(msgspec.Struct, frozen=True):
    """One kept state of figures."""

    frozen_id: bytes
    made_ms: int
    by_name: str
    title: str
    territories: tuple[str, ...]
    body: Body


class Compared(msgspec.Struct, frozen=True):
    """One part: each number then, and how much it grew or shrank since (0: the same)."""

    label: str
    cells: list[tuple[Number, Number]]

    @property
    def is_changed(self) -> bool:
        """True when anything arrived or was corrected since."""
        return any(grown for _, grown in self.cells)


def freeze(node: Node, by: Staff, asked: Asked, title: str) -> bytes:
    """Keep the figures of now; the id of what was kept."""
    body, frozen_id = _count(node, by, asked), new_id()
    with node.store.write():
        frozen_queries.add(
            node.store, frozen_id, node.clock.wall_ms(), by.name, title, "\n".join(by.territories),
            msgspec.json.encode(body, enc_hook=keep_plain).decode(),
        )  # fmt: skip
    node.store.flush()
    return frozen_id


def _count(node: Node, by: Staff, asked: Asked) -> Body:
    table = figures_by.count_table(node, asked, by)
    rows = [(line.label, figures_by.numbers(line.found)) for line in table.lines]
    return Body(asked, list(figures_by.NUMBERS), [*rows, (TOTAL, figures_by.numbers(table.total))], table.missing)


def list_frozen(node: Node, by: Staff, limit: int) -> list[Frozen]:
    """What was kept of territories this person sees, the newest first."""
    return [one for one in map(_read, frozen_queries.list_all(node.store, limit)) if _may(by, one)]


def get(node: Node, by: Staff, frozen_id: bytes | None) -> Frozen:
    """One of them. Raises Problem `web.not_found` or `people.other_territory`."""
    row = frozen_queries.find(node.store, frozen_id)
    if row is None:
        raise Problem("web.not_found")
    found = _read(row)
    if not _may(by, found):
        raise Problem("people.other_territory")
    return found


def _may(by: Staff, one: Frozen) -> bool:
    return not by.territories or (bool(one.territories) and set(one.territories) <= set(by.territories))


def _read(row: Row) -> Frozen:
    bounds = rules.read_territories(row["territories"])
    kept = msgspec.json.decode(row["body"], type=Body)
    return Frozen(row["frozen_id"], row["made_ms"], row["by_name"], row["title"], bounds, kept)


def compare(node: Node, by: Staff, kept: Frozen) -> tuple[list[Compared], list[str]]:
    """The parts as they were with what changed since, those that are new included; and what is missing now."""
    # Figures of then are those of whoever froze them: counted again in her territories, not in the reader's.
    now = _count(node, replace(by, territories=kept.territories), kept.body.asked)
    then, current = dict(kept.body.rows), dict(now.rows)
    labels = [label for label, _ in kept.body.rows if label != TOTAL]
    labels += [label for label, _ in now.rows if label not in then]
    nothing: list[Number] = [0] * len(kept.body.columns)
    compared = [_compare(one, then.get(one, nothing), current.get(one, nothing)) for one in [*labels, TOTAL]]
    return compared, now.missing


def _compare(label: str, then: Sequence[Number], now: Sequence[Number]) -> Compared:
    return Compared(label, [(old, round(new - old, 1)) for old, new in zip(then, now, strict=True)])
