"""Vouchers: kinds with a value, one tap at the door, the statement on screen and as a spreadsheet."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from kit.errors import FieldProblems, Problem
from kit.ids import new_id, to_text
from kit.workshops import actions, queries
from kit.workshops.vouchers import actions as vouchers
from kit.workshops.vouchers import queries as voucher_queries
from kit.workshops.vouchers.forms import NewKind, euros, read_kind

from .box import Box, post, token, url

PASS = NewKind("Pass numérique", 1000, True)


def kind(box: Box, new: NewKind = PASS) -> bytes:
    vouchers.set_kind(box.node, made := new_id(), new)
    return made


def counts(box: Box, workshop_id: bytes) -> list[int]:
    found = queries.get_workshop(box.node.store, workshop_id)
    return [one.count for one in voucher_queries.list_taken(box.node.store, found)]


def test_one_tap_counts_one_and_another_takes_it_back(box: Box) -> None:
    workshop_id, kind_id, staff = box.plan(takes_voucher=True), kind(box), box.staff()
    roll = url(workshop_id, "/presences")
    given = {"csrf": token(staff, roll), "take": to_text(kind_id)}
    assert staff.post(url(workshop_id, "/bons"), data=given).status_code == 303
    staff.post(url(workshop_id, "/bons"), data=given)
    assert counts(box, workshop_id) == [1], "the same tap sent twice is one voucher"
    post(staff, url(workshop_id, "/bons"), at=roll, take=to_text(kind_id))
    assert counts(box, workshop_id) == [2] and "2 reçus" in staff.get(roll).text
    post(staff, url(workshop_id, "/bons"), at=roll, back=to_text(kind_id))
    assert counts(box, workshop_id) == [1]
    staff.post(url(workshop_id, "/bons"), data=given)
    assert counts(box, workshop_id) == [1], "an old tap, sent again after the slip was taken back, adds nothing"
    before = box.node.journal.projection_hash()
    box.node.journal.replay()
    assert box.node.journal.projection_hash() == before


def test_a_workshop_that_takes_none_or_is_closed_says_so(box: Box) -> None:
    kind_id, plain, closed = kind(box), box.plan(), box.plan(takes_voucher=True)
    with pytest.raises(Problem, match="ne prend pas"):
        vouchers.take(box.node, plain, new_id(), kind_id)
    with pytest.raises(Problem, match="ne prend pas"):
        vouchers.take(box.node, closed, new_id(), new_id())
    actions.close_workshop(box.node, closed, lambda one, stop: None)
    with pytest.raises(Problem, match="terminé"):
        vouchers.take(box.node, closed, new_id(), kind_id)


def test_a_voucher_keeps_the_value_it_was_taken_for(box: Box) -> None:
    workshop_id, kind_id = box.plan(takes_voucher=True), kind(box)
    vouchers.take(box.node, workshop_id, new_id(), kind_id)
    vouchers.set_kind(box.node, kind_id, NewKind("Pass numérique", 1250, True))
    vouchers.take(box.node, workshop_id, new_id(), kind_id)
    lines = list(voucher_queries.iter_lines(box.node.store, 0, 2**53))
    assert [(line.value_cents, line.count) for line in lines] == [(1000, 1), (1250, 1)]
    vouchers.set_kind(box.node, kind_id, NewKind("Pass numérique", 1250, False))
    with pytest.raises(Problem, match="ne prend pas"):
        vouchers.take(box.node, box.plan(takes_voucher=True), new_id(), kind_id)


def test_the_statement_is_shown_and_opens_as_a_spreadsheet(box: Box) -> None:
    workshop_id, staff = box.plan(takes_voucher=True), box.staff()
    page = "/console/bons"
    assert "Aucun bon" in staff.get(page).text
    assert post(staff, page, at=page, label="Chèque culture", value="12,5", used="1").status_code == 303
    (made,) = voucher_queries.list_kinds(box.node.store)
    for _ in range(3):
        vouchers.take(box.node, workshop_id, new_id(), made.kind_id)
    shown = staff.get(page).text
    assert "37,50\u202f€" in shown and "Mon premier e-mail" in shown
    book = load_workbook(io.BytesIO(staff.get(f"{page}/export.xlsx").data))
    assert [cell.value for cell in book["Bons reçus"][2]][3:] == ["Chèque culture", 12.5, 3, 37.5]
    assert [cell.value for cell in book["Totaux"][2]] == ["Chèque culture", 12.5, 3, 37.5]
    assert "Aucun bon" in staff.get(f"{page}?du=2001-01-01&au=2001-01-02").text


@pytest.mark.parametrize(
    ("value", "cents"), [("10", 1000), ("12,50", 1250), ("12.5 €", 1250), ("0", 0), ("1000", 100_000)]
)
def test_a_value_is_read_kindly(value: str, cents: int) -> None:
    assert read_kind({"label": "Bon", "value": value, "used": "1"}).value_cents == cents


@pytest.mark.parametrize("value", ["", "dix", "-1", "1000,01", "1,234", "٣", "1e3"])
def test_a_value_that_is_none_is_told(value: str) -> None:
    with pytest.raises(FieldProblems) as told:
        read_kind({"label": "Bon", "value": value})
    assert list(told.value.fields) == ["value"]


def test_a_wrong_value_keeps_what_was_typed(box: Box) -> None:
    staff, page = box.staff(), "/console/bons"
    answer = post(staff, page, at=page, label="Bon du village", value="dix")
    assert answer.status_code == 422 and "Bon du village" in answer.text and "somme en euros" in answer.text


def test_money_is_written_as_people_write_it() -> None:
    assert [euros(1000), euros(1250), euros(5)] == ["10\u202f€", "12,50\u202f€", "0,05\u202f€"]


def test_visitors_see_no_statement(box: Box) -> None:
    assert box.visitor().get("/console/bons").status_code == 401
