"""The guide of opinions, step by step against the running program."""

from __future__ import annotations

import re

from kit.people.node import Node
from tests import cast
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
    sign_up,
    write,
)


def _touch_a_face(user: User) -> None:
    user.tap("Mon avis")
    face = re.search(r'type="radio" name="(\w+)"[^>]*value="(\w+)"[^>]*><span><svg', user.page)
    assert face
    user.fill(**{face.group(1): face.group(2)})


def test_opinions_are_asked_for(node: Node) -> None:
    sign_up(node)
    user = User(enter(node, None), "/")
    follow(user, "avis", "Demander un avis", [nothing, _touch_a_face, nothing, press("Envoyer mon avis")])
    assert_seen(user, "C’est noté. Votre avis est anonyme.")
    user = User(enter(node, cast.NADIA), "/console")
    follow(
        user,
        "avis",
        "La borne et le papier",
        [as_said, as_said, all_of(press("Commencer sur cet appareil"), _six_figures), nothing],
    )


def _six_figures(user: User) -> None:
    assert re.search(r"\b\d{6}\b|\b\d{3} \d{3}\b", user.seen.words), user.seen.words


def _write_letter(user: User) -> None:
    user.go("/avis")
    user.tap("Signaler un problème")
    about = re.search(r'type="radio" name="(\w+)"[^>]*value="([^"]+)"', user.page)
    assert about
    user.fill(**{about.group(1): about.group(2)})
    user.fill(recit="La rampe de la mairie est trop raide pour un fauteuil.")
    user.press("Envoyer")


def _note_six_words(user: User) -> None:
    found = re.search(r'class="code"[^>]*>([a-zà-ÿ’-]+(?: [a-zà-ÿ’-]+){5})<', user.page)
    assert found, user.seen.words
    user.code = found.group(1)


def _read_letter(node: Node) -> Gesture:
    def gesture(user: User) -> None:
        user.phone = enter(node, cast.NADIA)
        user.go("/console")
        as_said(user)
        user.first("/console/courrier/[0-9a-z]{20,}")
        assert_seen(user, "La rampe de la mairie")

    return gesture


def test_a_problem_is_told_and_answered(node: Node) -> None:
    user = User(enter(node, None), "/")
    follow(
        user,
        "avis",
        "Doléances et questions",
        [
            _write_letter,
            _note_six_words,
            _read_letter(node),
            all_of(write(text="C’est transmis à la mairie."), press("Envoyer")),
            nothing,
        ],
    )
    user.phone = enter(node, None)
    user.go("/avis")
    user.tap("Lire la réponse avec mon code")
    user.fill(code=user.code)
    user.press("Lire")
    assert_seen(user, "C’est transmis à la mairie.")


def _count_paper(user: User) -> None:
    user.fill(ballots="3", n1="2", n2="1")
    user.press("Noter le papier")


def test_a_village_is_asked(node: Node) -> None:
    user = User(enter(node, cast.NADIA), "/console")
    follow(
        user,
        "avis",
        "Consulter",
        [
            as_said,
            write(title="Quel jour pour la Valise ?", options="mardi\njeudi"),
            press("Ouvrir la consultation"),
            look("Affiche"),
            _count_paper,
            nothing,
            as_said,
        ],
    )
    assert_seen(user, "jeudi")
