"""A day in a village hall, from the poster to the exports; then the same with the process killed five times."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.cast import NADIA
from tests.conftest import OpenPhone
from tests.journeys.test_spine import sign_in
from tests.served import Served

COOP = json.loads((Path(__file__).parents[1] / "workshops" / "coop.json").read_text("utf-8"))
NAMES = [
    "Odette Canari", "Jean d’Arc", "Léon", "Fatou", "أحمد بن علي", "Ngọc Anh", "Zoé", "Marie-Thérèse", "O", "Kévin",
    "Denise", "Ali",
]  # fmt: skip
WALK_INS, NAMELESS = ("Gérard", "Lucette", "Inaya"), 5
CAME = len(NAMES) - 1 + len(WALK_INS) + NAMELESS


class Day:
    """One day at one kit: two phones of the team, one of visitors, and power cuts when `is_cut`."""

    def __init__(self, kit: Served, open_phone: OpenPhone, *, is_cut: bool) -> None:
        self.kit, self.is_cut, self.cuts = kit, is_cut, 0
        self.visitor = open_phone(javascript=False)
        self.team = [open_phone(javascript=False), open_phone(javascript=False)]
        self.sign_team_in()

    def sign_team_in(self) -> None:
        for page in self.team:
            sign_in(page, self.kit, NADIA)

    def cut(self) -> None:
        """Kill the process where it stands and start it again."""
        if self.is_cut:
            self.kit.kill()
            self.kit.start()
            self.cuts += 1
            self.sign_team_in()

    @property
    def base(self) -> str:
        return f"{self.kit.url}/console/ateliers/{self.workshop}"

    # -- the story ------------------------------------------------------------------------------------------------

    def plan(self) -> None:
        page = self.team[0]
        page.goto(f"{self.kit.url}/console/ateliers/nouveau")
        moment = datetime.now(ZoneInfo("Europe/Paris")) + timedelta(hours=1)
        given = {"title": "Premiers pas", "day": f"{moment:%Y-%m-%d}", "hour": f"{moment:%H:%M}", "length": "90",
                 "places": "12", "waiting": "4", "place": "Grande salle"}  # fmt: skip
        for name, value in given.items():
            page.fill(f"[name={name}]", value)
        page.select_option("[name=theme]", "papiers_elections_citoyennete")
        page.get_by_role("button", name=re.compile("Prévoir")).first.click()
        page.wait_for_url(re.compile(r"/console/ateliers#a"))
        self.workshop = page.url.rsplit("#a", 1)[1]
        page.goto(f"{self.base}/affiche")
        printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
        assert len(printed.pages) == 1 and "Premiers pas" in printed.pages[0].extract_text().replace("\n", " ")

    def sign_up(self, name: str) -> str:
        page = self.visitor
        page.goto(f"{self.kit.url}/ateliers/{self.workshop}")
        page.fill("input[name=name]", name)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(re.compile("/ticket/"))
        return page.inner_text("main h1")

    def open_roll(self, page: Page) -> None:
        page.goto(f"{self.base}/presences")

    def tick(self, page: Page, name: str) -> None:
        self.open_roll(page)
        line = re.compile(rf"^\s*{re.escape(name)}\s*[a-z]+-[a-z]+-\d\d")
        page.locator("ul.roll li", has_text=line).get_by_role("button").click()
        page.wait_for_load_state()

    def walk_in(self, page: Page, name: str) -> None:
        page.goto(f"{self.base}/presences/ajouter")
        page.fill("input[name=name]", name)
        page.locator("main form").filter(has=page.locator("input[name=name]")).locator(
            "button[type=submit]"
        ).last.click()
        page.wait_for_url(re.compile("/presences(#|$)"))

    def nameless(self, page: Page) -> None:
        self.open_roll(page)
        page.get_by_role("button", name="+1 sans nom").click()
        page.wait_for_load_state()

    def close(self) -> None:
        page = self.team[0]
        page.goto(f"{self.base}/terminer")
        for name in ("paper", "certificates"):
            page.locator(f"input[name={name}][value=no]").check()
        page.get_by_role("button", name="Terminer l’atelier").click()
        page.wait_for_url(re.compile("/console/comptes-rendus/"))

    def report(self) -> None:
        page = self.team[1]
        page.goto(f"{self.kit.url}/console/comptes-rendus/{self.workshop}")
        assert page.input_value("[name=participants]") == str(CAME)
        page.fill("[name=known]", "4")
        page.fill("[name=postcode]", "06850")
        page.get_by_role("button", name="Noter").click()
        page.wait_for_url(re.compile("/recopier"))

    def exported(self, kind: str) -> bytes:
        answer = self.team[0].request.get(f"{self.kit.url}/console/comptes-rendus/export.{kind}")
        assert answer.ok
        return answer.body()


def check_exports(day: Day) -> None:
    """The files, opened again: every row, only words of La Coop, no name."""
    book = load_workbook(io.BytesIO(day.exported("xlsx")))
    headers, *rows = book["Activités"].iter_rows(values_only=True)
    assert list(headers) == COOP["columns"]
    found = [dict(zip(headers, row, strict=True)) for row in rows if row[headers.index("ID CRA")] == day.workshop]
    assert [row["Participants"] for row in found] == [f"{n}/{CAME}" for n in range(1, CAME + 1)]
    for row in found:
        assert row["Type"] == COOP["enums"]["TypeActivite"]["collectif"]
        assert row["Canaux d’accompagnement"] in COOP["enums"]["TypeLieu"].values()
        assert set(row["Thématique(s) d’accompagnement"].split("\n")) == {
            COOP["enums"]["Thematique"][code]
            for code in ("aide_aux_demarches_administratives", "papiers_elections_citoyennete")
        }
        assert (row["Code Insee"], row["Code postal"], row["Durée (min)"]) == ("06116", "06850", 90)
    document = json.loads(day.exported("json"))
    [one] = [one for one in document["data"] if one["id"] == day.workshop]
    assert list(one["attributes"]) == COOP["attributes"] and one["attributes"]["accompagnements"] == CAME
    assert one["meta"]["participants_anonymes"]["deja_accompagne"] == 4
    everything = day.exported("csv").decode() + json.dumps(document, ensure_ascii=False) + str(rows)
    assert not [name for name in (*NAMES, *WALK_INS) if len(name) > 3 and name in everything]


@pytest.mark.parametrize(
    "is_cut", [pytest.param(False, id="quiet"), pytest.param(True, id="five cuts", marks=pytest.mark.long)]
)
def test_a_day_in_a_village_hall(live_kit: Served, open_phone: OpenPhone, is_cut: bool) -> None:
    day = Day(live_kit, open_phone, is_cut=is_cut)
    day.plan()
    day.cut()
    for number, name in enumerate(NAMES):
        assert "réservée" in day.sign_up(name)
        if number == 6:
            day.cut()
    assert "liste d’attente" in day.sign_up("Sébastien")
    for number, name in enumerate(NAMES[:-1]):
        day.tick(day.team[number % 2], name)
    day.cut()
    for name in WALK_INS:
        day.walk_in(day.team[0], name)
    for number in range(NAMELESS):
        day.nameless(day.team[number % 2])
    day.cut()
    day.open_roll(day.team[0])
    assert day.team[0].locator("li.came").count() == CAME
    day.close()
    day.cut()
    day.report()
    check_exports(day)
    day.open_roll(day.team[1])
    assert "Odette" not in day.team[1].content(), "closed: no name is read here any more"
    assert day.cuts == (5 if is_cut else 0)
