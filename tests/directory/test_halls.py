"""Halls: the practical sheet filled on the spot, a stop planned from it, and never a place of help."""

from __future__ import annotations

from kit.directory import open_data, queries, stop_queries
from kit.directory.halls import queries as halls
from kit.directory.halls import vocabulary
from kit.ids import to_text
from tests.pages import post_form

from .box import Box, place

PAGE = "/console/salles"
SAID = {
    "label": "Salle des fêtes", "commune": "Gars", "code_insee": "06063", "address": "1 place de la Mairie",
    "north": "6,80", "east": "43,86", "state": "candidate", "seats": "40", "host": "Mairie de Gars",
    "host_phone": "04 93 05 80 80", "keys": "au secrétariat", "sockets": "few", "orange": "weak", "free": "none",
    "entrance": "ramp", "toilets": "wide", "remarks": "Le chauffage met une heure.",
}  # fmt: skip


def test_a_hall_is_noted_changed_and_removed(box: Box) -> None:
    client = box.staff()
    wrong = post_form(client, f"{PAGE}/nouvelle", **{**SAID, "label": "", "sockets": "mille", "code_insee": "6"})
    assert wrong.status_code == 422 and "1 place de la Mairie" in wrong.text and wrong.text.count('class="error"') == 3
    url = post_form(client, f"{PAGE}/nouvelle", **SAID).location
    page = client.get(url).text.replace("\u00a0", " ")
    for words in ("1 à 3", "4G Orange", "avec une rampe", "04 93 05 80 80", "au secrétariat", "INSEE 06063", "40"):
        assert words in page, words
    (hall,) = halls.list_halls(box.node.store, "gars")
    assert (hall.north, hall.east) == ("43.86", "6.80"), "swapped, and with commas"
    first = post_form(client, f"{url}/changer", **{**SAID, "state": "agreed", "version": "1"})
    late = post_form(client, f"{url}/changer", **{**SAID, "remarks": "Froid.", "version": "1"})
    assert first.status_code == 303 and late.status_code == 409 and "Froid." in late.text
    assert halls.count_halls(box.node.store, "gars", "agreed") == 1 == halls.count_halls(box.node.store, "fêtes")
    assert halls.count_halls(box.node.store, "gars", "candidate") == 0 == halls.count_halls(box.node.store, "nice")
    assert post_form(client, url, f"{url}/retirer").status_code == 303 and client.get(url).status_code == 404
    assert box.visitor().get(PAGE).status_code == 401


def test_a_hall_is_never_a_place_of_help(box: Box) -> None:
    box.take_in([place(1)])
    post_form(box.staff(), f"{PAGE}/nouvelle", **SAID)
    assert queries.count_places(box.node.store) == 1 and queries.count_places(box.node.store, "gars") == 0
    assert "Gars" not in "".join(open_data.csv_pieces(box.node.store)) + "".join(open_data.json_pieces(box.node.store))
    assert "Salle des fêtes" not in box.visitor().get("/annuaire/carte").text


def test_a_stop_planned_from_a_hall_tells_everybody_how_to_get_in(box: Box) -> None:
    client = box.staff()
    url = post_form(client, f"{PAGE}/nouvelle", **SAID).location
    form = client.get(f"/console/haltes/nouvelle?salle={url.rpartition('/')[2]}").text
    assert 'value="1 place de la Mairie"' in form and 'name="hall"' in form
    said = {"label": "Salle des fêtes", "commune": "Gars", "day": "2030-05-02", "hour": "09:00",
            "last_day": "2030-05-02", "last_hour": "17:00", "hall": url.rpartition("/")[2]}  # fmt: skip
    assert post_form(client, "/console/haltes/nouvelle", **said).status_code == 303
    (stop,) = stop_queries.list_stops(box.node.store)
    assert stop.hall_id == halls.list_halls(box.node.store)[0].hall_id
    page = box.visitor().get(f"/annuaire/haltes/{to_text(stop.stop_id)}").text
    assert "Entrée : avec une rampe" in page and "accessibles en fauteuil" in page
    assert "secrétariat" not in page and "4G" not in page, "what only the team needs"
    assert "jeudi 2 mai" in client.get(url).text
    before = box.node.journal.projection_hash()
    box.node.journal.replay()
    assert box.node.journal.projection_hash() == before


def test_every_answer_has_words() -> None:
    for code, (words, answers, _) in vocabulary.QUESTIONS.items():
        assert words and all(vocabulary.say(code, answer) for answer, _ in answers)
    assert vocabulary.say_sheet({"entrance": "rien", "toilets": "yes"}) == [("Toilettes", "oui")]
