"""A questionnaire as an XLSForm workbook, for KoboToolbox, ODK and their like; read back, it is the same one."""

from __future__ import annotations

import io

from kit.feedback.questionnaires import HUNDREDTHS, MOST_MARK, SCALES, Condition, Question, Questionnaire, languages_of
from kit.web.workbooks import describe, lay_table

_TYPES = {"short": "text", "long": "text", "number": "integer", "decimal": "decimal", "date": "date", "time": "time",
          "section": "note"}  # fmt: skip
_SELECTS = {"one": "select_one", "faces": "select_one", "five": "select_one", "ten": "select_one",
            "several": "select_multiple", "ranking": "rank"}  # fmt: skip


def write_xlsform(questionnaire: Questionnaire) -> bytes:
    """The workbook's bytes."""
    from openpyxl import Workbook  # heavy, and rarely needed

    book, languages = Workbook(), languages_of(questionnaire)
    survey = book.active
    survey.title = "survey"
    french = "label::Français (fr)"
    others = [f"label::{language} ({language})" for language in languages]
    helps = [f"hint::{language} ({language})" for language in languages]
    survey.append(
        ["type", "name", french, *others, "hint::Français (fr)", *helps, "required", "relevant", "constraint",
         "appearance"]
    )  # fmt: skip
    for one in questionnaire.questions:
        survey.append(
            [_type(one), one.id, one.text, *(one.texts.get(name, one.text) for name in languages), one.hint,
             *(one.hints.get(name, one.hint) for name in languages),
             "yes" if one.required else "", " and ".join(_relevant(each, questionnaire) for each in one.shown_if),
             f". >= {one.low} and . <= {one.high}" if one.kind in ("number", "decimal") else "",
             "multiline" if one.kind == "long" else ""]
        )  # fmt: skip
    choices = book.create_sheet("choices")
    choices.append(["list_name", "name", french, *others])
    for one in questionnaire.questions:
        for name, label, labels in _choices(one):
            choices.append([one.id, name, label, *(labels.get(language, label) for language in languages)])
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id", "version", "default_language"])
    settings.append([questionnaire.title, questionnaire.code, str(questionnaire.version), "Français (fr)"])
    describe(book, questionnaire.title)
    for number, sheet in enumerate(book.worksheets, 1):
        lay_table(sheet, [cell.value for cell in sheet[1]], sheet.max_row - 1, number)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def _type(question: Question) -> str:
    return f"{_SELECTS[question.kind]} {question.id}" if question.kind in _SELECTS else _TYPES[question.kind]


def _choices(question: Question) -> list[tuple[str, str, dict[str, str]]]:
    if question.kind in SCALES:
        return [(str(mark), str(mark), {}) for mark in question.marks]
    return [(one.name or str(one.value), one.label, one.labels) for one in question.choices]


def _relevant(condition: Condition, questionnaire: Questionnaire) -> str:
    asked = questionnaire.find(condition.question)
    if condition.low is not None or condition.high is not None:
        bounds = ((">=", condition.low), ("<=", condition.high))
        scale = HUNDREDTHS if asked and asked.kind == "decimal" else 1
        return " and ".join(
            f"${{{condition.question}}} {sign} {number / scale:.10g}"
            for sign, number in bounds
            if number is not None and abs(number) < MOST_MARK
        )
    names = {one.value: one.name or str(one.value) for one in asked.choices} if asked else {}
    said = [names.get(value, str(value)) for value in condition.values]
    if asked and asked.kind == "several":
        return " or ".join(f"selected(${{{condition.question}}}, '{name}')" for name in said)
    return " or ".join(f"${{{condition.question}}} = '{name}'" for name in said)
