"""What people wrote, as a file for who holds the organisation's key: masked again, without contacts, one audit line.

Nothing of it touches the disk: a workbook is made in memory, so there is a limit to what one file holds.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import msgspec

from kit.central import barometer, barometer_queries
from kit.central import queries as central
from kit.central.barometer import Asked
from kit.central.barometer_queries import Given
from kit.clock import at
from kit.errors import Problem
from kit.errors.kind import fr
from kit.feedback import places, results
from kit.feedback import queries as feedback
from kit.feedback.letters import book, reading
from kit.feedback.letters import queries as letters
from kit.feedback.masking import mask
from kit.people import audit
from kit.people.actions import Staff
from kit.people.node import Node
from kit.workshops.spreadsheet import Cell, Sheet, row_xml, write_csv, write_xlsx

MOST = 5000
LETTERS: Mapping[str, str] = {"grievance": "doleances", "question": "questions"}
STATUSES = {"received": fr("Reçue"), "passed_on": fr("Transmise"), "answered": fr("Réponse donnée")}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Taken(msgspec.Struct, frozen=True):
    """A file being made: its name without the kind, its headers and its rows. `closed`: texts this key did not open."""

    name: str
    headers: tuple[str, ...]
    rows: list[list[Cell]]
    closed: int = 0


def take_answers(node: Node, staff: Staff, asked: Asked) -> Taken:
    """The texts of a questionnaire's shown groups. Raises Problem `people.forbidden`, `taking.*`."""
    written = [one for one in asked.questionnaire.asked if one.is_text]
    found = [
        (group, answer.sealed)
        for group in barometer.list_chosen(node, asked)
        for answer in feedback.list_answers(
            node.store, group.scope, group.scope_id, with_text=True, released=True, limit=MOST + 1,
            questionnaire=asked.questionnaire.code,
        )
    ]  # fmt: skip
    _check(staff, len(found))
    told = audit.open_sealed(node, staff, "texts.taken", b"", [sealed for _, sealed in found]) or []
    labels = _labels(node, [group for group, _ in found])
    rows: list[list[Cell]] = [
        [labels.get(group.scope_id, ""), *(mask(one.texts.get(question.id, "")) for question in written)]
        for (group, _), one in zip(found, told, strict=True)
        if one is not None
    ]
    name = f"textes-{asked.questionnaire.code}"
    return Taken(name, (fr("Groupe"), *(one.text for one in written)), rows, len(found) - len(rows))


def take_letters(
    node: Node, staff: Staff, purpose: str, stop_ids: Sequence[bytes] | None, days: tuple[int, int]
) -> Taken:
    """Grievances or questions with their last answer. Raises Problem `people.forbidden`, `taking.*`."""
    found = letters.list_between(node.store, purpose, stop_ids, *days, MOST + 1)
    _check(staff, len(found))
    opened = reading.open_with_moves(node, staff, found, "letters.taken")
    entries = [(one, book.to_entry(one, moves, number)) for number, (one, moves) in enumerate(opened, 1)]
    rows: list[list[Cell]] = [
        [
            entry.number, one.theme, entry.where, f"{at(entry.day_ms):%d/%m/%Y}", STATUSES[entry.status],
            "\n".join(text for _, text in entry.lines), entry.answer,
        ]
        for one, entry in entries
    ]  # fmt: skip
    headers = ("N°", fr("Thème"), fr("Lieu"), fr("Jour"), fr("État"), fr("Texte"), fr("Réponse"))
    return Taken(LETTERS[purpose], headers, rows, sum(entry.is_closed for _, entry in entries))


def _check(staff: Staff, count: int) -> None:
    if not audit.holds_key(staff):
        raise Problem("people.forbidden")
    if count == 0:
        raise Problem("taking.nothing")
    if count > MOST:
        raise Problem("taking.too_many", most=MOST)


def _labels(node: Node, groups: Sequence[Given]) -> dict[bytes, str]:
    ids = sorted({one.scope_id for one in groups})
    labels: dict[bytes, str] = {}
    for start in range(0, len(ids), 400):
        labels |= central.scope_labels(node.store, ids[start : start + 400])
    return labels | places.scope_labels(node)


def to_file(taken: Taken, kind: str) -> tuple[bytes, str]:
    """(its bytes, its type) of a taken file as `csv`, else as a workbook."""
    if kind == "csv":
        return "".join(write_csv(taken.headers, taken.rows)).encode(), "text/csv; charset=utf-8"
    made = io.BytesIO()
    write_xlsx(made, [Sheet(taken.name[:31], taken.headers, (row_xml(row) for row in taken.rows))])
    return made.getvalue(), XLSX


def count_texts(node: Node) -> dict[str, int]:
    """How many texts of each questionnaire are in groups that are shown."""
    results.refresh(node)
    return barometer_queries.count_texts(node.store)
