"""The guides of the home server, of personal data and of the directory, step by step against the running program."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.app import create_app
from kit.people import actions as people
from kit.people.node import Node
from kit.sync.actions import send
from tests import cast
from tests.central.season import note_season
from tests.central.season import sign_in as sign_in_home
from tests.conftest import copy_node, open_node, sign_in_as
from tests.content.test_guides import enter
from tests.content.walking import (
    Gesture,
    User,
    all_of,
    as_said,
    assert_seen,
    follow,
    look,
    nothing,
    press,
    tap,
    write,
)
from tests.served import Served, valise
from tests.sync.homes import CANARY, copy_pair, served

Pair = tuple[Node, Node]


@pytest.fixture
def pair(template: Path, tmp_path: Path) -> Iterator[Pair]:
    """A kit whose season came home, and the home server."""
    kit, central = copy_pair(template, tmp_path / "pair")
    note_season(kit)
    with served(central):
        send(kit)
    yield kit, central
    kit.store.close()
    central.store.close()


@pytest.fixture
def home(pair: Pair) -> User:
    """Somebody of the coordination, at the first page."""
    return User(sign_in_home(create_app(pair[1].settings, pair[1])), "/")


def at_kit(kit: Node) -> User:
    return User(sign_in_home(create_app(kit.settings, kit), "Équipe"), "/console")


def ticket(node: Node) -> str:
    return str(node.store.value("SELECT code FROM signup ORDER BY seq LIMIT 1"))


# -- the coordination's week ------------------------------------------------------------------------------------------


def _plan(user: User) -> None:
    as_said(user)
    user.fill(
        title="Ma boîte d’e-mails",
        day="2027-03-02",
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


def _lost(user: User) -> None:
    user.fill(jour="2026-11-20", heure="18:00", etat="off")


def _open_kit(user: User) -> None:
    user.first("/valises/[0-9a-z]{20,}")
    user.tap("Volée ou perdue : que faire, tout de suite")


def test_a_suitcase_is_stolen(home: User) -> None:
    follow(
        home,
        "coordinateur",
        "Si une valise est volée ou perdue",
        [
            _open_kit,
            look("au plus"),
            all_of(_lost, press("Ne plus l’accepter")),
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


# -- the home server --------------------------------------------------------------------------------------------------


class Shell:
    """Somebody at the keyboard of a new server."""

    def __init__(self, data: Path) -> None:
        self.data, self.phrase = data, ""
        self.served: Served | None = None

    def init(self, user: User) -> None:
        said = valise(self.data, "init", "--role", "central")
        user.history.append(said)
        found = re.search(r"\b([a-zà-ÿ’-]+(?: [a-zà-ÿ’-]+){5,})$", said, re.MULTILINE)
        assert found, said
        self.phrase = found.group(1).strip()

    def serve(self, _: User) -> None:
        self.served = Served(self.data, ("central", "serve")).start()

    def check(self, user: User) -> None:
        assert "bien" in valise(self.data, "check", "--role", "central")
        os.environ["VALISE_RESERVE"] = str(10**18)  # a disk that is full: a line says what to mend
        try:
            said = valise(self.data, "check", "--role", "central", expect=1)
        finally:
            del os.environ["VALISE_RESERVE"]
        user.history.append(said)


def test_a_home_server_is_prepared(kit_node: Node, tmp_path: Path) -> None:
    shell = Shell(tmp_path / "central")
    user = User(enter(kit_node, None), "/")
    try:
        follow(user, "centrale", "Préparer la centrale", [nothing, shell.init, nothing, shell.serve, shell.check])
    finally:
        if shell.served:
            shell.served.stop()
    node = open_node(shell.data, "central")
    user = User(create_app(node.settings, node).test_client(), "/connexion")
    user.fill(passphrase=shell.phrase)
    user.press("Entrer")
    assert_seen(user, "Valises")
    node.store.close()


def _my_code(user: User) -> None:
    user.tap("Équipe")
    user.press("Faire mon code de secours")
    found = re.search(r">\s*((?:[a-zà-ÿ’-]+ ){7}[a-zà-ÿ’-]+)\s*<", user.page)
    assert found, user.seen.words
    user.code = found.group(1)


def test_two_coordinators_make_their_codes(central_node: Node) -> None:
    ines = User(enter(central_node, cast.INES), "/")
    words = "galet velours tambour cerise sentier marmite"
    people.add_staff(central_node, sign_in_as(central_node, cast.INES), "Yves", "coordinator", words)
    yves = User(enter(central_node, cast.Member("Yves", "coordinator", words)), "/")

    def both(user: User) -> None:
        for one in (ines, yves):
            _my_code(one)

    def rescue(user: User) -> None:
        user.phone = enter(central_node, None)
        user.go("/secours")
        user.fill(code1=ines.code, code2=yves.code, **_holders(user))
        user.press("Donner une nouvelle phrase à la première")

    again: Gesture = lambda user: [setattr(user, "phone", yves.phone), user.go("/"), _my_code(user)]  # noqa: E731
    follow(
        ines,
        "centrale",
        "La cérémonie des codes de secours",
        [both, look("ne sera plus"), nothing, all_of(lambda one: one.go("/equipe"), look("paire")), rescue, again],
    )


def _holders(user: User) -> dict[str, str]:
    """Who the two are, in the lists of the page."""
    found = re.findall(r'<select[^>]*name="(\w+)".*?</select>', user.page, re.DOTALL)
    options = re.findall(r'<option value="([^"]+)"', user.page)
    chosen = sorted(set(options))
    return dict(zip(found, chosen, strict=False))


# -- personal data ----------------------------------------------------------------------------------------------------


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
            _open_kit,
            _lost,
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


# -- the directory ----------------------------------------------------------------------------------------------------


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
    user.fill(for_whom="Mairie de Sospel", until="2027-03-05")
    user.press("Il part maintenant")


def _give_back(user: User) -> None:
    assert_seen(user, "Il est revenu")
    state = re.search(r'name="etat"[^>]*value="(\w+)"', user.page) or re.search(r'<option value="(\w+)"', user.page)
    assert state
    user.fill(etat=state.group(1), dit="")
    user.press("Noter le retour")
