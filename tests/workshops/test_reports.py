"""Reports: what the box drafts, what people correct, and exports opened again and held against La Coop's vocabularies.

`coop.json` holds the headers, attribute names and labels of La Coop, taken from its sources and not from our files.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from kit.directory import actions as directory
from kit.ids import new_id, to_text
from kit.workshops import actions
from kit.workshops.forms import Person, Profile
from kit.workshops.reports import queries, vocabulary

from .box import HOUR_MS, Box, post, url

COOP = json.loads((Path(__file__).parent / "coop.json").read_text("utf-8"))
LISTS = {
    "activity": "TypeActivite", "place_kind": "TypeLieu", "material": "Materiel", "autonomy": "Autonomie",
    "redirection": "StructureDeRedirection", "level": "NiveauAtelier", "theme": "Thematique", "gender": "Genre",
    "age_band": "TrancheAge", "status": "StatutSocial",
}  # fmt: skip
BASE = "/console/comptes-rendus"
FULL = {
    "participants": "8", "known": "2", "gender-feminin": "5", "age_band-soixante_dix_plus": "6", "status-retraite": "6",
    "title": "Mon premier e-mail", "level": "debutant", "theme": "email", "material": "ordinateur", "day": "2026-11-23",
    "hour": "14:00", "minutes": "90", "place_kind": "lieu_activite", "place_name": "Salle des fêtes",
    "commune": "Saint-Auban", "postcode": "06850", "insee": "06116", "schemes": "France Services", "tags": "tournée",
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_the_words_are_those_of_la_coop(name: str) -> None:
    assert dict(vocabulary.labels(name)) == COOP["enums"][LISTS[name]]
    assert list(vocabulary.labels(name)) == list(COOP["enums"][LISTS[name]]), "in the same order: ranks depend on it"


def desk(box: Box) -> FlaskClient:
    """The team's phone, signed in once per test: a passphrase is slow on purpose."""
    known: FlaskClient | None = vars(box).get("desk")
    vars(box)["desk"] = known or box.staff()
    client: FlaskClient = vars(box)["desk"]
    return client


def halt(box: Box) -> bytes:
    """A stop of today, on a tour that hands down a scheme."""
    now = box.node.clock.wall_ms()
    stop_id = directory.plan_stop(
        box.node, label="Salle des fêtes, Saint-Auban", commune="Saint-Auban", code_insee="06116",
        starts_at_ms=now - HOUR_MS, ends_at_ms=now + 8 * HOUR_MS, tour="Vallée",
    )  # fmt: skip
    answer = post(
        desk(box), f"{BASE}/tournee", at=f"{BASE}/tournee?nom=Vall%C3%A9e", tour="Vallée",
        schemes="Conseiller numérique", tags="hiver; vallée", material="tablette",
    )  # fmt: skip
    assert answer.status_code == 303
    return stop_id


def held(box: Box, **changes: object) -> bytes:
    """A workshop that two women and one person unknown came to, closed."""
    workshop_id = box.plan(-1, **changes)
    for profile in (Profile("feminin", "soixante_dix_plus", "retraite"), Profile("feminin", "", "retraite"), Profile()):
        actions.add_anonymous(box.node, workshop_id, new_id(), profile)
    actions.add_walk_in(box.node, workshop_id, new_id(), Person("Ahmed"), Profile("masculin"))
    client = desk(box)
    answer = post(
        client, url(workshop_id, "/terminer"), at=url(workshop_id, "/terminer"), paper="no", certificates="no"
    )
    assert answer.headers["Location"] == f"{BASE}/{to_text(workshop_id)}"
    return workshop_id


def report_of(box: Box, workshop_id: bytes) -> queries.Report:
    return queries.get_report(box.node.store, workshop_id)


def test_closing_drafts_what_is_known_and_nothing_else(box: Box) -> None:
    report = report_of(box, held(box, stop_id=halt(box), stop_label="Salle des fêtes, Saint-Auban"))
    assert (report.participants, report.known, report.is_checked) == (4, None, False)
    assert report.counts == {
        "gender": {"feminin": 2, "masculin": 1}, "age_band": {"soixante_dix_plus": 1}, "status": {"retraite": 2},
    }  # fmt: skip
    assert (report.themes, report.level, report.minutes) == (["email"], "debutant", 90)
    assert (report.commune, report.insee, report.postcode) == ("Saint-Auban", "06116", "")
    assert (report.schemes, report.tags, report.materials) == (
        ["Conseiller numérique"], ["hiver", "vallée"], ["tablette"],
    )  # fmt: skip


def test_a_theme_of_papers_brings_the_theme_la_coop_asks_for_beside_it(box: Box) -> None:
    report = report_of(box, held(box, theme="logement"))
    assert report.themes == ["aide_aux_demarches_administratives", "logement"]


