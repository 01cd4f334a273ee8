"""A hostile book in a real browser: every known trick in its chapters, drawings and styles. No script runs, no request
leaves, no form of ours is reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request

from tests.conftest import copy_node
from tests.served import Served, valise

from .library_makers import chapter, epub_parts, png, write_zip

HERE = Path(__file__).parent
MARK = "window.top.document.title='PRIS';document.title='PRIS'"


def tricks(name: str) -> list[str]:
    """The lines of a list of attacks, each marking the page if it ran."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [line.replace("alert(1)", MARK).replace("x()", MARK) for line in lines if line.strip()]


def make_hostile(path: Path) -> Path:
    """A book of as many chapters as there are tricks, with scripts of its own and styles that reach out."""
    chapters = {f"c{n}.xhtml": chapter(f"<h1>Chapitre {n}</h1>{line}") for n, line in enumerate(tricks("attacks.txt"))}
    chapters |= {f"d{n}.xhtml": chapter(f"<h1>Dessin {n}</h1>{line}") for n, line in enumerate(tricks("drawings.txt"))}
    head = '<link rel="stylesheet" href="s.css"/><script src="a.js"></script><script>' + MARK + "</script>"
    outside = '<img src="http://evil.example/x.png"/><img src="a.svg"/><p>Une image du dehors.</p>'
    chapters["fin.xhtml"] = chapter(outside, head=head)
    listed = '<item id="s" href="s.css" media-type="text/css"/><item id="a" href="a.js" media-type="text/javascript"/>'
    listed += '<item id="v" href="a.svg" media-type="image/svg+xml"/>'
    parts = epub_parts(title="Le Livre méchant", chapters=chapters, more_manifest=listed)
    parts["OEBPS/a.js"] = MARK
    parts["OEBPS/s.css"] = "\n".join(tricks("styles.txt")) + "\n@import 'http://evil.example/s.css';"
    parts["OEBPS/a.svg"] = (
        f'<svg xmlns="http://www.w3.org/2000/svg" onload="{MARK}"><script>{MARK}</script>'
        '<image href="http://evil.example/y.png"/></svg>'
    )
    parts["OEBPS/x"] = png(9, 9)
    return write_zip(path, parts)


@pytest.fixture
def hostile_kit(templates: Path, tmp_path: Path) -> Iterator[Served]:
    """A served kit whose only work is the hostile book."""
    data = copy_node(templates / "kit", tmp_path / "kit")
    told = valise(data, "add", str(make_hostile(tmp_path / "livre.epub")))
    assert "1 ajouté" in told, told
    served = Served(data, ("serve",)).start()
    yield served
    served.stop()
    assert not served.words_of_failure(), served.words_of_failure()


def test_a_hostile_book_reaches_nothing(hostile_kit: Served, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR")
    asked: list[str] = []
    context.on("request", lambda one: asked.append(_note(one)))
    page = context.new_page()
    page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
    page.goto(f"{hostile_kit.url}/bibliotheque?q=mechant")
    page.locator("main .results a").first.click()
    item = page.url.split("/lire")[0]
    total = len(tricks("attacks.txt")) + len(tricks("drawings.txt")) + 1
    page.goto(f"{item}/lire/1")
    for number in range(1, total + 1):
        page.goto(f"{item}/lire/{number}", wait_until="networkidle")
        assert page.title().endswith("La Valise") and "PRIS" not in page.title(), number
        assert page.url == f"{item}/lire/{number}", "the book led elsewhere"
        for element in page.locator("article a, article button, article input, article summary").all()[:4]:
            if element.is_visible():
                element.click(timeout=1000, force=True, no_wait_after=True)
                page.wait_for_timeout(20)
        assert len(context.pages) == 1 and "PRIS" not in page.title(), number
    assert page.locator("article script, article iframe, article object, article form").count() == 0
    for inside in ("a.svg", "s.css", "a.js"):  # opened by themselves, too
        page.goto(f"{item}/livre/OEBPS/{inside}")
        assert "PRIS" not in page.title()
    outside = [one for one in asked if not one.startswith(hostile_kit.url)]
    assert outside == [], "a request left, or a dialog opened"
    assert any("/livre/OEBPS/s.css" in one for one in asked), "the book's own style sheet was really asked for"
    context.close()


def _note(asked: Request) -> str:
    return asked.url
