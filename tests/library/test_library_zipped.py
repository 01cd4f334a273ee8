"""Sites in a zip are read page by page, confined; any other zip is a file; where words stand inside one work."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.errors import Problem
from kit.library import queries as items
from kit.library.actions import Outcome, add_paths
from kit.library.formats import read_metadata
from kit.library.formats.pages import first_page
from kit.library.queries import ItemView
from kit.library.rules import SITE_TYPE
from kit.people.node import Node

from .library_makers import chapter, make_epub, png, text_of, write_zip

HOME = (
    '<!doctype html><html lang="fr"><head><title>Le jardin &amp; l’eau</title><meta name="author" content="Ada Nomade">'
    '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"><script>alert(1)</script>'
    '<link rel="stylesheet" href="https://ailleurs.example/a.css"></head><body onload="alert(2)"><h1>Le jardin</h1>'
    '<p><a href="pages/arroser.html#soir">Arroser</a> <a href="pages/">Plan</a> <a href="/pages/notes.md">Notes</a>'
    '<a href="https://ailleurs.example/">Dehors</a> <a href="javascript:alert(3)">Piège</a>'
    '<a href="../../etc/passwd">Sortir</a><img src="img/plan.png" alt="plan"><img src="https://ailleurs.example/p.png">'
    '<iframe src="pages/arroser.html"></iframe><form action="/console"><input name="x"></form></p></body></html>'
)
PARTS: dict[str, str | bytes] = {
    "index.html": HOME,
    "pages/arroser.html": "<html><body><h2 id='soir'>Le soir</h2><p>On arrose les courgettes.</p></body></html>",
    "pages/index.html": "<title>Plan du jardin</title><p>Quatre carrés.</p><a href='../index.html'>Retour</a>",
    "pages/notes.md": "# Mes notes\n\nDu *paillage*, <script>alert(4)</script> et [le plan](index.html).\n",
    "img/plan.png": png(40, 40),
    "img/dessin.svg": '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(5)"><script>alert(6)</script></svg>',
    "app.js": "alert(7)",
    "__MACOSX/index.html": "rien",
}


@pytest.fixture
def site(node: Node, tmp_path: Path) -> ItemView:
    """A site on the shelves."""
    path = write_zip(tmp_path / "jardin.zip", PARTS)
    path.with_suffix(".toml").write_text('source = "La mairie"\n', "utf-8")
    (added,) = add_paths(node, [path]).added
    found = items.find_item(node.store, added)
    assert found is not None
    return found


def test_a_site_says_what_it_is(node: Node, site: ItemView) -> None:
    assert (site.title, site.kind, site.language, site.creators) == ("Le jardin & l’eau", "site", "fr", "Ada Nomade")
    assert site.licence_id == "CC-BY-4.0" and site.is_public
    assert items.list_files(node.store, site.item_id)[0].media_type == SITE_TYPE


def test_its_pages_are_read_and_lead_nowhere_else(site: ItemView, visitor: FlaskClient) -> None:
    begun = visitor.get(f"{site.url}/site")
    assert begun.status_code == 302 and begun.location.endswith("/site/index.html")
    page = text_of(visitor, f"{site.url}/site/index.html")
    body = page.split('<article class="book page"', 1)[1].split("</article>", 1)[0]
    for bad in ("alert", "ailleurs.example", "javascript", "passwd", "<script", "<iframe", "<form", "onload", "style"):
        assert bad not in body, bad
    assert f'href="{site.url}/site/pages/arroser.html#l-soir"' in body
    assert f'href="{site.url}/site/pages/index.html"' in body and f'href="{site.url}/site/pages/notes.md"' in body
    assert f'src="{site.url}/site/img/plan.png"' in body
    notes = text_of(visitor, f"{site.url}/site/pages/notes.md")
    assert "<em>paillage</em>" in notes and "Mes notes" in notes and "<script>alert(4)" not in notes
    assert "On arrose les courgettes" in text_of(visitor, f"{site.url}/site/pages/arroser.html")
    listed = text_of(visitor, f"{site.url}/pages-du-site")
    assert "Plan du jardin" in listed and "Le soir" in listed and "MACOSX" not in listed


def test_its_pictures_are_sent_confined(site: ItemView, visitor: FlaskClient) -> None:
    answer = visitor.get(f"{site.url}/site/img/plan.png")
    assert answer.mimetype == "image/png" and "sandbox" in answer.headers["Content-Security-Policy"]
    drawing = visitor.get(f"{site.url}/site/img/dessin.svg")
    assert drawing.mimetype == "image/svg+xml" and b"alert" not in drawing.data


@pytest.mark.parametrize(
    "inside",
    ["app.js", "rien.html", "../index.html", "%2e%2e/%2e%2e/etc/passwd", "__MACOSX/index.html", "pages"],
)
def test_nothing_else_comes_out(site: ItemView, visitor: FlaskClient, inside: str) -> None:
    assert visitor.get(f"{site.url}/site/{inside}").status_code == 404


def test_its_words_are_found_and_lead_to_the_page(node: Node, site: ItemView, visitor: FlaskClient) -> None:
    page = text_of(visitor, "/bibliotheque?q=courgette")
    assert "<mark>courgettes</mark>" in page
    inside = text_of(visitor, f"{site.url}/chercher?q=courgette")
    assert "<mark>courgettes</mark>" in inside
    place = inside.split(f"{site.url}/lire/", 1)[1].split('"', 1)[0]
    assert visitor.get(f"{site.url}/lire/{place}").location.endswith("/site/pages/arroser.html")
    assert "Rien n’a été trouvé" in text_of(visitor, f"{site.url}/chercher?q=iframe")


def test_it_is_kept_as_one_page_that_leads_nowhere_else(site: ItemView, visitor: FlaskClient) -> None:
    assert f'href="{site.url}/garder.html"' in text_of(visitor, site.url)
    answer = visitor.get(f"{site.url}/garder.html")
    page = answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"].endswith('.html"') and len(answer.data) < 2_000_000
    assert 'href="#l-soir"' in page and 'id="l-soir"' in page and "On arrose les courgettes" in page
    assert page.index("Le jardin") < page.index("Quatre carrés") and "<em>paillage</em>" in page
    assert 'src="data:image/jpeg;base64,' in page, "the plan goes along"
    places = set(re.findall(r'href="#(p[0-9]+)"', page))
    assert places and all(f'id="{one}"' in page for one in places)
    alone = text_of(visitor, f"{site.url}/garder/index.html")
    assert 'src="data:image/jpeg;base64,' in alone and "Le jardin" in alone and "courgettes" not in alone
    for bad in ("<script", "ailleurs.example", "javascript", "onload", 'href="/', 'src="/', "<iframe", "<form"):
        assert bad not in page and bad not in alone, bad


@pytest.mark.parametrize(
    ("parts", "media_type"),
    [
        ({"a.pdf": "x", "lisez-moi.txt": "y"}, "application/zip"),
        ({"a.pdf": "x", "readme.md": "# Oui"}, "application/zip"),
        ({"logiciel.exe": "MZ", "aide.html": "<p>aide"}, "application/zip"),
        ({"site/README.md": "# Oui", "site/suite.md": "suite"}, SITE_TYPE),
        ({"b.html": "<title>B</title>", "a.html": "<title>A</title>"}, SITE_TYPE),
        ({"jeu/index.html": "<title>Jeu</title>", "jeu/jeu.wasm": "x"}, SITE_TYPE),
        ({}, "application/zip"),
    ],
)
def test_what_is_a_site_and_what_is_a_file(tmp_path: Path, parts: dict[str, str | bytes], media_type: str) -> None:
    assert read_metadata(write_zip(tmp_path / "quoi.zip", parts)).media_type == media_type


def test_where_a_site_begins() -> None:
    assert first_page(["x/b.html", "x/Index.HTM", "x/y/index.html"]) == "x/Index.HTM"
    assert first_page(["b.html", "a.html"]) == "a.html" and first_page(["a.png"]) == "" and first_page([]) == ""


def test_hostile_and_broken_zips_are_refused(node: Node, tmp_path: Path) -> None:
    bad = tmp_path / "sortir.zip"
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("../../index.html", "<p>dehors")
    cut = write_zip(tmp_path / "coupe.zip", PARTS)
    cut.write_bytes(cut.read_bytes()[:-40])
    outcome: Outcome = add_paths(node, [bad, cut])
    assert {problem.code for _, problem in outcome.refused} == {"library.hostile", "library.broken"}


def test_a_page_that_is_damaged_hides_no_other(node: Node, visitor: FlaskClient, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "abime.zip", {**PARTS, "pages/zz.html": "<p>" + "motif " * 400})
    raw = bytearray(path.read_bytes())
    place = raw.find(b"pages/zz.html") + len("pages/zz.html")
    raw[place : place + 8] = b"\xff" * 8
    path.write_bytes(raw)
    path.with_suffix(".toml").write_text('source = "Ici"\n', "utf-8")
    (added,) = add_paths(node, [path]).added
    item = items.find_item(node.store, added)
    assert item is not None
    assert visitor.get(f"{item.url}/site/pages/zz.html").status_code == 422
    assert "Quatre carrés" in text_of(visitor, f"{item.url}/site/pages/index.html")
    assert "Plan du jardin" in text_of(visitor, f"{item.url}/pages-du-site")


# -- inside any work --------------------------------------------------------------------------------------------------


def test_words_inside_a_book_lead_to_their_chapter(node: Node, visitor: FlaskClient, tmp_path: Path) -> None:
    seen = ("La mer.", "Le vent.", "Un phare au loin.", "Le port.")
    pages = {f"c{n}.xhtml": chapter(f"<p>{words}</p>") for n, words in enumerate(seen, 1)}
    (added,) = add_paths(node, [make_epub(tmp_path / "a.epub", title="Au large", chapters=pages)]).added
    item = items.find_item(node.store, added)
    assert item is not None
    page = text_of(visitor, f"{item.url}/chercher?q=phares")
    assert page.count(f"{item.url}/lire/") == 1 and f"{item.url}/lire/3" in page and "<mark>phare</mark>" in page
    assert f"{item.url}/chercher" in text_of(visitor, item.url)
    assert "Chercher dans ce document" in text_of(visitor, f"{item.url}/lire")
    for typed in ("", "%", '"', "zzzz"):
        assert visitor.get(f"{item.url}/chercher", query_string={"q": typed}).status_code == 200


def test_a_work_without_text_says_so(visitor: FlaskClient, node: Node, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png())
    (tmp_path / "a.toml").write_text('licence = "CC-BY-4.0"\nsource = "Ici"\n', "utf-8")
    (added,) = add_paths(node, [tmp_path / "a.png"]).added
    item = items.find_item(node.store, added)
    assert item is not None and visitor.get(f"{item.url}/chercher?q=x").status_code == 404


def test_a_zip_too_large_to_look_into_is_still_a_file(tmp_path: Path) -> None:
    path = tmp_path / "enorme.zip"
    path.write_bytes(b"PK\x05\x06" + b"\xff" * 40)
    assert read_metadata(path).media_type == "application/zip"
    path.write_bytes(b"PK\x03\x04 et puis rien")
    with pytest.raises(Problem):
        read_metadata(path)
