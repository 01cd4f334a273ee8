"""Who checked what and when; places asked by letter or e-mail; what comes from outside waits for people."""

from __future__ import annotations

import csv
import io
import re

from kit.directory import actions, facts, open_data, proposals, queries
from kit.directory.freshness.codes import find_place
from kit.ids import to_text
from tests.pages import post_form

from .box import Box, place

PAGE = "/console/annuaire/fraicheur"
RIGHT = {"horaires": "", "telephone": "", "adresse": "12 RUE DE L'ŒUVRE"}


def first(box: Box, words: str = "") -> str:
    return to_text(queries.list_places(box.node.store, words, "", 1, 0)[0].place_id)


def today(box: Box) -> str:
    return box.node.today()


def said(day: str) -> str:
    return "/".join(reversed(day.split("-")))


def test_the_team_checks_and_the_place_rises(box: Box) -> None:
    box.take_in([place(1, date_maj="2020-01-01"), place(2, date_maj="2019-01-01"), place(3, date_maj="2018-01-01")])
    client, day = box.staff(), today(box)
    last = f"/annuaire/{first(box, 'Lieu 0003')}"
    form = last.replace("/annuaire/", "/console/annuaire/lieux/") + "/verifie"
    assert post_form(client, last, form, comment="phone").status_code == 303
    page = box.visitor().get(last).text
    assert f'Vérifié le <time datetime="{day}">{said(day)}</time>, par téléphone (La Valise)' in page
    names = [line.name for line in queries.list_places(box.node.store, "", "", 9, 0)]
    assert names == ["Lieu 0001", "Lieu 0002", "Lieu 0003"], "by name, when nobody asks for the fresh ones first"
    listed = box.visitor().get("/annuaire").text
    assert listed.index("Lieu 0003") < listed.index("Lieu 0001") and listed.count("Pas vérifié depuis") == 2
    dates = {row["nom"]: row["date_maj"] for row in open_data.publishable(box.node.store)}
    assert dates == {"Lieu 0001": "2020-01-01", "Lieu 0002": "2019-01-01", "Lieu 0003": day}
    before = box.node.journal.projection_hash()
    box.node.journal.replay()
    assert box.node.journal.projection_hash() == before


def test_a_letter_its_code_and_a_place_that_confirms(box: Box) -> None:
    box.take_in([place(1, date_maj="2020-01-01"), place(2, date_maj="2019-01-01", horaires="Mo 09:00-12:00")])
    client, day = box.staff(), today(box)
    page = client.get(PAGE).text
    assert page.index("Lieu 0002") < page.index("Lieu 0001"), "the oldest first"
    assert post_form(client, PAGE, comment="letter").location == PAGE, "nothing was chosen"
    one = first(box, "Lieu 0002")
    sent = post_form(client, PAGE, comment="letter", lieu=[one, "x", "a" * 26])
    letters = client.get(sent.location).text
    assert letters.count('<section class="sheet letter">') == 1 and "lundi" in letters and "<svg" in letters
    code = re.search(r'<b dir="ltr">([a-z2-7-]{19})</b>', letters)
    assert code and f"demandé le {said(day)}" in client.get(PAGE).text
    typed = code[1].upper().replace("-", " ").replace("O", "0")
    anyone = box.visitor()
    asked = anyone.get("/annuaire/confirmer", query_string={"code": typed})
    assert asked.status_code == 302 and "Tout est juste" in anyone.get(asked.location).text
    assert anyone.get("/annuaire/confirmer/aaaa-bbbb-cccc-dddd").status_code == 404
    assert find_place(box.node, code[1]) is not None and find_place(box.node, code[1][:-1]) is None
    done = post_form(anyone, asked.location, juste="1")
    assert done.status_code == 200 and "tout est juste à ce jour" in done.text
    assert "par le lieu lui-même" in box.visitor().get(f"/annuaire/{one}").text
    assert "1 lieu, 1 vérifié depuis" in client.get(PAGE).text
    assert client.get(sent.location).text.count('<section class="sheet letter">') == 1, "it may be printed again"


