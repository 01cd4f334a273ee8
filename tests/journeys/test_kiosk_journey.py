"""A tablet as a kiosk, without JavaScript: it asks, forgets, comes back by itself, and is left by its code."""

from __future__ import annotations

import re

from tests.cast import NADIA
from tests.conftest import OpenPhone
from tests.journeys.test_spine import sign_in
from tests.served import Served

CANARY = "La prise près de la fenêtre ne marche pas"


def test_nothing_is_left_of_the_person_before(live_kit: Served, open_phone: OpenPhone) -> None:
    tablet = open_phone(1280, javascript=False)
    sign_in(tablet, live_kit, NADIA)
    tablet.goto(f"{live_kit.url}/console/questionnaires/la-valise/borne")
    tablet.get_by_role("button", name="Commencer sur cet appareil").click()
    code = tablet.locator(".code").inner_text()
    tablet.get_by_role("link", name=re.compile("commencer")).click()
    tablet.goto(f"{live_kit.url}/console")
    assert tablet.url == f"{live_kit.url}/borne", "led back from everywhere"
    tablet.get_by_role("link", name="Commencer").click()
    tablet.locator("textarea").first.fill(CANARY)
    tablet.get_by_label("Oui").first.check()
    tablet.get_by_role("button", name="Envoyer mes réponses").click()
    assert tablet.url.endswith("/borne/merci")
    tablet.wait_for_url(f"{live_kit.url}/borne", timeout=20_000)  # by itself, after ten seconds
    for _ in range(4):
        tablet.go_back()
        assert CANARY not in tablet.content()
        assert all(CANARY not in area.input_value() for area in tablet.locator("textarea").all())
    tablet.goto(f"{live_kit.url}/borne/quitter")
    tablet.fill("#code", code)
    tablet.get_by_role("button", name="Quitter").click()
    assert tablet.url == f"{live_kit.url}/"


def test_a_touch_begins_the_time_anew_and_then_it_empties(live_kit: Served, open_phone: OpenPhone) -> None:
    """With scripts; a moment goes by in the page's own clock."""
    tablet = open_phone(1280)
    tablet.clock.install()
    sign_in(tablet, live_kit, NADIA)
    tablet.goto(f"{live_kit.url}/console/questionnaires/la-valise/borne")
    tablet.get_by_role("button", name="Commencer sur cet appareil").click()
    tablet.goto(f"{live_kit.url}/borne/repondre")
    tablet.clock.fast_forward(170_000)
    tablet.locator("textarea").first.press_sequentially(CANARY)
    tablet.clock.fast_forward(170_000)
    assert tablet.locator("textarea").first.input_value() == CANARY
    tablet.clock.fast_forward(11_000)
    tablet.wait_for_url(f"{live_kit.url}/borne")
    assert CANARY not in tablet.content()
    tablet.goto(f"{live_kit.url}/borne/repondre")
    assert all(area.input_value() == "" for area in tablet.locator("textarea").all())
