"""Papers: what is printed carries numbers, what is typed back is read by them, all or nothing, once."""

from __future__ import annotations

import re

import msgspec
import pytest

from kit.feedback import catalogue, queries
from kit.feedback.questionnaires import shipped

from .box import TOKEN, Box
from .test_questionnaires import VILLAGE

BASE = f"/console/questionnaires/{VILLAGE.code}"


def type_back(box: Box, times: int = 1, **cells: str) -> tuple[int, str]:
    """Send the grid; its status and page."""
    staff = box.staff()
    token = TOKEN.search(staff.get(f"{BASE}/reprise").text)
    assert token
    form = {"csrf": token[1], "version": "1", **{name.replace("__", "."): value for name, value in cells.items()}}
    answers = [staff.post(f"{BASE}/reprise", data=form) for _ in range(times)]
    return answers[-1].status_code, answers[-1].text


def said(box: Box) -> list[list[tuple[str, int]]]:
    """What is in the urn."""
    decoded = [msgspec.msgpack.decode(one.said, type=list[tuple[str, int]]) for one in queries.list_urn(box.node.store)]
    return sorted(decoded)


def test_numbers_of_the_paper_become_answers(box: Box) -> None:
    catalogue.publish(box.node, VILLAGE)
    status, _ = type_back(
        box, 2, p1__venu="1", p1__minutes="12", p1__moyens="1, 3", p1__ordre="2 1", p1__note="10", p1__mot="Bien",
        p4__venu="2",
    )  # fmt: skip
    assert status == 303
    assert said(box) == [
        [("venu", 0)],
        [("venu", 1), ("minutes", 12), ("moyens", 2), ("moyens.1", 1), ("moyens.3", 1), ("ordre", 2), ("ordre.1", 2),
         ("ordre.2", 1), ("note", 10), ("mot", 1)],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "cells",
    [{"p2__venu": "3"}, {"p2__venu": "x"}, {"p2__venu": "1 2"}, {"p2__moyens": "1 1", "p2__venu": "1"},
     {"p2__ordre": "0", "p2__venu": "1"}, {"p2__note": "11", "p2__venu": "1"}, {"p2__note": "5"},
     {"p2__venu": "1", "p2__mot": "appelez le 06 12 34 56 78"}],
)  # fmt: skip
def test_a_wrong_cell_notes_nothing_and_keeps_what_was_typed(box: Box, cells: dict[str, str]) -> None:
    catalogue.publish(box.node, VILLAGE)
    status, page = type_back(box, p1__venu="1", p1__mot="gardé", **cells)
    assert status == 422 and said(box) == [] and 'value="gardé"' in page
    assert re.search(r'id="p2\.\w+-error"', page)


def test_every_standard_questionnaire_prints(box: Box) -> None:
    staff = box.staff()
    for code in {code for code, _ in shipped()}:
        page = staff.get(f"/console/questionnaires/{code}/papier")
        assert page.status_code == 200 and "<script" not in page.text.replace('<script src="/static', "")
        poster = staff.get(f"/console/questionnaires/{code}/affiche").text
        address = "/avis" if code == "fin-atelier" else f"/questionnaires/{code}"
        assert "<svg" in poster and f"localhost{address}" in poster


@pytest.mark.parametrize("paper", ["papier", "affiche"])
def test_a_paper_is_french_whoever_prints_it(box: Box, paper: str) -> None:
    """It was half and half: the words of the sheet in French, the questionnaire's in English."""
    staff, address = box.staff(), f"/console/questionnaires/fin-atelier/{paper}"
    french = staff.get(address).text
    staff.set_cookie("langue", "en")
    english = staff.get(address).text
    assert french.partition("<main")[2] == english.partition("<main")[2] and "Une minute suffit" in french


def test_a_poster_leads_to_one_workshop(box: Box) -> None:
    from kit.ids import to_text

    workshop = to_text(box.workshop_id)
    page = box.staff().get(f"/console/questionnaires/fin-atelier/affiche?atelier={workshop}").text
    assert "Mon premier e-mail" in page and f"/avis?atelier={workshop}" in page
    assert "atelier=zzz" not in box.staff().get("/console/questionnaires/fin-atelier/affiche?atelier=zzz").text


def test_letters_are_not_typed_back_into_the_urn(box: Box) -> None:
    assert box.staff().get("/console/questionnaires/probleme/reprise").status_code == 409
