"""The console's page of the machine, stopping it, and coming back with the card and the envelope."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.errors import Problem
from kit.front.machine_routes import ROOT
from kit.people import actions, presence, team
from kit.people.node import Node
from tests import cast
from tests.conftest import Enter, copy_node, open_node, sign_in_as
from tests.device.test_steward import Door
from tests.device.trees import WITH_HATS, plant
from tests.pages import post_form

CODE = re.compile(r'class="code" dir="ltr">([^<]+)<')


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_mediator_reads_how_the_machine_is(mediator: FlaskClient, tmp_path: Path) -> None:
    tree = WITH_HATS | {"sys/class/hwmon/hwmon1/in0_lcrit_alarm": "1\n"}
    mediator.application.config[ROOT] = str(plant(tmp_path / "root", tree))
    told = words_of(mediator.get("/console/machine").get_data(as_text=True))
    assert "Raspberry Pi 4 Model B Rev 1.4 · allumée depuis 1 h 25 min" in told
    assert "Température 58 °C" in told and "Batterie 64 %, se vide" in told and "20 % de sa vie au plus" in told
    assert "trop faible à réparer Le courant a été trop faible. Changez de câble" in told


def test_on_a_pc_what_is_not_there_is_said_and_nothing_can_be_stopped(mediator: FlaskClient, tmp_path: Path) -> None:
    mediator.application.config[ROOT] = str(tmp_path / "nothing")
    told = words_of(mediator.get("/console/machine").get_data(as_text=True))
    assert told.count("pas disponible ici") == 7 and "Pas disponible ici : cette machine" in told
    assert "Oui, éteindre" not in mediator.get("/console/machine/arret").get_data(as_text=True)
    refused = post_form(mediator, "/equipe/ma-phrase", "/console/machine/arret")
    assert refused.status_code == 409 and "Pas disponible ici" in refused.get_data(as_text=True)


def test_staff_stop_the_machine_and_visitors_never(kit_node: Node, enter: Enter, tmp_path: Path) -> None:
    done = tmp_path / "done"
    door = Door(tmp_path / "door", done)
    kit_node.settings = replace(kit_node.settings, machine=str(tmp_path / "door"))
    mediator, visitor = enter(kit_node, cast.NADIA), enter(kit_node, None)
    assert visitor.get("/console/machine/arret").status_code == 401
    assert post_form(visitor, "/connexion", "/console/machine/arret").status_code == 401 and not done.exists()
    assert "Oui, éteindre" in mediator.get("/console/machine/arret").get_data(as_text=True) and not done.exists()
    answer = post_form(mediator, "/console/machine/arret", "/console/machine/arret")
    assert "La valise s’éteint" in answer.get_data(as_text=True) and done.exists()
    assert post_form(mediator, "/console/machine/redemarrage", "/console/machine/redemarrage").status_code == 503
    assert mediator.get("/console/machine/autre").status_code == 404
    door.listener.close()


@pytest.fixture
def with_card(kit_node: Node, tmp_path: Path) -> Node:
    (tmp_path / "card").mkdir()
    kit_node.settings = replace(kit_node.settings, card=str(tmp_path / "card"))
    return kit_node


def put_file(node: Node) -> Path:
    path = Path(node.settings.card) / presence.FILE
    path.touch()
    return path


def test_the_card_and_the_envelope_give_a_new_phrase_once(with_card: Node, enter: Enter) -> None:
    mediator, stranger = enter(with_card, cast.NADIA), enter(with_card, None)
    code = CODE.findall(post_form(mediator, "/console/machine", "/console/machine/code").get_data(as_text=True))[0]
    assert "posez sur la carte un fichier" in stranger.get("/presence").get_data(as_text=True)
    path = put_file(with_card)
    before = sign_in_as(with_card, cast.NADIA).vault()
    answer = post_form(stranger, "/presence", nom=cast.NADIA.name, code=code)
    phrase = CODE.findall(answer.get_data(as_text=True))[0]
    assert answer.status_code == 200 and not path.exists(), "the file has served"
    cookie = actions.sign_in(with_card, actions.Throttle(with_card.clock.mono_ms), "here", phrase, cast.NADIA.name)
    staff = actions.find_signed_in(with_card, cookie)
    assert staff is not None and staff.vault() == before, "it opens the same names"
    put_file(with_card)
    with pytest.raises(Problem) as refused:
        presence.recover(with_card, cast.NADIA.name, code)
    assert refused.value.code == "people.wrong_presence"


def test_one_without_the_other_opens_nothing(with_card: Node, enter: Enter) -> None:
    code = presence.make_code(with_card, sign_in_as(with_card, cast.NADIA))
    stranger = enter(with_card, None)
    stranger.get("/presence")
    with pytest.raises(Problem) as alone:
        presence.recover(with_card, cast.NADIA.name, code)
    assert alone.value.code == "people.no_presence"
    put_file(with_card)
    for name, given in ((cast.NADIA.name, "un deux trois quatre cinq six sept huit"), (cast.NADIA.name, ""),
                        ("Personne", code), (cast.PAUL.name, code)):  # fmt: skip
        with pytest.raises(Problem) as wrong:
            presence.recover(with_card, name, given)
        assert wrong.value.code == "people.wrong_presence", "Paul’s role opens no names"
    assert post_form(stranger, "/presence", nom=cast.NADIA.name, code="faux").status_code == 403
    assert post_form(stranger, "/presence", nom=cast.NADIA.name, code=code).status_code in (200, 429)


def test_the_disk_keeps_neither_the_code_nor_the_key_in_clear(with_card: Node) -> None:
    staff = sign_in_as(with_card, cast.NADIA)
    code, key = presence.make_code(with_card, staff), staff.vault()
    with_card.store.flush()
    raw = b"".join(path.read_bytes() for path in with_card.data.glob("valise.db*"))
    assert key is not None and key not in raw and code.encode() not in raw


def test_a_new_key_of_the_team_voids_the_envelope(with_card: Node) -> None:
    staff = sign_in_as(with_card, cast.NADIA)
    code = presence.make_code(with_card, staff)
    team.renew_vault(with_card, staff)
    put_file(with_card)
    assert not presence.has_code(with_card)
    with pytest.raises(Problem):
        presence.recover(with_card, cast.NADIA.name, code)


def test_the_code_is_for_who_opens_names_and_for_the_team_only(templates: Path, tmp_path: Path, enter: Enter) -> None:
    node = open_node(copy_node(templates / "kit", tmp_path / "other"))
    librarian = enter(node, cast.PAUL)
    assert post_form(librarian, "/equipe/ma-phrase", "/console/machine/code").status_code == 403
    assert not presence.has_code(node)
    node.store.close()
