"""The guide of the coordination's week, step by step against the running program."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from kit.people.node import Node
from kit.sync.actions import send
from tests.content.walking import (
    Gesture,
    Pair,
    User,
    all_of,
    as_said,
    assert_seen,
    at_kit,
    follow,
    look,
    nothing,
    open_kit,
    press,
    say_lost,
    tap,
    ticket,
    write,
)
from tests.sync.homes import CANARY, served


def _plan(user: User) -> None:
    as_said(user)
    user.fill(
        title="Ma boîte d’e-mails",
        day=str(date.today() + timedelta(days=40)),
        hour="14:00",
        length="60",
        places="8",
        theme="email",
        place="Mairie de Sospel",
    )
    user.press("Demander")


def _exchange(kit: Node, central: Node) -> Gesture:
    def gesture(user: User) -> None:
        for _ in range(2):
            with served(central):
                send(kit)
        user.go("/ateliers-recus/demandes")

    return gesture


def test_a_workshop_is_asked_for_from_home(home: User, pair: Pair) -> None:
    follow(
        home,
        "coordinateur",
        "Prévoir un atelier depuis la maison",
        [_plan, _exchange(*pair), all_of(look("fait par la valise"), tap("Tournée"))],
    )
    home.tap("Ma boîte d’e-mails")
    assert_seen(home, "Ma boîte d’e-mails")


def test_the_coordination_reads_attendance_and_erases(home: User, pair: Pair) -> None:
    home.tap("Ateliers")
    follow(
        home,
        "coordinateur",
        "Lire les présences",
        [lambda one: one.first("/ateliers-recus/[0-9a-z]{20,}"), look("présences"), look(CANARY)],
    )
    home.go("/")
    follow(
        home,
        "coordinateur",
        "Répondre à une personne qui demande l’effacement",
        [
            nothing,
            nothing,
            all_of(tap("Effacer"), write(code=ticket(pair[1])), press("Chercher"), press("Effacer pour toujours")),
            nothing,
            nothing,
        ],
    )
    home.go("/ateliers-recus")
    home.first("/ateliers-recus/[0-9a-z]{20,}")
    assert CANARY not in home.page


def test_a_suitcase_is_stolen(home: User) -> None:
    follow(
        home,
        "coordinateur",
        "Si une valise est volée ou perdue",
        [
            open_kit,
            look("au plus"),
            all_of(say_lost, press("Ne plus l’accepter")),
            look("Imprimer"),
            nothing,
            all_of(lambda one: one.go("/equipe"), look("Changer la clé")),
        ],
    )


def test_a_pack_goes_to_every_suitcase(home: User, pair: Pair, tmp_path: Path) -> None:
    from kit.library import actions as library

    kit, central = pair
    sheet = Path(__file__).parents[2] / "content" / "library" / "fiches" / "agrandir-les-lettres"
    library.add_paths(central, [sheet], lambda progress: None)
    follow(
        home,
        "coordinateur",
        "Envoyer un paquet d’œuvres aux valises",
        [
            all_of(tap("Bibliothèque"), tap("Paquets", "/console/paquets"), _make_pack),
            all_of(tap("Paquets", "/paquets-envoyes"), press("Proposer à toutes les valises")),
            _fetch(kit, central),
        ],
    )


def _make_pack(user: User) -> None:
    user.fill(shelf="Fiches pas à pas", title="Lettres")
    user.press("Voir la place qu’il prend")
    user.press("Écrire tout le paquet")
    user.ask("/console/paquets", "Retirer ce fichier")


def _fetch(kit: Node, central: Node) -> Gesture:
    def gesture(user: User) -> None:
        with served(central):
            send(kit)
        box = at_kit(kit)
        box.tap("Envoyer")
        user.history.append(box.seen.words)
        box.press("Faire venir")

    return gesture
