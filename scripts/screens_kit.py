"""Photographs every page of a demonstration, signed in where it must be, and lays them out as contact sheets.

Pages are found as their users find them: by following links from the first pages. See scripts/screens.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.conftest import CHROMIUM, FLAGS
from tests.served import Served, valise

REPO = Path(__file__).resolve().parents[1]
SECRET = "six mots pour les photos seulement"  # noqa: S105 - of a folder that is thrown away at the end
MOST_OF_A_SHAPE, TALLEST, THUMB = 1, 2600, 240
_ID = re.compile(r"/[0-9a-f]{8,}|/[a-z]+-\d{2}(?=/|$)|/\d+(?=/|$)|/[a-z0-9_-]{20,}")
_NAME = re.compile(r"(/console/questionnaires|/besoin)/[a-z-]+")  # a code of ours: pages of one template
# Links that choose something for all pages after (the display) are not followed: each look is asked for by itself.
_SKIP = ("affichage=", "immobile=", "/static/", "/deconnexion", "/opds", ".ics", ".csv", ".xlsx", ".json",
         "/telecharger", "/fichier", ".epub")  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """One tour: whose pages, from where, and whether somebody signs in first."""

    name: str
    served: Served
    start: tuple[str, ...]
    signs_in: bool


def shape(url: str) -> str:
    """An address with its ids taken out: pages of one shape are the same page."""
    parts = urlsplit(url)
    return _NAME.sub(r"\1/*", _ID.sub("/*", parts.path)) + ("?" if parts.query else "")


def sign_in(page: Page, url: str) -> None:
    """Type the passphrase."""
    page.goto(f"{url}/connexion")
    page.fill("input[name=passphrase]", SECRET)
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()


def is_page(page: Page, address: str) -> bool:
    """Go there; False for what the browser saves rather than shows (a file, a kept page)."""
    try:
        answer = page.goto(address)
    except PlaywrightError as refusal:
        if "Download is starting" in str(refusal):
            return False
        raise
    return answer is not None and "html" in (answer.headers.get("content-type") or "")


def find_pages(page: Page, visit: Visit) -> list[str]:
    """Addresses to photograph, one of each shape, in the order they are met."""
    queue = deque(visit.start)
    seen, found = set[str](), list[str]()
    while queue:
        address = queue.popleft()
        key = shape(address)
        if key in seen or any(word in address for word in _SKIP):
            continue
        seen.add(key)
        if not is_page(page, visit.served.url + address):
            continue
        found.append(address)
        links: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
        for link in links:
            whole = urlsplit(urljoin(visit.served.url + address, link))
            if whole.netloc == urlsplit(visit.served.url).netloc and whole.path.startswith("/"):
                queue.append(whole.path + (f"?{whole.query}" if whole.query and "langue=" not in whole.query else ""))
    return found


def photograph(browser: Browser, visit: Visit, addresses: list[str], options: argparse.Namespace, look: Look) -> None:
    """One picture a page, and one contact sheet of them all; pages wider than the window are named."""
    context = browser.new_context(
        viewport={"width": look.width, "height": 740}, color_scheme=look.theme, locale=look.language
    )
    page = context.new_page()
    if visit.signs_in:
        sign_in(page, visit.served.url)
    folder = options.out / f"{visit.name}-{look.language}-{look.theme}-{look.width}"
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    for number, address in enumerate(addresses):
        joint = "&" if "?" in address else "?"
        page.goto(f"{visit.served.url}{address}{joint}langue={look.language}")
        target = folder / (f"{number:02}" + re.sub(r"[^\w.-]+", "_", shape(address)) + ".png")
        page.screenshot(path=target, full_page=True)
        if page.evaluate("document.documentElement.scrollWidth") > look.width:
            print(f"wider than {look.width}: {address}")
        pictures.append((target, address))
    context.close()
    lay_out(pictures, folder.with_suffix(".png"))


@dataclass(frozen=True)
class Look:
    """How a page is asked for."""

    language: str
    theme: str
    width: int


def lay_out(pictures: list[tuple[Path, str]], target: Path) -> None:
    """Small copies side by side with their addresses."""
    small = []
    for path, address in pictures:
        with Image.open(path) as image:
            image = image.crop((0, 0, image.width, min(image.height, TALLEST)))
            image.thumbnail((THUMB, 10_000))
            small.append((image.convert("RGB"), shape(address)))
    columns = 8
    rows = [small[start : start + columns] for start in range(0, len(small), columns)]
    heights = [max(image.height for image, _ in row) + 24 for row in rows]
    sheet = Image.new("RGB", (columns * (THUMB + 10), sum(heights)), "white")
    pen, top = ImageDraw.Draw(sheet), 0
    for row, height in zip(rows, heights, strict=True):
        for column, (image, words) in enumerate(row):
            pen.text((column * (THUMB + 10), top + 4), words[:40], fill="black")
            sheet.paste(image, (column * (THUMB + 10), top + 22))
        top += height
    sheet.save(target)
    print(target, len(pictures))


def prepare(base: Path) -> tuple[Served, Served]:
    """A demonstration kit and its central, enrolled and served."""
    os.environ["VALISE_PASSPHRASE"] = SECRET
    central_data, kit_data = base / "central", base / "kit"
    valise(central_data, "demo", "--role", "central")
    valise(kit_data, "demo")
    central = Served(central_data, ("central", "serve")).start()
    valise(kit_data, "enrol", valise(central_data, "central", "invite", "--url", central.url).strip())
    valise(kit_data, "send")
    return Served(kit_data, ("serve",)).start(), central


def read_arguments() -> argparse.Namespace:
    """The options of scripts/screens."""
    say = argparse.ArgumentParser(prog="scripts/screens", description="Contact sheets of every page.")
    say.add_argument("--widths", default="360,768,1280")
    say.add_argument("--themes", default="light,dark")
    say.add_argument("--languages", default="fr")
    say.add_argument("--only", default="", help="visits whose name holds this word: public, console or central")
    say.add_argument("--out", type=Path, default=REPO / "screens")
    return say.parse_args()


def main() -> None:
    """Every visit in every look."""
    options = read_arguments()
    with tempfile.TemporaryDirectory(prefix="valise-screens-") as base, sync_playwright() as playwright:
        kit, central = prepare(Path(base))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        visits = (
            Visit("public", kit, ("/",), signs_in=False),
            Visit("console", kit, ("/console", "/console/style"), signs_in=True),
            Visit("central", central, ("/",), signs_in=True),
        )
        try:
            for visit in visits:
                if options.only in visit.name:
                    tour(browser, visit, options)
        finally:
            browser.close()
            kit.stop()
            central.stop()


def tour(browser: Browser, visit: Visit, options: argparse.Namespace) -> None:
    """Find the pages of one visit, then photograph them in each look."""
    page = browser.new_page()
    if visit.signs_in:
        sign_in(page, visit.served.url)
    addresses = find_pages(page, visit)
    page.close()
    for language in options.languages.split(","):
        for theme in options.themes.split(","):
            for width in options.widths.split(","):
                photograph(browser, visit, addresses, options, Look(language, theme, int(width)))


if __name__ == "__main__":
    main()
