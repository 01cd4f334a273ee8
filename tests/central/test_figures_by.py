"""Figures by territory: counted once, frozen with what came later beside them, and honest about what is missing."""

from __future__ import annotations

import io
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from kit.app import create_app
from kit.central import atlas, coverage, figures_by, frozen
from kit.central.barometer import Step
from kit.central.figures_by import Asked
from kit.directory import actions as directory
from kit.errors import Problem
from kit.ids import new_id
from kit.people.actions import Staff
from kit.people.node import Node
from kit.sync.actions import send
from kit.workshops import actions as workshops
from kit.workshops.figures import Figures
from kit.workshops.forms import NewWorkshop, Profile
from kit.workshops.reports import actions as report_actions
from kit.workshops.reports.queries import Terms
from tests.central.season import HOUR_MS, post, sign_in
from tests.sync.homes import PASSPHRASE, served

BREIL, TENDE = ("06023", "Breil-sur-Roya"), ("06163", "Tende")
TABLE = (
    b"CODGEO;LIBGEO;EPCI;LIBEPCI\n06023;Breil-sur-Roya;200000001;La Riviera\nxx;?;;\n06163;Tende;200000001;La Riviera\n"
)


def hold(kit: Node, commune: tuple[str, str], came: int, tour: str = "Roya") -> None:
    """A stop that is over, with one workshop to which so many came, closed."""
    now = kit.clock.wall_ms()
    stop_id = directory.plan_stop(
        kit, label=f"Salle de {commune[1]}", commune=commune[1], code_insee=commune[0], tour=tour,
        starts_at_ms=now - 9 * HOUR_MS, ends_at_ms=now - HOUR_MS,
    )  # fmt: skip
    workshop_id = workshops.plan_workshop(
        kit,
        NewWorkshop(
            title="Courriel", theme="email", summary="", level="debutant", starts_at_ms=now - 5 * HOUR_MS,
            length_minutes=60, places=8, waiting_places=2, stop_id=stop_id, stop_label="", place="",
        ),
    )  # fmt: skip
    for _ in range(came):
        workshops.add_anonymous(kit, workshop_id, new_id(), Profile("feminin", "", ""))
    workshops.close_workshop(
        kit, workshop_id, lambda one, stop: report_actions.draft_after_close(kit, one, stop), with_absent=True
    )


@pytest.fixture
def home(pair: tuple[Node, Node]) -> tuple[Node, Node]:
    """Breil with three people (paid by « Conseil départemental »), Tende with two (paid by nobody), sent home."""
    kit, central = pair
    report_actions.set_terms(kit, Terms(tour="Roya", schemes=["Conseil départemental"], tags=[], materials=[]))
    hold(kit, BREIL, 3)
    hold(kit, TENDE, 2, tour="Autre")
    with served(central):
        send(kit)
    return pair


@pytest.fixture
def app(home: tuple[Node, Node]) -> Flask:
    return create_app(home[1].settings, home[1])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return sign_in(app)


def chief(node: Node) -> Staff:
    from kit.people import actions

    cookie = actions.sign_in(node, actions.Throttle(node.clock.mono_ms), "here", PASSPHRASE, "Coordination")
    staff = actions.find_signed_in(node, cookie)
    assert staff is not None
    return staff


def count(node: Node, **asked: str) -> dict[str, int]:
    table = figures_by.count_table(node, Asked(**asked), chief(node))
    assert sum(line.found.participations for line in table.lines) == table.total.participations
    return {line.label: line.found.participations for line in table.lines}


def test_every_level_parts_the_same_people(home: tuple[Node, Node]) -> None:
    node = home[1]
    assert count(node, level="commune") == {"Breil-sur-Roya": 3, "Tende": 2}
    assert count(node, level="department") == {"Département 06": 5}
    assert count(node, level="stop") == {"Salle de Breil-sur-Roya": 3, "Salle de Tende": 2}
    assert count(node, level="tour") == {"Roya": 3, "Autre": 2}
    assert list(count(node, level="kit").values()) == [5] == list(count(node, level="month").values())
    assert count(node, level="epci") == {figures_by.NO_GROUP: 5}
    assert atlas.load(node.store, TABLE) == ("groups", 2, 1) == atlas.load(node.store, TABLE)
    assert count(node, level="epci") == {"La Riviera": 5}
    assert count(node, level="commune", since="2031-01-01") == {}


