"""A kit where what the team wrote carries a mark: where it is shown in another language it must say in which it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient

from kit.app import create_app
from kit.directory import actions as directory
from kit.directory.queries import find_places, list_places
from kit.feedback import catalogue
from kit.feedback.letters import queries as letters
from kit.feedback.polls import actions as polls
from kit.feedback.questionnaires import Choice, Condition, Question, Questionnaire
from kit.ids import new_id, to_text
from kit.library.deposits import queries as deposits
from kit.people.node import Node
from kit.workshops import actions as workshops
from kit.workshops.forms import NewWorkshop, Person
from tests import cast
from tests.deposits.test_deposits import code_in, give
from tests.pages import post_form

MARK = "zébrulon"  # in no catalogue, no work and nobody's name
ASKED = "Et le bus ?"  # by a participant
HOUR_MS = 3_600_000
_CODE = re.compile(r'<p class="code" dir="ltr">([a-z ]+)</p>')


def told(words: str) -> str:
    """Words of the team."""
    return f"{words} {MARK}"


@dataclass
class Marked:
    """The kit, and what its addresses need."""

    node: Node
    visitor: FlaskClient
    team: FlaskClient
    addresses: list[str] = field(default_factory=list)
    forms: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # pages that answer a form


def mark_kit(node: Node, name: str = cast.NADIA.name) -> Marked:
    """Fill a kit, by what its team can do; `name`: who of the team does it."""
    app = create_app(node.settings, node)
    kit = Marked(node, app.test_client(), app.test_client())
    post_form(kit.team, "/connexion", passphrase=cast.NADIA.passphrase, name=name)
    stop_id = _plan_stop(node)
    _plan_workshops(kit, stop_id)
    _tell_places(kit, stop_id)
    _keep_things(kit)
    _ask(kit)
    _answer_letters(kit)
    if node.search_works("", 1):
        _shelve(kit)
    return kit


def _plan_stop(node: Node) -> bytes:
    now = node.clock.wall_ms()
    return directory.plan_stop(
        node, label=told("Salle du haut"), commune="Gars", starts_at_ms=now - HOUR_MS // 2,
        ends_at_ms=now + 9 * HOUR_MS, address=told("derrière la mairie"), tour=told("Vallée, automne"),
    )  # fmt: skip


def _plan(node: Node, stop_id: bytes, in_hours: float, **changed: Any) -> bytes:
    works = node.search_works("", 2)
    plan: dict[str, Any] = {
        "title": told("Mes photos à l’abri"), "stop_id": stop_id, "stop_label": told("Salle du haut"),
        "place": told("au premier étage"), "starts_at_ms": node.clock.wall_ms() + int(in_hours * HOUR_MS),
        "length_minutes": 60, "places": 8, "waiting_places": 1, "level": "debutant", "theme": "email",
        "summary": f"{told('On trie.')}\n{told('On garde.')}", "equipment": told("un câble"),
        "led_by": told("l’équipe"),
        "supports": b"".join(one.item_id for one in works), "series_id": b"s" * 16,
    }  # fmt: skip
    return workshops.plan_workshop(node, NewWorkshop(**{**plan, **changed}))


def _plan_workshops(kit: Marked, stop_id: bytes) -> None:
    node = kit.node
    workshops.close_workshop(node, _plan(node, stop_id, -6, series_id=b""), lambda *_: None)
    made = [_plan(node, stop_id, hours, place=told(f"salle {number}")) for number, hours in enumerate((-3, 1, 30))]
    off = _plan(node, b"", 5)
    tickets = [workshops.sign_up(node, one, new_id(), Person(cast.ODETTE, "")).code for one in (made[1], off)]
    workshops.cancel_workshop(node, off, told("La chaudière est en panne."), merged_into=made[1])
    for one in map(to_text, (*made, off)):
        kit.addresses += [f"/ateliers/{one}{page}" for page in ("", "/chez-moi", "/livret", "/numeros", "/presence")]
    kit.addresses += [
        f"/ecouter?page=/ateliers/{to_text(made[1])}",
        "/ecouter?page=/tournee",
        "/ecouter?page=/ateliers",
    ]
    kit.addresses += [f"/ticket/{one}" for one in tickets] + [f"/ticket/{tickets[0]}/changer", "/tournee"]


def _tell_places(kit: Marked, stop_id: bytes) -> None:
    node, file = kit.node, kit.node.data / "tmp" / "lieux.json"
    place = {
        "id": "un", "pivot": "00000000000000", "nom": told("Maison"), "commune": "Gars", "code_postal": "06850",
        "adresse": told("place haute"), "latitude": 43.86, "longitude": 6.8,
        "services": "Aide aux démarches administratives",
        "presentation_resume": told("On y vient à pied."), "presentation_detail": told("Le four chauffe le samedi."),
        "source": told("Communauté de communes"), "date_maj": "2026-10-01",
        "autres_formations_labels": told("École du coin"),
    }  # fmt: skip
    file.write_text(json.dumps([place]), "utf-8")
    directory.import_places(node, file)
    (line,) = list_places(node.store, MARK, "", 5, 0)
    known = find_places(node.store, [line.place_id])[line.place_id]
    said: dict[str, Any] = {"name": "Zéphyrine Testouri", "phone": "04 93 05 46 73", "role": "volunteer",
            "public": "oui", "communes": told("Gars"), "hours": told("le mardi"), "about": told("Elle aide à classer."),
            "services": ["demarches"], "skills": ["crcn:2.1"]}  # fmt: skip
    page = str(post_form(kit.team, "/console/annuaire/personnes/nouvelle", **said).location)
    for kind, target in (("place", known.place_id), ("stop", stop_id)):
        link = {"target": f"{kind}:{to_text(target)}", "since": "2026-01-01", "hours_there": told("le soir")}
        assert post_form(kit.team, f"{page}?lieu={MARK}", f"{page}/liens", **link).status_code == 303
    kit.addresses += [f"/annuaire/{to_text(known.place_id)}", f"/annuaire/{to_text(known.place_id)}/erreur"]
    kit.addresses += [f"/annuaire/personnes/{page.rpartition('/')[2]}", f"/annuaire/haltes/{to_text(stop_id)}"]
    kit.addresses += ["/annuaire", f"/annuaire?q={MARK}", "/annuaire/carte?n=43.86&e=6.8&km=9", "/pres-d-ici"]
    kit.addresses += ["/besoin/caf", f"/recherche?q={MARK}", f"/recherche?q={MARK}&dans=lieux", "/annuaire/personnes"]


def _keep_things(kit: Marked) -> None:
    """A hall and an object, which the team alone reads of."""
    hall = {"label": told("Foyer"), "commune": "Gars", "address": told("au bourg"), "state": "agreed",
            "host": told("la mairie"), "keys": told("à l’épicerie"), "hours": told("le jeudi"),
            "remarks": told("Le poêle fume.")}  # fmt: skip
    assert post_form(kit.team, "/console/salles/nouvelle", **hall).status_code == 303
    thing = {"label": told("Vidéoprojecteur"), "kind": "screen", "state": "good", "place": told("au grenier"),
             "owner": told("l’association"), "remarks": told("Sans câble.")}  # fmt: skip
    noted = post_form(kit.team, "/console/materiel/nouveau", **thing)
    assert noted.status_code == 303, noted.text


def _choices(words: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, told(f"{words} {value}")) for value in (1, 2, 3))


def _ask(kit: Marked) -> None:
    node, hint = kit.node, told("une aide")
    asked = tuple(
        Question(kind, kind, told(f"Question {kind}"), hint=hint,
                 choices=_choices(kind) if kind in ("faces", "one", "several", "ranking") else ())
        for kind in ("faces", "one", "five", "several", "ranking", "number", "decimal", "date", "long", "short")
    )  # fmt: skip
    folded = Question("partie", "section", told("Une partie"), hint=hint, is_folded=True)
    more = Question("plus", "short", told("Et puis ?"), shown_if=(Condition("one", (1,)),))
    survey = Questionnaire(
        "essai", 1, told("Essai"), (*asked, folded, more), intro=told("Dites-nous."), about="workshop"
    )
    catalogue.publish(node, survey)
    catalogue.offer(node, "essai", is_offered=True)
    kit.addresses += ["/questionnaires", "/questionnaires/essai", "/avis"]
    kit.forms += [("/questionnaires/essai", {"five": "99"})]
    for code in ("ouverte", "finie"):
        choice = Question("choix", "one", told("Quel jour ?"), required=True, choices=_choices("jour"))
        poll = Questionnaire(code, 1, told("Marché"), (choice,), purpose="poll", intro=told("La mairie décide."))
        polls.begin(node, poll)
        kit.addresses += [f"/consultations/{code}", f"/questionnaires/{code}"]
    polls.end(node, "finie")
    kit.addresses += ["/consultations"]


def step_through(phone: FlaskClient) -> Iterator[str]:
    """The survey one question at a time, answered, up to the page that tells it all again."""
    given: dict[str, Any] = {"version": "1", "one": "1", "several": ["1", "2"], "ranking.2": "1", "faces": "1"}
    page = phone.get("/questionnaires/essai/pas").text
    while not (here := re.findall(r'action="(/questionnaires/essai/pas/[^"]+)"', page))[0].endswith("/envoyer"):
        yield page
        token = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
        page = phone.post(here[0], data={"csrf": token, **given}, follow_redirects=True).text
    yield page


def _answer_letters(kit: Marked) -> None:
    node, team = kit.node, kit.team
    for kind in ("answer", "change"):
        new = {"kind": kind, "title": told("Le bus"), "text": f"{told('Il passe.')}\n{told('À midi.')}", "shown": "1"}
        assert post_form(team, "/console/courrier/pour-tous", **new).status_code == 303
    noted = post_form(kit.visitor, "/questionnaires/question", question=ASKED).text
    code = _CODE.findall(noted)[0]
    (letter,) = letters.list_letters(node.store, "question")
    answers_page = f"/console/courrier/{to_text(letter.letter_id)}"
    moved = post_form(team, answers_page, status="answered", text=told("Il passera."))
    assert moved.status_code == 303, moved.text
    gift = code_in(give(kit.visitor))
    waiting = deposits.list_waiting(node.store, node.identity.sign_public, 1, 0)[0].text_id
    desk = f"/console/propositions/{waiting}"
    assert post_form(team, desk, do="refuse", word=told("Pas encore.")).status_code in (302, 303)
    kit.forms += [("/suivi", {"code": code}), ("/proposer/suivi", {"code": gift})]
    kit.addresses += ["/reponses"]


def _seen(team: FlaskClient, page: str) -> str:
    """The mark of what the form was filled from."""
    return str(re.findall(r'name="mark" value="([^"]*)"', team.get(page).text)[0])


def _shelve(kit: Marked) -> None:
    """One work on a shelf of the team's, with whence it came and how to cite it."""
    work = kit.node.search_works("", 1)[0]
    desk = f"/console/bibliotheque/{to_text(work.item_id)}"
    card = {"title": "Un livre", "creators": "Zoé", "language": "fr", "summary": "", "subjects": "", "level": "",
            "series": "", "series_place": "", "chapters": "", "shelf": told("Contes d’ici")}  # fmt: skip
    noted = post_form(kit.team, f"{desk}/fiche", mark=_seen(kit.team, f"{desk}/fiche"), **card)
    assert noted.status_code == 303, noted.text
    rights = {"licence": "CC-BY-4.0", "source": told("donné par Zoé"), "attribution": told("Citez Zoé"), "based_on": "",
              "do": "publish"}  # fmt: skip
    assert post_form(kit.team, desk, mark=_seen(kit.team, desk), **rights).status_code == 303
    kit.addresses += [
        f"/bibliotheque/{to_text(work.item_id)}",
        "/bibliotheque",
        f"/bibliotheque?etagere={told('Contes d’ici')}",
    ]
