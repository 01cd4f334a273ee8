"""The guide of the mediator and the ten minutes in pictures, step by step against the running program."""

from __future__ import annotations

from pathlib import Path

from kit.people.node import Node
from tests import cast
from tests.central.season import note_season
from tests.content.walking import (
    GUIDES,
    Gesture,
    User,
    all_of,
    as_said,
    assert_seen,
    at_kit,
    enter,
    enter_team,
    follow,
    look,
    nothing,
    press,
    read_sheet,
    show_sheet,
    sign_in,
    sign_up,
    tap,
    write,
)
from tests.sync.homes import copy_pair, served


def test_a_mediator_sends_home(template: Path, tmp_path: Path) -> None:
    kit, central = copy_pair(template, tmp_path / "unsent")
    note_season(kit)
    user = at_kit(kit)
    with served(central):
        follow(
            user,
            "mediateur",
            "Envoyer à la coordination",
            [nothing, as_said, press("Envoyer"), lambda one: one.ask("/console/envoi", "Tout est bien reçu")],
        )
    kit.store.close()
    central.store.close()


def _sheet_to_sign(user: User) -> None:
    user.go("/console")
    user.tap("Ateliers")
    user.first("/console/ateliers/[0-9a-z]{20,}/presences")
    user.tap("Feuille à signer")


def test_a_mediator_gets_ready(full_node: Node) -> None:
    user = User(enter(full_node, None), "/")
    follow(
        user,
        "mediateur",
        "Avant de partir",
        [
            enter_team,
            as_said,
            tap("Réglages"),
            as_said,
            _sheet_to_sign,
            all_of(
                lambda one: one.go("/console"),
                tap("Réglages"),
                tap("Wi-Fi et affiches"),
                look("Cartes de l’équipe"),
                tap("Affiche A4"),
                lambda one: one.go("/console/wifi"),
                tap("Cartes de l’équipe"),
            ),
            nothing,
        ],
    )
    assert_seen(user, "Au dos : dix minutes")


def test_a_mediator_starts_in_the_hall(node: Node) -> None:
    user = User(enter(node, None), "/annuaire")
    follow(
        user,
        "mediateur",
        "En dix minutes, dans la salle",
        [
            nothing,
            nothing,
            nothing,
            lambda one: one.go("/"),
            look("Bienvenue !"),
            enter_team,
            look("À faire maintenant"),
            show_sheet,
        ],
    )


def test_the_ten_minutes_in_pictures_are_the_program_s(node: Node) -> None:
    """Every page, button and box that a step names is met in the order of the steps."""
    user = User(enter(node, None), "/")
    pages = {
        5: nothing,
        6: tap("Espace médiateur"),
        7: all_of(tap("Écrire la phrase secrète"), write(passphrase=cast.NADIA.passphrase), press("Entrer")),
        8: nothing,
        10: show_sheet,
    }
    follow(user, read_sheet(GUIDES / "dix-minutes"), "", [pages.get(number, nothing) for number in range(1, 11)])
    user.go("/bibliotheque?sorte=sheet")
    user.choose("La valise en dix minutes")
    user.tap("Imprimer")
    assert user.page.count("<img") >= 10


def _roll(user: User) -> None:
    user.go("/console/ateliers")
    user.first(r"/console/ateliers/[0-9a-z]+/presences")


def press_named(name: str) -> Gesture:
    """Press the first button of that name: the boxes of the roll have no words of their own."""

    def gesture(user: User) -> None:
        found = next(((form, one) for form in user.seen.forms for one in form.buttons if one[1] == name), None)
        assert found, f"no button {name} on {user.path}"
        user.send(found[0], {name: found[1][2]})

    return gesture


def _with_code(code: str) -> Gesture:
    def gesture(user: User) -> None:
        user.fill(code=code)
        user.tap("Cocher")

    return gesture


def _without_name(user: User) -> None:
    _roll(user)
    user.tap("+1 sans nom")


def _find_by_name(user: User) -> None:
    user.go("/console/ateliers")
    user.tap("Retrouver une inscription par le nom")


def _to_settings(user: User) -> None:
    user.go("/console")
    user.tap("Réglages")
    user.tap("Appareil partagé")


def _take_back(user: User) -> None:
    sign_in(user.phone, cast.NADIA)
    _to_settings(user)
    user.tap("Cet appareil n’est plus partagé")


def test_a_mediator_follows_the_guide(node: Node) -> None:
    code = sign_up(node)
    user = User(enter(node, cast.NADIA), "/console")
    follow(user, "mediateur", "Tenir les présences",
           [_roll, press_named("came"), press_named("undo"), _with_code(code), tap("+ Avec un nom"), _without_name,
            _find_by_name])  # fmt: skip
    _roll(user)
    closing: Gesture = lambda one: one.fill(paper="no", certificates="no")  # noqa: E731 - a gesture
    follow(
        user, "mediateur", "Finir un atelier", [nothing, tap("Terminer l’atelier"), closing, tap("Terminer l’atelier")]
    )
    follow(user, "mediateur", "Une tablette pour tous",
           [_to_settings, tap("Partager cet appareil"), look("J’ai fini"), _take_back])  # fmt: skip
