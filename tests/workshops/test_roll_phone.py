"""The roll in a real browser: the network goes while ticking, the session ends, two phones tick together."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests import cast
from tests.conftest import OpenPhone
from tests.served import Served


def sign_in(page: Page, kit: Served) -> None:
    page.goto(f"{kit.url}/connexion")
    page.get_by_label("Phrase secrète").fill(cast.NADIA.passphrase)
    if page.locator("[name=name]").count():
        page.locator("[name=name]").select_option(cast.NADIA.name)
    page.locator("form button").first.click()
    page.wait_for_url("**/console**")


def open_roll(page: Page, kit: Served) -> str:
    page.goto(f"{kit.url}/ateliers")
    page.locator(".list a").first.click()
    return page.url.rsplit("/", 1)[1]


def sign_up(page: Page, kit: Served, workshop: str, name: str) -> None:
    page.goto(f"{kit.url}/ateliers/{workshop}")
    page.get_by_label("Comment vous appeler").fill(name)
    page.get_by_role("button", name="Demander une place").click()
    page.wait_for_url("**/ticket/**")


def test_no_tick_is_lost_when_the_network_or_the_session_goes(live_kit: Served, open_phone: OpenPhone) -> None:
    visitor, nadia = open_phone(), open_phone()
    workshop = open_roll(visitor, live_kit)
    for name in ("Odette", "Léon", "Fatou"):
        sign_up(visitor, live_kit, workshop, name)
    sign_in(nadia, live_kit)
    roll = f"{live_kit.url}/console/ateliers/{workshop}/presences"
    nadia.goto(roll)
    ticks = nadia.locator("#roll .t")
    ticks.nth(0).click()
    expect(nadia.locator("#gauges b").first).to_have_text("1", timeout=15000)

    nadia.context.set_offline(True)
    ticks.nth(1).click()
    expect(nadia.locator("#wait")).to_contain_text("1 coches attendent le réseau")
    nadia.context.set_offline(False)
    expect(nadia.locator("#gauges b").first).to_have_text("2", timeout=20000)
    expect(nadia.locator("#wait")).to_be_hidden()

    nadia.context.clear_cookies()
    ticks.nth(2).click()
    expect(nadia.locator("#wait")).to_contain_text("Reconnectez-vous", timeout=15000)
    nadia.get_by_role("link", name="Se reconnecter").click()
    nadia.get_by_label("Phrase secrète").fill(cast.NADIA.passphrase)
    if nadia.locator("[name=name]").count():
        nadia.locator("[name=name]").select_option(cast.NADIA.name)
    nadia.locator("form button").first.click()
    nadia.wait_for_url("**/presences")
    expect(nadia.locator("#gauges b").first).to_have_text("3", timeout=20000)

    other = open_phone(javascript=False)
    sign_in(other, live_kit)
    other.goto(roll)
    other.locator(".t").first.click()
    other.wait_for_url("**/presences#*")
    expect(other.locator("#gauges b").first).to_have_text("2")
