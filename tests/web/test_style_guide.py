"""`/console/style` is complete: every shared part and every class of the shared styles is shown there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

ROOT = Path(__file__).parents[2]
# What a page that shows parts cannot show, each with its reason.
ELSEWHERE = {
    "sr": "words for screen readers only",
    "no-print": "what paper leaves out",
    "sheet-alone": "what begins a new sheet of paper",
    "wide": "a wide page",
    "wall": "a page thrown on a wall",
    "kiosk": "a page of a tablet",
    "big": "the first page of a tablet",
    "retype": "the page of re-keying papers",
    "qr": "drawn by the library of QR codes, on tickets and posters",
    "more": "links of the central, folded",
}


def test_every_macro_is_shown() -> None:
    macros = re.findall(r"macro ([a-z]\w*)\(", (ROOT / "templates" / "shared" / "macros.html").read_text("utf-8"))
    guide = (ROOT / "templates" / "shared" / "style_guide.html").read_text("utf-8")
    assert len(macros) > 20 and [name for name in macros if f"m.{name}(" not in guide] == []


@pytest.mark.parametrize("name", ["style.css", "desk.css", "answer.css"])
def test_every_class_is_shown(mediator: FlaskClient, name: str) -> None:
    page = mediator.get("/console/style").text
    shown = {one for found in re.findall(r'class="([^"]*)"', page) for one in found.split()}
    style = re.sub(r"/\*.*?\*/", "", (ROOT / "kit" / "web" / "static" / name).read_text("utf-8"), flags=re.S)
    classes = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"{[^{}]*}", "{}", style)))
    assert classes - shown <= set(ELSEWHERE), sorted(classes - shown - set(ELSEWHERE))


def test_what_is_said_to_stand_elsewhere_does(mediator: FlaskClient) -> None:
    page = mediator.get("/console/style").text
    shown = {one for found in re.findall(r'class="([^"]*)"', page) for one in found.split()}
    assert not shown & set(ELSEWHERE), "shown after all: take it off the list"
