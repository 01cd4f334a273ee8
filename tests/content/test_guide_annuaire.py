"""The guide of the directory, step by step against the running program."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests import cast
from tests.conftest import copy_node, open_node
from tests.content.walking import (
    Gesture,
    User,
    all_of,
    as_said,
    assert_seen,
    enter,
    follow,
    look,
    nothing,
    press,
    tap,
    write,
)


@pytest.fixture
def box(demo: Path, tmp_path: Path) -> Iterator[User]:
    node = open_node(copy_node(demo, tmp_path / "kit"))
    yield User(enter(node, cast.NADIA), "/console")
    node.store.close()


PLACES = "nom,adresse,code_postal,commune\nMairie,1 place Neuve,06380,Sospel\nSans ville,2 rue Haute,,\n"


def _take_places(user: User) -> None:
    as_said(user)
    user.fill(fichier=(io.BytesIO(PLACES.encode()), "lieux.csv"))
    user.press("Donner le fichier")


def _add_place(user: User) -> None:
    user.go("/console/annuaire")
    as_said(user)
    user.fill(nom="Mairie de Breil", adresse="1 place Brancion", code_postal="06540", commune="Breil-sur-Roya")
    user.press("Noter")


def test_places_are_kept(box: User, coordinator: object) -> None:
    from flask.testing import FlaskClient

    assert isinstance(coordinator, FlaskClient)
    box.history.append(User(coordinator, "/").seen.words)
    follow(
        box,
        "annuaire",
        "Les lieux",
        [all_of(tap("Haltes"), tap("Corrections de l’annuaire")), _take_places, look("lignes refusées"), _add_place],
    )
    box.go("/annuaire?q=Breil")
    assert_seen(box, "Mairie de Breil")


def _checked(user: User) -> None:
    user.go("/annuaire")
    user.first("/annuaire/[0-9a-z]{20,}")
    as_said(user)


def _letters(user: User) -> None:
    found = re.search(r'name="lieu" value="(\w+)"', user.page)
    assert found
    user.fill(lieu=found.group(1))
    user.press("Imprimer des lettres")


def test_the_directory_stays_right(box: User) -> None:
    follow(
        box,
        "annuaire",
        "Des fiches qui restent justes",
        [_checked, all_of(lambda one: one.go("/console/annuaire"), as_said), _letters, nothing, nothing, nothing],
    )
    assert re.search(r"/annuaire/confirmer/?", box.page)


def _somebody(user: User) -> None:
    user.go("/console/annuaire")
    as_said(user)
    user.tap("Ajouter une personne")


def _who_reads(user: User) -> None:
    user.go("/equipe")
    user.go("/console/annuaire/personnes/nouvelle")


def _note_her(user: User) -> None:
    user.fill(name="Rose Marchand", said_on="2026-11-02", communes="Sospel", hours="le mardi matin", **_yes(user))
    user.press("Noter")


def _yes(user: User) -> dict[str, str]:
    found = re.search(r'type="radio" name="(\w+)" value="(\w+)"', user.page.split("Qui peut", 1)[-1])
    return {found.group(1): found.group(2)} if found else {}


def test_who_helps_is_noted(box: User) -> None:
    follow(
        box,
        "annuaire",
        "Les personnes qui aident",
        [
            _somebody,
            _who_reads,
            _note_her,
            look("Ajouter un lieu ou une halte"),
            all_of(look("Retirer cette personne"), press("Retirer")),
        ],
    )


def test_a_hall_is_noted(box: User) -> None:
    box.tap("Haltes")
    note: Gesture = write(label="Salle polyvalente", commune="Sospel", host="Mairie de Sospel", keys="à l’accueil")
    follow(box, "annuaire", "Les salles", [as_said, note, all_of(write(state="agreed"), press("Noter")), as_said])
    assert_seen(box, "Prévoir une halte")


def test_equipment_is_lent(box: User) -> None:
    box.go("/console/annuaire")
    noted: Gesture = all_of(as_said, write(label="Vidéoprojecteur", number="V-1", owner="Association"), press("Noter"))
    follow(box, "annuaire", "Le matériel partagé", [noted, _labels, _lend_now, _give_back])


def _labels(user: User) -> None:
    here = user.path
    user.go("/console/materiel")
    user.tap("Étiquettes à coller")
    user.go(here)


def _lend_now(user: User) -> None:
    user.fill(for_whom="Mairie de Sospel", until=str(date.today() + timedelta(days=40)))
    user.press("Il part maintenant")


def _give_back(user: User) -> None:
    assert_seen(user, "Il est revenu")
    state = re.search(r'name="etat"[^>]*value="(\w+)"', user.page) or re.search(r'<option value="(\w+)"', user.page)
    assert state
    user.fill(etat=state.group(1), dit="")
    user.press("Noter le retour")
