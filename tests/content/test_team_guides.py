"""The guides of those who travel with the box and fill it, step by step against the running program."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kit.library import actions as library
from kit.people.node import Node
from tests import cast
from tests.conftest import copy_node, open_node
from tests.content.test_guides import enter, sign_in, sign_up
from tests.content.walking import (
    GUIDES,
    Gesture,
    User,
    all_of,
    as_said,
    assert_seen,
    follow,
    look,
    nothing,
    press,
    read_sheet,
    tap,
    write,
)
from tests.hotspot.plans import GIVEN


@pytest.fixture
def node(demo: Path, tmp_path: Path) -> Iterator[Node]:
    node = open_node(copy_node(demo, tmp_path / "kit"))
    yield node
    node.store.close()


@pytest.fixture
def full_node(demo: Path, tmp_path: Path) -> Iterator[Node]:
    """A card with a Wi-Fi of its own, and a disk that is full: a check says « à réparer »."""
    node = open_node(copy_node(demo, tmp_path / "kit"), **GIVEN, reserve=10**18)
    yield node
    node.store.close()


def _enter_team(user: User) -> None:
    user.tap("Espace médiateur")
    user.tap("Écrire la phrase secrète")
    user.fill(passphrase=cast.NADIA.passphrase)
    user.press("Entrer")


def _sheet_to_sign(user: User) -> None:
    user.go("/console")
    user.tap("Ateliers")
    user.first("/console/ateliers/[0-9a-z]{20,}/presences")
    user.tap("Feuille à signer")


def _show_sheet(user: User) -> None:
    user.go("/bibliotheque?sorte=sheet")
    user.choose("Se connecter au Wi-Fi de la Valise")


def test_a_mediator_gets_ready(full_node: Node) -> None:
    user = User(enter(full_node, None), "/")
    follow(
        user,
        "mediateur",
        "Avant de partir",
        [
            _enter_team,
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
            _enter_team,
            look("À faire maintenant"),
            _show_sheet,
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
        10: _show_sheet,
    }
    follow(user, read_sheet(GUIDES / "dix-minutes"), "", [pages.get(number, nothing) for number in range(1, 11)])
    user.go("/bibliotheque?sorte=sheet")
    user.choose("La valise en dix minutes")
    user.tap("Imprimer")
    assert user.page.count("<img") >= 10


def test_repairing(full_node: Node) -> None:
    user = User(enter(full_node, None), "/portail")
    follow(user, "reparer", "La page ne s’ouvre pas", [*[nothing] * 4, tap("Ça ne s’ouvre pas ?"), nothing, nothing])
    user.go("/")
    _enter_team(user)
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


@pytest.fixture
def unsorted(node: Node, tmp_path: Path) -> Node:
    """A work whose rights nobody knows."""
    path = tmp_path / "conte.txt"
    path.write_text("Il était une fois une valise.\n" * 20, "utf-8")
    library.add_paths(node, [path], lambda progress: None)
    return node


def _open_first(user: User) -> None:
    user.first("/console/bibliotheque/[0-9a-z]{20,}")


def _as_paul(user: User) -> None:
    sign_in(user.phone, cast.PAUL)
    user.go("/console")
    user.tap("Paul")


def test_a_librarian_sorts_and_hides(unsorted: Node) -> None:
    user = User(enter(unsorted, None), "/")
    follow(
        user,
        "bibliothecaire",
        "Trier",
        [
            _as_paul,
            as_said,
            all_of(_open_first, look("Le fichier ne dit rien de ses droits")),
            write(licence="CC0-1.0"),
            write(source="Écrit ici"),
            nothing,
            as_said,
        ],
    )
    user.go("/bibliotheque?q=conte")
    assert_seen(user, "conte")
    user.first("/bibliotheque/[0-9a-z]{20,}")
    follow(user, "bibliothecaire", "Cacher un document", [as_said, as_said])
    user.go("/bibliotheque?q=conte")
    assert not any(words == "conte" for words, _ in user.seen.links)


def _pack_form(user: User) -> None:
    user.fill(shelf="Fiches pas à pas", title="Fiches")
    user.press("Voir la place qu’il prend")


def _make_pack(user: User) -> None:
    user.press("Écrire tout le paquet")
    user.ask("/console/paquets", "Retirer ce fichier")


def _install(other: Node) -> Gesture:
    def gesture(user: User) -> None:
        (name,) = re.findall(r'href="(/console/paquets/fait/[^"]+)"', user.page)
        with user.phone.get(name) as answer:
            raw = answer.data
        user.phone = enter(other, cast.PAUL)
        user.go("/console/paquets")
        user.fill(files=(io.BytesIO(raw), "fiches.zip"))
        user.press("Déposer le paquet")
        user.ask("/console/paquets", "Je connais la bibliothèque")
        signer = re.search(r'name="signer" value="(\w+)"', user.page)
        assert signer
        user.fill(signer=signer.group(1))
        assert_seen(user, "Installer")
        user.press("Installer")
        user.ask("/console/paquets", "Revenir à avant ce paquet")

    return gesture


def test_a_librarian_makes_a_pack_and_takes_one_in(node: Node, templates: Path, tmp_path: Path) -> None:
    other = open_node(copy_node(templates / "kit-b", tmp_path / "other"))
    user = User(enter(node, cast.PAUL), "/console/bibliotheque")
    user.tap("Paquets")
    follow(user, "bibliothecaire", "Faire un paquet, en recevoir un", [_pack_form, _make_pack, _install(other)])
    other.store.close()


def _bring_folder(folder: Path) -> Gesture:
    def gesture(user: User) -> None:
        as_said(user)
        user.fill(files=(io.BytesIO((folder / "conte.txt").read_bytes()), "conte.txt"))
        user.press("Déposer")
        user.ask("/console/bibliotheque/arrivees", "Accepter")

    return gesture


def _accept(user: User) -> None:
    user.first("/console/bibliotheque/arrivee/[0-9a-z]+")
    user.fill(title="Le Conte du lundi")
    user.press("Accepter")


def _table(user: User) -> None:
    user.go("/console/bibliotheque")
    user.tap("Tableau (CSV, Excel)")
    table = user.phone.get("/console/bibliotheque/tableau.csv").data
    user.fill(table=(io.BytesIO(table.replace(b"Le Conte du lundi", b"Le Conte du mardi")), "tableau.csv"))
    user.press("Voir ce que cela change")
    assert_seen(user, "Le Conte du mardi")


def test_the_shortest_way_for_new_works(node: Node, tmp_path: Path) -> None:
    (tmp_path / "conte.txt").write_text("Il était une fois.\n" * 20, "utf-8")
    user = User(enter(node, cast.PAUL), "/console")
    follow(
        user,
        "fonds",
        "",
        [
            nothing,
            _bring_folder(tmp_path),
            _accept,
            _table,
            all_of(lambda one: one.go("/console/bibliotheque"), tap("Droits de toute une étagère")),
            lambda one: one.go("/bibliotheque"),
        ],
    )


def test_a_sheet_is_written_as_a_folder(node: Node, tmp_path: Path) -> None:
    mine = tmp_path / "ma-fiche"
    done = {
        1: lambda: shutil.copytree(GUIDES.parent / "library" / "fiches" / "agrandir-les-lettres", mine),
        2: lambda: edit(mine / "sheet.toml", 'title = "[^"]+"', 'title = "Agrandir ce que je lis"'),
        3: lambda: (mine / "steps" / "01.txt").write_text("Ouvrez Paramètres.\nimage: images/01.svg\n", "utf-8"),
        6: lambda: edit(mine / "sheet.toml", 'checked_on = ""', 'checked_on = "2026-11-20"'),
        7: lambda: library.add_paths(node, [mine], lambda progress: None),
    }
    gestures: list[Gesture] = [_doing(done[number]) if number in done else nothing for number in range(1, 8)]
    user = User(enter(node, None), "/bibliotheque?sorte=sheet")
    follow(user, "fonds", "Écrire une fiche pas à pas", gestures)
    user.go("/bibliotheque?sorte=sheet")
    user.choose("Agrandir ce que je lis")
    user.tap("Lire ici")
    assert_seen(user, "Ouvrez Paramètres.")


def _doing(act: Callable[[], object]) -> Gesture:
    """A step that is done away from the pages."""
    return lambda user: act()


def edit(path: Path, what: str, to: str) -> None:
    """One change in a file of text."""
    text, count = re.subn(what, to, path.read_text("utf-8"), count=1)
    assert count == 1
    path.write_text(text, "utf-8")


# -- opinions -------------------------------------------------------------------------------------------------------


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
