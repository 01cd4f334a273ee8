"""People add, rewrite and remove places; files of places come in by the browser, what is refused comes back."""

from __future__ import annotations

import io
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kit.directory import facts, queries
from kit.directory.rules import place_id
from kit.ids import to_text
from tests.pages import post_form

from .box import REAL, TOKEN, Box

NEW = {
    "nom": "Épicerie sociale d’Entrevaux", "adresse": "1 place Moreau", "code_postal": "04320", "commune": "Entrevaux",
    "pivot": "434 933 123 00029", "latitude": "43.95", "longitude": "6.81", "horaires": "Mo-Fr 09:00-12:00",
    "telephone": "04 93 05 46 73",
    "services": ["Accès internet et matériel informatique", "Aide aux démarches administratives"],
    "typologie": ["ASSO"], "source": "Valise",
}  # fmt: skip


def form(box: Box, url: str, **values: object) -> TestResponse:
    return post_form(box.staff(), url, **values)


def token_of(client: FlaskClient, url: str) -> str:
    found = TOKEN.search(client.get(url).text)
    assert found
    return found[1]


def test_a_place_is_added_with_all_its_fields_once(box: Box) -> None:
    client = box.staff()
    token = token_of(client, "/console/annuaire/nouveau")
    first = client.post("/console/annuaire/nouveau", data={"csrf": token, **NEW})
    again = client.post("/console/annuaire/nouveau", data={"csrf": token, **NEW})
    assert first.status_code == again.status_code == 303 and first.location == again.location
    assert queries.count_places(box.node.store) == 1
    (place,) = queries.list_places(box.node.store, "entrevaux", "", 5, 0)
    fields = queries.get_place(box.node.store, place.place_id).fields
    assert fields["services"] == "|".join(NEW["services"]) and fields["telephone"] == "+33493054673"
    assert fields["pivot"] == "43493312300029" and fields["date_maj"]
    page = box.visitor().get(first.location).text
    assert "Épicerie sociale" in page and "du lundi au vendredi" in page


def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(box: Box) -> None:
    wrong = {
        **NEW,
        "code_postal": "0432",
        "pivot": "12345678901234",
        "latitude": "95",
        "prise_rdv": "rdv.example",
        "nom": "",
    }
    answer = form(box, "/console/annuaire/nouveau", **wrong)
    assert answer.status_code == 422
    for text in ("cinq chiffres", "quatorze chiffres", "en degrés", "https://", "Il faut remplir"):
        assert text in answer.text
    assert 'value="1 place Moreau"' in answer.text
    assert 'value="Aide aux démarches administratives" checked' in answer.text
    assert queries.count_places(box.node.store) == 0


def test_two_windows_on_one_place_the_second_is_told(full_box: Box) -> None:
    place = queries.list_places(full_box.node.store, "", "", 1, 0)[0].place_id
    url = f"/console/annuaire/lieux/{to_text(place)}/tout"
    client = full_box.staff()
    token, version = token_of(client, url), queries.get_place(full_box.node.store, place).version
    data = {**queries.get_place(full_box.node.store, place).fields, "csrf": token, "version": version}
    assert client.post(url, data=data | {"nom": "Premier", "pivot": "43493312300029"}).status_code == 303
    late = client.post(url, data=data | {"csrf": token_of(client, url), "nom": "Second", "pivot": "43493312300029"})
    assert late.status_code == 409 and "pendant que vous écriviez" in late.text and 'value="Second"' in late.text
    assert queries.get_place(full_box.node.store, place).name == "Premier"


def test_a_place_is_removed_with_its_reason(full_box: Box) -> None:
    place = queries.list_places(full_box.node.store, "", "", 1, 0)[0].place_id
    url = f"/console/annuaire/lieux/{to_text(place)}/retirer"
    assert form(full_box, url, raison="closed").status_code == 303
    assert queries.find_places(full_box.node.store, [place]) == {}
    (fact,) = [one for one in full_box.node.journal.facts_of(facts.PLACE, place) if one.kind == facts.REMOVED.name]
    assert fact.body.reason == "closed"


