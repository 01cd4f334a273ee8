"""A lost code: the team finds a ticket again by the name, among the workshops whose names may still be read."""

from __future__ import annotations

import pytest

from kit.people import actions as people
from kit.workshops import actions
from kit.workshops.by_name import is_named

from .box import LIBRARIAN, Box, count_statements, post, url
from .test_plan_and_party import signed_in

PAGE = "/console/ateliers/retrouver"


@pytest.mark.parametrize(
    ("typed", "named"),
    [("canari", True), ("CAN od", True), ("Odete Canari", True), ("Colette", False), ("nari", False), ("", False)],
)
def test_a_name_is_known_by_its_beginnings_and_slips(typed: str, named: bool) -> None:
    assert is_named("Odette Canari", typed) is named


def test_whoever_lost_her_code_is_found_by_name_at_every_open_workshop(box: Box) -> None:
    first, later, shut = box.plan(), box.plan(in_hours=50, title="Le tri des photos"), box.plan(title="Fermé")
    code = box.sign_up(first, "Odette Canari").code
    box.sign_up(later, "Canari Odette")
    box.sign_up(later, "أحمد")
    box.sign_up(shut, "Odette Canari")
    given_back = box.sign_up(later, "Odette Sans-Place")
    actions.cancel_signup(box.node, given_back)
    actions.close_workshop(box.node, shut, lambda *_: None)
    staff = box.staff()
    assert PAGE in staff.get("/console/ateliers").text
    answer = post(staff, PAGE, at=PAGE, name="canari")
    assert answer.status_code == 200 and "2 inscriptions trouvées" in answer.text
    assert code in answer.text and url(first, "/p/") in answer.text and url(later, "/p/") in answer.text
    assert "Fermé" not in answer.text and "Sans-Place" not in answer.text
    assert "أحمد" in post(staff, PAGE, at=PAGE, name="أحمد").text
    assert "Personne de ce nom" in post(staff, PAGE, at=PAGE, name="Zénobie").text
    empty = post(staff, PAGE, at=PAGE, name=" ’ ")
    assert empty.status_code == 422 and "Écrivez un nom." in empty.text
    few = count_statements(box, lambda: post(staff, PAGE, at=PAGE, name="canari"))
    for n in range(3):
        box.sign_up(box.plan(in_hours=60 + n), "Odette Canari")
    assert count_statements(box, lambda: post(staff, PAGE, at=PAGE, name="canari")) == few


def test_names_are_closed_to_whoever_holds_no_key(box: Box) -> None:
    box.sign_up(box.plan(), "Odette Canari")
    people.add_staff(box.node, signed_in(box), "Bibliothèque", "librarian", LIBRARIAN)
    answer = post(box.staff(LIBRARIAN), PAGE, at="/console/effacer", name="canari")
    assert "Odette" not in answer.text
    assert box.visitor().get(PAGE).status_code in (302, 401, 403)
