"""Pages in the circumstances of their readers: narrow windows, no pictures, no style, paper, keys."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.access.world import World
from tests.conftest import CHROMIUM, FLAGS

PROBES = (Path(__file__).parent / "probes.js").read_text("utf-8")
# WCAG 1.4.12: a reader's own distances between lines, paragraphs, letters and words.
SPACED = (
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    "p{margin-bottom:2em!important}"
)
PAGES = ("/", "/bibliotheque", "/ateliers", "/ateliers/{open}", "/ticket/{ticket}", "/avis", "/annuaire", "/besoin/caf",
         "/recherche?q=message", "/questionnaires/probleme", "/accessibilite", "/nulle-part")  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """Somebody's circumstances: flags of the browser, options of its window, style of their own; what must hold."""

    flags: tuple[str, ...] = ()
    width: int = 360
    options: dict[str, object] = field(default_factory=dict)
    style: str = ""
    is_styled: bool = True
    must: tuple[str, ...] = ("sideways", "cut", "nameless", "touching")


READERS = {
    "320 px: 200 % of a window of 640, 400 % of 1280": Reader(width=320),
    "letters at 250 %": Reader(("--blink-settings=defaultFontSize=40,defaultFixedFontSize=32",)),
    "distances of one's own": Reader(style=SPACED),
    "no pictures": Reader(("--blink-settings=imagesEnabled=false",)),
    "no style, no script: a browser that understands neither": Reader(is_styled=False, must=("nameless",)),
    "colours of one's own": Reader(options={"forced_colors": "active"}, must=("sideways", "nameless", "shapeless")),
    "no movement": Reader(options={"reduced_motion": "reduce"}, must=("moving",)),
    "a phone on its side": Reader(width=740, options={"viewport": {"width": 740, "height": 360}}),
}


def open_page(browser: Browser, reader: Reader) -> tuple[Page, Callable[[], None]]:
    """A page in these circumstances, and how to end it."""
    other = browser
    if reader.flags:
        other = browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *reader.flags])
    options = {"viewport": {"width": reader.width, "height": 740}, "locale": "fr-FR", "bypass_csp": True}
    context = other.new_context(**(options | reader.options))  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    if not reader.is_styled:
        context.route(
            "**/*",
            lambda one: one.abort() if one.request.resource_type in ("stylesheet", "script") else one.continue_(),
        )

    def end() -> None:
        context.close()
        if other is not browser:
            other.close()

    return context.new_page(), end


def go(page: Page, url: str, reader: Reader) -> None:
    page.goto(url)
    if reader.style:
        page.add_style_tag(content=reader.style)


@pytest.mark.parametrize("name", READERS)
def test_every_kind_of_page_can_be_read_and_used(world: World, browser: Browser, name: str) -> None:
    reader, wrong = READERS[name], []
    page, end = open_page(browser, reader)
    for address in PAGES:
        go(page, world.full.url + address.format(**vars(world)), reader)
        wrong += [f"{address}: {one}" for probe in reader.must for one in ask(page, probe)]
    if reader.flags or not reader.is_styled:
        read_and_sign_up(page, world, reader)
    end()
    assert not wrong, "\n".join(wrong)


def read_and_sign_up(page: Page, world: World, reader: Reader) -> None:
    """From the first page to the page of a work, and from there to a place at a workshop."""
    go(page, world.full.url, reader)
    page.get_by_role("link", name="Lire, écouter, regarder").click()
    page.locator("main section ul a").first.click()
    assert page.locator("main h1").inner_text().strip()
    page.goto(f"{world.full.url}/ateliers/{world.open}")
    page.get_by_label("Comment vous appeler").fill("Odette")
    page.get_by_role("button", name="Demander une place").click()
    assert page.locator(".ticket .code").inner_text().count("-") >= 2


# -- keys ---------------------------------------------------------------------------------------------------------


def ask(page: Page, probe: str) -> Any:
    page.evaluate(PROBES)
    return page.evaluate(f"probes.{probe}()")


def tab(page: Page) -> dict[str, object]:
    page.keyboard.press("Tab")
    there: dict[str, object] = ask(page, "focused")
    assert there["seen"], f"the focus is not seen on {there}"
    assert there["free"], f"something lies over {there}"
    return there


def tab_to(page: Page, words: str) -> None:
    """Go on with the key of tabulation until something of that name has the focus, seen and free at every step."""
    for _ in range(80):
        there = tab(page)
        if words in str(there["words"]):
            return
    raise AssertionError(f"{words} is out of reach of the keyboard")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR")
    yield context.new_page()
    context.close()


def test_by_keyboard_alone(world: World, page: Page) -> None:
    """Past the top of the page, into the shelves, and to a place at a workshop; then a wrong form is mended."""
    page.goto(world.full.url)
    assert tab(page)["words"] == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
    tab_to(page, "Lire, écouter, regarder")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bibliotheque")
    page.goto(f"{world.full.url}/ateliers/{world.open}")
    tab_to(page, "name")
    page.keyboard.type("x" * 250)
    page.keyboard.press("Enter")
    page.wait_for_selector("[aria-invalid=true]")
    assert page.evaluate("document.activeElement.matches('.errors')"), "one begins where it is told what to mend"
    tab_to(page, page.locator(".errors a").first.inner_text()[:20])
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "name"
    page.keyboard.press("Control+A")
    page.keyboard.type("Odette")
    tab_to(page, "Demander une place")
    page.keyboard.press("Space")
    page.wait_for_selector(".ticket .code")


def test_nothing_lies_over_what_has_the_focus_in_the_reader(world: World, page: Page) -> None:
    """The bar at the foot of a chapter covers no link that the keyboard reaches (WCAG 2.4.11)."""
    page.goto(f"{world.full.url}/bibliotheque?sorte=book")
    page.locator("main ul a").first.click()
    page.get_by_role("link", name="Lire ici", exact=True).click()
    page.locator("main .list a, main li a").first.click()
    seen = [tab(page) for _ in range(page.locator("a[href], button:visible, summary").count())]
    assert len({str(one["words"]) for one in seen}) > 8


# -- paper --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/ticket/{ticket}", "/besoin/caf", "/ateliers/{cancelled}", "/annuaire"])
def test_in_black_and_white_on_paper(world: World, page: Page, tmp_path: Path, address: str) -> None:
    """Printed from a dark phone: dark letters on white, told apart as greys, and not a page of ink."""
    page.emulate_media(color_scheme="dark")
    page.goto(world.full.url + address.format(**vars(world)))
    page.emulate_media(media="print", color_scheme="dark")
    assert ask(page, "pale") == []
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    subprocess.run(["pdftoppm", "-gray", "-r", "30", tmp_path / "page.pdf", tmp_path / "grey"], check=True)
    for sheet in tmp_path.glob("grey*.pgm"):
        greys = sheet.read_bytes().split(b"255\n", 1)[1]
        assert sum(grey < 128 for grey in greys) < len(greys) / 6, f"{sheet.name} is black with ink"
    words = subprocess.run(["pdftotext", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert page.locator("h1").inner_text().split()[0] in words


def test_two_buttons_that_touch_are_found(page: Page) -> None:
    """Under one another or beside each other; not with some room between, and not far away."""
    for style, count in (("", 1), ("margin-bottom:8px", 0), ("float:left;margin:0", 1), ("float:left;margin:8px", 0)):
        page.set_content(
            f'<main><a class="btn" style="display:block;{style}">Un</a><a class="btn" style="{style}">Deux</a>'
        )
        assert len(ask(page, "touching")) == count, style
