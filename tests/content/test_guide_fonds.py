"""The guide of new works, step by step against the running program."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from kit.library import actions as library
from kit.people.node import Node
from tests import cast
from tests.content.walking import (
    GUIDES,
    Gesture,
    User,
    all_of,
    as_said,
    assert_seen,
    enter,
    follow,
    nothing,
    tap,
)


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
