"""axe-core finds nothing, on any page, in any designed state, language and theme."""

from __future__ import annotations

from itertools import product

import pytest
from playwright.sync_api import Browser

from tests.access.axe import find_wrong
from tests.access.looks import CIRCUMSTANCES, LANGUAGES, PUBLIC, TEAM, THEMES, Look, looks, open_phones, worn_looks
from tests.access.world import World
from tests.cast import NADIA


def test_every_state_meets_every_language_and_theme() -> None:
    public = [look for look in looks() if look.member is None]
    pairs = {(look.state, look.language) for look in public} | {(look.state, look.theme) for look in public}
    assert pairs == set(product(PUBLIC, LANGUAGES)) | set(product(PUBLIC, THEMES))
    assert {(look.language, look.theme) for look in public} == set(product(LANGUAGES, THEMES))
    assert {(look.state, look.theme) for look in looks() if look.member} == set(product(TEAM, THEMES))


def test_every_circumstance_meets_every_state_language_and_theme() -> None:
    worn = [name for name in CIRCUMSTANCES if name != "plain"]
    seen = worn_looks()
    assert {(one.circumstance, one.state) for one in seen} == set(product(worn, PUBLIC))
    assert {(one.circumstance, one.language) for one in seen} == set(product(worn, LANGUAGES))
    assert {(one.circumstance, one.theme) for one in seen} == set(product(worn, THEMES))


@pytest.mark.parametrize("state", PUBLIC)
def test_nothing_is_found_on_devices_that_are_set_otherwise(world: World, browser: Browser, state: str) -> None:
    look_at(world, browser, [look for look in worn_looks() if look.state == state])


def test_nothing_is_found_on_a_kiosk(world: World, browser: Browser) -> None:
    """« Mode borne »: begun, answered, refused, thanked, left."""
    (page, bare), wrong = open_phones(browser, world, NADIA), []
    bare.context.close()
    page.goto(f"{world.full.url}/console/questionnaires/fin-atelier/borne")
    page.get_by_role("button", name="Commencer sur cet appareil").click()
    for theme, language in (("light", "fr"), ("dark", "ar"), ("light", "en")):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        for address in ("/borne", "/borne/repondre", "/borne/merci", "/borne/quitter"):
            page.goto(f"{world.full.url}{address}?langue={language}")
            assert page.url.startswith(f"{world.full.url}/borne"), page.url
            wrong += [f"{address} {language} {theme}: {one}" for one in find_wrong(page)]
    page.goto(f"{world.full.url}/borne/quitter?langue=fr")
    page.fill("#code", "000000")
    page.get_by_role("button", name="Quitter").click()
    assert page.locator("[aria-invalid=true], [role=alert]").count()
    wrong += [f"wrong code: {one}" for one in find_wrong(page)]
    page.context.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("state", PUBLIC)
def test_nothing_is_found_on_participants_pages(world: World, browser: Browser, state: str) -> None:
    look_at(world, browser, [look for look in looks() if look.member is None and look.state == state])


def test_nothing_is_found_on_the_team_s_pages(world: World, browser: Browser) -> None:
    look_at(world, browser, [look for look in looks() if look.member])


def look_at(world: World, browser: Browser, wanted: list[Look]) -> None:
    phones, wrong = open_phones(browser, world, wanted[0].member), []
    for look in wanted:
        found = find_wrong(look.open(phones, world))
        wrong += [f"{look.address} {look.language} {look.theme}: {one}" for one in found]
    for page in phones:
        page.context.close()
    assert not wrong, "\n".join(wrong)