def test_a_funder_reads_what_it_paid_for_on_one_page(home: tuple[Node, Node], client: FlaskClient) -> None:
    assert count(home[1], tag="Conseil départemental") == {"Breil-sur-Roya": 3}
    page = client.get("/chiffres/financeur").text
    assert "Conseil départemental</option>" in page
    page = client.get("/chiffres/financeur?etiquette=Conseil+d%C3%A9partemental").text
    assert "Breil-sur-Roya" in page and "Tende" not in page and "n’a pas d’étiquette" in page
    assert "<script" not in page.split("<main")[1].split("</main>")[0]


def test_files_hold_the_same_numbers(client: FlaskClient) -> None:
    table = client.get("/chiffres/territoires/export.csv?niveau=commune").text.lstrip("\ufeff").splitlines()
    assert [line.split(";")[:3] for line in table[1:]] == [["Breil-sur-Roya", "1", "3"], ["Tende", "1", "2"]]
    book = load_workbook(io.BytesIO(client.get("/chiffres/territoires/export.xlsx?niveau=commune").data))
    assert book.sheetnames == ["Chiffres", "Thématiques", "Ce qui manque"]
    rows = [[cell.value for cell in row] for row in book["Chiffres"].iter_rows()]
    assert rows[0][:3] == ["Commune", "Ateliers", "Participations"]
    women = rows[0].index("Genre\u00a0: Féminin")
    assert [row[women] for row in rows[1:]] == [3, 2] and rows[1][rows[0].index("Satisfaction (sur 10)")] is None
    assert [[cell.value for cell in row] for row in book["Thématiques"].iter_rows()][1] == [
        "Breil-sur-Roya",
        "E-mail",
        3,
    ]
    assert client.get("/chiffres/territoires/export.ods").status_code == 404


def test_days_at_the_ends_of_the_calendar_bound_nothing(client: FlaskClient) -> None:
    for page in ("/chiffres", "/chiffres/territoires", "/comptes-rendus/export.json", "/barometre", "/bons"):
        assert client.get(f"{page}?du=0001-01-01&au=9999-12-31").status_code == 200, page


def test_nought_out_of_ten_is_a_number_in_the_file() -> None:
    columns = figures_by.headers("commune")
    for opinions, told in ((Step("x", 5, 0.0, 0.0), 0.0), (Step("x", 4, None, None), None), (None, None)):
        cells = figures_by.row(figures_by.Line("x", Figures(), opinions, None))
        assert cells[columns.index("Satisfaction (sur 10)")] == told


def test_frozen_figures_stay_and_later_arrivals_are_differences(
    home: tuple[Node, Node], client: FlaskClient, app: Flask
) -> None:
    kit, node = home
    answer = post(client, "/chiffres/figer", "/chiffres/territoires", niveau="commune")
    assert "Rien n’a changé depuis" in client.get(answer.location).text
    hold(kit, BREIL, 4)
    with served(node):
        send(kit)
    kept = frozen.list_frozen(node, chief(node), 9)[0]
    lines, _ = frozen.compare(node, chief(node), kept)
    at = list(figures_by.NUMBERS).index("Participations")
    assert {line.label: line.cells[at] for line in lines} == {
        "Breil-sur-Roya": (3, 4), "Tende": (2, 0), frozen.TOTAL: (5, 4),
    }  # fmt: skip
    page = client.get(answer.location).text
    assert ">+4<" in page and "Rien n’a changé" not in page
    assert client.get("/chiffres/figes").text.count("figé le") == 1
    assert client.get("/chiffres/figes/x").status_code == 404


