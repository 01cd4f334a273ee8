"""One search over works, workshops and places: words marked, mistakes forgiven, one room at a time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.directory import actions as directory
from kit.front.searching import Asked, search_everything, suggest
from kit.library.actions import add_paths
from kit.library.words import rank
from kit.people.node import Node
from kit.workshops import actions
from tests.directory.box import place
from tests.library.library_makers import chapter, make_epub
from tests.workshops.box import plan

HOUR_MS = 3_600_000


def plan_one(node: Node, title: str, summary: str = "") -> None:
    actions.plan_workshop(node, plan(node.clock.wall_ms() + HOUR_MS, title=title, summary=summary))


@pytest.fixture
def full(kit_node: Node, tmp_path: Path) -> Node:
    """A kit with a book, a workshop and a place."""
    pages = {"c1.xhtml": chapter("<p>Un imprimeur et ses casses.</p>")}
    add_paths(kit_node, [make_epub(tmp_path / "a.epub", title="Les Beaux Caractères", chapters=pages)])
    plan_one(kit_node, "Retoucher une photographie", "On apprend à cadrer et à recadrer ses images.")
    said = {"nom": "Médiathèque Jean-Giono", "commune": "Manosque", "presentation_resume": "Il y a des ordinateurs."}
    rows = tmp_path / "lieux.json"
    rows.write_text(json.dumps([place(1, **said)]), "utf-8")
    assert directory.import_places(kit_node, rows).added == 1
    return kit_node


def page_of(visitor: FlaskClient, query: str) -> str:
    answer = visitor.get(f"/recherche?{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_each_room_shows_the_word_where_it_stands(full: Node, visitor: FlaskClient) -> None:
    assert "casses" in page_of(visitor, "q=imprimeur") and "<mark>imprimeur</mark>" in page_of(visitor, "q=imprimeur")
    page = page_of(visitor, "q=recadrer")
    assert "Retoucher une photographie" in page and "<mark>recadrer</mark>" in page
    page = page_of(visitor, "q=ordinateur")
    assert "Médiathèque Jean-Giono" in page and "<mark>ordinateurs</mark>" in page and "Manosque" in page


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("photogrphie", "photographie"),
        ("mediateque", "mediatheque"),
        ("manosqe", "manosque"),
    ],
)
def test_mistakes_are_forgiven_in_every_room(full: Node, visitor: FlaskClient, typed: str, meant: str) -> None:
    found = search_everything(full, Asked(typed))
    assert found.corrected == meant and not found.is_empty
    page = page_of(visitor, f"q={typed}")
    assert f"Rien pour « {typed} »" in page and meant in page


def test_other_ways_are_offered(full: Node, visitor: FlaskClient) -> None:
    plan_one(full, "Retouches de couture")
    assert suggest(full, "retouchr")[:1] == ("retoucher",) and "retouches" in suggest(full, "retouchr")
    page = page_of(visitor, "q=retouchr")
    assert "Ou bien" in page and "retouches" in page
    assert suggest(full, "xyzzyxyzzy") == () and suggest(full, "photographie") == () and suggest(full, "!!") == ()


def test_one_room_alone(full: Node, visitor: FlaskClient) -> None:
    plan_one(full, "Manosque en images")
    both = page_of(visitor, "q=manosque")
    assert "en images" in both and "Jean-Giono" in both
    page = page_of(visitor, "q=manosque&dans=lieux")
    assert "Jean-Giono" in page and "en images" not in page and "(1)" in page and 'name="service"' in page
    page = page_of(visitor, "q=manosque&dans=ateliers&quand=a-venir")
    assert "en images" in page and "Jean-Giono" not in page
    page = page_of(visitor, "q=imprimeur&dans=oeuvres&sorte=audio")
    assert "casses" not in page and "Rien trouvé" in page
    assert "Rien trouvé" in page_of(visitor, "q=zzzzzz&dans=lieux&service=inconnu")


def test_works_are_narrowed_by_level_language_and_licence(kit_node: Node, visitor: FlaskClient, tmp_path: Path) -> None:
    for name, note in (
        ("a", 'title = "Jardin clair"\nlicence = "CC-BY-4.0"\nlevel = "debutant"'),
        ("b", 'title = "Jardin obscur"\nlicence = "CC-BY-NC-4.0"\nlevel = "avance"'),
    ):
        made = make_epub(tmp_path / f"{name}.epub", title=f"Jardin {name}")
        made.with_suffix(".toml").write_text(f'{note}\nsource = "ici"\n', "utf-8")
        add_paths(kit_node, [made])
    page = page_of(visitor, "q=jardin&dans=oeuvres")
    assert "Jardin clair" in page and "Jardin obscur" in page
    for name in ("niveau", "licence", "langue_du_document", "libre"):
        assert f'name="{name}"' in page, name
    for query in ("niveau=debutant", "licence=CC-BY-4.0", "libre=1", "langue_du_document=fr&niveau=debutant"):
        page = page_of(visitor, f"q=jardin&dans=oeuvres&{query}")
        assert "Jardin clair" in page and "Jardin obscur" not in page, query
    assert "Jardin clair" in page_of(visitor, "q=jardin&dans=oeuvres&niveau=rien&licence=rien"), "nonsense is no filter"


@pytest.mark.parametrize(
    "typed", ["%", '"', "' OR 1=1", "<script>alert(1)</script>", "é" * 300, "\u202e", "NEAR(", "*", "a" * 200]
)
def test_anything_may_be_typed(full: Node, visitor: FlaskClient, typed: str) -> None:
    answer = visitor.get("/recherche", query_string={"q": typed, "dans": typed, "sorte": typed, "service": typed})
    assert answer.status_code == 200 and b"<script>alert" not in answer.data


def test_the_nearest_words_come_first() -> None:
    assert rank("atelir", ["atelier", "ateliers", "hotelier", "ate"]) == ["atelier"]
    assert rank("bibliotheqe", ["bibliotheque", "bibliotheques", "biologie"]) == ["bibliotheque", "bibliotheques"]
