"""Search: what is inside works, words typed with mistakes, pieces of text, filters, and what must never be found."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from kit.library import actions
from kit.library.actions import Outcome
from kit.library.queries import Choice
from kit.library.search import find_works, read_results
from kit.library.words import cut_snippet, distance, rank
from kit.people.node import Node
from kit.stems import stem
from kit.store.schema import migrate

from .library_makers import chapter, fill, make_epub, make_sheet, text_of

Add = Callable[..., Outcome]


def titles(node: Node, text: str, choice: Choice | None = None) -> list[str]:
    found = find_works(node.store, text, choice)
    return [one.item.title for one in read_results(node.store, found, 50, 0)]


@pytest.fixture
def whale(node: Node, add: Add, tmp_path: Path) -> bytes:
    """A book whose second chapter tells of a whale."""
    inside = {
        "c1.xhtml": chapter("<h1>Un</h1><p>Le port dort.</p>"),
        "c2.xhtml": chapter(f"<h1>Deux</h1><p>{'Il vente. ' * 300}Les <b>baleines</b> chantaient près d’Étretat.</p>"),
    }
    outcome = add(make_epub(tmp_path / "baleine.epub", title="Au large", chapters=inside))
    assert not outcome.refused
    return outcome.added[0]


def test_what_a_book_says_is_found_where_it_says_it(node: Node, whale: bytes, visitor: FlaskClient) -> None:
    page = text_of(visitor, "/bibliotheque?q=baleine+etretat")
    assert "<mark>baleines</mark>" in page and "<mark>Étretat</mark>" in page
    assert "/lire/2" in page and "1 document trouvé" in page
    assert text_of(visitor, page.split('href="', 1)[1] and f"/bibliotheque?q={'chanter'}").count("<mark>chantaient")


def test_a_hidden_book_is_found_by_no_word_of_it(node: Node, whale: bytes, visitor: FlaskClient) -> None:
    actions.hide(node, whale)
    assert titles(node, "baleine") == [] == titles(node, "large")
    assert "baleines" not in text_of(visitor, "/recherche?q=baleine")


@pytest.mark.parametrize("typed", ["baliene", "balene", "baleinne", "Bqleine"])
def test_mistakes_are_forgiven_and_told(node: Node, add: Add, tmp_path: Path, visitor: FlaskClient, typed: str) -> None:
    add(make_epub(tmp_path / "b.epub", title="La Baleine et le Port"))
    found = find_works(node.store, typed)
    assert found.corrected == "baleine" and len(found.hits) == 1
    for address in ("/bibliotheque", "/recherche"):
        page = text_of(visitor, f"{address}?q={typed}")
        assert "ressemble" in page and "Port" in page


@pytest.mark.parametrize(("typed", "meant"), [("anticancer", "anti cancer"), ("porte manteau", "portemanteau")])
def test_words_are_parted_and_joined(node: Node, add: Add, tmp_path: Path, typed: str, meant: str) -> None:
    for title in ("Le régime anti-cancer", "Un portemanteau de bois"):
        add(make_epub(tmp_path / f"{title}.epub", title=title))
    found = find_works(node.store, typed)
    assert found.corrected == meant and len(found.hits) == 1


def test_a_short_or_far_word_is_not_mended(node: Node, add: Add, tmp_path: Path) -> None:
    add(make_epub(tmp_path / "b.epub", title="Le Port de la mer"))
    assert find_works(node.store, "zort").corrected == "port"
    assert find_works(node.store, "mar").hits == [] == find_works(node.store, "xyzport").hits


def test_filters_narrow_what_is_found(node: Node, add: Add, tmp_path: Path, visitor: FlaskClient) -> None:
    add(
        make_epub(tmp_path / "a.epub", title="Le Jardin de Paul"),
        make_epub(tmp_path / "b.epub", title="Jardin arabe", language="ar"),
        make_epub(tmp_path / "c.epub", title="Jardin fermé", rights="CC BY-NC 4.0"),
    )
    assert len(titles(node, "jardin")) == 3
    assert titles(node, "jardin", Choice(language="ar")) == ["Jardin arabe"]
    assert "Jardin fermé" not in titles(node, "jardin", Choice(is_reusable=True))
    page = text_of(visitor, "/bibliotheque?q=jardin&dans=ar")
    assert "Jardin arabe" in page and "Le Jardin de Paul" not in page
    assert 'name="q" value="jardin"' in page


def test_a_rare_language_is_found_behind_a_common_word(node: Node, add: Add, tmp_path: Path) -> None:
    fill(node, 400, title="Le Jardin")
    add(make_epub(tmp_path / "b.epub", title="Jardin arabe", language="ar"))
    assert titles(node, "jardin", Choice(language="ar")) == ["Jardin arabe"]
    assert find_works(node.store, "jardin").is_capped


def test_steps_of_sheets_are_found(node: Node, add: Add, tmp_path: Path) -> None:
    add(make_sheet(tmp_path / "s"))
    assert titles(node, "doucement") == ["Ouvrir une porte"]


def test_what_is_found_in_markdown_shows_no_marks(node: Node, add: Add, tmp_path: Path, visitor: FlaskClient) -> None:
    text = "# Note\n\n## Le **marégraphe**\n\n- il *mesure* la [mer](https://ailleurs.example/x)\n"
    (tmp_path / "n.md").write_text(f'+++\nlicence = "CC0-1.0"\nsource = "s"\n+++\n{text}', "utf-8")
    add(tmp_path / "n.md")
    page = text_of(visitor, "/bibliotheque?q=maregraphe")
    assert "Le <mark>marégraphe</mark>" in page and "la mer" in page
    assert not any(mark in page for mark in ("## ", "**", "](", "ailleurs.example", "+++"))


def test_a_text_is_read_once(node: Node, whale: bytes, add: Add, tmp_path: Path) -> None:
    before = node.store.value("SELECT count(*) FROM item_passage")
    add(tmp_path / "baleine.epub")
    assert before == node.store.value("SELECT count(*) FROM item_passage") > 1


def test_replay_keeps_texts_and_finds_again(node: Node, whale: bytes) -> None:
    node.journal.replay()
    assert titles(node, "baleine") == ["Au large"] == titles(node, "large")


def test_stems_mistakes_and_snippets_by_hand() -> None:
    assert stem("chevaux") == stem("cheval") and stem("vies") == stem("vie") and stem("lisait") != stem("lire")
    assert distance("ordinatuer", "ordinateur") == 1 and distance("", "abc") == 3
    assert rank("bicyclete", ["bicyclettes", "bicyclette"])[0] == "bicyclette" and rank("zzzz", ["abcd"]) == []
    pieces = cut_snippet("Un mot, " * 40 + "le chat noir dort " + "bien. " * 60, ["chats"])
    assert ("chat", True) in pieces and pieces[0] == ("… ", False) and pieces[-1][0].endswith(" …")


def test_beginnings_of_any_length_are_found(node: Node, add: Add, tmp_path: Path) -> None:
    add(make_epub(tmp_path / "b.epub", title="Le Communautaire"))
    for typed in ("co", "com", "comm", "commu", "commun", "communaut"):
        assert titles(node, typed) == ["Le Communautaire"], typed


def test_an_older_index_is_made_again_with_all_that_was_in_it(node: Node, whale: bytes) -> None:
    store = node.store
    store.run("DELETE FROM schema_migration WHERE name = '0223_beginnings'")
    for name, content in (("item_search", "item_id UNINDEXED"), ("passage_search", "content = ''")):
        kept = store.rows(f"SELECT rowid, words, item_id FROM {name}") if name == "item_search" else []
        store.run(f"DROP TABLE {name}")
        store.run(f"CREATE VIRTUAL TABLE {name} USING fts5 (words, {content}, detail = none, columnsize = 0)")
        for row in kept:
            store.run("INSERT INTO item_search (rowid, words, item_id) VALUES (?,?,?)", *row)
    store.run("INSERT INTO passage_search (rowid, words) VALUES (1, 'port dorm'), (2, 'balein chant')")
    store.run("DROP TABLE place_search")
    store.run("CREATE VIRTUAL TABLE place_search USING fts5 (name, place, services, more)")
    migrate(store.db)
    assert titles(node, "balei") == ["Au large"] == titles(node, "voya") and titles(node, "baleine") == ["Au large"]
    assert "prefix = '2 3 4 5'" in store.value("SELECT sql FROM sqlite_master WHERE name = 'passage_search'")


def test_the_languages_offered_beside_a_search_keep_what_was_typed(
    node: Node, visitor: FlaskClient, add: Add, tmp_path: Path
) -> None:
    add(
        make_epub(tmp_path / "a.epub", title="Jardin du port"),
        make_epub(tmp_path / "b.epub", title="Jardin arabe", language="ar"),
    )
    for typed in ("jardin", 'jardin "<&'):  # the second time they are no longer made
        page = text_of(visitor, f"/bibliotheque?{urlencode({'q': typed})}")
        assert f'<input type="hidden" name="q" value="{escape(typed)}">' in page and '"<&' not in page
        assert f"dans=ar&amp;{urlencode({'q': typed})}" in page
        to = next(one for one in re.findall(r'class="tag" href="([^"]+)"', page) if "dans=ar" in one)
        arabic = text_of(visitor, unescape(to))
        assert "Jardin arabe" in arabic and "Jardin du port" not in arabic and typed[:6] in arabic
    add(make_epub(tmp_path / "c.epub", title="Jardin anglais", language="en"))
    assert "dans=en" in text_of(visitor, "/bibliotheque?q=jardin"), "a language that has come is offered at once"
    in_english = text_of(visitor, "/bibliotheque?q=jardin&langue=en")
    assert ">English</a>" in in_english and ">Arabic</a>" in in_english
