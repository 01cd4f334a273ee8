"""axe-core and the HTML checker on every page that links lead to, in every language and theme."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from kit.app import create_app
from kit.sync.actions import send
from scripts.screens_kit import Visit, find_pages, shape
from tests.access.axe import COLOURS, find_wrong
from tests.access.following import follow
from tests.access.looks import CIRCUMSTANCES, LANGUAGES, open_phones, wear
from tests.access.world import World, make_node
from tests.cast import INES, NADIA, Member
from tests.central.season import note_season
from tests.central.season import sign_in as sign_in_home
from tests.conftest import copy_node
from tests.pages import post_form
from tests.served import Served, valise
from tests.sync.homes import copy_pair, served

pytestmark = pytest.mark.long
CHECKER = Path(sys.prefix) / "npm" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# The team's pages: those of participants are looked at on their own.
TEAM_S = ("fr", "en")
OF_THE_TEAM = ("/console", "/equipe", "/secours", "/restaurer", "/portail", "/ateliers/")


def look(page: Page, url: str, languages: tuple[str, ...]) -> list[str]:
    """A page in every language that it speaks, and in both themes: colours are all that a theme changes."""
    wrong, spoken = [], set[str]()
    for language in languages:
        page.emulate_media(color_scheme="light")
        page.goto(f"{url}{'&' if '?' in url else '?'}langue={language}")
        if page.evaluate("document.documentElement.lang") in spoken:
            continue
        spoken.add(page.evaluate("document.documentElement.lang"))
        wrong += [f"{url} {language} light: {one}" for one in find_wrong(page)]
        page.emulate_media(color_scheme="dark")
        wrong += [f"{url} {language} dark: {one}" for one in find_wrong(page, *COLOURS)]
    return wrong


def look_everywhere(page: Page, served: Served, start: tuple[str, ...], within: tuple[str, ...], least: int) -> None:
    found = [one for one in find_pages(page, Visit("", served, start, False)) if one.startswith(within)]
    assert len(found) > least, found
    spoken = LANGUAGES if within == ("/",) else TEAM_S
    wrong = [line for address in found for line in look(page, served.url + address, spoken)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("state", ["full", "empty"])
def test_participants_pages(world: World, browser: Browser, state: str) -> None:
    full, bare = open_phones(browser, world, None)
    page, served, least = (full, world.full, 30) if state == "full" else (bare, world.bare, 20)
    look_everywhere(page, served, ("/",), ("/",), least)
    full.context.close()
    bare.context.close()


@pytest.mark.parametrize("circumstance", [name for name in CIRCUMSTANCES if name != "plain"])
def test_participants_pages_on_devices_that_are_set_otherwise(
    world: World, browser: Browser, circumstance: str
) -> None:
    page, bare = open_phones(browser, world, None)
    bare.context.close()
    wear(page, world.full.url, circumstance)
    look_everywhere(page, world.full, ("/",), ("/",), 10)
    page.context.close()


@pytest.mark.parametrize("state", ["full", "empty"])
def test_the_team_s_pages(world: World, browser: Browser, state: str) -> None:
    full, bare = open_phones(browser, world, NADIA)
    page, served, least = (full, world.full, 80) if state == "full" else (bare, world.bare, 50)
    look_everywhere(page, served, ("/console", "/console/style"), OF_THE_TEAM, least)
    full.context.close()
    bare.context.close()


def test_the_coordination_s_pages(templates: Path, world: World, browser: Browser, tmp_path: Path) -> None:
    central = Served(copy_node(templates / "central", tmp_path / "central"), ("central", "serve")).start()
    valise(world.full.data, "enrol", valise(central.data, "central", "invite", "--url", central.url).strip())
    valise(world.full.data, "send")
    page = sign_in(browser, central, INES)
    look_everywhere(page, central, ("/",), ("/",), 80)
    page.context.close()
    central.stop()
    assert not central.words_of_failure(), central.words_of_failure()


def sign_in(browser: Browser, served: Served, member: Member) -> Page:
    page = browser.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR").new_page()
    page.goto(f"{served.url}/connexion")
    page.fill("#passphrase", member.passphrase)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: not url.endswith("/connexion"))
    return page


# -- the HTML itself ----------------------------------------------------------------------------------------------


@pytest.fixture
def pages(demo: Path, template: Path, tmp_path: Path) -> Iterator[Path]:
    """Every page of participants, of the team and of the coordination as a file, named for its address."""
    node, _ = make_node(copy_node(demo, tmp_path / "kit"))
    phone, folder = create_app(node.settings, node).test_client(), tmp_path / "pages"
    folder.mkdir()
    for start, within in ((("/",), ("/",)), (("/console", "/console/style"), OF_THE_TEAM)):
        lay(folder, "", follow(phone, start, within))
        if start == ("/",):
            post_form(phone, "/connexion", passphrase=NADIA.passphrase, name=NADIA.name)
    kit, central = copy_pair(template, tmp_path / "pair")
    note_season(kit)
    with served(central):
        send(kit)
    lay(folder, "central", follow(sign_in_home(create_app(central.settings, central)), ("/",)))
    yield folder
    for one in (node, kit, central):
        one.store.close()


def lay(folder: Path, name: str, pages: Iterator[tuple[str, str]]) -> None:
    for address, text in pages:
        (folder / (name + re.sub(r"[^\w-]+", "_", shape(address)) + ".html")).write_text(text, "utf-8")


def test_pages_are_valid_html(pages: Path) -> None:
    assert CHECKER.is_file(), "scripts/test installs the Nu HTML checker"
    files = sorted(pages.iterdir())
    assert len(files) > 200 and sum(one.name.startswith("central_") for one in files) > 70
    command = ["java", "-jar", str(CHECKER), "--errors-only", "--format", "gnu", *map(str, files)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    wrong = [line for line in said.stderr.splitlines() if "error" in line]
    assert said.returncode == 0 and not wrong, "\n".join(wrong) or said.stderr
