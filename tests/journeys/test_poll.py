"""A consultation in a browser without JavaScript: opened, answered on phones, counted on paper, ended; both add up."""

from __future__ import annotations

from tests.cast import NADIA
from tests.conftest import OpenPhone
from tests.journeys.test_spine import sign_in
from tests.served import Served

SCREEN = ("Samedi", "Samedi", "Dimanche", "Samedi", "Mercredi", "Dimanche")
PAPER = {"Samedi": 2, "Dimanche": 6, "Mercredi": 1}


def test_screen_and_paper_add_up(live_kit: Served, open_phone: OpenPhone) -> None:
    nadia, odette = open_phone(javascript=False), open_phone(javascript=False)
    sign_in(nadia, live_kit, NADIA)
    nadia.goto(f"{live_kit.url}/console/consultations")
    nadia.fill("#title", "Quel jour pour le marché ?")
    nadia.fill("#options", "\n".join(PAPER))
    nadia.get_by_role("button", name="Ouvrir la consultation").click()
    desk = nadia.url
    for label in SCREEN:
        odette.goto(f"{live_kit.url}/consultations")
        odette.get_by_role("link", name="Quel jour pour le marché").click()
        assert "bulletin secret" in odette.inner_text("main")
        odette.get_by_label(label).check()
        odette.get_by_role("button", name="Envoyer").click()
        assert "Le résultat se lit à la fin" in odette.inner_text("main")
    nadia.goto(desk)
    nadia.fill("#ballots", str(sum(PAPER.values())))
    for label, count in PAPER.items():
        nadia.get_by_label(label, exact=True).fill(str(count))
    nadia.get_by_role("button", name="Noter le papier").click()
    nadia.get_by_role("button", name="Terminer et montrer").click()
    odette.goto(f"{live_kit.url}/consultations/{desk.rsplit('/', 1)[1]}")
    rows = odette.locator(".tally tbody tr").all()
    told = {row.locator("th").inner_text().split()[0]: [*map(int, row.locator("td").all_inner_texts())] for row in rows}
    assert told == {label: [SCREEN.count(label), count, SCREEN.count(label) + count] for label, count in PAPER.items()}
    assert odette.evaluate("document.documentElement.scrollWidth") <= 360
