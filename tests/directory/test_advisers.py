"""People who help: sealed until they say yes, found by everybody then, erased for ever when they leave."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.directory import actions as directory
from kit.directory import queries as places
from kit.directory.advisers import facts, queries, vocabulary
from kit.directory.rules import place_id
from kit.ids import to_text
from kit.people.node import Node
from tests import cast
from tests.conftest import Enter
from tests.pages import post_form

from .box import REAL, Box

NAME, PHONE = "Zéphyrine Testouri", "04 93 05 46 73"
SAID = {
    "name": NAME, "phone": PHONE, "email": "zephyrine@exemple.fr", "role": "volunteer", "communes": "Gars, Entrevaux",
    "hours": "le mardi matin", "services": ["demarches", "securite"], "skills": ["crcn:2.1", "digcomp:4.2", "faux:1"],
    "public": "",
}  # fmt: skip
PAGE = "/console/annuaire/personnes"


def add(client: FlaskClient, **changes: object) -> str:
    """The address of somebody just noted."""
    answer = post_form(client, f"{PAGE}/nouvelle", **{**SAID, **changes})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def holds(node: Node, words: str) -> list[str]:
    node.store.flush()
    wanted = words.encode()
    return [str(path) for path in Path(node.data).rglob("*") if path.is_file() and wanted in path.read_bytes()]


def test_sealed_until_she_says_yes(box: Box) -> None:
    client = box.staff()
    url = add(client)
    assert holds(box.node, NAME) == [] and holds(box.node, "zephyrine@") == []
    page = client.get(url).text
    assert "nom scellé" in page and NAME not in page and "Faire mes papiers" in page and "Interagir" in page
    assert "faux" not in page and "Lire son contact" not in page
    assert NAME not in box.visitor().get("/annuaire/personnes").text
    answer = post_form(client, f"{url}/changer", **{**SAID, "public": "oui", "version": "1"})
    assert answer.status_code == 303
    shown = box.visitor().get("/annuaire/personnes?q=papier gars").text
    assert NAME in shown and "Gars, Entrevaux" in shown
    card = box.visitor().get("/annuaire/personnes/" + url.rpartition("/")[2]).text
    assert 'href="tel:+33493054673"' in card and "zephyrine@exemple.fr" in card and "le mardi matin" in card
    assert "Personne pour l" in box.visitor().get("/annuaire/personnes?q=papier Nice").text


def test_she_takes_her_word_back(box: Box) -> None:
    client = box.staff()
    url = add(client, public="oui")
    keep = {**SAID, "name": "", "phone": "", "email": "", "version": "1"}
    assert post_form(client, f"{url}/changer", **keep).status_code == 303
    assert NAME not in box.visitor().get("/annuaire/personnes").text
    assert box.visitor().get("/annuaire/personnes/" + url.rpartition("/")[2]).status_code == 404
    assert "coordination seulement" in client.get(url).text
    before = box.node.journal.projection_hash()
    box.node.journal.replay()
    assert box.node.journal.projection_hash() == before


def test_to_be_shown_her_name_is_needed_and_two_windows_are_told(box: Box) -> None:
    client = box.staff()
    url = add(client)
    bare = {**SAID, "name": "", "public": "oui", "version": "1"}
    refused = post_form(client, f"{url}/changer", **bare)
    assert refused.status_code == 422 and "Il faut remplir" in refused.text and "le mardi matin" in refused.text
    assert post_form(client, f"{url}/changer", **{**SAID, "version": "1", "hours": "jeudi"}).status_code == 303
    late = post_form(client, f"{url}/changer", **{**SAID, "version": "1", "hours": "vendredi"})
    assert late.status_code == 409 and "pendant que vous écriviez" in late.text and "vendredi" in late.text
    bad = post_form(client, f"{PAGE}/nouvelle", **{**SAID, "email": "zephyrine", "said_on": "hier", "public": "oui"})
    assert bad.status_code == 422 and "nom@exemple.fr" in bad.text and NAME in bad.text


def test_where_she_helps_and_until_when(full_box: Box) -> None:
    client = full_box.staff()
    full_box.plan_stop(label="Salle de Gars", in_hours=5)
    url = add(client, public="oui")
    place = places.list_places(full_box.node.store, "coste", "", 1, 0)[0]
    target = f"place:{to_text(place.place_id)}"
    page = client.get(f"{url}?lieu=coste").text
    assert f'value="{target}"' in page and "Salle de Gars" in page
    wrong = post_form(
        client, f"{url}?lieu=coste", f"{url}/liens", target=target, since="2026-05-02", until="2026-01-01"
    )
    assert wrong.status_code == 422 and "La fin doit venir" in wrong.text
    more = {"target": target, "since": "2020-01-01", "hours_there": "mardi 14 h"}
    assert post_form(client, f"{url}?lieu=coste", f"{url}/liens", **more).status_code == 303
    at_place = f"/annuaire/{to_text(place.place_id)}"
    assert NAME in full_box.visitor().get(at_place).text and "mardi 14 h" in full_box.visitor().get(at_place).text
    assert place.name in full_box.visitor().get("/annuaire/personnes/" + url.rpartition("/")[2]).text
    ended = post_form(client, url, f"{url}/liens/{to_text(place.place_id)}/terminer")
    assert ended.status_code == 303 and "du 01/01/2020 au " in client.get(url).text
    later = queries.list_here(full_box.node.store, place.place_id, "2999-01-01")
    assert later == []


def test_home_opens_with_a_line_and_removing_erases(central_node: Node, enter: Enter) -> None:
    client = enter(central_node, cast.INES)
    directory.import_places(central_node, REAL)
    url = add(client)
    shown = post_form(client, url, f"{url}/contact").text
    assert NAME in shown and "04\u00a093" in shown and "zephyrine@exemple.fr" in shown
    assert "a lu le contact d’une personne qui aide" in client.get("/equipe/journal").text
    envelopes = "SELECT count(*) FROM envelope"
    assert central_node.store.value(envelopes) == 1
    assert post_form(client, url, f"{url}/retirer").status_code == 303 and client.get(url).status_code == 200
    assert post_form(client, url, f"{url}/retirer", oui="1").status_code == 303
    assert client.get(url).status_code == 404 and central_node.store.value(envelopes) == 0
    reader = enter(central_node, cast.ROBERT)
    assert reader.get(PAGE).status_code == 403


def test_a_card_goes_down_and_what_was_sealed_does_not(central_node: Node, enter: Enter) -> None:
    client = enter(central_node, cast.INES)
    add(client, public="oui")
    kinds = {
        row["kind"]: row["log_no"]
        for row in central_node.store.rows("SELECT kind, log_no FROM fact WHERE kind LIKE 'adviser%'")
    }
    assert kinds[facts.NOTED.name] == central_node.journal.log_no
    assert kinds[facts.SHOWN.name] != central_node.journal.log_no, "the log that every kit is told"
    cited = "SELECT count(*) FROM fact WHERE kind = ? AND envelope IS NOT NULL"
    assert central_node.store.value(cited, facts.SHOWN.name) == 0


@pytest.mark.parametrize(("frame", "count"), [("crcn", 16), ("digcomp", 21)])
def test_every_skill_of_the_frames_is_there(frame: str, count: int) -> None:
    listed = [one for skills in vocabulary.by_domain(frame).values() for one in skills]
    assert len(listed) == count and len({one.code for one in listed}) == count and all(one.words for one in listed)


def test_an_unknown_place_is_no_place_to_help(box: Box) -> None:
    client = box.staff()
    box.plan_stop()
    url = add(client)
    gone = post_form(client, url, f"{url}/liens", target=f"place:{to_text(place_id('x', 'y'))}")
    assert gone.status_code == 404 and queries.get_adviser(box.node.store, _id(url)).links == ()


def _id(url: str) -> bytes:
    from kit.ids import read_text

    found = read_text(url.rpartition("/")[2])
    assert found
    return found
