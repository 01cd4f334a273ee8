"""The table of works out and back: real files, both formats, both encodings, hostile cells; refusals lose nothing."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook

from kit.library import queries as items
from kit.library.actions import add_paths
from kit.library.bench import acceptance
from kit.library.bench import queries as bench
from kit.library.records.table import address
from kit.people.node import Node
from kit.web.cells import neutral, plain_cell

from .library_makers import fill, make_epub, make_pdf, text_of
from .test_library_bench import bring, token

PAGE = "/console/bibliotheque/tableau"


def send(staff: FlaskClient, raw: bytes, name: str = "t.csv") -> str:
    form = {"csrf": token(text_of(staff, PAGE)), "table": (io.BytesIO(raw), name)}
    return staff.post(PAGE, data=form).get_data(as_text=True)


def accept(staff: FlaskClient, page: str) -> int:
    hidden = {name: page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0] for name in ("csrf", "key", "mark")}
    return staff.post(PAGE, data={**hidden, "do": "change"}).status_code


def rows(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))


def to_csv(lines: list[dict[str, str]], delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    held = io.StringIO()
    out = csv.DictWriter(held, list(lines[0]), delimiter=delimiter)
    out.writeheader()
    out.writerows(lines)
    return held.getvalue().encode(encoding)


@pytest.fixture
def works(node: Node, tmp_path: Path) -> None:
    """One on the shelves, one held back, two that wait."""
    add_paths(node, [make_epub(tmp_path / "a.epub", title="Déjà rangé"), make_pdf(tmp_path / "b.pdf", "Caché")])
    bring(node, make_pdf(tmp_path / "c.pdf", "Attend"), make_epub(tmp_path / "d.epub", title="=1+1", creator="Zoé"))


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8-sig"), (",", "cp1252"), ("\t", "utf-16"), (",", "utf-8")]
)
def test_a_table_goes_out_and_comes_back(
    node: Node, staff: FlaskClient, works: None, delimiter: str, encoding: str
) -> None:
    lines = {one["titre"]: one for one in rows(staff.get(f"{PAGE}.csv").data)}
    assert set(lines) == {"Déjà rangé", "Caché", "Attend", "'=1+1"}
    assert {one["état"] for one in lines.values()} == {"sur les étagères", "caché", "en attente"}
    lines["Caché"] |= {"licence": "CC BY 4.0", "source": "La mairie d’Été", "auteurs": "Zoé Lune; Ada"}
    lines["Attend"] |= {"titre": "Attend à présent", "sujets": "Mer; Île", "niveau": "débutant"}
    page = send(staff, to_csv(list(lines.values()), delimiter, encoding))
    assert "2</b>" in page or ">2<" in page
    assert items.count_held(node.store) == 1, "a preview changes nothing"
    assert accept(staff, page) == 303
    assert items.count_held(node.store) == 0
    shelved = {one.title: one for one in items.list_items(node.store, items.Choice(), 9, 0)}
    assert (shelved["Caché"].creators, shelved["Caché"].source) == ("Zoé Lune, Ada", "La mairie d’Été")
    waiting = {one.title: one.proposal for one in bench.list_entries(node.store, "proposed", 9)}
    found = waiting["Attend à présent"]
    assert found is not None and found.subjects == ("Mer", "Île") and found.level == "debutant" and "=1+1" in waiting
    again = send(staff, to_csv(list(lines.values()), delimiter, encoding))
    assert "Ce tableau ne change rien" in again


def test_a_workbook_goes_out_and_comes_back(node: Node, staff: FlaskClient, works: None) -> None:
    book = load_workbook(io.BytesIO(staff.get(f"{PAGE}.xlsx").data))
    sheet = book["Documents"]
    heads = [one.value for one in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        assert all(one.data_type != "f" for one in row), "no cell is a formula"
        if row[heads.index("titre")].value == "=1+1":
            row[heads.index("langue")].value = "ar"
            formula_row = row[0].row
        if row[heads.index("titre")].value == "Attend":
            row[heads.index("résumé")].value = '=HYPERLINK("http://x")'
            row[heads.index("langue")].value = "français"
    held = io.BytesIO()
    book.save(held)
    page = send(staff, held.getvalue(), "t.xlsx")
    assert "contient un calcul" in page and "deux lettres" in page and f"D{formula_row} langue" in page
    assert accept(staff, page) == 303
    found = {one.title: one.proposal for one in bench.list_entries(node.store, "proposed", 9)}
    assert found["=1+1"] is not None and found["=1+1"].language == "ar"
    assert found["Attend"] is not None and found["Attend"].summary == "", "a refused cell changes nothing"
    assert "Licences" in book.sheetnames


def test_what_is_refused_is_told_by_its_cell_and_loses_nothing(node: Node, staff: FlaskClient, works: None) -> None:
    lines = rows(staff.get(f"{PAGE}.csv?quoi=etageres").data)
    lines[0] |= {"niveau": "expert", "source": "Ailleurs", "couleur": "bleu"}
    lines[1] |= {"licence": "tous droits", "titre": "-", "couleur": ""}
    alien = {**lines[0], "identifiant": "a" * 26}
    page = send(staff, to_csv([*lines, lines[0], alien]))
    for said in ("K2", "E3", "B3", "A4", "A5", "« couleur »", "N1", "déjà plus haut", "Aucun document d’ici"):
        assert said in page, said
    assert accept(staff, page) == 303
    assert {one.source for one in items.list_for_staff(node.store, items.Choice(), b"", 9)} >= {"Ailleurs"}
    assert all(one.title != "-" for one in items.list_for_staff(node.store, items.Choice(), b"", 9))


def test_an_id_stays_when_a_work_is_accepted_meanwhile(node: Node, staff: FlaskClient, works: None) -> None:
    lines = {one["titre"]: one for one in rows(staff.get(f"{PAGE}.csv?quoi=attente").data)}
    acceptance.choose(node, bench.entry_ids(node.store, "proposed"))
    acceptance.take_chosen(node)
    lines["Attend"]["étagère"] = "Nouvelle"
    assert accept(staff, send(staff, to_csv([lines["Attend"]]))) == 303
    found = {one.title: one.shelf for one in items.list_for_staff(node.store, items.Choice(), b"", 9)}
    assert found["Attend"] == "Nouvelle"


def test_somebody_else_changed_it_since_the_preview(node: Node, staff: FlaskClient, works: None) -> None:
    line = next(one for one in rows(staff.get(f"{PAGE}.csv?quoi=attente").data) if one["titre"] == "Attend")
    page = send(staff, to_csv([{**line, "titre": "Par le tableau"}]))
    (entry,) = [one for one in bench.list_entries(node.store, "proposed", 9) if one.title == "Attend"]
    acceptance.correct(node, entry, entry.version, title="Par Nadia")
    hidden = {name: page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0] for name in ("csrf", "key", "mark")}
    late = staff.post(PAGE, data={**hidden, "do": "change"}).get_data(as_text=True)
    assert "Quelqu’un a changé une fiche" in late and "Par Nadia" in late
    assert "Par Nadia" in [one.title for one in bench.list_entries(node.store, "proposed", 9)]
    assert accept(staff, late) == 303


def hostile() -> dict[str, bytes]:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (80 << 20))
    entities = io.BytesIO()
    book = Workbook()
    book.active.append(["identifiant"])
    book.save(entities)
    trapped = io.BytesIO()
    with zipfile.ZipFile(entities) as source, zipfile.ZipFile(trapped, "w") as out:
        for name in source.namelist():
            raw = source.read(name)
            trap = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' if name.endswith("sheet1.xml") else b""
            out.writestr(name, trap + raw)
    return {"bomb.xlsx": bomb.getvalue(), "entities.xlsx": trapped.getvalue(), "rien.xlsx": b"PK\x03\x04rien",
            "image.csv": b"\x89PNG\r\n\0\0\0\0", "vide.csv": b"", "autre.csv": b"a;b\n1;2\n",
            "vieux.xls": b"\xd0\xcf"}  # fmt: skip


@pytest.mark.parametrize("name", hostile())
def test_what_is_no_table_is_refused(node: Node, staff: FlaskClient, name: str) -> None:
    form = {"csrf": token(text_of(staff, PAGE)), "table": (io.BytesIO(hostile()[name]), name)}
    answer = staff.post(PAGE, data=form)
    assert answer.status_code == 422 and "tableau" in answer.get_data(as_text=True)
    assert not list((node.data / "bench").glob("tables/*"))


def test_only_the_team(visitor: FlaskClient) -> None:
    for end in ("", ".csv", ".xlsx"):
        assert visitor.get(f"{PAGE}{end}").status_code in (302, 303, 401, 403)


def test_many_rows_are_streamed(node: Node, staff: FlaskClient) -> None:
    fill(node, 1200)
    assert len(rows(staff.get(f"{PAGE}.csv").data)) == 1200
    assert len(rows(staff.get(f"{PAGE}.csv?etagere=Étagère 3").data)) == 240


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "'=x", "a", "", "'a"])
def test_no_text_is_a_formula_and_none_is_lost(text: str) -> None:
    assert plain_cell(neutral(text)) == text or text.startswith("'")
    assert not neutral(text).startswith(("=", "+", "-", "@"))


def test_addresses_of_cells() -> None:
    assert [address(n, 7) for n in (0, 25, 26, 701, 702)] == ["A7", "Z7", "AA7", "ZZ7", "AAA7"]
