"""A grievance through real processes, in a browser without JavaScript: answered at home, read there."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from tests.cast import INES
from tests.conftest import Fleet, OpenPhone
from tests.journeys.test_spine import sign_in
from tests.served import Served, valise

GRIEVANCE = "Le car de sept heures ne passe plus."
ANSWER = "Le car repasse lundi, la Région l’a confirmé."


def report(page: Page, kit: Served) -> str:
    """Odette is warned of her number, sets it apart, and gets six words."""
    page.goto(f"{kit.url}/avis")
    page.get_by_role("link", name="Signaler un problème").click()
    page.get_by_label("Transports, routes").check()
    page.fill("#lieu", "Le pont")
    page.fill("#recit", f"{GRIEVANCE} Rappelez au 06 98 76 54 32.")
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_role("button", name="Mettre à part").click()
    assert page.input_value("#contact_tel") == "06 98 76 54 32" and "06 98" not in page.input_value("#recit")
    page.get_by_role("button", name="Envoyer").click()
    code = page.locator(".code").inner_text()
    assert len(code.split()) == 6
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    return code


def read_with(page: Page, kit: Served, code: str) -> str:
    """What the code opens on a kit."""
    page.goto(f"{kit.url}/suivi")
    page.fill("#code", code)
    page.get_by_role("button", name="Lire", exact=True).click()
    return page.inner_text("main")


def answer_at_home(page: Page, central: Served) -> None:
    """Inès reads the grievance and the number apart, and answers; the book holds the one and not the other."""
    sign_in(page, central, INES)
    page.goto(f"{central.url}/console/courrier")
    assert "souhaite être rappelé" in page.inner_text("main")
    page.get_by_role("link", name=re.compile("Ouvrir")).click()
    assert GRIEVANCE in page.inner_text("main") and "06 98 76 54 32" in page.inner_text("main")
    page.get_by_label("Voici la réponse").check()
    page.fill("#text", ANSWER)
    page.get_by_role("button", name="Envoyer").click()
    page.goto(f"{central.url}/console/courrier/cahier")
    book = page.inner_text("main")
    assert GRIEVANCE in book and ANSWER in book and "06 98" not in book


def test_a_grievance_comes_back_answered(two_kits_and_central: Fleet, open_phone: OpenPhone) -> None:
    kits, central = two_kits_and_central.kits, two_kits_and_central.central
    odette, ines = open_phone(javascript=False), open_phone(1280, javascript=False)
    code = report(odette, kits[0])
    assert "Pas encore de réponse" in read_with(odette, kits[0], code)
    assert "n’ouvre rien" in read_with(odette, kits[1], code)
    valise(kits[0].data, "send")
    answer_at_home(ines, central)
    for kit in kits:
        valise(kit.data, "send")
        assert ANSWER in read_with(odette, kit, code), kit.url
    assert GRIEVANCE in read_with(odette, kits[0], code) and GRIEVANCE not in read_with(odette, kits[1], code)
