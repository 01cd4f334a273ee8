"""A sheet on the wall; the words around a kept work; the languages of works as quick choices."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient
from playwright.sync_api import Page

from kit.ids import to_text
from kit.library.actions import Outcome
from tests.conftest import OpenPhone
from tests.served import Served

from .library_makers import make_epub, make_sheet, text_of

Add = Callable[..., Outcome]


def one(outcome: Outcome) -> str:
    """The address of the only work that was added."""
    (added,) = outcome.added
    return f"/bibliotheque/{to_text(added)}"


def test_a_sheet_is_projected_whole_and_anything_else_is_not(add: Add, tmp_path: Path, visitor: FlaskClient) -> None:
    address = one(add(make_sheet(tmp_path / "s")))
    assert f'href="{address}/projeter"' in text_of(visitor, address)
    assert f'href="{address}/projeter#e2"' in text_of(visitor, f"{address}/lire/2")
    wall = text_of(visitor, f"{address}/projeter")
    assert wall.count("<section id=") == 3 and 'rel="next" href="#e2"' in wall and wall.count("<h1") == 1
    assert f'<a href="{address}">' in wall and "Quitter" in wall
    book = one(add(make_epub(tmp_path / "b.epub")))
    assert visitor.get(f"{book}/projeter").status_code == 404 and f"{book}/projeter" not in text_of(visitor, book)


def test_a_kept_work_speaks_its_own_language_and_we_the_reader_s(
    add: Add, tmp_path: Path, visitor: FlaskClient
) -> None:
    head = '+++\nlicence = "CC0-1.0"\nsource = "s"\nlanguage = "fr"\n+++\n# Note\n\n'
    (tmp_path / "n.md").write_text(head + "Un mot, puis un autre.\n\n" * 90_000)
    address = one(add(tmp_path / "n.md"))
    french = text_of(visitor, f"{address}/garder.html?langue=fr")
    assert "<p><b>La suite ne tient pas dans cette page" in french
    arabic = text_of(visitor, f"{address}/garder.html?langue=ar")
    assert '<html lang="fr">' in arabic and '<p lang="ar" dir="rtl"><b>لا تتسع' in arabic and "La suite" not in arabic


def fills_the_screen(wall: Page) -> bool:
    wall.wait_for_timeout(50)
    top = wall.locator("#e3").bounding_box()
    return top is not None and abs(top["y"]) < 40


def test_arrows_and_clickers_turn_the_steps(live_kit: Served, open_phone: OpenPhone) -> None:
    wall = open_phone(1280)
    wall.goto(f"{live_kit.url}/bibliotheque?sorte=sheet")
    wall.locator("main .shelf a").first.click()
    wall.get_by_role("link", name="Projeter").click()
    wall.wait_for_url(re.compile("/projeter$"))  # keys are heard once its script is there
    assert wall.evaluate("document.documentElement.scrollWidth") <= 1280
    for key, number in (("ArrowRight", 2), ("PageDown", 3), ("ArrowLeft", 2), (" ", 3)):
        wall.keyboard.press(key)
        wall.wait_for_url(re.compile(f"#e{number}$"))
    assert any(fills_the_screen(wall) for _ in range(100)), "the step fills the screen, once it has come there"
    wall.get_by_role("link", name="Avant").nth(1).click()
    wall.wait_for_url(re.compile("#e2$"))
