"""A shelf leaves one library as a file and comes to another: Paul makes it, Nadia drops it (the line drops), reads what
it would do, installs it while Odette reads, and goes back. All in a real browser, between two served kits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from tests import cast
from tests.conftest import OpenPhone, copy_node
from tests.served import Served

SHELF = "Romans"


@pytest.fixture
def other_kit(templates: Path, tmp_path: Path) -> Iterator[Served]:
    """A second library, whose shelves are empty."""
    served = Served(copy_node(templates / "kit-b", tmp_path / "other"), ("serve",)).start()
    yield served
    served.stop()
    assert not served.words_of_failure(), served.words_of_failure()


def sign_in(page: Page, served: Served, member: cast.Member) -> None:
    page.goto(f"{served.url}/connexion")
    page.fill("[name=passphrase]", member.passphrase)
    if page.locator("[name=name]").count():
        page.fill("[name=name]", member.name)
    page.locator("main button").first.click()
    page.goto(f"{served.url}/console/paquets")


def wait_for(page: Page, words: str) -> None:
    """Until the page, that renews itself, says so."""
    page.locator("main").get_by_text(words).first.wait_for(timeout=60_000)


def make_file(page: Page, tmp_path: Path) -> Path:
    shelf = page.locator(f"#shelf option:has-text('{SHELF}')").first.get_attribute("value") or ""
    page.select_option("#shelf", shelf)
    page.fill("#title", "Kit de lecture")
    page.fill("#organisation", "Médiathèque de Saint-Auban")
    page.fill("#minutes", "90")
    page.select_option("#level", "debutant")
    page.get_by_text("Compétences travaillées").click()
    page.get_by_label("CRCN 1.1", exact=False).check()
    page.get_by_role("button", name="Voir la place qu’il prend").click()
    assert "Place libre là" in page.locator("#plan").inner_text()
    assert page.get_by_label("CRCN 1.1", exact=False).is_checked(), "what was ticked is still ticked"
    page.get_by_role("button", name="Écrire tout le paquet").click()
    wait_for(page, "écrit et relu")
    with page.expect_download() as download:
        page.get_by_role("link", name="kit-de-lecture-v1.zip").click()
    path = tmp_path / "kit-de-lecture-v1.zip"
    download.value.save_as(path)
    return path


def test_from_one_library_to_another_as_a_file(
    live_kit: Served, other_kit: Served, open_phone: OpenPhone, tmp_path: Path
) -> None:
    paul = open_phone(1280)
    sign_in(paul, live_kit, cast.NADIA)
    path = make_file(paul, tmp_path)

    nadia, dropped = open_phone(360), list[str]()
    sign_in(nadia, other_kit, cast.NADIA)

    def drop_once(route: Route) -> None:
        if dropped:
            route.continue_()
        else:
            dropped.append(route.request.url)
            route.abort("connectionreset")

    nadia.route("**/lot/*place=0", drop_once)
    nadia.set_input_files("#files", path)
    with nadia.expect_navigation(url="**/console/paquets"):
        nadia.get_by_role("button", name="Déposer le paquet").click()
    assert dropped
    wait_for(nadia, "Kit de lecture")
    odette = open_phone(360, javascript=False)
    odette.goto(f"{other_kit.url}/bibliotheque")
    assert odette.locator(".shelf").count() == 0, "nothing is shown before it is installed"
    told = nadia.locator("form", has_text="Kit de lecture").inner_text()
    assert "90 min" in told and "Débutant" in told and "Place libre" in told and "reçu en fichier" in told
    nadia.get_by_label("Je connais la bibliothèque").check()
    nadia.get_by_role("button", name="Installer", exact=True).click()
    wait_for(nadia, "est installé")
    assert not list((other_kit.data / "packs" / "arrived").iterdir()), "its works are not here twice"
    odette.goto(f"{other_kit.url}/bibliotheque")
    odette.locator(".shelf a").first.click()
    odette.get_by_role("link", name="Lire ici").first.click()
    assert odette.locator("main").inner_text().strip()

    nadia.get_by_role("button", name="Revenir à avant ce paquet").click()
    assert "est retiré" in nadia.locator("main").inner_text()
    odette.goto(f"{other_kit.url}/bibliotheque")
    assert odette.locator(".shelf").count() == 0
