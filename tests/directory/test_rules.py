"""Conversion of the old shape, hours in plain French, numbers, and what is searched."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from kit.directory import vocabulary
from kit.directory.opening_hours import say_hours
from kit.directory.rules import (
    FIELDS,
    convert_row,
    find_changes,
    find_missing,
    is_on_earth,
    place_id,
    read_day,
    read_phone,
    show_phone,
    to_match,
)

from .box import REAL, place

SCHEMA = Path("/work/shared/domain/schema/lieux-mediation-numerique")


def test_every_old_service_has_a_place_and_every_result_is_in_the_standard() -> None:
    old = [one for one in vocabulary._tables()["before"] if one["field"] == "services"]
    assert len(old) == 15
    for one in vocabulary._tables()["before"]:
        field, value = one["becomes"]
        assert value in vocabulary.words(field), one


def test_the_lists_are_those_of_the_published_schema() -> None:
    published = SCHEMA / "enums-v1.0.2.json"
    if not published.exists():  # outside the project's machines the lists are held by their own test of length
        assert len(vocabulary.words("services")) == 9
        return
    for name, values in json.loads(published.read_text("utf-8"))["enums"].items():
        assert set(values) == set(vocabulary.words(name)), name


def test_the_first_real_place_converted() -> None:
    row = json.loads(REAL.read_text("utf-8"))[0]
    converted = convert_row(row)
    assert converted.fields["adresse"] == "1 PLACE VICTOR SCHOELCHER"
    assert converted.fields["code_postal"] == "13100"
    assert converted.fields["courriels"] == "contact@anonymal.tv"
    assert converted.fields["dispositif_programmes_nationaux"] == "Conseillers numériques|Aidants Connect"
    assert converted.fields["services"].split("|") == [
        "Aide aux démarches administratives",
        "Maîtrise des outils numériques du quotidien",
        "Compréhension du monde numérique",
        "Insertion professionnelle via le numérique",
        "Accès internet et matériel informatique",
        "Acquisition de matériel informatique à prix solidaire",
        "Parentalité et éducation avec le numérique",
    ]
    assert [(one.field, one.value) for one in converted.left] == [("cle_ban", "13001_3079_00001")]


def test_the_real_file_says_what_it_could_not_convert() -> None:
    converted = [convert_row(row) for row in json.loads(REAL.read_text("utf-8"))]
    assert not [one for one in converted if find_missing(one.fields)]
    left = Counter(one.field for row in converted for one in row.left)
    assert left == {"cle_ban": 30, "pivot": 2}
    kinds = Counter(row.fields.get("typologie", "") for row in converted)
    assert (kinds["FT"], kinds["PE"]) == (3, 0)


@pytest.mark.parametrize(
    ("old", "field", "new"),
    [
        ({"public_accueillis": "Seniors (+ 65 ans);Surdité"}, "publics_specifiquement_adresses", "Seniors"),
        ({"publics_accueillis": "Surdité;Familles/enfants"}, "prise_en_charge_specifique", "Surdité"),
        ({"conditions_acces": "Payant : L’accès au lieu et/ou à ses services est payant"}, "frais_a_charge", "Payant"),
        ({"labels_nationaux": "Point relais CAF;CNFS"}, "dispositif_programmes_nationaux",
         "Point d'accès numérique CAF|Conseillers numériques"),
        ({"labels_nationaux": "Fabriques de Territoire"}, "formations_labels", "Fabriques de Territoire"),
        ({"labels_autres": "SudLabs;Nièvre"}, "autres_formations_labels", "SudLabs|Nièvre"),
        ({"accessibilite": "https://acceslibre.beta.gouv.fr/x"}, "fiche_acces_libre", "https://acceslibre.beta.gouv.fr/x"),
        ({"cle_ban": "x", "services": "S’équiper en matériel informatique"}, "services",
         "Acquisition de matériel informatique à prix solidaire"),
    ],
)  # fmt: skip
def test_what_an_old_field_becomes(old: dict[str, str], field: str, new: str) -> None:
    assert convert_row(old).fields[field] == new


@pytest.mark.parametrize(
    ("old", "field"),
    [
        ({"public_accueillis": "Adultes"}, "publics_accueillis"),
        ({"labels_nationaux": "APTIC"}, "labels_nationaux"),
        ({"conditions_acces": "Accepte le Pass numérique : ..."}, "conditions_acces"),
        ({"cle_ban": "1", "services": "Réparer mon vélo"}, "services"),
        (
            {"cle_ban": "1", "modalites_accompagnement": "A ma place : une personne habilitée"},
            "modalites_accompagnement",
        ),
        ({"latitude": "95", "longitude": "5"}, "latitude"),
        ({"latitude": "nan", "longitude": "5"}, "latitude"),
        ({"date_maj": "hier"}, "date_maj"),
        ({"couleur": "bleu"}, "couleur"),
    ],
)
def test_what_has_no_counterpart_is_reported_and_not_guessed(old: dict[str, str], field: str) -> None:
    converted = convert_row(old)
    assert field in [one.field for one in converted.left]
    assert not converted.fields.get(field)


def test_a_row_of_the_standard_is_left_as_it_is() -> None:
    row = {
        **place(), "code_insee": "51454", "complement_adresse": "Le patio", "latitude": "43.52609",
        "longitude": "5.41423", "typologie": "TIERS_LIEUX|ASSO", "telephone": "+33180059880",
        "courriels": "a@b.fr|c@d.fr", "frais_a_charge": "Gratuit sous condition|Payant",
        "formations_labels": "Étapes numériques(La Poste)", "modalites_acces": "Ce lieu n'accueille pas de public",
    }  # fmt: skip
    converted = convert_row(row)
    assert dict(converted.fields) == {name: row[name] for name in FIELDS if name in row}
    assert converted.left == ()


def test_spellings_of_other_tools_are_read() -> None:
    converted = convert_row(
        {"modalites_acces": "Ce lieu n’accueille pas de public", "formations_labels": "Étapes numériques (La Poste)"}
    )
    assert converted.fields["modalites_acces"] == "Ce lieu n'accueille pas de public"
    assert converted.fields["formations_labels"] == "Étapes numériques(La Poste)"


@pytest.mark.parametrize(
    ("given", "kept", "shown"),
    [
        ("04 42 64 59 75", "+33442645975", "04 42 64 59 75"),
        ("+33442645975", "+33442645975", "04 42 64 59 75"),
        ("0033 (0)4.42.64.59.75", "+33442645975", "04 42 64 59 75"),
        ("+262262123456", "+262262123456", "+262262123456"),
        ("3646", "3646", "3646"),
        ("le standard", "le standard", "le standard"),
    ],
)
def test_phone_numbers(given: str, kept: str, shown: str) -> None:
    assert read_phone(given) == kept
    assert show_phone(kept).replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        ("Mo-Fr 08:00-12:15,13:15-16:30", ["du lundi au vendredi : 8 h – 12 h 15 et 13 h 15 – 16 h 30"]),
        ("Tu,Fr 14:00-18:00; We 10:00-12:00", ["mardi, vendredi : 14 h – 18 h", "mercredi : 10 h – 12 h"]),
        ("Tu-Sa 09:00-13:00,14:00-18:00; We,Fr 14:00-18:00",
         ["mardi, jeudi, samedi : 9 h – 13 h et 14 h – 18 h", "mercredi, vendredi : 14 h – 18 h"]),
        ("Mo-Sa 09:00-12:00; We off", ["lundi, mardi, jeudi, vendredi, samedi : 9 h – 12 h"]),
        ("Sa-Mo 10:00-12:00", ["lundi, samedi, dimanche : 10 h – 12 h"]),
        ("24/7", ["tous les jours, jour et nuit"]),
        ("09:00-17:00", ["tous les jours : 9 h – 17 h"]),
        ("Mo-Su 00:00-24:00", ["tous les jours : 0 h – 24 h"]),
        ('Mo-Fr 09:00-12:00 "sur rendez-vous"', None),
        ("Mo-Fr 09:00-12:00; PH off", None),
        ("Mo 25:00-26:00", None),
        ("Xx 09:00-12:00", None),
        ("du lundi au vendredi", None),
        ("", None),
        ("Mo off", None),
    ],
)  # fmt: skip
def test_hours_in_plain_french(given: str, lines: list[str] | None) -> None:
    said = say_hours(given)
    assert (said and [line.replace("\u00a0", " ") for line in said]) == lines


@pytest.mark.parametrize(
    ("typed", "match"),
    [
        ("Médiathèques", '("mediatheques"* OR "mediathequ")'),
        ('l’Arc "de" -Meyran', '("arc"*) AND ("meyran"*)'),
        ("AND OR NEAR( *", '("and"*) AND ("or"*) AND ("near"*)'),
        ("de la", '("de"*) AND ("la"*)'),
        ("œuvre", '("oeuvre"* OR "oeuvr")'),
        ("!!! ' \" ;", ""),
        ("", ""),
    ],
)
def test_what_is_typed_becomes_words(typed: str, match: str) -> None:
    assert to_match(typed) == match


def test_small_decisions() -> None:
    assert place_id("a", "1") == place_id("a", "1") != place_id("a", "2")
    assert read_day("31/01/2024") == read_day("2024-01-31T10:00:00") == "2024-01-31"
    assert read_day("32/01/2024") is None
    assert is_on_earth("43.5", "5.4") and not is_on_earth("", "") and not is_on_earth("43", "181")
    known = {"nom": "A", "date_maj": "2024-01-31"}
    assert find_changes(known, {"nom": "B", "date_maj": "2024-01-31"}) == {"nom": "B"}
    assert find_changes(known, {"nom": "B", "date_maj": "2023-12-01"}) == {}
    assert find_changes(known, {"date_maj": "2024-02-01"}) == {"nom": "", "date_maj": "2024-02-01"}
