"""XLSForms of pyxform's own test folder: each is taken with a list of what was not, or refused in clear words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from kit.errors import Problem
from kit.feedback.questionnaires import Condition
from kit.feedback.xlsform import read_xlsform
from kit.feedback.xlsform_export import write_xlsform

from .box import TOKEN, Box

FOLDER = Path(__file__).parent / "xlsforms"
WORDS = "geopoint (repris en mots : un lieu à écrire, aucune position n’est prise)"
NEVER = "dirait qui répond, ou quand : jamais noté ici"


def raw(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "asked", "left"),
    [
        ("xlsform_spec_test.xlsx", 22, {"survey!A34": WORDS, "survey!A44": f"end ({NEVER})"}),
        ("attribute_columns_test.xlsx", 22, {"survey!A34": WORDS}),
        ("choice_filter_test.xlsx", 3, {"choices!B6": "king (déjà dans la liste)"}),
        ("or_other.xlsx", 3, {}),
        ("select_one_external.xlsx", 1, {"external_choices": "feuille entière"}),
        ("text_and_integer_xlsx.xlsx", 2, {}),
        ("xl_date_ambiguous_v1.xlsx", 5, {}),
    ],
)
def test_it_is_taken_and_what_was_not_is_listed(name: str, asked: int, left: dict[str, str]) -> None:
    read = read_xlsform(raw(name), "x-y")
    told = dict(read.left)
    assert len(read.questionnaire.asked) == asked
    assert {cell: told.get(cell) for cell in left} == left
    back = read_xlsform(write_xlsform(read.questionnaire), "x-y").questionnaire
    assert [(q.id, q.kind, q.shown_if) for q in back.questions] == [
        (q.id, q.kind, q.shown_if) for q in read.questionnaire.questions
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("yes_or_no_question.xls", "xlsform.old", ""),
        ("pull_data.xlsx", "xlsform.nothing", "survey!A2 (calculate (un calcul"),
        ("search_and_select.xlsx", "xlsform.nothing", "il en faut de 2 à 40"),
    ],
)
def test_what_cannot_be_asked_here_is_refused_in_words(name: str, code: str, told: str) -> None:
    with pytest.raises(Problem) as refusal:
        read_xlsform(raw(name), "x-y")
    assert refusal.value.code == code and told in str(refusal.value.details.get("what", ""))


def test_a_real_one_comes_in_through_the_page_and_can_be_tried(box: Box) -> None:
    client = box.staff()
    token = TOKEN.search(client.get("/console/questionnaires").text)
    assert token
    fields = {"csrf": token[1], "file": (io.BytesIO(raw("xlsform_spec_test.xlsx")), "enquête.xlsx")}
    page = client.post("/console/questionnaires/importer", data=fields, content_type="multipart/form-data")
    assert page.status_code == 200 and "22 questions ont été prises" in page.text and "survey!A34" in page.text
    (draft,) = box.node.store.rows("SELECT code FROM questionnaire_draft")
    assert "Ceci est un essai" in client.get(f"/console/questionnaires/{draft['code']}/apercu").text
    fields = {"csrf": token[1], "file": (io.BytesIO(raw("yes_or_no_question.xls")), "vieux.xls")}
    page = client.post("/console/questionnaires/importer", data=fields, content_type="multipart/form-data")
    assert page.status_code == 422 and "enregistrez-le au format .xlsx" in page.text


def test_the_condition_of_a_group_goes_to_its_questions() -> None:
    from .test_xlsform import CHOICES, workbook

    survey = [
        ["type", "name", "label", "relevant"],
        ["select one from yn", "venu", "Venu ?"],
        ["integer", "age", "Âge ?"],
        ["begin_group", "g", "Suite", "${venu} = 'oui'"],
        ["text", "mot", "Un mot", "${age} = 12"],
        ["text", "plus", "Encore", "${age} >= 18 and selected(${venu}, 'oui')"],
        ["end_group"],
        ["end", "end"],
        ["note", None, "Merci"],
    ]
    read = read_xlsform(workbook(survey=survey, choices=CHOICES), "x-y")
    shown = {one.id: one.shown_if for one in read.questionnaire.questions}
    assert shown["mot"] == (Condition("venu", (1,)), Condition("age", (), 12, 12))
    assert shown["plus"][1:] == (Condition("age", (), 18, 1_000_000), Condition("venu", (1,)))
    assert read.left == [("survey!A8", f"end ({NEVER})")]


def test_a_form_longer_than_a_questionnaire_is_cut_with_its_cells() -> None:
    from .test_xlsform import HEAD, workbook

    read = read_xlsform(workbook(survey=[HEAD, *(["text", f"q{n}", f"Q {n}"] for n in range(70))]), "x-y")
    assert len(read.questionnaire.questions) == 60
    assert read.left[0] == ("survey!A62", "Q 60 (au-delà de 60 questions)") and len(read.left) == 10
