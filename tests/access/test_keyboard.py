"""With the keys alone: the pages added last, from the first stop of the keyboard to what they are for.

Every stop on the way is seen, and nothing lies over it (WCAG 2.4.7, 2.4.11); the older journeys stand in
`test_circumstances.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from kit.central import actions as central_actions
from kit.central import queries as central_queries
from kit.ids import to_text
from kit.library.actions import add_paths
from kit.library.packs import offers
from kit.people.node import Node
from kit.sync.actions import send
from kit.sync.outbox import Outbox
from kit.updates import bundle, sending
from kit.updates.versions import Versions
from tests.access.test_circumstances import ask, tab_to
from tests.cast import NADIA, PAUL
from tests.conftest import copy_node, open_node
from tests.library.library_makers import make_mp3
from tests.served import Served
from tests.sync.homes import PASSPHRASE, copy_pair, free_port, note, served
from tests.updates.test_updates import make_wheel, sign

STOPS = "a[href], button, input:not([type=hidden]), select, textarea, summary"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def press(page: Page, words: str, key: str = "Enter") -> None:
    """Go on to what is called so, and press it; a page that follows is waited for."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press(key)


def enter(page: Page, url: str, passphrase: str) -> None:
    page.goto(f"{url}/connexion")
    tab_to(page, "passphrase")
    page.keyboard.type(passphrase)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_every_part_of_the_living_page_shows_its_focus(live_kit: Served, page: Page) -> None:
    """`/console/style`: each component in the state « focus », by being there with the key of tabulation."""
    enter(page, live_kit.url, NADIA.passphrase)
    page.goto(f"{live_kit.url}/console/style")
    page.evaluate(f"document.querySelectorAll({STOPS!r}).forEach((one, number) => one.dataset.stop = number)")
    least = page.locator(STOPS).filter(visible=True).count() // 2  # one stop for each group of choices
    seen, ends = set(), 0
    while ends < 2:  # what is to be mended has the focus first: once to the end, then from the beginning
        page.keyboard.press("Tab")
        there = ask(page, "focused")
        if str(there["html"]).startswith("<body"):
            ends += 1
            continue
        assert there["seen"] and there["free"], there
        seen.add(page.evaluate("document.activeElement.dataset.stop"))
    assert len(seen) > least > 40


