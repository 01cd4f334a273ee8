"""The pages of the directory and of the stops as people use them."""

from __future__ import annotations

import re

import msgspec
import pytest

from kit.directory import actions, queries
from kit.errors import Problem
from kit.ids import new_id, to_text
from kit.journal.fact import Record
from kit.people.node import Node

from .box import HOUR_MS, Box, place, post


def first_place(box: Box, words: str) -> str:
    """The address of the first place found."""
    return "/annuaire/" + to_text(queries.list_places(box.node.store, words, "", 1, 0)[0].place_id)


def test_the_list_says_what_it_holds(full_box: Box) -> None:
    page = full_box.visitor().get("/annuaire").text
    assert "38 lieux" in page and "31/01/2024" in page and "Mairie Aix en Provence" in page
    assert page.count('<li><a href="/annuaire/') == 20
    assert "Page <b>1</b> sur 2" in page


def test_pages_of_a_search_keep_the_search(box: Box) -> None:
    box.take_in([place(number, nom=f"Café & thé {number}") for number in range(45)])
    page = box.visitor().get("/annuaire?q=café+%26&service=demarches&page=2").text
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    again = box.visitor().get(following[1].replace("&amp;", "&")).text
    assert "Page <b>3</b> sur 3" in again and 'value="café &amp;"' in again


@pytest.mark.parametrize(
    "query",
    [
        "q=%22",
        "q=%00",
        "q=" + "a" * 9000,
        "service=nonsense",
        "page=-3",
        "page=99999999",
        "q=%F0%9F%99%82",
        "q=*&page=x",
    ],
)
def test_nothing_asked_breaks_the_list(full_box: Box, query: str) -> None:
    assert full_box.visitor().get(f"/annuaire?{query}").status_code == 200


def test_an_empty_directory_and_an_empty_answer_show_a_way_on(box: Box) -> None:
    assert "encore vide" in box.visitor().get("/annuaire").text
    box.take_in([place(1)])
    page = box.visitor().get("/annuaire?q=zzz").text
    assert "Aucun lieu trouvé" in page and "Voir tous les lieux" in page


def test_a_place_tells_where_when_and_how(full_box: Box) -> None:
    full_box.plan_stop(label="Salle des fêtes, Gars")
    page = full_box.visitor().get(first_place(full_box, "coste")).text.replace("\u00a0", " ")
    assert 'href="tel:+33442273296"' in page and "04 42 27 32 96" in page
    assert "du mardi au vendredi : 9 h – 12 h et 14 h – 18 h" in page
    assert "217 AVENUE JEAN-PAUL COSTE" in page and "Faire mes papiers" in page
    assert "Salle des fêtes, Gars" in page and "31/01/2024" in page
    assert "Prix" in page


def test_hostile_words_of_a_file_are_shown_as_words(box: Box) -> None:
    nasty = "<img src=x onerror=alert(1)>\"'"
    fields = dict.fromkeys(("nom", "adresse", "commune", "horaires", "telephone", "presentation_detail"), nasty)
    box.take_in([place(1, site_web="javascript:alert(1)", prise_rdv="javascript:alert(1)", **fields)])
    page = box.visitor().get(first_place(box, "")).text
    assert "<img src=x" not in page and "&lt;img" in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize("wanted", ["x", "a" * 26, "%00", "a" * 3000])
def test_a_place_that_is_not_there(box: Box, wanted: str) -> None:
    assert box.visitor().get(f"/annuaire/{wanted}").status_code == 404


# -- stops --------------------------------------------------------------------------------------------------------


def fields_of_stop(**changes: str) -> dict[str, str]:
    """The form of a stop as staff would fill it."""
    given = {
        "label": "Salle des fêtes", "commune": "Gars", "address": "Place", "day": "2026-11-23", "hour": "09:00",
        "last_day": "2026-11-24", "last_hour": "18:00", "tour": "Estéron", "code_insee": "06063",
    }  # fmt: skip
    return {**given, **changes}


