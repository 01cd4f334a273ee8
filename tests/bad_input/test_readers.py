"""Readers whom nobody expected: a language that does not exist, the oldest browsers in use, no cookies, no pictures,
letters at 250 %, 320 px, black and white. It works, or the page says how.

Pictures, letters, narrow windows and paper are tried by `tests/access/test_circumstances.py`; here are those that a
style sheet cannot help.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.access.test_circumstances import PAGES
from tests.access.world import World, make_world
from tests.cast import NADIA
from tests.conftest import CHROMIUM, FLAGS
from tests.served import Served
from tests.web.test_old_browsers import OLDEST

NO_COOKIES = {"profile": {"default_content_setting_values": {"cookies": 2}, "block_third_party_cookies": True}}


@pytest.fixture(scope="module")
def world(demo: Path, templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = make_world(demo, templates / "kit", tmp_path_factory.mktemp("readers"))
    yield made
    made.end()


@contextmanager
def without_cookies(browser: Browser, folder: Path) -> Iterator[BrowserContext]:
    """A browser that was told, in its own settings, to refuse every cookie."""
    settings = folder / "Default" / "Preferences"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(NO_COOKIES), "utf-8")
    context = browser.browser_type.launch_persistent_context(
        str(folder), executable_path=CHROMIUM, args=FLAGS, locale="fr-FR", viewport={"width": 360, "height": 740}
    )
    yield context
    assert context.cookies() == []
    context.close()


def sign_up(page: Page, world: World, name: str) -> None:
    """From a workshop's page to a ticket, in whatever language the page is."""
    page.fill("#name", name)
    page.locator("main form[method=post] button[type=submit]").first.click()
    assert page.locator(".ticket .code").inner_text().count("-") >= 2


# -- a language that does not exist -----------------------------------------------------------------------------------


def test_a_language_that_does_not_exist(world: World, browser: Browser) -> None:
    """Every page is there, in French, says so to screen readers, and offers the languages that there are."""
    page = browser.new_context(locale="tlh-KL", viewport={"width": 360, "height": 740}).new_page()
    for address in PAGES:
        address = address.format(**vars(world))
        page.goto(f"{world.full.url}{address}{'&' if '?' in address else '?'}langue=tlh")
        assert page.locator("html").get_attribute("lang") == "fr", address
        assert page.locator("main h1").count() == 1, address
        offered = page.get_by_role("navigation", name="Langue", exact=True).get_by_role("link")
        assert offered.all_inner_texts() == ["English", "العربية"], address
    page.context.close()


# -- the oldest browsers ----------------------------------------------------------------------------------------------


def say_in_http_1_0(served: Served, address: str, agent: str) -> str:
    """A page as the oldest clients ask for it: HTTP/1.0, no Host, nothing accepted but what comes."""
    with socket.create_connection(("127.0.0.1", served.port), 60) as line:
        line.sendall(f"GET {address} HTTP/1.0\r\nUser-Agent: {agent}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert re.match(rb"HTTP/1\.[01] 200 ", head), head
    assert b"content-encoding" not in head.lower(), "packed for somebody who did not ask for it"
    return body.decode()


@pytest.mark.parametrize("agent", OLDEST)
def test_the_oldest_browsers_get_whole_pages_and_a_place(world: World, browser: Browser, agent: str) -> None:
    """Neither scripts nor styles are understood; the form is sent as it was in 1995."""
    whole = say_in_http_1_0(world.full, "/bibliotheque", agent)
    assert whole.rstrip().endswith("</html>")
    context = browser.new_context(user_agent=agent, locale="fr-FR", java_script_enabled=False)
    context.route("**/*.css*", lambda one: one.abort())
    page = context.new_page()
    for address in PAGES:
        page.goto(world.full.url + address.format(**vars(world)))
        assert page.locator("main h1").inner_text().strip(), address
    page.goto(f"{world.full.url}/ateliers/{world.open}")
    sign_up(page, world, "Odette")
    page.goto(f"{world.full.url}/connexion")
    page.fill("#passphrase", NADIA.passphrase)
    page.get_by_role("button", name="Entrer").click()
    page.goto(f"{world.full.url}/console/ateliers/{world.open}/presences")
    page.locator(".roll button.t[aria-pressed=false]").first.click()
    assert page.locator(".roll button.t[aria-pressed=true]").count() >= 1
    context.close()


# -- no cookies -------------------------------------------------------------------------------------------------------


def test_without_cookies_a_language_and_a_display_go_on_from_page_to_page(
    world: World, browser: Browser, tmp_path: Path
) -> None:
    """Chosen once, they stand in every link, form and answer that follows."""
    with without_cookies(browser, tmp_path / "one") as context:
        page = context.new_page()
        page.goto(world.full.url)
        page.get_by_role("link", name="العربية").click()
        page.locator(".doors a").first.click()
        page.wait_for_url("**/bibliotheque?langue=ar")
        page.locator("main form[method=get]").first.evaluate("form => form.submit()")
        page.wait_for_url("**langue=ar**")
        assert page.locator("html").get_attribute("lang") == "ar"
        page.goto(f"{world.full.url}/ateliers?langue=en&affichage=simple")
        page.locator(f"main a[href*='{world.open}']").first.click()
        assert page.locator("body.simple").count() == 1
        sign_up(page, world, "Léonie")
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.locator("body.simple").count() == 1


def test_without_cookies_a_form_is_sent_and_another_is_mended(world: World, browser: Browser, tmp_path: Path) -> None:
    with without_cookies(browser, tmp_path / "two") as context:
        page = context.new_page()
        page.goto(f"{world.full.url}/ateliers/{world.open}")
        page.locator("main form[method=post]").first.evaluate("form => { form.noValidate = true; }")
        page.locator("main form[method=post] button[type=submit]").first.click()
        assert page.locator(".errors a").count() >= 1
        sign_up(page, world, "Armand")


def test_without_cookies_the_team_is_told_what_is_missing(world: World, browser: Browser, tmp_path: Path) -> None:
    """The only page that needs one says so, instead of asking for the phrase again and again."""
    with without_cookies(browser, tmp_path / "three") as context:
        page = context.new_page()
        page.goto(f"{world.full.url}/console")
        assert page.get_by_text("cookies").count() == 0
        page.get_by_role("link", name="Écrire la phrase secrète").click()
        page.fill("#passphrase", NADIA.passphrase)
        page.get_by_role("button", name="Entrer").click()
        expect(page.get_by_role("status")).to_contain_text("Cet appareil refuse les cookies")
