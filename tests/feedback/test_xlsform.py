"""XLSForm workbooks in and out: the documented subset is taken, the rest is listed with its cell, nonsense refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from kit.errors import Problem
from kit.feedback.questionnaires import Condition, shipped
from kit.feedback.workbooks import MOST_UNPACKED
from kit.feedback.xlsform import read_xlsform
from kit.feedback.xlsform_export import write_xlsform

Sheet = list[list[object]]
HEAD = ["type", "name", "label"]


def workbook(**sheets: Sheet) -> bytes:
    """A real .xlsx of these sheets."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


CHOICES: Sheet = [["list_name", "name", "label"], ["yn", "oui", "Oui"], ["yn", "non", "Non"]]


def test_the_subset_is_taken_and_the_rest_is_listed_with_its_cell() -> None:
    raw = workbook(
        survey=[
            ["type", "name", "label::Français (fr)", "label::English (en)", "hint", "required", "relevant",
             "constraint", "calculation"],
            ["start", "start"],
            ["select_one yn", "Venu", "Venu à pied ?", "On foot?", "Vrai ?", "yes"],
            ["begin group", "suite", "La suite"],
            ["integer", "minutes", "Minutes ?", None, None, None, "${Venu} = 'oui'", ". >= 0 and . <= 180"],
            ["text", "mot", "Un mot", None, None, None, "selected(${Venu}, 'oui') or selected(${Venu}, 'non')"],
            ["geopoint", "where", "Où ?"],
            ["image", "photo", "Une photo ?"],
            ["text", "trop", "Trop", None, None, None, "count(${Venu}) > 2", None, "1+1"],
            ["end group"],
        ],
        choices=CHOICES,
        settings=[["form_title"], ["Le village"]],
    )  # fmt: skip
    read = read_xlsform(raw, "village-x")
    made = read.questionnaire
    assert made.title == "Le village"
    assert [(one.id, one.kind) for one in made.questions] == [
        ("venu", "one"), ("suite", "section"), ("minutes", "number"), ("mot", "short"), ("where", "short"),
        ("trop", "short"),
    ]  # fmt: skip
    assert (made.questions[0].texts, made.questions[0].hint, made.questions[0].required) == (
        {"en": "On foot?"}, "Vrai ?", True
    )  # fmt: skip
    assert made.questions[2].shown_if == (Condition("venu", (1,)),)
    assert (made.questions[2].low, made.questions[2].high) == (0, 180)
    assert made.questions[3].shown_if == (Condition("venu", (1, 2)),)
    assert read.left == [
        ("survey!A2", "start (dirait qui répond, ou quand : jamais noté ici)"),
        ("survey!A7", "geopoint (repris en mots : un lieu à écrire, aucune position n’est prise)"),
        ("survey!A8", "image (photos, sons et fichiers ne se donnent pas ici)"),
        ("survey!G9", "count(${Venu}) > 2"), ("survey!I9", "calculation : 1+1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("survey", "choices", "code", "cell"),
    [
        ([HEAD, ["select_one no", "a", "A"]], CHOICES, "xlsform.no_list", "survey!A2"),
        ([HEAD, ["text", None, "A"]], CHOICES, "xlsform.no_name", "survey!A2"),
        ([HEAD, ["text", "a", "A"], [None, "b", "B"]], CHOICES, "xlsform.no_type", "survey!B3"),
        ([HEAD, ["text", "a", "A"], ["text", "a", "B"]], CHOICES, "xlsform.twice", "survey!B3"),
        ([HEAD, ["begin group", "g", "G"], ["text", "a", "A"]], CHOICES, "xlsform.group", "survey!A2"),
        ([HEAD, ["end group"]], CHOICES, "xlsform.group", "survey!A2"),
        ([HEAD, ["text", "a", "A"]], [["list_name", "name"], ["yn", None]], "xlsform.choice", "choices!A2"),
        ([HEAD, ["text", "a", "A"]], [*CHOICES, ["yn", "oui", "Encore"]], "xlsform.twice", "choices!B4"),
    ],
)
def test_nonsense_is_refused_with_its_cell(survey: Sheet, choices: Sheet, code: str, cell: str) -> None:
    with pytest.raises(Problem) as refusal:
        read_xlsform(workbook(survey=survey, choices=choices), "x-y")
    assert (refusal.value.code, refusal.value.details["cell"]) == (code, cell)


def bomb() -> bytes:
    """A small archive that grows beyond what is allowed."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (MOST_UNPACKED + 1))
    return raw.getvalue()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "xlsform.unreadable"),
        (b"PK\x03\x04 not really", "xlsform.unreadable"),
        (b"\xd0\xcf\x11\xe0 an old .xls", "xlsform.old"),
        (workbook(autre=[["a"]]), "xlsform.no_survey"),
        (workbook(survey=[HEAD]), "xlsform.no_survey"),
        (workbook(survey=[HEAD, ["note", "n", "Rien à répondre"]]), "xlsform.nothing"),
        (workbook(survey=[HEAD, *(["text", f"q{n}", "?"] for n in range(2500))]), "xlsform.too_large"),
        (bomb(), "xlsform.too_large"),
    ],
)
def test_hostile_and_empty_files_are_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Problem) as refusal:
        read_xlsform(raw, "x-y")
    assert refusal.value.code == code


def test_a_repeat_is_asked_once_and_its_author_is_told() -> None:
    raw = workbook(
        survey=[["type", "name", "label"], ["begin repeat", "enfants", "Vos enfants"], ["integer", "age", "Quel âge ?"],
                ["end repeat"]],
        choices=CHOICES,
    )  # fmt: skip
    read = read_xlsform(raw, "famille")
    assert [(one.id, one.kind) for one in read.questionnaire.questions] == [("enfants", "section"), ("age", "number")]
    [(cell, told)] = read.left
    assert cell == "survey!A2" and "ici, posé une seule fois" in told


def test_standard_ones_go_out_and_come_back_with_the_same_questions() -> None:
    kinds = {"faces": "one", "five": "one", "ten": "one"}
    for one in shipped().values():
        read = read_xlsform(write_xlsform(one), one.code)
        back = read.questionnaire
        assert read.left == [], one.code
        assert [(q.id, q.kind, q.text, q.required, q.hint) for q in back.questions] == [
            (q.id, kinds.get(q.kind, q.kind), q.text, q.required, q.hint) for q in one.questions
        ]
        assert [q.marks for q in back.questions] == [q.marks for q in one.questions]
        assert [q.shown_if for q in back.questions] == [q.shown_if for q in one.questions]


def test_decimals_dates_hours_and_other_are_taken_and_come_back_the_same() -> None:
    raw = workbook(
        survey=[
            ["type", "name", "label", "relevant", "constraint"],
            ["decimal", "km", "Kilomètres ?", None, ". >= 0 and . <= 300"],
            ["date", "jour", "Quel jour ?"],
            ["time", "heure", "À quelle heure ?"],
            ["dateTime", "depuis", "Depuis quand ?"],
            ["select_one yn or_other", "venu", "Venu ?", "${km} > 2.5"],
        ],
        choices=CHOICES,
    )  # fmt: skip
    read = read_xlsform(raw, "village-x")
    made = {one.id: one for one in read.questionnaire.questions}
    assert [(one.id, one.kind) for one in made.values()] == [
        ("km", "decimal"), ("jour", "date"), ("heure", "time"), ("depuis", "date"), ("venu", "one"),
        ("venu_other", "short"),
    ]  # fmt: skip
    assert (made["km"].low, made["km"].high) == (0, 300)
    assert made["venu"].shown_if == (Condition("km", (), 251, 1_000_000),)
    assert [one.label for one in made["venu"].choices] == ["Oui", "Non", "Autre"]
    assert made["venu_other"].shown_if == (*made["venu"].shown_if, Condition("venu", (3,)))
    assert read.left == [("survey!A5", "dateTime (le jour seul est demandé, pas l’heure)")]
    back = read_xlsform(write_xlsform(read.questionnaire), "village-x").questionnaire
    assert [(q.id, q.kind, q.shown_if, [c.name for c in q.choices]) for q in back.questions] == [
        (q.id, q.kind, q.shown_if, [c.name for c in q.choices]) for q in read.questionnaire.questions
    ]
