"""The guide of repairs, step by step against the running program."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from kit.people.node import Node
from tests import cast
from tests.content.walking import (
    Gesture,
    User,
    all_of,
    as_said,
    enter,
    enter_team,
    follow,
    look,
    nothing,
    press,
    tap,
    write,
)
from tests.hotspot.plans import GIVEN


def test_repairing(full_node: Node) -> None:
    user = User(enter(full_node, None), "/portail")
    follow(user, "reparer", "La page ne s’ouvre pas", [*[nothing] * 4, tap("Ça ne s’ouvre pas ?"), nothing, nothing])
    user.go("/")
    enter_team(user)
    follow(
        user,
        "reparer",
        "Une vérification dit « à réparer »",
        [tap("Réglages"), look("à réparer"), all_of(_room_again(full_node), tap("Réglages"), _is_well), look("à voir")],
    )
    follow(
        user,
        "reparer",
        "L’heure est fausse",
        [as_said, write(day="2026-11-27", hour="14:05"), press("C’est la bonne heure")],
    )
    user.go("/console")
    follow(
        user,
        "reparer",
        "Une phrase secrète est perdue",
        [as_said, press("Lui donner une nouvelle phrase"), look("ne sera plus")],
    )


def _room_again(node: Node) -> Gesture:
    """Somebody made room on the disk."""

    def gesture(user: User) -> None:
        node.settings = replace(node.settings, reserve=0)
        user.phone = enter(node, cast.NADIA)

    return gesture


def _is_well(user: User) -> None:
    user.go("/console/reglages")
    assert "à réparer" not in user.seen.words


def _tick_first(user: User) -> None:
    found = re.search(r'name="item" value="(\w+)"', user.page)
    assert found
    user.fill(item=found.group(1))


def test_room_is_made(node: Node) -> None:
    user = User(enter(node, cast.PAUL), "/console")
    before = node.store.value("SELECT count(*) FROM item")
    follow(
        user,
        "reparer",
        "Le disque est plein",
        [as_said, _tick_first, all_of(press("Supprimer…"), press("Supprimer 1 document")), nothing],
    )
    assert (before and "Supprimé" in user.seen.words) or "supprimé" in user.seen.words


def test_the_wifi_of_the_hall_is_named(node: Node, tmp_path: Path) -> None:
    node.settings = replace(node.settings, **GIVEN, card=str(tmp_path))
    user = User(enter(node, cast.NADIA), "/console")
    follow(
        user,
        "reparer",
        "Aucun moyen d’envoyer",
        [as_said, write(salle_wifi_nom="Mairie", salle_wifi_cle="coquelicot"), press("Garder ces réglages")],
    )
    assert "C’est noté" in user.seen.words and "Redémarrer" not in user.seen.words  # no helper of the machine here
