"""The barometer adds up what groups show already; everything said stands under its territory."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from kit.app import create_app
from kit.central import barometer, chart, reading
from kit.directory import actions as directory
from kit.feedback import actions as feedback
from kit.feedback import places
from kit.feedback.forms import NewAnswer
from kit.feedback.letters import actions as letters
from kit.feedback.letters.codes import code_for
from kit.feedback.letters.forms import NewLetter
from kit.feedback.rules import tour_id
from kit.people.node import Node
from kit.sync.actions import send
from kit.workshops import actions as workshops
from kit.workshops import queries as workshop_queries
from kit.workshops.forms import NewWorkshop
from tests.central.season import sign_in
from tests.pages import count_statements
from tests.sync.homes import served
from tests.sync.test_blobs import give

DAY_MS = 86_400_000


@dataclass
class Tour:
    """Two stops of one tour in two departments, with what was said at each."""

    kit: Node
    central: Node
    stops: dict[str, bytes]

    def say(self, stop: str, mark: int, many: int, theme: str = "") -> None:
        """So many opinions at a stop, about a workshop when a theme is given."""
        self.kit.current_stop = lambda: self.kit.find_stop(self.stops[stop])  # where the suitcase stands
        about = self.plan(stop, theme) if theme else b""
        for _ in range(many):
            answer = NewAnswer("fin-atelier", 2, about, (("satisfaction", mark),), {})
            feedback.note_answer(self.kit, os.urandom(16), answer)

    def plan(self, stop: str, theme: str) -> bytes:
        start = self.kit.clock.wall_ms() - 30 * DAY_MS
        return workshops.plan_workshop(
            self.kit,
            NewWorkshop(
                title="Un atelier", theme=theme, summary="", level="debutant", starts_at_ms=start, length_minutes=90,
                places=8, waiting_places=4, stop_id=self.stops[stop], stop_label="Salle", place="",
            ),
        )  # fmt: skip

    def write(self, stop: str, purpose: str) -> None:
        self.kit.current_stop = lambda: self.kit.find_stop(self.stops[stop])
        code = "probleme" if purpose == "grievance" else "question"
        field = "recit" if purpose == "grievance" else "question"
        letter = NewLetter(NewAnswer(code, 1, b"", (), {field: "Le car ne passe plus."}), purpose, "", "")
        letters.note_letter(self.kit, code_for(self.kit, os.urandom(8)), letter)

    def home(self) -> FlaskClient:
        """Everything is sent; a coordinator's phone."""
        with served(self.central):
            send(self.kit)
        return sign_in(create_app(self.central.settings, self.central))


@pytest.fixture
def tour(pair: tuple[Node, Node]) -> Iterator[Tour]:
    kit, central = pair
    now = kit.clock.wall_ms()
    stops = {}
    for commune, insee, back in (("Gars", "06063", 0), ("Aups", "83007", 40)):
        stops[commune] = directory.plan_stop(
            kit, label=f"Salle de {commune}", commune=commune, code_insee=insee, tour="Estéron",
            starts_at_ms=now - back * DAY_MS - 1000, ends_at_ms=now - back * DAY_MS + 1000 + DAY_MS // 3,
        )  # fmt: skip
    yield Tour(kit, central, stops)


def value_of(node: Node, label: str) -> str:
    return next(one.value for one in places.list_places(node) if one.label == label)


@pytest.mark.usefixtures("engine")
def test_by_territory_period_and_theme(tour: Tour) -> None:
    tour.say("Gars", 10, 5)
    tour.say("Gars", 5, 5, theme="email")
    tour.say("Aups", 0, 5)
    client = tour.home()
    page = client.get("/barometre").text
    assert "<b>15</b> réponses dans 3 groupes" in page
    assert 'class="chart"' in page and "Département 83" in page
    node = tour.central

    def means(**asked: str) -> list[tuple[int, float | None]]:
        told = barometer.read_barometer(node, barometer.read_asked(node, asked)).told
        return [(one.count, one.mean) for one in told if one.question.id == "satisfaction"]

    assert means() == [(15, 5.0)]
    assert means(lieu=value_of(node, "Département 83")) == [(5, 0.0)]
    assert means(lieu=value_of(node, "Gars")) == [(10, 7.5)]
    assert means(lieu=value_of(node, "Tournée Estéron")) == means()
    assert means(theme="email") == [(5, 5.0)]
    assert means(au="1999-01-01") == [(0, None)] and means(du="n’importe quoi") == means()
    months = barometer.read_barometer(node, barometer.read_asked(node, {})).months
    assert sum(one.count for one in months) == 15 and len(months) >= 2
    assert client.get("/barometre?lieu=inconnu&theme=rien&questionnaire=fin-atelier").status_code == 200
    assert client.get("/barometre?questionnaire=jamais-vu").status_code == 404