def test_a_correction_is_noted_and_a_second_one_from_an_old_page_is_not(box: Box) -> None:
    workshop_id, client = held(box), desk(box)
    page = f"{BASE}/{to_text(workshop_id)}"
    assert post(client, page, at=page, version="1", **FULL).status_code == 303
    report = report_of(box, workshop_id)
    assert (report.participants, report.known, report.version, report.is_checked) == (8, 2, 2, True)
    assert report.counts["gender"] == {"feminin": 5}
    late = post(client, page, at=page, version="1", **FULL | {"participants": "9"})
    assert late.status_code == 409 and "corrigé entre-temps" in late.text
    assert report_of(box, workshop_id) == report
    assert "06850" in client.get(f"{page}/recopier").text
    assert queries.find_postcode(box.node.store, "06116") == "06850"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("gender-feminin", "9", "font plus que le total"),
        ("known", "9", "font plus que le total"),
        ("theme", "", "au moins une thématique"),
        ("theme", "magie", "au moins une thématique"),
        ("place_name", "", "nom du lieu"),
        ("insee", "2A00", "cinq signes"),
        ("insee", "٠٦١١٦", "cinq signes"),
        ("postcode", "6850", "cinq chiffres"),
        ("minutes", "0", "nombre"),
        ("participants", "-1", "nombre"),
        ("day", "31/02/2026", "date"),
        ("place_kind", "lune", ""),
    ],
)
def test_a_wrong_field_is_told_and_what_was_typed_stays(box: Box, field: str, value: str, words: str) -> None:
    workshop_id, client = held(box), desk(box)
    page = f"{BASE}/{to_text(workshop_id)}"
    answer = post(client, page, at=page, version="1", **FULL | {field: value})
    assert answer.status_code == 422
    assert words in answer.text and "France Services" in answer.text
    assert report_of(box, workshop_id).version == 1


