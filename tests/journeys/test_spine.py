"""The whole story, through real processes and a real browser at 360 px: read, sign up, tick, say, send, see at home."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Page

from kit.app import build_node
from kit.ids import to_text
from kit.settings import read_settings
from kit.store import Store, open_store
from tests.cast import INES, NADIA, ODETTE, Member
from tests.conftest import Fleet, OpenPhone
from tests.served import Served, valise


def sign_in(page: Page, served: Served, member: Member) -> None:
    """Type the passphrase on the sign-in page."""
    page.goto(f"{served.url}/connexion")
    if page.locator("select[name=name]").count():
        page.select_option("select[name=name]", member.name)
    page.fill("input[name=passphrase]", member.passphrase)
    page.get_by_role("button", name="Entrer").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_visitor_reads_a_comic(live_kit: Served, open_phone: OpenPhone, javascript: bool) -> None:
    page = open_phone(javascript=javascript)
    page.goto(live_kit.url)
    page.get_by_role("link", name=re.compile("Lire, écouter")).click()
    page.get_by_role("link", name=re.compile("La Page blanche", re.I)).first.click()
    page.get_by_role("link", name=re.compile("Lire ici")).first.click()
    page.get_by_role("link", name="Commencer", exact=True).click()
    seen: list[str] = []
    for _ in range(40):
        assert page.locator("h1").count() == 1
        if page.locator(".book img, .book image").count():
            seen.append(page.url)
        following = page.locator("a[rel=next]")
        if len(seen) >= 3 or not following.count():
            break
        following.first.click()
    assert len(set(seen)) >= 3, "three pages with pictures"
    if javascript:
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        widths = page.evaluate("Array.from(document.querySelectorAll('.book img')).map(one => one.naturalWidth)")
        assert all(widths), "every picture of the page is really shown"


def sign_up(page: Page, kit: Served) -> str:
    """Odette asks for a place in the first workshop of today; her ticket code."""
    page.goto(f"{kit.url}/ateliers")
    page.get_by_role("link", name=re.compile("Mon premier e-mail")).first.click()
    page.fill("input[name=name]", ODETTE)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile("/ticket/"))
    code = page.url.rsplit("/", 1)[1].split("?")[0]
    assert code in page.inner_text("main").lower()
    assert ODETTE not in page.content()
    return code


def tick(page: Page, kit: Served, code: str) -> None:
    """Nadia finds Odette on the roll by her name, and ticks her."""
    sign_in(page, kit, NADIA)
    page.goto(f"{kit.url}/console")
    page.get_by_role("link", name="Ouvrir les présences").click()
    row = page.locator("li", has_text=ODETTE).first
    assert code in row.inner_text()
    row.get_by_role("button").first.click()
    page.wait_for_load_state()
    assert page.locator("li.came", has_text=ODETTE).count() == 1


def give_opinion(page: Page, kit: Served) -> None:
    """Odette says it went well, and why."""
    page.goto(f"{kit.url}/avis")
    page.get_by_label("Mon premier e-mail").check()
    page.get_by_label("Très bien").check()
    page.fill("textarea", "J’ai envoyé mon premier message.")
    page.get_by_role("button", name=re.compile("Envoyer")).click()
    page.wait_for_url(re.compile("/avis/merci"))


def close_the_day(page: Page, kit: Served) -> None:
    """Nadia closes today's first workshop, then the stop: the urn is emptied into the journal."""
    page.goto(f"{kit.url}/console")
    page.get_by_role("link", name="Ouvrir les présences").click()
    page.goto(page.url.replace("/presences", "/terminer"))
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    page.goto(f"{kit.url}/console/haltes")
    page.locator("a[href$='/terminer']").first.click()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()


def a_day(fleet: Fleet, open_phone: OpenPhone) -> None:
    """What happens at the box before anything is sent."""
    odette, nadia = open_phone(), open_phone()
    code = sign_up(odette, fleet.kits[0])
    tick(nadia, fleet.kits[0], code)
    give_opinion(odette, fleet.kits[0])
    close_the_day(nadia, fleet.kits[0])


def counts(central: Served) -> dict[str, int]:
    """What the central knows, read from its own file."""
    store: Store = open_store(central.data / "valise.db")
    tables = ("fact", "signup", "attendance", "answer", "envelope")
    found = {table: int(store.value(f"SELECT count(*) FROM {table}")) for table in tables}
    store.close()
    return found


def attended(central: Served) -> str:
    """The workshop somebody came to, as its address says it."""
    store: Store = open_store(central.data / "valise.db")
    workshop_id = store.value("SELECT workshop_id FROM attendance")
    store.close()
    return to_text(workshop_id)


def test_one_attendance_and_one_opinion_reach_home_once(two_kits_and_central: Fleet, open_phone: OpenPhone) -> None:
    fleet = two_kits_and_central
    a_day(fleet, open_phone)
    assert "0 seulement ici" in valise(fleet.kits[0].data, "send")
    before = counts(fleet.central)
    assert (before["signup"], before["attendance"], before["answer"]) == (1, 1, 1)
    for _ in range(3):
        valise(fleet.kits[0].data, "send")
    assert counts(fleet.central) == before
    ines = open_phone(1280)
    sign_in(ines, fleet.central, INES)
    ines.goto(f"{fleet.central.url}/")
    assert "Valise 0" in ines.inner_text("main")
    ines.goto(f"{fleet.central.url}/ateliers-recus")
    ines.locator(f"a[href$='{attended(fleet.central)}']").click()
    assert ODETTE in ines.inner_text("main")
    ines.goto(f"{fleet.central.url}/avis-recus")
    row = ines.locator("tr", has_text="Démonstration").inner_text().split()
    assert "1" in row, "one opinion, told under its tour because it was alone"


def test_the_same_with_the_central_killed_in_the_middle(two_kits_and_central: Fleet, open_phone: OpenPhone) -> None:
    fleet = two_kits_and_central
    a_day(fleet, open_phone)
    for pause in (0.3, 0.6, 0.9):
        killer = threading.Timer(pause, fleet.central.kill)
        killer.start()
        valise(fleet.kits[0].data, "send", expect=None)
        killer.join()
        fleet.central.start()
    assert "0 seulement ici" in valise(fleet.kits[0].data, "send")
    found = counts(fleet.central)
    assert (found["signup"], found["attendance"], found["answer"]) == (1, 1, 1)
    assert projection_of(fleet.kits[0].data, "kit") == projection_of(fleet.central.data, "central")


def projection_of(data: Path, role: str) -> str:
    """The hash of a node's tables."""
    node = build_node(read_settings({}, data=data, role=role))
    found = node.journal.projection_hash()
    node.store.close()
    return found


def test_a_second_start_keeps_the_data(live_kit: Served) -> None:
    before = projection_of(live_kit.data, "kit")
    live_kit.stop()
    live_kit.start()
    assert projection_of(live_kit.data, "kit") == before
