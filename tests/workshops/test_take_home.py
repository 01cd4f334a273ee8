"""« À refaire chez moi »: a workshop's works as one file without a network, an A5 booklet, slips, and the next date."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from kit.ids import to_text
from kit.library import queries as library
from kit.workshops import actions, queries, rules, series_actions, take_home
from kit.workshops.forms import Repeat
from tests.conftest import copy_node, open_node
from tests.served import Served

from .box import HOUR_MS, Box, plan, post, url

MM = 72 / 25.4


def works_of(box: Box) -> list[bytes]:
    rows = box.node.store.rows("SELECT item_id FROM item WHERE is_public = 1 AND kind = 'sheet' ORDER BY title LIMIT 2")
    return [bytes(row["item_id"]) for row in rows]


@pytest.fixture
def shelved(demo: Path, tmp_path: Path) -> Box:
    """A box with the starter library."""
    from kit.app import create_app

    node = open_node(copy_node(demo, tmp_path / "kit"))
    return Box(node, create_app(node.settings, node))


def test_a_work_is_chosen_for_one_date_or_all_and_taken_off_again(box: Box) -> None:
    works = [bytes([number]) * 16 for number in range(14)]
    first = plan(box.node.clock.wall_ms() + HOUR_MS)
    ids = series_actions.plan_series(box.node, first, Repeat("week", 3), b"f" * 16)
    client, page = box.staff(), url(ids[1], "/supports")
    for form in ({"plus": to_text(works[0]), "serie": "1"}, {"plus": to_text(works[1])}, {"plus": to_text(works[1])}):
        assert post(client, page, at="/console/ateliers/nouveau", **form).status_code == 303
    kept = [rules.split_ids(queries.get_workshop(box.node.store, one).supports) for one in ids]
    assert kept == [works[:1], works[:2], works[:1]]
    post(client, page, at="/console/ateliers/nouveau", moins=to_text(works[0]))
    assert rules.split_ids(queries.get_workshop(box.node.store, ids[1]).supports) == [works[1]]
    for one in works[2:]:
        post(client, page, at="/console/ateliers/nouveau", plus=to_text(one))
    assert len(rules.split_ids(queries.get_workshop(box.node.store, ids[1]).supports)) == rules.MOST_SUPPORTS
    assert "Douze supports au plus" in client.get(page).text


def test_the_same_workshop_again_carries_its_works(box: Box) -> None:
    workshop = box.plan(supports=b"a" * 16 + b"b" * 16)
    client = box.staff()
    form = client.get(f"/console/ateliers/nouveau?modele={to_text(workshop)}").text
    assert f'value="{to_text(b"a" * 16)} {to_text(b"b" * 16)}"' in form
    change = client.get(url(workshop, "/changer")).text
    values = dict(re.findall(r'name="(\w+)" (?:id="\w+" )?value="([^"]*)"', change))
    assert values["supports"].split() == [to_text(b"a" * 16), to_text(b"b" * 16)], "changing a title loses no work"


def test_one_file_holds_the_works_and_asks_for_nothing(shelved: Box, tmp_path: Path, browser: Browser) -> None:
    works = works_of(shelved)
    assert len(works) == 2
    gone = b"z" * 16  # a work that left the library
    workshop = shelved.plan(supports=b"".join([*works, gone]), title="Les réglages d’abord")
    later = shelved.plan(48, title="Les réglages d’abord")
    answer = shelved.visitor().get(f"/ateliers/{to_text(workshop)}/chez-moi.html")
    assert answer.status_code == 200
    assert 'filename="les-reglages-d-abord-chez-moi.html"' in answer.headers["Content-Disposition"]
    text = answer.text
    titles = [library.find_item(shelved.node.store, one).title for one in works]
    assert all(title in text for title in titles)
    assert "<script" not in text and not re.search(r'(src|href)="(?!data:|#)', text), "nothing is asked outside"
    assert text.count("<h1") == 1
    kept = tmp_path / "kept.html"
    kept.write_text(text, "utf-8")
    context = browser.new_context(viewport={"width": 360, "height": 740}, offline=True, locale="fr-FR")
    page = context.new_page()
    page.goto(f"file://{kept}")
    assert page.locator("article").count() == 2 and page.locator("article img").count() > 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert all(page.evaluate("[...document.images].map(image => image.complete && image.naturalWidth > 0)"))
    context.close()
    following = take_home.find_next_date(shelved.node, queries.get_workshop(shelved.node.store, workshop))
    assert following is not None and following.workshop_id == later


def test_without_a_work_it_says_so(box: Box) -> None:
    workshop = box.plan()
    visitor = box.visitor()
    assert "n’a pas de support" in visitor.get(f"/ateliers/{to_text(workshop)}/chez-moi").text
    assert visitor.get(f"/ateliers/{to_text(workshop)}/chez-moi.html").status_code == 404
    assert "n’a pas de support" in visitor.get(f"/ateliers/{to_text(workshop)}/livret").text


def test_the_ticket_offers_it_once_the_workshop_has_begun(box: Box) -> None:
    begun, later = box.plan(-0.2, supports=b"a" * 16), box.plan(24, title="La suite", theme="email")
    tickets = [box.sign_up(one).code for one in (begun, later)]
    visitor = box.visitor()
    assert "À refaire chez moi" in visitor.get(f"/ticket/{tickets[0]}").text
    assert "À refaire chez moi" not in visitor.get(f"/ticket/{tickets[1]}").text
    page = visitor.get(f"/ateliers/{to_text(begun)}/chez-moi").text
    assert "La suite" in page, "the next date on the same theme"
    actions.close_workshop(box.node, begun, lambda _workshop, _stop: None)
    assert "À refaire chez moi" in visitor.get(f"/ticket/{tickets[0]}").text


def test_the_booklet_prints_on_a5_and_the_slips_on_one_a4(live_kit: Served, browser: Browser, demo: Path) -> None:
    node = open_node(live_kit.data)
    box_works = node.store.rows(
        "SELECT item_id FROM item WHERE is_public = 1 AND kind = 'sheet' ORDER BY title LIMIT 2"
    )
    supports = b"".join(bytes(row["item_id"]) for row in box_works)
    workshop = actions.plan_workshop(node, plan(node.clock.wall_ms() + HOUR_MS, supports=supports))
    node.store.close()
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(f"{live_kit.url}/ateliers/{to_text(workshop)}/livret")
    booklet = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    size = booklet.pages[0].mediabox
    assert (round(size.width / MM), round(size.height / MM)) == (148, 210)
    assert 3 <= len(booklet.pages) <= 40
    assert "Mon premier e-mail" in booklet.pages[0].extract_text()
    context.close()