def open_book(
    client: FlaskClient, address: str = f"{BASE}/export.xlsx"
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """The rows of both sheets, as header to value."""
    answer = client.get(address)
    assert answer.status_code == 200 and int(answer.headers["Content-Length"]) == len(answer.data)
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Activités", "Compteurs"]
    found = []
    for name in book.sheetnames:
        headers, *rows = book[name].iter_rows(values_only=True)
        found.append([dict(zip(headers, row, strict=True)) for row in rows])
    assert [cell.value for cell in book["Activités"][1]] == COOP["columns"]
    return found[0], found[1]


def check_row(row: dict[str, object]) -> None:
    """Every coded cell of a row is a label of La Coop."""
    enums = {name: set(labels.values()) for name, labels in COOP["enums"].items()}
    assert row["Type"] in enums["TypeActivite"]
    assert row["Canaux d’accompagnement"] in enums["TypeLieu"]
    for header, name in (
        ("Matériel numérique utilisé", "Materiel"), ("Thématique(s) d’accompagnement", "Thematique"),
        ("Genre du bénéficiaire", "Genre"), ("Tranche d’âge du bénéficiaire", "TrancheAge"),
        ("Statut du bénéficiaire", "StatutSocial"), ("Structure de redirection", "StructureDeRedirection"),
    ):  # fmt: skip
        assert set(str(row[header]).split("\n") if row[header] else ()) <= enums[name], header


def test_the_spreadsheet_is_la_coops_one_row_per_person(box: Box) -> None:
    workshop_id = held(box, theme="logement", title="=1+1")
    rows, counters = open_book(desk(box))
    assert [row["Participants"] for row in rows] == ["1/4", "2/4", "3/4", "4/4"]
    for row in rows:
        check_row(row)
    assert rows[0]["Thématique(s) d’accompagnement"] == "Aide aux démarches administratives\nLogement"
    assert rows[0]["Nom de l’atelier"] == "=1+1" and rows[0]["Niveau d’autonomie (ou de l’atelier)"] == "1/3"
    assert rows[0]["Durée (min)"] == 90 and str(rows[0]["Date"])[2] == "/"
    assert sorted(str(row["Genre du bénéficiaire"]) for row in rows) == ["Féminin", "Féminin", "Masculin", "None"]
    assert (
        len(counters) == 1
        and counters[0]["Genre\u00a0: Féminin"] == 2
        and counters[0]["Situation\u00a0: Retraité"] == 2
    )
    assert rows[0]["ID CRA"] == counters[0]["ID CRA"] == to_text(workshop_id)


def test_corrected_counters_are_never_spread_over_people(box: Box) -> None:
    workshop_id, client = held(box), desk(box)
    page = f"{BASE}/{to_text(workshop_id)}"
    post(client, page, at=page, version="1", **FULL)
    rows, counters = open_book(client)
    assert len(rows) == 8
    assert {row["Genre du bénéficiaire"] for row in rows} == {None}
    assert (
        counters[0]["Genre\u00a0: Féminin"],
        counters[0]["Genre\u00a0: Masculin"],
        counters[0]["Âge\u00a0: 70 ans et plus"],
    ) == (5, 0, 6)


def test_a_reader_that_trusts_the_dimensions_finds_every_row(box: Box) -> None:
    held(box)
    book = load_workbook(io.BytesIO(desk(box).get(f"{BASE}/export.xlsx").data), read_only=True)
    assert sum(1 for _ in book["Activités"].iter_rows(min_row=2)) == 4
    book.close()


def test_several_lines_in_a_cell_are_shown_as_lines(box: Box) -> None:
    held(box, theme="logement")
    book = load_workbook(io.BytesIO(desk(box).get(f"{BASE}/export.xlsx").data))
    cell = book["Activités"].cell(2, COOP["columns"].index("Thématique(s) d’accompagnement") + 1)
    assert cell.alignment.wrap_text


def test_help_to_one_person_is_a_report_too(box: Box) -> None:
    halt(box)
    client = desk(box)
    answer = post(
        client, f"{BASE}/aide", at=f"{BASE}/aide", **FULL | {
            "gender-feminin": "1", "age_band-soixante_dix_plus": "1", "status-retraite": "1", "known": "1",
            "autonomy": "partiellement_autonome", "redirected": "yes", "redirection": "aide_sociale",
            "theme": "argent_impots", "procedure": "Déclaration de revenus",
        },
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    assert "Structure d’aide sociale" in client.get(answer.headers["Location"]).text
    [row], [counters] = open_book(client)
    check_row(row)
    assert (row["Participants"], row["Bénéficiaire réorienté"]) == ("1/1", "Oui")
    assert row["Niveau d’autonomie (ou de l’atelier)"] == "2/3"
    assert (row["Genre du bénéficiaire"], counters["Déjà accompagnés"]) == ("Féminin", 1)
    report_url = answer.headers["Location"].removesuffix("/recopier")
    assert post(client, f"{report_url}/effacer", at=report_url).status_code == 303
    assert open_book(client) == ([], [])


def test_the_json_has_la_coops_attributes_and_codes(box: Box) -> None:
    held(box, theme="logement")
    answer = desk(box).get(f"{BASE}/export.json")
    assert answer.content_type == "application/vnd.api+json"
    document = json.loads(answer.data)
    assert document["meta"]["total_count"] == len(document["data"]) == 1
    attributes = document["data"][0]["attributes"]
    assert list(attributes) == COOP["attributes"]
    assert attributes["type"] in COOP["enums"]["TypeActivite"]
    assert attributes["type_lieu"] in COOP["enums"]["TypeLieu"]
    assert set(attributes["thematiques"]) <= set(COOP["enums"]["Thematique"])
    assert document["data"][0]["meta"]["participants_anonymes"]["genre"] == {"feminin": 2, "masculin": 1}


def test_the_csv_has_the_same_rows_and_no_formula(box: Box) -> None:
    held(box, title="=HYPERLINK(1)")
    text = desk(box).get(f"{BASE}/export.csv").data.decode("utf-8-sig")
    headers, *rows = csv.reader(io.StringIO(text), delimiter=";")
    assert headers == COOP["columns"] and len(rows) == 4
    assert rows[0][headers.index("Nom de l’atelier")] == "'=HYPERLINK(1)"


def test_a_period_is_chosen_by_its_days(box: Box) -> None:
    held(box)
    client = desk(box)
    assert len(open_book(client)[0]) == 4
    assert open_book(client, f"{BASE}/export.xlsx?du=2001-01-01&au=2001-12-31") == ([], [])
    assert len(open_book(client, f"{BASE}/export.xlsx?du=n%27importe")[0]) == 4
    assert client.get(f"{BASE}/export.exe").status_code == 404


def test_no_name_leaves_in_a_report(box: Box) -> None:
    held(box)
    client = desk(box)
    for kind in ("csv", "json"):
        assert b"Ahmed" not in client.get(f"{BASE}/export.{kind}").data
    assert all("Ahmed" not in str(row.values()) for row in open_book(client)[0])


def test_replaying_the_journal_gives_the_same_reports(box: Box) -> None:
    workshop_id, client = held(box, stop_id=halt(box)), desk(box)
    page = f"{BASE}/{to_text(workshop_id)}"
    post(client, page, at=page, version="1", **FULL)
    before = box.node.journal.projection_hash()
    box.node.journal.replay()
    assert box.node.journal.projection_hash() == before


def test_visitors_and_librarians_read_no_report(box: Box) -> None:
    assert box.visitor().get(BASE).status_code == 401
    assert "comptes-rendus" not in box.visitor().get("/ateliers").text