@pytest.fixture
def box(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A kit with a work of more than a megabyte, and a disk that is plugged in."""
    (tmp_path / "media" / "GROS" / "valise").mkdir(parents=True)
    monkeypatch.setenv("VALISE_KEYS_FOLDER", str(tmp_path / "media"))
    data = copy_node(demo, tmp_path / "kit")
    node = open_node(data)
    add_paths(node, [make_mp3(tmp_path / "mer.mp3", seconds=90)])
    node.store.flush()
    node.store.close()
    kit = Served(data, ("serve",)).start()
    yield kit
    kit.stop()
    assert not kit.words_of_failure(), kit.words_of_failure()


def test_works_go_to_a_disk_and_come_home(box: Served, page: Page, tmp_path: Path) -> None:
    enter(page, box.url, PAUL.passphrase)
    page.goto(f"{box.url}/console/bibliotheque")
    tab_to(page, "Le reste de la bibliothèque")
    page.keyboard.press("Enter")
    press(page, "Disque des œuvres")
    assert page.locator("h1").inner_text() == "Disque des œuvres"
    tab_to_field(page, "key")
    page.keyboard.press("Space")
    press(page, "Y mettre les œuvres")
    wait_for(page, "Tout ramener sur la carte")
    assert list((tmp_path / "media/GROS/valise/oeuvres").glob("*/*")), "a work is on the disk"
    press(page, "Tout ramener sur la carte", "Space")
    wait_for(page, "Y mettre")


def wait_for(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).first.wait_for()


@pytest.fixture
def pair(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Node, Node]]:
    """A kit with a launcher, and its central."""
    monkeypatch.setenv("VALISE_VERSIONS", str(tmp_path / "versions"))
    monkeypatch.delenv("VALISE_RUNNING", raising=False)
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    kit, central = copy_pair(template, tmp_path)
    kit.settings = replace(kit.settings, port=free_port())
    yield kit, central
    kit.store.close()
    central.store.close()


def test_an_update_is_asked_for_and_tried(pair: tuple[Node, Node], page: Page, tmp_path: Path) -> None:
    """From « Envoyer », where the coordination offers it, to « Mise à jour », where it is ready."""
    kit, central = pair
    make_wheel(tmp_path / "next", "0.9.0")
    path = sign(central, tmp_path / "next", "0.9.0")
    offers.offer_file(central, path, sending.title_of(bundle.describe(path, central.identity.sign_public)))
    with served(central), served(kit) as url:
        send(kit)
        enter(page, url, PASSPHRASE)
        page.goto(f"{url}/console/envoi")
        press(page, "Faire venir")
        page.get_by_role("link", name="L’installer").wait_for()
        press(page, "L’installer")
        assert page.locator("h1").inner_text() == "Mise à jour"
        press(page, "Essayer cette version", "Space")
        tab_to(page, "Ne plus la renouveler")
        page.get_by_role("heading", name="La version 0.9.0 est prête").wait_for(timeout=60_000)
    assert Versions(tmp_path / "versions").read() == {"trying": "0.9.0", "tries": 0}


def test_what_could_not_be_put_away_is_reached_and_gone_through(pair: tuple[Node, Node], page: Page) -> None:
    """« À vérifier » of the coordination: from the menu, past each page of the list."""
    kit, central = pair
    (enrolled,) = central_queries.list_kits(central.store, 9, 0)
    central_actions.set_revoked(central, enrolled.kit_id, True)
    sent = set[bytes]()
    for _ in range(60):
        note(kit, 1)
        for frozen in Outbox(kit).segments(kit.journal.log_id, [(1, kit.journal.head())]):
            if frozen.segment_id not in sent:
                central_actions.take_segment(central, frozen.segment_id, frozen.raw)
                sent.add(frozen.segment_id)
    with served(central) as url:
        enter(page, url, PASSPHRASE)
        press(page, "À vérifier")
        assert page.locator("h1").inner_text() == "À vérifier" and "n’est plus acceptée" in page.inner_text("main")
        press(page, "Après")
        assert "n’est plus acceptée" in page.inner_text("main")
        assert to_text(enrolled.kit_id) not in page.url


def test_a_tablet_is_answered_emptied_and_left(live_kit: Served, page: Page) -> None:
    """« Mode borne »: begun, answered, thanked, left by its six figures."""
    enter(page, live_kit.url, NADIA.passphrase)
    page.goto(f"{live_kit.url}/console/questionnaires/la-valise/borne")
    press(page, "Commencer sur cet appareil")
    code = page.locator(".code").inner_text()
    press(page, "C’est noté, commencer")
    press(page, "Commencer")
    page.locator("input[type=radio]").first.wait_for()
    name = str(page.locator("input[type=radio]").first.get_attribute("name"))
    tab_to_field(page, name)
    page.keyboard.press("Space")
    press(page, "Envoyer mes réponses")
    assert page.url.endswith("/borne/merci"), page.inner_text("main")
    press(page, "À la personne suivante")
    press(page, "Équipe")
    tab_to(page, "code")
    page.keyboard.type(code)
    press(page, "Quitter")
    assert page.url == f"{live_kit.url}/"


def tab_to_field(page: Page, name: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        there = ask(page, "focused")
        assert there["seen"] and there["free"], there
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"{name} is out of reach of the keyboard")


def test_a_shared_device_says_that_it_is_erased(live_kit: Served, page: Page) -> None:
    """« J’ai fini », and « C’est effacé » with the way on for the person after."""
    enter(page, live_kit.url, NADIA.passphrase)
    page.goto(f"{live_kit.url}/console/appareil-partage")
    press(page, "Partager cet appareil")
    page.goto(f"{live_kit.url}/avis")
    press(page, "J’ai fini")
    assert page.locator("h1").inner_text() == "C’est effacé"
    press(page, "À la personne suivante")
    assert page.url == f"{live_kit.url}/"