def test_a_visitor_changes_nothing(full_box: Box) -> None:
    place = to_text(queries.list_places(full_box.node.store, "", "", 1, 0)[0].place_id)
    for url in ("nouveau", "importer", f"lieux/{place}/tout", f"lieux/{place}/retirer"):
        assert full_box.visitor().get(f"/console/annuaire/{url}").status_code == 401


def test_a_national_csv_with_its_traps_and_bad_rows_that_come_back(box: Box) -> None:
    head = "id,pivot,nom,commune,code_postal,adresse,latitude,longitude,services,modalites_acces,date_maj,source\r\n"
    rows = [
        "1,43493312300029,Un,Reims,51100,1 rue A,5.41,43.52,Aide aux démarches administratives;Utilisation sécurisée du"
        " numérique,Ce lieu n’accueille pas de public,02/04/2024,S\r\n",
        "2,43493312300020,Deux,Reims,51100,2 rue A,,,Aide aux démarches administratives|Cuisine,,2024-04-02,S\r\n",
        "3,43493312300029,,Reims,51100,3 rue A,,,,,2024-04-02,S\r\n",
        "4,,Quatre,Reims,51100,,,,,,,S\r\n",
    ]
    file = (io.BytesIO((head + "".join(rows)).encode()), "lieux.csv")
    answer = form(box, "/console/annuaire/importer", fichier=file)
    assert answer.status_code == 200 and "échangées" in answer.text and "Ligne 3 : il manque : nom" in answer.text
    assert queries.count_places(box.node.store) == 2
    one = queries.get_place(box.node.store, place_id("S", "1")).fields
    assert (one["latitude"], one["longitude"], one["date_maj"]) == ("43.52", "5.41", "2024-04-02")
    assert one["services"].count("|") == 1 and one["modalites_acces"] == "Ce lieu n'accueille pas de public"
    back = answer.text.split('href="/console/annuaire/importer/')[1].split('"')[0]
    with box.staff().get(f"/console/annuaire/importer/{back}") as rejects:
        assert rejects.data.startswith(b"\xef\xbb\xbf") and rejects.text.count("il manque") == 2
        assert '"3","il manque : nom"' in rejects.text
    again = form(box, "/console/annuaire/importer", fichier=(io.BytesIO((head + "".join(rows)).encode()), "lieux.csv"))
    assert re.search(r"<bdi>2</bdi></b><span[^>]*>déjà connus", again.text)
    assert queries.count_places(box.node.store) == 2 and not list((box.node.data / "tmp").glob("lieux-*"))


def test_a_file_of_a_french_spreadsheet_is_read_as_it_was_meant(box: Box) -> None:
    text = "id;nom;commune;adresse;horaires\r\n1;Médiathèque;Ségur;1 place de l’Œuvre;Mo 09:00-12:00\r\n"
    answer = form(box, "/console/annuaire/importer", fichier=(io.BytesIO(text.encode("cp1252")), "lieux.csv"))
    assert answer.status_code == 200
    fields = queries.get_place(box.node.store, place_id("", "1")).fields
    assert (fields["nom"], fields["commune"], fields["adresse"]) == ("Médiathèque", "Ségur", "1 place de l’Œuvre")


def test_what_is_no_file_of_places_is_refused_in_words(box: Box) -> None:
    answer = form(box, "/console/annuaire/importer", fichier=(io.BytesIO(b"\x89PNG\r\n\x1a\n\xff"), "lieux.csv"))
    assert answer.status_code == 422 and "UTF-8" in answer.text
    assert form(box, "/console/annuaire/importer").status_code == 422


def test_the_real_file_by_the_browser(box: Box) -> None:
    answer = form(box, "/console/annuaire/importer", fichier=(io.BytesIO(REAL.read_bytes()), "lieux.json"))
    assert answer.status_code == 200 and queries.count_places(box.node.store) == 38
