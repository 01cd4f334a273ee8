"""The guide of whoever comes, step by step against the running program."""

from __future__ import annotations

import re

from kit.people.node import Node
from tests.content.walking import (
    Gesture,
    User,
    assert_seen,
    enter,
    follow,
    look,
    note_code,
    nothing,
    open_workshop,
    tap,
    write_name,
)


def _book(user: User) -> None:
    user.go("/bibliotheque?sorte=book")
    user.first(r"/bibliotheque/[0-9a-z]{20,}")


def _sheets(user: User) -> None:
    user.go("/bibliotheque")
    assert_seen(user, "Fiches pas à pas")
    user.go("/bibliotheque?sorte=sheet")


def _to_print(user: User) -> None:
    user.tap("Lire ici")
    user.first(r".*/lire/\d+")
    assert_seen(user, "Imprimer")


def _find_ticket(user: User) -> None:
    user.go("/")
    user.tap("Ateliers")
    user.tap("J’ai déjà un ticket")


def _write_code(user: User) -> None:
    user.fill(code=user.code)
    user.tap("Voir mon ticket")


def _mood(user: User) -> None:
    (form,) = [one for one in user.seen.forms if one.method == "post"]
    face = re.search(r'type="radio" name="(\w+)"[^>]*value="(\w+)"[^>]*><span><svg', user.page)
    assert face
    form.values[face.group(1)] = face.group(2)


def test_a_participant_follows_the_guide(node: Node) -> None:
    user = User(enter(node, None), "/")
    follow(user, "participant", "Entrer", [*[nothing] * 5, look("Bienvenue !")])
    follow(user, "participant", "Lire, écouter, regarder",
           [tap("Lire, écouter, regarder"), _book, look("Lire ici"), look("Garder sur mon téléphone"),
            _to_print])  # fmt: skip
    a_sheet: Gesture = lambda one: one.first(r"/bibliotheque/[0-9a-z]{20,}")  # noqa: E731 - a gesture
    follow(
        user,
        "participant",
        "Suivre une fiche pas à pas",
        [_sheets, a_sheet, tap("Lire ici"), nothing, tap("C’est fait")],
    )
    user.go("/")
    follow(user, "participant", "S’inscrire à un atelier",
           [tap("Ateliers"), open_workshop, write_name, nothing, tap("Demander une place"), look("code"),
            note_code])  # fmt: skip
    follow(user, "participant", "Changer d’avis", [_find_ticket, _write_code, tap("Oui, je rends ma place")])
    assert_seen(user, "Inscription annulée")
    user.go("/")
    follow(user, "participant", "Donner son avis", [tap("Donner mon avis"), _mood, nothing, tap("Envoyer mon avis")])
    assert_seen(user, "C’est noté. Votre avis est anonyme.")
    user.go("/")
    follow(user, "participant", "Pour mieux voir, pour mieux comprendre",
           [tap("Affichage simple"), nothing, look("Écouter"), tap("Affichage normal")])  # fmt: skip