def test_what_the_place_corrects_waits_for_the_team(box: Box) -> None:
    box.take_in([place(1, telephone="0442000000"), place(2)])
    url = f"/annuaire/{first(box)}"
    for hours in ("Mo 08:00-12:00", "Tu 08:00-12:00"):
        told = post_form(box.visitor(), f"{url}/erreur", **{**RIGHT, "horaires": hours, "telephone": "04 42 00 00 00"})
        assert told.status_code == 200 and "relit" in told.text
    same = post_form(box.visitor(), f"{url}/erreur", **{**RIGHT, "telephone": "04 42 00 00 00"})
    assert "Rien ne diffère" in same.text
    wrong = post_form(box.visitor(), f"{url}/erreur", **{**RIGHT, "adresse": "", "horaires": "mardi"})
    assert wrong.status_code == 422 and 'value="mardi"' in wrong.text
    assert "08:00" not in box.visitor().get(url).text and "mardi" not in box.visitor().get(url).text
    waiting = proposals.list_proposals(box.node.store, 9, 0)
    assert [one.state for one in waiting] == ["flagged", "flagged"] and proposals.count_to_settle(box.node.store) == 2
    assert proposals.merge_waiting(box.node) == 0, "nothing from outside merges by itself"
    client = box.staff()
    assert client.get("/console/annuaire").text.count("venue de l’extérieur") == 2
    chosen = next(one for one in waiting if one.fields["horaires"].startswith("Tu"))
    accept = f"/console/annuaire/corrections/{to_text(chosen.proposal_id)}"
    assert post_form(client, "/console/annuaire", accept, reponse="oui").status_code == 303
    assert "mardi" in box.visitor().get(url).text


def test_a_place_that_is_no_more(box: Box) -> None:
    box.take_in([place(1), place(2)])
    url = f"/annuaire/{first(box)}"
    assert post_form(box.visitor(), f"{url}/erreur", **RIGHT, mot="closed").status_code == 200
    assert box.visitor().get(url).status_code == 200
    (one,) = proposals.list_proposals(box.node.store, 9, 0)
    client, accept = box.staff(), f"/console/annuaire/corrections/{to_text(one.proposal_id)}"
    assert "n’existe plus" in client.get("/console/annuaire").text
    assert post_form(client, "/console/annuaire", accept, reponse="oui").status_code == 303
    assert box.visitor().get(url).status_code == 404 and queries.count_places(box.node.store) == 1
    (gone,) = [one for one in box.node.journal.facts_of(facts.PLACE, one.place_id) if one.kind == facts.REMOVED.name]
    assert gone.body.reason == "closed"


def test_a_script_that_reports_is_slowed_and_mails_carry_links(box: Box) -> None:
    box.take_in([place(1, nom="=cmd()", courriels="a@exemple.fr|b@exemple.fr", date_maj="2020-01-01"),
                 place(2, courriels="", date_maj="2020-01-01")])  # fmt: skip
    url, anyone = f"/annuaire/{first(box)}/erreur", box.app.test_client()
    answers = [post_form(anyone, url, **{**RIGHT, "horaires": f"Mo 0{n % 9}:00-12:00"}).status_code for n in range(24)]
    assert answers[0] == 200 and answers[-1] == 429
    client = box.staff()
    sent = post_form(client, PAGE, comment="mail", lieu=[first(box, "cmd"), first(box, "Lieu 0002")])
    row, bare = csv.DictReader(io.StringIO(client.get(sent.location).text.lstrip("\ufeff")))
    assert row["nom"] == "'=cmd()" and row["courriels"] == "a@exemple.fr, b@exemple.fr"
    assert (bare["nom"], bare["courriels"]) == ("Lieu 0002", "")
    assert re.fullmatch(r"http://localhost/annuaire/confirmer/[a-z2-7-]{19}", row["lien"])


def test_only_the_team_keeps_rounds(box: Box) -> None:
    box.take_in([place(1)])
    assert box.visitor().get(PAGE).status_code == 401
    assert box.visitor().get("/annuaire/nulle-part/erreur").status_code == 404
    assert actions.import_places(box.node, box.node.data.parent / "lieux.json").known == 1
