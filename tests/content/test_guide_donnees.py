"""The guide of personal data, step by step against the running program."""

from __future__ import annotations

from tests.content.walking import (
    Gesture,
    Pair,
    User,
    all_of,
    as_said,
    assert_seen,
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
from tests.sync.homes import CANARY


def _who_answers(user: User) -> None:
    user.fill(controller="Association du Haut-Pays, Sospel", contact="contact@example.org", officer="Aucun")
    user.press("Enregistrer")


def test_the_register_is_filled(home: User) -> None:
    follow(
        home,
        "donnees",
        "Remplir le registre",
        [as_said, all_of(look("Votre organisme"), _who_answers), nothing, look("Imprimer le registre")],
    )
    assert_seen(home, "Association du Haut-Pays, Sospel")


def _her_copy(user: User) -> None:
    form = next(one for one in user.seen.forms if "copie" in one.action)
    answer = user.phone.post(form.action, data=form.values)
    assert answer.status_code == 200 and CANARY in answer.get_data(as_text=True)


def test_somebody_asks_what_is_known_of_her(home: User, pair: Pair) -> None:
    follow(
        home,
        "donnees",
        "Une personne demande ce que l’on sait d’elle",
        [
            nothing,
            all_of(
                tap("Données personnelles"),
                tap("Le dossier d’une personne"),
                write(code=ticket(pair[1])),
                press("Chercher"),
            ),
            all_of(tap("Ouvrir ce dossier"), _see_audit),
            _her_copy,
            all_of(look("Effacer cette personne"), press("Oui, effacer pour toujours")),
        ],
    )
    assert home.go("/effacer") is None and "1 personne effacée" in home.seen.words


def _see_audit(user: User) -> None:
    assert_seen(user, CANARY)
    here = user.path, user.page, user.seen
    user.go("/equipe/journal")
    user.path, user.page, user.seen = here


def test_a_loss_is_declared(home: User) -> None:
    follow(
        home,
        "donnees",
        "Une valise est volée ou perdue",
        [
            open_kit,
            say_lost,
            press("Ne plus l’accepter, et préparer la déclaration"),
            all_of(
                look("Imprimer"),
                tap("Valise du test"),
                tap("Volée ou perdue : que faire, tout de suite"),
                tap("Voir le projet de déclaration"),
            ),
        ],
    )


def test_the_yearly_hour(home: User) -> None:
    to_team: Gesture = tap("Équipe")
    follow(
        home,
        "donnees",
        "Une fois par an, une heure",
        [
            lambda one: one.go("/donnees-personnelles/registre"),
            to_team,
            all_of(as_said),
            nothing,
            all_of(to_team, look("paire")),
        ],
    )