def test_a_stop_is_planned_once(box: Box) -> None:
    staff, address = box.staff(), "/console/haltes/nouvelle"
    token = re.search(r'name="csrf" value="([^"]+)"', staff.get(address).text)
    assert token
    for _ in range(2):
        assert staff.post(address, data={"csrf": token[1], **fields_of_stop()}).status_code == 303
    (stop,) = queries.list_stops(box.node.store)
    assert (stop.label, stop.commune, stop.tour, stop.code_insee) == ("Salle des fêtes", "Gars", "Estéron", "06063")
    assert stop.ends_at_ms - stop.starts_at_ms == 33 * HOUR_MS


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"label": ""}, "label"),
        ({"label": "x" * 121}, "label"),
        ({"commune": "\x07"}, "commune"),
        ({"code_insee": "1"}, "code_insee"),
        ({"day": "demain"}, "day"),
        ({"last_day": "2026-11-22"}, "last_day"),
        ({"last_day": "2026-11-23", "last_hour": "09:00"}, "last_day"),
    ],
)
def test_a_wrong_stop_is_explained_and_kept(box: Box, changes: dict[str, str], field: str) -> None:
    answer = post(box.staff(), "/console/haltes/nouvelle", **fields_of_stop(**changes))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text and f'href="#{field}"' in answer.text
    assert 'value="Place"' in answer.text
    assert queries.list_stops(box.node.store) == []


def test_closing_a_stop_runs_what_the_application_handed_in(box: Box) -> None:
    settled: list[tuple[bytes, bool]] = []

    def settle(node: Node, stop_id: bytes) -> None:
        settled.append((stop_id, node.store.db.in_transaction()))

    box.app.extensions["valise.after_stop_close"] = [settle]
    stop_id, staff = box.plan_stop(), box.staff()
    address = f"/console/haltes/{to_text(stop_id)}/terminer"
    assert "Terminer la halte" in staff.get(address).text
    assert post(staff, address).status_code == 303
    assert settled == [(stop_id, True)]
    assert box.node.current_stop() is None
    page = staff.get(address).text
    assert "déjà terminée" in page and "<form" not in page
    with pytest.raises(Problem) as refusal:
        actions.close_stop(box.node, stop_id)
    assert refusal.value.code == "directory.stop_closed"


def test_what_fails_in_another_room_closes_nothing(box: Box) -> None:
    def refuse(node: Node, stop_id: bytes) -> None:
        raise Problem("store.busy")

    stop_id = box.plan_stop()
    with pytest.raises(Problem):
        actions.close_stop(box.node, stop_id, [refuse])
    assert not queries.get_stop(box.node.store, stop_id).is_closed


def test_a_stop_of_another_kit_is_not_ours_to_close(box: Box) -> None:
    stop_id = new_id()
    from kit.directory import facts

    body = facts.StopPlanned("Ailleurs", "Gars", "", "", 1, 2, "")
    raw = msgspec.msgpack.encode(body)
    elsewhere = Record(1, facts.PLANNED.name, 1, 1, 1, 1, stop_id, b"h" * 16, b"", None, raw)
    box.node.journal.ingest(box.node.journal.log_number(b"h" * 16), [elsewhere])
    with pytest.raises(Problem) as refusal:
        actions.close_stop(box.node, stop_id)
    assert refusal.value.code == "directory.stop_elsewhere"


def test_a_stop_stays_ours_in_a_new_epoch(box: Box) -> None:
    stop_id = box.plan_stop()
    box.node.journal.start_epoch()
    actions.close_stop(box.node, stop_id)
    assert queries.get_stop(box.node.store, stop_id).is_closed


def test_the_current_stop_is_the_one_of_now(box: Box) -> None:
    assert box.node.current_stop() is None
    box.plan_stop(in_hours=240, label="Loin")
    assert box.node.current_stop() is None
    box.plan_stop(in_hours=5, label="Bientôt")
    assert box.node.current_stop().label == "Bientôt"
    now = box.plan_stop(in_hours=-1, label="Maintenant")
    assert box.node.current_stop().label == "Maintenant"
    actions.cancel_stop(box.node, now)
    assert box.node.current_stop().label == "Bientôt"
    assert [stop.label for stop in box.node.list_stops()] == ["Loin", "Bientôt"]


@pytest.mark.parametrize("address", ["/console/haltes", "/console/haltes/nouvelle", "/console/haltes/x/terminer"])
def test_only_the_team_plans(box: Box, address: str) -> None:
    assert box.visitor().get(address).status_code == 401


def test_stops_are_listed_with_a_fixed_cost(box: Box) -> None:
    from .box import count_statements

    staff = box.staff()
    box.plan_stop()
    few = count_statements(box, lambda: staff.get("/console/haltes"))
    for number in range(70):
        box.plan_stop(in_hours=24 * number)
    many = count_statements(box, lambda: staff.get("/console/haltes"))
    assert few == many <= 6
    assert staff.get("/console/haltes/" + "a" * 26 + "/terminer").status_code == 404
