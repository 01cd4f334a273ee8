"""RGAA 13.3: each workbook of the team and of the coordination says its title, its language, its headers."""

from __future__ import annotations

import io
from pathlib import Path

from flask import Flask
from openpyxl import Workbook

from kit.app import create_app
from kit.sync.actions import send
from kit.workshops.reports.exports import XLSX
from kit.workshops.spreadsheet import Sheet, row_xml, write_xlsx
from tests.access.marked import mark_kit
from tests.central.season import note_season
from tests.central.season import sign_in as sign_in_home
from tests.sync.homes import copy_pair, served
from tests.workbooks import list_faults, read_book

FILLED = {"kind": "xlsx", "code": "essai"}


def test_every_workbook_can_be_read_by_ear(template: Path, tmp_path: Path) -> None:
    """Whatever address may give one: a new one that forgets it is found."""
    kit, central = copy_pair(template, tmp_path / "pair")
    note_season(kit)
    made = mark_kit(kit, "Équipe")
    with served(central):
        send(kit)
    home = create_app(central.settings, central)
    seen = 0
    for app, phone in ((made.team.application, made.team), (home, sign_in_home(home))):
        for address in _addresses(app):
            with phone.get(address) as answer:
                if answer.mimetype != XLSX:
                    assert answer.status_code == 404, (address, answer.status_code, answer.mimetype)
                    continue
                assert list_faults(answer.data) == [], address
                seen += 1
    assert seen >= 9, seen
    for node in (made.node, central):
        node.store.close()


def _addresses(app: Flask) -> list[str]:
    found = []
    for rule in app.url_map.iter_rules():
        is_file = "GET" in (rule.methods or ()) and (".xlsx" in rule.rule or "<kind>" in rule.rule)
        if is_file and not (rule.arguments - FILLED.keys()):
            given = {one: FILLED[one] for one in rule.arguments}
            found.append(app.url_map.bind("localhost").build(rule.endpoint, given))
    return found


def test_the_headers_stand_over_every_row() -> None:
    """Of none, of one, and of more than are written at once."""
    for count in (0, 1, 30_000):
        made = io.BytesIO()
        lines = (row_xml([f"mot {number}", number]) for number in range(count))
        write_xlsx(made, [Sheet("Mots", ["Mot", "Nombre"], lines), Sheet("Rien", ["Rien"], [])], "Des mots")
        assert list_faults(made.getvalue()) == []
        book = read_book(made.getvalue())
        assert book.properties.title == "Des mots" and book["Mots"].max_row == count + 1


def test_a_workbook_that_says_nothing_is_found() -> None:
    book, made = Workbook(), io.BytesIO()
    book.active.append(["a", "a"])
    book.save(made)
    assert list_faults(made.getvalue()) == [
        "no title",
        "no language",
        "Sheet: a name of nothing",
        "Sheet: no headers said",
    ]
