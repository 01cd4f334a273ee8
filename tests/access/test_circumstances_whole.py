"""Every page that links lead to, of participants, the team and the coordination, in the circumstances of readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from scripts.screens_kit import Visit, find_pages
from tests.access.test_axe_whole import OF_THE_TEAM
from tests.access.test_circumstances import READERS, ask, go, open_page
from tests.access.world import World
from tests.cast import INES, NADIA, Member
from tests.conftest import copy_node
from tests.served import Served, valise

pytestmark = pytest.mark.long
# No style and no script: the shorter sister reads and signs up so; what moves is one rule for all pages.
TRIED = [name for name in READERS if not name.startswith(("no style", "no movement"))]


@pytest.fixture(scope="module")
def coordination(templates: Path, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The home server of the world's kit, which sent what it has."""
    central = Served(
        copy_node(templates / "central", tmp_path_factory.mktemp("home") / "central"), ("central", "serve")
    )
    central.start()
    valise(world.full.data, "enrol", valise(central.data, "central", "invite", "--url", central.url).strip())
    valise(world.full.data, "send")
    yield central
    central.stop()
    assert not central.words_of_failure(), central.words_of_failure()


def enter(page: Page, served: Served, member: Member | None) -> None:
    if member is not None:
        page.goto(f"{served.url}/connexion")
        page.fill("#passphrase", member.passphrase)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: not url.endswith("/connexion"))


@pytest.fixture(scope="module")
def found(world: World, coordination: Served, browser: Browser) -> dict[str, tuple[Served, Member | None, list[str]]]:
    """Whose pages, where, and their addresses: followed once."""
    tours = {
        "participants": (world.full, None, ("/",), ("/",), 30),
        "team": (world.full, NADIA, ("/console", "/console/style"), OF_THE_TEAM, 80),
        "coordination": (coordination, INES, ("/",), ("/",), 80),
    }
    pages = {}
    for name, (served, member, start, within, least) in tours.items():
        page = browser.new_page(locale="fr-FR")
        enter(page, served, member)
        addresses = [one for one in find_pages(page, Visit("", served, start, False)) if one.startswith(within)]
        assert len(addresses) > least, addresses
        page.close()
        pages[name] = (served, member, addresses)
    return pages


@pytest.mark.parametrize("name", TRIED)
@pytest.mark.parametrize("whose", ["participants", "team", "coordination"])
def test_every_page(
    found: dict[str, tuple[Served, Member | None, list[str]]], browser: Browser, name: str, whose: str
) -> None:
    reader, (served, member, addresses), wrong = READERS[name], found[whose], []
    page, end = open_page(browser, reader)
    enter(page, served, member)
    for address in addresses:
        go(page, served.url + address, reader)
        wrong += [f"{address}: {one}" for probe in reader.must for one in ask(page, probe)]
    end()
    assert not wrong, "\n".join(wrong)
