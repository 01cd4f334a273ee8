"""axe-core finds nothing, on any page, in any designed state, language and theme."""

from __future__ import annotations

from itertools import product

import pytest
from playwright.sync_api import Browser

from tests.access.axe import find_wrong
from tests.access.looks import LANGUAGES, PUBLIC, TEAM, THEMES, Look, looks, open_phones
from tests.access.world import World


def test_every_state_meets_every_language_and_theme() -> None:
    public = [look for look in looks() if look.member is None]
    pairs = {(look.state, look.language) for look in public} | {(look.state, look.theme) for look in public}
    assert pairs == set(product(PUBLIC, LANGUAGES)) | set(product(PUBLIC, THEMES))
    assert {(look.language, look.theme) for look in public} == set(product(LANGUAGES, THEMES))
    assert {(look.state, look.theme) for look in looks() if look.member} == set(product(TEAM, THEMES))


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
