"""The directory as others read it: judged by the official schema, data·inclusion's models, the standard's library."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import warnings
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from kit.directory import actions, desk, facts, open_data, queries
from kit.directory.checks import is_siret, swap_if_swapped
from kit.directory.rules import FIELDS, convert_row, place_id
from kit.directory.standard import cut_at_word, to_standard
from kit.errors import Problem
from kit.ids import new_id, to_text
from kit.people.node import Node

from .box import REAL

DATA = Path(__file__).parent / "data"
RIGHT = {
    "id": "structure-1", "pivot": "43493312300029", "nom": "Anonymal", "commune": "Reims", "code_postal": "51100",
    "adresse": "12 rue du Lac", "date_maj": "2026-04-02", "source": "Hubik",
    "services": "Aide aux démarches administratives",
}  # fmt: skip


@pytest.fixture
def home(central_node: Node) -> Node:
    """A central with the 38 real places and one whose fields are all filled."""
    actions.import_places(central_node, REAL)
    actions.import_places(central_node, DATA / "exemple-valide-HEAD.csv")
    return central_node


@pytest.fixture
def anyone(home: Node) -> FlaskClient:
    return create_app(home.settings, home).test_client(use_cookies=False)


def test_the_official_schema_finds_no_fault_in_the_csv(anyone: FlaskClient, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the validator's own dependencies
        from frictionless import Schema, validate
    answer = anyone.get("/api/v1/lieux.csv")
    assert answer.headers["Content-Disposition"].endswith('_lieux-de-mediation-numerique.csv"')
    (tmp_path / "lieux.csv").write_bytes(answer.data)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) >= 10 and list(rows[0]) == list(FIELDS)
    report = validate("lieux.csv", schema=Schema.from_descriptor(json.loads((DATA / "schema.json").read_text())),
                      basepath=str(tmp_path))  # fmt: skip
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])
    (tmp_path / "bad.csv").write_text(answer.text.replace("Gratuit", "Cadeau"), "utf-8")
    assert not validate("bad.csv", schema=Schema.from_descriptor(json.loads((DATA / "schema.json").read_text())),
                        basepath=str(tmp_path)).valid  # fmt: skip


def test_data_inclusion_takes_structures_and_services(anyone: FlaskClient) -> None:
    from data_inclusion.schema.v1 import Service, Structure

    structures = anyone.get("/api/v1/data-inclusion/structures.json").get_json()
    services = anyone.get("/api/v1/data-inclusion/services.json").get_json()
    assert len(structures) >= 10 and len(services) >= 10
    ids = {Structure.model_validate(one).id for one in structures}
    assert len(ids) == len(structures)
    assert {Service.model_validate(one).structure_id for one in services} <= ids


def test_every_real_place_leaves_or_says_why(home: Node) -> None:
    told = list(open_data.each_place(home.store))
    assert len(told) == queries.count_places(home.store)
    for one in told:
        assert one.row is not None or any("il le faut" in left.reason for left in one.left)


def test_what_leaves_comes_back_as_the_same_place(home: Node, kit_node: Node, tmp_path: Path) -> None:
    path = tmp_path / "lieux.csv"
    path.write_text("".join(open_data.csv_pieces(home.store)), "utf-8")
    first = actions.import_places(kit_node, path)
    assert first.added == len(list(open_data.publishable(home.store))) and not first.refused
    again = actions.import_places(kit_node, path)
    assert (again.added, again.changed, again.known) == (0, 0, first.added)


@pytest.mark.parametrize(
    ("field", "given", "written"),
    [
        ("formations_labels", "Étapes numériques (La Poste)", "Étapes numériques(La Poste)"),
        ("modalites_acces", "Ce lieu n’accueille pas de public", "Ce lieu n'accueille pas de public"),
        ("telephone", "+33442000000|+33442000001", "+33442000000"),
        ("telephone", "0442", ""),
        ("presentation_resume", "mot " * 100, "mot " * 69 + "mot…"),
        ("code_insee", "1300", ""),
        ("latitude", "95", ""),
        ("services", "Cuisine|Utilisation sécurisée du numérique", "Utilisation sécurisée du numérique"),
    ],
)
def test_traps_of_the_standard(field: str, given: str, written: str) -> None:
    row = to_standard({**RIGHT, field: given}).row
    assert row is not None and row[field] == written


@pytest.mark.parametrize("field", ["pivot", "code_postal", "date_maj"])
def test_a_place_without_what_the_standard_needs_is_held_back(field: str) -> None:
    told = to_standard({**RIGHT, field: ""})
    assert told.row is None and field in {one.field for one in told.left}


def test_what_the_schema_does_not_see_is_doubted() -> None:
    told = to_standard({**RIGHT, "pivot": "43493312300028", "horaires": "quand il fait beau", "latitude": "5.4",
                        "longitude": "43.5"})  # fmt: skip
    assert told.row is not None
    assert {one.field for one in told.doubts} == {"pivot", "horaires", "latitude"}
    assert not to_standard(RIGHT).doubts


def test_keys_of_numbers_and_points() -> None:
    assert is_siret("43493312300029") and not is_siret("43493312300020") and not is_siret("0" * 14)
    assert is_siret("35600000000048") and is_siret("35600000002324")
    assert swap_if_swapped("5.41", "43.52") == ("43.52", "5.41")
    assert swap_if_swapped("43.52", "5.41") is None and swap_if_swapped("-21.1", "55.5") is None
    assert convert_row({**RIGHT, "latitude": "5.41", "longitude": "43.52"}).fields["latitude"] == "43.52"
    assert cut_at_word("abc", 3) == "abc" and len(cut_at_word("a" * 300, 280)) == 280


def test_copying_only_what_changed_misses_nothing(home: Node, anyone: FlaskClient) -> None:
    copy: dict[str, dict[str, object]] = {}

    def read(url: str) -> None:
        while url:
            page = anyone.get(url).get_json()
            copy.update({one["id"]: one["attributes"] for one in page["data"]})
            url = page["links"]["next"]

    read("/api/v1/lieux?page[size]=7")
    assert len(copy) == len(list(open_data.publishable(home.store)))
    newest = max(str(one["modification"]) for one in copy.values())
    subject = place_id("Hubik", "structure-1")
    place = queries.get_place(home.store, subject)
    home.journal.append(
        facts.CHANGED, subject, facts.PlaceChanged(place.version, {"nom": "Anonymal 2"}), home=place.home
    )
    late = anyone.get(
        "/api/v1/lieux", query_string={"filter[modification][depuis]": newest, "page[size]": 500}
    ).get_json()
    assert to_text(subject) in {one["id"] for one in late["data"]}
    assert [one["attributes"]["nom"] for one in late["data"] if one["id"] == to_text(subject)] == ["Anonymal 2"]
    desk.remove_place(home, subject, "closed")
    last = anyone.get("/api/v1/lieux?page[size]=500").get_json()["data"][-1]
    assert last["id"] == to_text(subject) and last["attributes"]["suppression"] and "nom" not in last["attributes"]


def test_a_correction_that_arrives_late_has_the_day_it_arrived(home: Node, anyone: FlaskClient) -> None:
    before = anyone.get("/api/v1/lieux?page[size]=500").get_json()["data"][-1]["attributes"]["modification"]
    old = home.clock.moment()
    old = type(old)(old.boot, old.mono_ms, old.wall_ms - 9 * 86_400_000)
    subject = new_id()
    home.journal.append(facts.ADDED, subject, facts.PlaceAdded({**RIGHT, "id": "late"}), moment=old)
    page = anyone.get(
        "/api/v1/lieux", query_string={"filter[modification][depuis]": before, "page[size]": 500}
    ).get_json()
    assert page["data"][-1]["id"] == to_text(subject) and page["data"][-1]["attributes"]["modification"] > before


def test_a_reader_asks_again_without_being_sent_it_again(home: Node, anyone: FlaskClient) -> None:
    for path in ("lieux.csv", "lieux.json", "data-inclusion/structures.json"):
        first = anyone.get(f"/api/v1/{path}")
        assert first.headers["Access-Control-Allow-Origin"] == "*"
        known = {"If-None-Match": first.headers["ETag"]}
        assert anyone.get(f"/api/v1/{path}", headers=known).status_code == 304
    desk.add_place(home, {key: RIGHT[key] for key in ("nom", "commune", "adresse")}, new_id())
    assert anyone.get(f"/api/v1/{path}", headers=known).status_code == 200


@pytest.mark.parametrize("asked", ["page[cursor]=x", "page[cursor]=1.zz", "filter[modification][depuis]=hier"])
def test_nonsense_is_refused_in_json(anyone: FlaskClient, asked: str) -> None:
    answer = anyone.get(f"/api/v1/lieux?{asked}")
    assert answer.status_code == 400 and answer.get_json()["error"]["code"].startswith("directory.bad_")


def test_two_sources_with_one_id_both_leave(home: Node) -> None:
    for source in ("A", "B"):
        fields = {**RIGHT, "id": "12", "source": source}
        home.journal.append(facts.ADDED, place_id(source, "12"), facts.PlaceAdded(fields))
    ids = [row["id"] for row in open_data.publishable(home.store)]
    assert len(ids) == len(set(ids)) and {"A--12", "B--12"} <= set(ids)


def test_the_library_of_the_standard_reads_what_leaves(anyone: FlaskClient, npm_library: Path) -> None:
    script = """
const lib = require('@gouvfr-anct/lieux-de-mediation-numerique');
const rows = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const wrong = [];
for (const row of rows) {
  try { lib.fromSchemaLieuDeMediationNumerique(row) } catch (error) { wrong.push(row.id + ': ' + error.message) }
}
console.log(JSON.stringify(wrong));
"""
    rows = anyone.get("/api/v1/lieux.json").get_json()
    given = json.dumps([{name: str(value) for name, value in row.items()} for row in rows])
    told = subprocess.run(
        ["node", "-e", script], input=given, capture_output=True, text=True, cwd=npm_library, check=True
    )
    assert json.loads(told.stdout) == []


def test_a_removed_file_of_rejects_is_told(home: Node) -> None:
    with pytest.raises(Problem) as refusal:
        desk.find_rejects(home, "../../../etc/x.y")
    assert refusal.value.code == "directory.no_rejects"
