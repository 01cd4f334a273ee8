"""The pages as people use them: nothing is lost on an error, nothing hostile passes, a small group stays closed."""

from __future__ import annotations

import re

import pytest

from kit.feedback import queries
from kit.ids import new_id, to_text

from .box import Box, count_statements, post


def test_an_opinion_is_given_and_counted(box: Box) -> None:
    visitor = box.visitor()
    answer = post(visitor, "/avis", satisfaction="10", parole="Merci", atelier=to_text(box.workshop_id))
    assert (answer.status_code, answer.location) == (303, "/avis/merci")
    assert "Set-Cookie" not in answer.headers
    assert "C’est noté. Votre avis est anonyme." in visitor.get("/avis/merci").text
    waiting = queries.list_urn(box.node.store)
    assert [one.workshop_id for one in waiting] == [box.workshop_id]
    assert waiting[0].sealed is not None


def test_the_same_page_sent_twice_counts_once(box: Box) -> None:
    visitor = box.visitor()
    found = re.search(r'name="csrf" value="([^"]+)"', visitor.get("/avis").text)
    assert found
    for _ in range(2):
        assert visitor.post("/avis", data={"csrf": found[1], "satisfaction": "5"}).status_code == 303
    assert queries.count_waiting(box.node.store) == 1


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"parole": "gardé"}, "satisfaction", "Choisissez un des trois visages."),
        ({"satisfaction": "7", "parole": "gardé"}, "satisfaction", "Choisissez un des trois visages."),
        ({"satisfaction": "10", "parole": "gardé, 06 12 34 56 78"}, "parole", "un numéro de téléphone"),
        (
            {"satisfaction": "10", "parole": "gardé, a.b@cd.fr, né le 3 mai"},
            "parole",
            "e-mail et une date de naissance",
        ),
        ({"satisfaction": "10", "parole": "gardé" * 201}, "parole", "1000 signes"),
        ({"satisfaction": "10", "parole": "gardé \u202e"}, "parole", "signes qui ne sont pas des lettres"),
        ({"satisfaction": "10", "parole": "gardé \x07"}, "parole", "signes qui ne sont pas des lettres"),
    ],
)
def test_what_is_refused_stays_in_the_form(box: Box, fields: dict[str, str], field: str, words: str) -> None:
    answer = post(box.visitor(), "/avis", **fields)
    assert answer.status_code == 422
    error = re.search(rf'id="{field}-error">(.*?)</p>', answer.text, re.DOTALL)
    assert error and words in error[1]
    assert f'href="#{field}"' in answer.text
    assert ">\ngardé" in answer.text
    if fields.get("satisfaction") == "10":
        assert re.search(r'value="10" checked', answer.text)
    assert queries.count_waiting(box.node.store) == 0


def test_a_thousand_signs_pass_whatever_the_browser_does_with_lines(box: Box) -> None:
    text = "\r\n".join(["é" * 99] * 10)
    assert post(box.visitor(), "/avis", satisfaction="0", parole=text).status_code == 303


def test_words_of_a_visitor_are_never_code(box: Box) -> None:
    nasty = "<script>alert(1)</script>\"'{{7*7}}"
    page = post(box.visitor(), "/avis", parole=nasty).text
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    for _ in range(5):
        box.give(text=nasty)
    page = box.staff().get(f"/console/avis/workshop/{to_text(box.workshop_id)}").text
    assert "<script>alert" not in page and "{{7*7}}" in page


def test_a_full_disk_keeps_what_was_typed(box: Box) -> None:
    visitor, connection = box.visitor(), box.node.store.db.connection()
    connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")
    for number in range(200):
        text = f"le texte {number} " * 60
        answer = post(visitor, "/avis", satisfaction="10", parole=text, atelier="")
        if answer.status_code != 303:
            break
    assert answer.status_code == 507
    assert "Le disque de la valise est plein" in answer.text
    assert text.strip() in answer.text
    assert queries.count_waiting(box.node.store) == number % 5
    assert visitor.get("/avis").status_code == 200