def test_small_groups_stay_hidden_whatever_one_subtracts(tour: Tour) -> None:
    """A sixth answer does not move the sums until four more join it, under any filter."""
    tour.say("Gars", 10, 5)
    client = tour.home()
    before = client.get("/barometre.csv").text
    tour.say("Gars", 0, 1)
    directory.close_stop(tour.kit, tour.stops["Gars"], [feedback.after_stop_close])  # it leaves the urn, alone
    with served(tour.central):
        send(tour.kit)
    assert tour.central.store.value("SELECT count(*) FROM answer") == 6
    assert client.get("/barometre.csv").text == before
    page = client.get("/barometre").text
    assert "<b>5</b> réponses dans 1 groupe" in page and "1 autre, partout, attend" in page


def test_a_page_costs_the_same_whatever_the_groups_until_one_grows(tour: Tour) -> None:
    tour.say("Gars", 10, 5)
    client = tour.home()

    def look() -> tuple[str, int]:
        with count_statements(tour.central.store) as said:
            page = client.get("/barometre").text
        return page, len(said)

    first, _ = look()
    again, few = look()
    assert again == first and "<b>5</b> réponses dans 1 groupe" in again
    for theme in ("email", "sante", "logement"):
        tour.say("Gars", 5, 5, theme=theme)
    tour.say("Aups", 0, 1)
    with served(tour.central):
        send(tour.kit)
    grown, _ = look()
    assert "<b>20</b> réponses dans 4 groupes" in grown
    assert look() == (grown, few), "four groups as one"
    workshop_id = tour.central.store.value("SELECT workshop_id FROM workshop WHERE theme = 'sante'")
    found = workshop_queries.get_workshop(tour.kit.store, workshop_id)
    changed = {name: getattr(found, name) for name in NewWorkshop.__struct_fields__} | {"theme": "email"}
    workshops.change_workshop(tour.kit, workshop_id, NewWorkshop(**changed), found.version)
    assert "<b>5</b> réponses" in client.get("/barometre?theme=email").text
    with served(tour.central):
        send(tour.kit)
    assert "<b>10</b> réponses dans 2 groupes" in client.get("/barometre?theme=email").text


def test_files_hold_what_the_page_shows(tour: Tour) -> None:
    tour.say("Gars", 10, 5)
    client = tour.home()
    book = load_workbook(io.BytesIO(client.get("/barometre.xlsx").data))
    rows = [tuple(row) for row in book.active.iter_rows(values_only=True)]
    assert ("Lieu", "Département 06", 5, None, 10, 0) in rows
    assert rows[0][0] == "Question" and client.get("/barometre.pdf").status_code == 404
    visitor = create_app(tour.central.settings, tour.central).test_client()
    for path in ("/barometre", "/barometre.csv", "/par-territoire"):
        assert visitor.get(path).status_code == 401


@pytest.mark.usefixtures("engine")
def test_everything_said_stands_under_its_territory(tour: Tour) -> None:
    tour.say("Gars", 10, 5)
    tour.say("Aups", 10, 2)
    tour.write("Gars", "grievance")
    tour.write("Aups", "grievance")
    tour.write("Aups", "question")
    give(tour.kit, 100)
    client = tour.home()
    lines = {one.label: one for one in reading.list_lines(tour.central, "department")}
    assert lines["Département 06"].grievances == (1, 1) and lines["Département 83"].questions == (1, 1)
    assert lines["Département 06"].opinions is not None and lines["Département 06"].opinions.mean == 10
    assert lines["Département 06"].gifts == (1, 1), "the only stop that covers the moment"
    for par in ("department", "commune", "tour", "rien"):
        assert client.get(f"/par-territoire?par={par}").status_code == 200
    here = value_of(tour.central, "Département 83")
    assert client.get(f"/console/courrier?sorte=grievance&lieu={here}").text.count("Aups") >= 1
    assert "Gars ·" not in client.get(f"/console/courrier?sorte=grievance&lieu={here}").text
    assert "Toutes (0)" in client.get("/console/courrier?lieu=d.99").text
    assert "1 doléance." in client.get(f"/console/courrier/cahier?lieu={here}").text.replace(
        "1 doléance ·", "1 doléance."
    )
    assert "Proposé le" not in client.get(f"/documents-recus?lieu={here}").text
    assert "Proposé le" in client.get(f"/documents-recus?lieu={value_of(tour.central, 'Gars')}").text


def test_what_is_pooled_over_a_tour_of_one_department_is_told_there(tour: Tour) -> None:
    known = {one.label: one for one in places.list_places(tour.kit)}
    assert known["Tournée Estéron"].tour_ids == {tour_id("Estéron")}
    assert not known["Département 06"].tour_ids, "the tour crosses two departments"
    assert places.department_of("2A004") == "2A" and places.department_of("97411") == "974"
    assert places.department_of("") == ""


def test_a_chart_keeps_its_margins_inside() -> None:
    drawn = chart.draw([("01/2027", 9.5, 2.0), ("02/2027", 0.2, None)], 0, 10)
    assert drawn.points[0].high == chart.TOP and drawn.points[1].high == drawn.points[1].low == drawn.points[1].y
    assert drawn.path.startswith("M") and " L" in drawn.path
    assert [mark for mark, _ in drawn.ticks] == [0, 5, 10]
    assert chart.draw([], 0, 10).points == ()