def test_which_kits_have_not_sent_is_said(home: tuple[Node, Node], client: FlaskClient) -> None:
    node = home[1]
    assert figures_by.list_missing(node) == []
    with node.store.write():
        node.store.run("UPDATE kit SET last_seen_ms = last_seen_ms - ?", 9 * 86_400_000)
    (words,) = figures_by.list_missing(node)
    assert re.fullmatch(r"1 valise n’a pas tout envoyé : .+ \(dernier envoi le .+\)\.", words)
    for url in ("/chiffres", "/chiffres/territoires", "/chiffres/financeur?etiquette=Conseil+d%C3%A9partemental"):
        assert "1 valise n’a pas tout envoyé" in client.get(url).text, url


def test_communes_far_from_help_are_named_and_drawn(home: tuple[Node, Node], client: FlaskClient) -> None:
    made = coverage.measure(home[1], "06", 5)
    far = {one.commune.name: one for one in made.far}
    assert made.total > 150 and "Tende" not in far and "Breil-sur-Roya" not in far
    assert (
        far["Antibes"].km is not None
        and 30 < far["Antibes"].km < 60
        and far["Antibes"].nearest.endswith("Breil-sur-Roya")
    )
    assert len(coverage.measure(home[1], "06", 30).far) < len(made.far)
    page = client.get("/chiffres/couverture?departement=06&km=5").text
    assert page.count('class="far"') == len(made.far) and page.count('class="near"') == made.total - len(made.far)
    assert "Antibes</th>" in page
    assert client.get("/chiffres/couverture?departement=zz&km=abc").status_code == 200


def test_files_of_communes_that_make_no_sense_change_nothing(home: tuple[Node, Node], client: FlaskClient) -> None:
    node = home[1]
    for raw in (
        b"",
        b"{",
        b'{"features": 3}',
        b'{"features": [{"properties": {}}]}',
        b"a;b\n1;2\n",
        b"\xff\x00",
        b"CODGEO;EPCI\n",
    ):
        with pytest.raises(Problem):
            atlas.load(node.store, raw)
    square = [[[7.0, 44.0], [7.2, 44.0], [7.2, 44.2], [7.0, 44.2], [7.0, 44.0]]]
    good = {"properties": {"code": "99001", "nom": "Carré"}, "geometry": {"type": "Polygon", "coordinates": square}}
    odd = {
        "properties": {"code": "99002", "nom": "Loin"},
        "geometry": {"type": "Polygon", "coordinates": [[[900, 900]]]},
    }
    raw = json.dumps({"type": "FeatureCollection", "features": [good, odd, None]}).encode()
    token = re.findall(r'name="csrf" value="([^"]+)"', client.get("/chiffres/couverture").text)[0]
    data = {"csrf": token, "fichier": (io.BytesIO(raw), "c.geojson")}
    assert client.post("/chiffres/communes", data=data).status_code == 303
    assert "2 lignes n’ont pas été comprises" in client.get("/chiffres/couverture").text
    found = atlas.read_atlas(node.store)["99001"]
    assert (found.name, found.north, found.east) == ("Carré", 44.1, 7.1)


def test_demands_nobody_answered_are_counted_by_commune(home: tuple[Node, Node], client: FlaskClient) -> None:
    assert "Personne n’attend" in client.get("/chiffres/demandes").text
    node = home[1]
    with node.store.write():
        node.store.run(
            "INSERT INTO signup (log_no, signup_id, workshop_id, code, state, is_promoted, has_phone, seen_version, "
            "boot, mono_ms, seq, party_id) SELECT log_no, ?, workshop_id, 'x-y-11', 'waiting', 0, 0, 1, 1, 1, 1, ? "
            "FROM workshop LIMIT 1",
            b"w" * 16, b"w" * 16,
        )  # fmt: skip
    (line,) = coverage.list_demands(node)
    assert (line.letters, line.left_waiting) == (0, 1) and line.label in ("Breil-sur-Roya", "Tende")
    page = client.get("/chiffres/demandes").text
    assert page.count('class="far"') == 1 and line.label in page
