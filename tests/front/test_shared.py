"""A shared device: declared by the team, left by « J’ai fini » or by itself, with nothing behind."""

from __future__ import annotations

import time

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Route

from kit.feedback import drafts
from kit.ids import to_text
from kit.people.node import Node
from tests.cast import NADIA
from tests.conftest import OpenPhone
from tests.journeys.test_spine import sign_in
from tests.pages import post_form
from tests.served import Served

PAGES = ("/", "/bibliotheque", "/ateliers", "/avis", "/annuaire", "/besoin", "/recherche", "/questionnaires",
         "/ateliers/mon-ticket", "/proposer", "/suivi", "/tournee", "/nulle-part")  # fmt: skip


@pytest.fixture
def tablet(mediator: FlaskClient) -> FlaskClient:
    """A tablet that Nadia declared to be shared."""
    assert post_form(mediator, "/console/appareil-partage").status_code == 303
    return mediator


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_a_participant_ends_with_it(tablet: FlaskClient, path: str) -> None:
    answer = tablet.get(path)
    page = answer.text
    assert 'href="/fini"' in page and "J’ai fini" in page and "/static/shared.js" in page
    assert '<noscript><meta http-equiv="refresh" content="600;url=/fini"></noscript>' in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert page.count("<form") == page.count('<form autocomplete="off"')
    assert 'autocomplete="name"' not in page and " download" not in page


def test_a_phone_of_ones_own_has_none_of_it(visitor: FlaskClient) -> None:
    page = visitor.get("/avis").text
    assert "/fini" not in page and "shared.js" not in page
    visitor.set_cookie("langue", "ar")
    answer = visitor.get("/fini")
    assert answer.status_code == 303 and not answer.headers.getlist("Set-Cookie"), "an address erases nothing"


def test_whoever_declares_it_is_signed_out(tablet: FlaskClient) -> None:
    assert tablet.get("/console").status_code == 401


def test_having_finished_erases_every_cookie_and_the_draft(tablet: FlaskClient, kit_node: Node) -> None:
    tablet.get("/?langue=ar&affichage=simple")
    tablet.set_cookie("valise_consultations", "abc")
    token = drafts.new_token()
    first = f"/questionnaires/la-valise/pas/{to_text(token)}/1"
    assert tablet.get(first).status_code == 200
    drafts.keep_draft(kit_node, token, drafts.Draft("la-valise", 1, {"x": ["mes mots"]}))
    answer = tablet.get("/fini", headers={"Referer": f"http://localhost{first}"})
    assert answer.status_code == 200 and "C’est effacé" not in answer.text  # in her language
    gone = {one.split("=")[0] for one in answer.headers.getlist("Set-Cookie") if "Max-Age=0" in one}
    assert gone >= {"langue", "affichage", "valise_consultations"} and "valise_partage" not in gone
    assert drafts.find_draft(kit_node, token) is None
    assert "C’est effacé" in tablet.get("/fini").text and "J’ai fini" in tablet.get("/").text


def test_a_member_of_the_team_who_forgets_it_is_signed_out_too(tablet: FlaskClient) -> None:
    assert post_form(tablet, "/connexion", passphrase=NADIA.passphrase, name=NADIA.name).status_code == 302
    assert tablet.get("/console").status_code == 200
    tablet.get("/fini")
    assert tablet.get("/console").status_code == 401


def test_the_team_takes_it_back(tablet: FlaskClient) -> None:
    post_form(tablet, "/connexion", passphrase=NADIA.passphrase, name=NADIA.name)
    assert "n’est plus partagé" in tablet.get("/console/appareil-partage").text
    assert post_form(tablet, "/console/appareil-partage", rendre="1").status_code == 303
    assert "/fini" not in tablet.get("/avis").text


def test_it_asks_then_erases_by_itself(live_kit: Served, open_phone: OpenPhone) -> None:
    tablet = open_phone(1280)
    sign_in(tablet, live_kit, NADIA)
    tablet.goto(f"{live_kit.url}/console/appareil-partage")
    tablet.get_by_role("button", name="Partager cet appareil").click()
    tablet.clock.install()
    tablet.goto(f"{live_kit.url}/avis?langue=fr")
    tablet.locator("textarea").first.fill("Des mots à moi")
    asking = tablet.locator("[data-there]")
    tablet.clock.run_for(155_000)
    assert asking.is_visible() and "tout s’efface dans 30 secondes" in asking.inner_text()
    tablet.keyboard.press("Shift")  # any gesture is an answer; its button is one
    tablet.clock.run_for(2_000)
    assert not asking.is_visible() and tablet.locator("textarea").first.input_value() == "Des mots à moi"
    with tablet.expect_navigation(url="**/fini"):
        tablet.clock.run_for(182_000)
    assert tablet.get_by_role("heading", name="C’est effacé").is_visible()
    for _ in range(3):
        tablet.go_back()
        assert all("Des mots" not in one.input_value() for one in tablet.locator("textarea").all())
    names = {one["name"] for one in tablet.context.cookies()}
    assert names == {"valise_partage"}


def test_it_goes_when_the_box_is_slow_to_answer(live_kit: Served, open_phone: OpenPhone) -> None:
    """A page asked again each second would never come; one that got lost is asked again."""
    tablet = open_phone(1280)
    sign_in(tablet, live_kit, NADIA)
    tablet.goto(f"{live_kit.url}/console/appareil-partage")
    tablet.get_by_role("button", name="Partager cet appareil").click()
    tablet.add_init_script("const now = Date.now; window.later = 0; Date.now = () => now() + window.later;")
    tablet.goto(f"{live_kit.url}/avis?langue=fr")
    held: list[tuple[float, Route]] = []
    tablet.route("**/fini", lambda route: held.append((time.monotonic(), route)))
    tablet.evaluate("window.later = 180000; setTimeout(() => { window.later = 220000; }, 6000);")
    while len(held) < 2:
        tablet.wait_for_timeout(200)
    assert held[1][0] - held[0][0] > 2.5, "asked again when it was lost, not each second"
    with tablet.expect_navigation(url="**/fini"):
        held[-1][1].continue_()
    assert tablet.get_by_role("heading", name="C’est effacé").is_visible()
