"""The guide of the librarian, step by step against the running program."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from kit.library import actions as library
from kit.people.node import Node
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
    sign_in,
    write,
)


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
