"""The account for a mayor: one A4 page, also after a long season, with its charts and what they do not say."""

from __future__ import annotations

import io
import re
import unicodedata

import pytest
from pypdf import PdfReader

from kit.ids import new_id
from kit.workshops import actions, vocabulary
from kit.workshops.forms import Profile
from kit.workshops.reports import actions as report_actions
from tests.cast import NADIA
from tests.conftest import OpenPhone, open_node
from tests.journeys.test_spine import sign_in
from tests.served import Served

from .box import HOUR_MS, plan

MM = 72 / 25.4
GENDERS, AGES = ("feminin", "masculin"), ("six_douze", "dix_huit_vingt_quatre", "soixante_dix_plus")


def fill(kit: Served, days: int) -> None:
    """Closed workshops on so many days, each on another theme, with people of every sort."""
    node = open_node(kit.data)
    themes, statuses = list(vocabulary.labels("theme")), list(vocabulary.labels("status"))
    for day in range(days):
        start = node.clock.wall_ms() - (day + 1) * 24 * HOUR_MS
        workshop = actions.plan_workshop(node, plan(start, places=20, theme=themes[day % len(themes)]))
        for one in range(2):
            profile = Profile(GENDERS[one], AGES[day % 3], statuses[day % len(statuses)])
            actions.add_anonymous(node, workshop, new_id(), profile)
        actions.close_workshop(node, workshop, lambda which, stop: report_actions.draft_after_close(node, which, stop))
    node.store.flush()
    node.store.close()


@pytest.mark.parametrize("days", [1, 30])
def test_the_account_fits_one_page(live_kit: Served, open_phone: OpenPhone, days: int) -> None:
    fill(live_kit, days)
    page = open_phone(1280)
    sign_in(page, live_kit, NADIA)
    page.goto(f"{live_kit.url}/console/chiffres")
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    size = printed.pages[0].mediabox
    assert (round(size.width / MM), round(size.height / MM)) == (210, 297)
    written = " ".join(one.extract_text() for one in printed.pages)
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", written))
    assert len(printed.pages) == 1, text[-300:]
    assert "Ce que ces chiffres ne disent pas" in text and "participations" in text and "Par jour" in text
    assert page.locator("svg.chart").count() == page.locator(".numbers-below table").count() >= 3
    rows = page.locator(".per-day tbody tr").count()
    assert rows == days
