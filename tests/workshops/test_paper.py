"""Papers: what they say, who may have them, and that each fits the page it is made for (Chromium prints it)."""

from __future__ import annotations

import io
import re

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from kit.ids import new_id
from kit.workshops import actions, paper, queries, rules
from kit.workshops.forms import Person, Profile
from tests.cast import NADIA, ODETTE
from tests.conftest import OpenPhone
from tests.journeys.test_spine import sign_in
from tests.served import Served

from .box import Box, url


def test_a_whole_day_is_signed_twice_and_half_of_it_counts_half(box: Box) -> None:
    short, long = box.plan(1), box.plan(1, length_minutes=420)
    halves = [paper.half_days(queries.get_workshop(box.node.store, one), "Europe/Paris") for one in (short, long)]
    assert len(halves[0]) == 1 and halves[1] == ["Matin", "Après-midi"]
    day = queries.get_workshop(box.node.store, long)
    assert [paper.attended_minutes(day, halves) for halves in (0, 1, 2, 3)] == [420, 210, 210, 420]
    sheet = box.staff().get(url(long, "/feuille")).text
    assert "Matin</th>" in sheet and "Après-midi</th>" in sheet


def test_a_certificate_is_for_somebody_named_who_came_while_names_can_be_read(box: Box) -> None:
    workshop_id, client = box.plan(-1), box.staff()
    came, absent = box.sign_up(workshop_id, ODETTE), box.sign_up(workshop_id, "Jean")
    actions.note_came(box.node, workshop_id, came.signup_id)
    actions.add_anonymous(box.node, workshop_id, nameless := new_id(), Profile())
    mark = rules.to_mark(came.signup_id)
    page = client.get(url(workshop_id, f"/attestation/{mark}"))
    assert ODETTE in page.text and "1&nbsp;h&nbsp;30" in page.text
    assert client.get(url(workshop_id, f"/attestation/{rules.to_mark(absent.signup_id)}")).status_code == 404
    assert client.get(url(workshop_id, f"/attestation/{rules.to_mark(nameless)}")).status_code == 409
    assert ODETTE in client.get(url(workshop_id, "/papier")).text
    actions.close_workshop(box.node, workshop_id, lambda one, stop: None)
    refused = client.get(url(workshop_id, f"/attestation/{mark}"))
    assert refused.status_code == 409 and ODETTE not in refused.text
    assert ODETTE not in client.get(url(workshop_id, "/papier")).text


def test_badges_have_names_and_the_waiting_list_none(box: Box) -> None:
    workshop_id = box.plan(1, places=1)
    box.sign_up(workshop_id, "Marie D.")
    box.sign_up(workshop_id, "En attente")
    actions.add_walk_in(box.node, workshop_id, new_id(), Person("أحمد"), Profile())
    page = box.staff().get(url(workshop_id, "/badges")).text
    assert "<bdi>Marie D.</bdi>" in page and "<bdi>أحمد</bdi>" in page and "En attente" not in page


def print_page(page: Page, address: str) -> PdfReader:
    page.goto(address)
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize(
    ("path", "words"),
    [("affiche", 1), ("prospectus", 4), ("grille", 1), ("badges", 8), ("feuille", 1)],
)
def test_each_paper_fits_one_page(live_kit: Served, open_phone: OpenPhone, path: str, words: int) -> None:
    page = open_phone(1280)
    sign_in(page, live_kit, NADIA)
    page.goto(f"{live_kit.url}/console")
    page.get_by_role("link", name="Ouvrir les présences").click()
    printed = print_page(page, page.url.replace("/presences", f"/{path}"))
    assert len(printed.pages) == 1
    text = re.sub(r"\s+", " ", printed.pages[0].extract_text())
    assert text.count("Mon premier e-mail") == words, text
    assert "Réglages" not in text, "nothing of the screen's frame is printed"
    agenda = print_page(page, f"{live_kit.url}/console/papier/tournee")
    assert len(agenda.pages) == 1 and "Saint-Auban" in agenda.pages[0].extract_text()