def test_one_workshop_is_proposed_and_several_are_not_guessed(box: Box) -> None:
    visitor, mine = box.visitor(), to_text(box.workshop_id)
    assert re.search(rf'value="{mine}" checked', visitor.get("/avis").text)
    other = to_text(new_id())
    box.app.extensions["valise.workshop_choices"] = lambda: [(mine, "Un"), (other, "Deux")]
    page = visitor.get("/avis").text
    assert "Un" in page and "Deux" in page and " checked" not in page
    assert re.search(rf'value="{other}" checked', visitor.get(f"/avis?atelier={other}").text)
    assert " checked" not in visitor.get("/avis?atelier=<b>nonsense").text


def test_a_workshop_nobody_offers_is_not_noted(box: Box) -> None:
    for asked in (to_text(new_id()), "x" * 5000, "../..", ""):
        assert post(box.visitor(), "/avis", satisfaction="5", atelier=asked).status_code == 303
    assert {one.workshop_id for one in queries.list_urn(box.node.store)} == {b""}


def test_without_workshops_the_page_does_not_ask(box: Box) -> None:
    del box.app.extensions["valise.workshop_choices"]
    assert "De quoi voulez-vous parler" not in box.visitor().get("/avis").text
    assert post(box.visitor(), "/avis", satisfaction="5").status_code == 303


def test_only_the_team_reads(box: Box) -> None:
    for address in ("/console/avis", f"/console/avis/workshop/{to_text(box.workshop_id)}"):
        assert box.visitor().get(address).status_code == 401


def test_three_opinions_are_announced_and_not_shown(box: Box) -> None:
    for _ in range(3):
        box.give(0, text="rouspéteur")
    staff = box.staff()
    page = staff.get("/console/avis").text
    assert re.search(r"Mon premier e-mail.*3\s*(?:&nbsp;|\xa0)avis, encore 2 pour les montrer", page, re.DOTALL)
    assert "rouspéteur" not in page and "sur 10" not in page
    assert staff.get(f"/console/avis/workshop/{to_text(box.workshop_id)}").status_code == 404
    box.close_stop(box.plan_stop(""))
    from_nowhere = queries.opinion_counts_by_scope(box.node.store)
    assert [(one.scope, one.count) for one in from_nowhere] == []
    assert queries.count_waiting(box.node.store) == 3


def test_a_small_group_in_the_journal_stays_closed(box: Box) -> None:
    stop_id = box.plan_stop("Estéron")
    for _ in range(3):
        box.give(0, text="rouspéteur")
    box.close_stop(stop_id)
    group = queries.opinion_counts_by_scope(box.node.store)[0]
    staff = box.staff()
    for address in ("/console/avis", f"/console/avis/tour/{to_text(group.scope_id)}"):
        page = staff.get(address).text
        assert "Estéron" in page and "encore 2 pour les montrer" in page
        assert "rouspéteur" not in page and "sur 10" not in page and "Pas bien" not in page


def test_five_opinions_are_shown_with_their_mean(box: Box) -> None:
    for mark in (10, 10, 10, 5, 0):
        box.give(mark)
    page = box.staff().get("/console/avis").text
    assert re.search(r"<b><bdi>7</bdi></b>.*sur 10 en moyenne", page)
    assert "Très bien" in page


@pytest.mark.parametrize("address", ["workshop/zzz", "workshop/" + "a" * 26, "nonsense/" + "a" * 26, "stop/%00"])
def test_a_group_that_is_not_there(box: Box, address: str) -> None:
    assert box.staff().get(f"/console/avis/{address}").status_code == 404


def test_no_page_asks_more_when_there_is_more(box: Box) -> None:
    staff, visitor = box.staff(), box.visitor()
    here = f"/console/avis/workshop/{to_text(box.workshop_id)}"
    for _ in range(5):
        box.give(text="un texte")
    box.give(workshop_id=new_id())
    addresses = (*((staff, one) for one in ("/console/avis", here)), (visitor, "/avis"))
    few = [count_statements(box, lambda: client.get(one)) for client, one in addresses]  # noqa: B023
    for _ in range(4):
        other = new_id()
        for _ in range(7):
            box.give(text="un texte")
            box.give(text="un autre", workshop_id=other)
    many = [count_statements(box, lambda: client.get(one)) for client, one in addresses]  # noqa: B023
    assert few == many
    assert max(many) <= 10
