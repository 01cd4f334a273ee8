"""Sheets that are promised on one sheet of paper, printed by the browser in black and white."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.cast import NADIA
from tests.conftest import copy_node, open_node
from tests.hotspot.plans import GIVEN
from tests.served import free_port
from tests.sync.homes import served


@pytest.fixture
def page(demo: Path, tmp_path: Path, browser: Browser) -> Iterator[Page]:
    """Nadia at a box that has a Wi-Fi of its own, her computer in its dark theme."""
    node = open_node(copy_node(demo, tmp_path / "kit"), **{**GIVEN, "port": free_port()})
    context = browser.new_context(locale="fr-FR", color_scheme="dark")
    with served(node) as url:
        page = context.new_page()
        page.goto(f"{url}/connexion")
        page.fill("#passphrase", NADIA.passphrase)
        page.get_by_role("button", name="Entrer").click()
        yield page
    context.close()
    node.store.close()


def print_page(page: Page, target: Path) -> list[str]:
    """The words of each sheet of paper."""
    page.emulate_media(media="print", color_scheme="dark")
    page.pdf(path=target, prefer_css_page_size=True, format="A4")
    page.emulate_media(media="screen")
    words = subprocess.run(["pdftotext", "-layout", target, "-"], capture_output=True, text=True, check=True).stdout
    return words.removesuffix("\f").split("\f")


def test_step_by_step_sheets_are_one_sheet_each(page: Page, tmp_path: Path) -> None:
    """« La valise en dix minutes » too, with its ten steps and its licence."""
    address = page.url.split("/console")[0]
    page.goto(f"{address}/bibliotheque?sorte=sheet")
    found = page.eval_on_selector_all("main ul a", "all => all.map(one => one.href)")
    assert len(found) > 8
    for one in found:
        page.goto(f"{one}/imprimer")
        steps = page.locator("#etapes > li").count()
        sheets = print_page(page, tmp_path / "a4.pdf")
        assert len(sheets) == 1 and "CC" in sheets[0], f"{page.title()}: {len(sheets)} sheets for {steps} steps"
        page.goto(f"{one}/imprimer?papier=a5")
        assert len(print_page(page, tmp_path / "a5.pdf")) <= 2, "both sides of one sheet"


def test_pocket_cards_are_one_sheet_with_its_back(page: Page, tmp_path: Path) -> None:
    page.goto(page.url.split("/console")[0] + "/console/wifi/carte")
    sheets = print_page(page, tmp_path / "carte.pdf")
    assert len(sheets) == 2, [one[:200] for one in sheets]
