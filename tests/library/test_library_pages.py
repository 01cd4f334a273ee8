"""The public pages of the library and the team's: who sees what, how files leave, what is found, what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from kit.library import facts, kept_lists
from kit.library.actions import Outcome
from kit.library.queries import (
    Choice,
    ItemView,
    count_by_kind,
    find_item,
    list_files,
    list_items,
    list_new_items,
)
from kit.library.search import search_items
from kit.library.words import to_index, to_match
from kit.people.node import Node

from .library_makers import fill, make_epub, make_mp3, make_pdf, make_sheet, png, text_of

Add = Callable[..., Outcome]


@contextmanager
def counted(node: Node) -> Iterator[list[str]]:
    """The statements run inside."""
    seen: list[str] = []
    connection = node.store.db.connection()
    # What FTS5 asks of its own tables is told after "--": it is no statement of ours.
    connection.set_trace_callback(lambda sql: None if sql.startswith("--") else seen.append(sql))
    try:
        yield seen
    finally:
        connection.set_trace_callback(None)


# -- who sees what ------------------------------------------------------------------------------------------------


def test_empty_shelves_say_so(visitor: FlaskClient) -> None:
    assert "Les étagères sont encore vides" in text_of(visitor, "/bibliotheque")
    assert "Les étagères sont encore vides" in text_of(visitor, "/credits")


def test_a_held_work_is_nowhere_for_visitors(node: Node, visitor: FlaskClient, add: Add, tmp_path: Path) -> None:
    outcome = add(make_epub(tmp_path / "a.epub", title="Secret", rights="Public domain in the USA."))
    held = find_item(node.store, outcome.added[0])
    assert held is not None
    for end in ("", "/lire", "/lire/1", "/fichier/1/a.epub", "/couverture/160.jpg", "/livre/OEBPS/cover.png",
                "/lire/1/style.css", "/dessin/1/1.svg", "/imprimer"):  # fmt: skip
        answer = visitor.get(held.url + end)
        assert answer.status_code == 404 and b"Secret" not in answer.data, end
    for url in ("/bibliotheque", "/bibliotheque?etagere=Livres", "/credits", "/opds/tout", "/opds/nouveautes",
                "/opds", "/bibliotheque?q=secret", "/opds/recherche?q=secret"):  # fmt: skip
        page = text_of(visitor, url)
        assert ">Secret<" not in page and held.text_id not in page, url
    assert count_by_kind(node.store) == {} and search_items(node.store, "secret", 9) == []


def test_staff_settle_rights_then_hide_then_show(
    node: Node, visitor: FlaskClient, staff: FlaskClient, add: Add, tmp_path: Path, post: Callable[..., Any]
) -> None:
    outcome = add(make_epub(tmp_path / "a.epub", title="Secret", rights="Public domain in the USA.", source=""))
    held = find_item(node.store, outcome.added[0])
    assert held is not None
    listed = text_of(staff, "/console/bibliotheque")
    assert "Secret" in listed and "Public domain in the USA." in listed and "il manque la licence" in listed
    desk = f"/console/bibliotheque/{held.text_id}"
    refused = post(staff, desk, do="publish", licence="CC-BY-99", source="")
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422 and 'id="licence-error"' in page and 'id="source-error"' in page
    fields = {"do": "publish", "licence": "CC-PDM-1.0", "source": "Gallica", "attribution": "D’après Ada"}
    assert post(staff, desk, **fields).status_code == 303
    assert "D’après Ada" in text_of(visitor, held.url)
    head = node.journal.head()
    post(staff, desk, **fields)
    assert node.journal.head() == head, "publishing what is published notes nothing"
    assert post(staff, desk, do="hide").status_code == 303
    text_of(visitor, held.url, 404)
    assert search_items(node.store, "secret", 9) == []
    assert "L’équipe l’a caché" in text_of(staff, held.url)
    post(staff, desk, **fields)
    text_of(visitor, held.url)
    before = node.journal.projection_hash()
    node.journal.replay()
    assert node.journal.projection_hash() == before


def test_the_desk_is_for_staff(visitor: FlaskClient, book: ItemView) -> None:
    for url in ("/console/bibliotheque", f"/console/bibliotheque/{book.text_id}"):
        assert visitor.get(url).status_code == 401
    assert visitor.post(f"/console/bibliotheque/{book.text_id}", data={"do": "hide"}).status_code in (400, 401)


def test_unknown_addresses_are_not_found(visitor: FlaskClient, book: ItemView) -> None:
    for url in (
        "/bibliotheque/rien", f"/bibliotheque/{'a' * 26}", f"{book.url}/fichier/2/x", f"{book.url}/lire/99",
        f"{book.url}/livre/OEBPS/content.opf", f"{book.url}/livre/META-INF/container.xml", f"{book.url}/livre/../x",
        f"{book.url}/livre/%2e%2e/%2e%2e/valise.db", f"{book.url}/dessin/1/1.svg", f"{book.url}/imprimer",
    ):  # fmt: skip
        assert visitor.get(url).status_code == 404, url


def test_an_item_says_what_it_is_and_what_one_may_do(visitor: FlaskClient, book: ItemView) -> None:
    page = text_of(visitor, book.url)
    for words in ("Le Livre d’essai", "Ada Nomade", "Lire ici", "Garder sur mon téléphone", "Je peux", "Je dois",
                  "CC BY-SA 3.0", "Dire qui l’a fait", "2 Mo par seconde", "https://example.org/livre"):  # fmt: skip
        assert words in page, words
    assert page.count("<h1") == 1 and "EPUB" not in page.split("Garder sur mon téléphone")[0]


@pytest.mark.parametrize(
    ("kind", "sign"), [("mp3", "<audio controls preload"), ("pdf", "?ici=1"), ("sheet", "Imprimer")]
)
def test_each_kind_has_its_buttons(
    node: Node, visitor: FlaskClient, staff: FlaskClient, add: Add, tmp_path: Path, kind: str, sign: str
) -> None:
    path = {
        "mp3": lambda: make_mp3(tmp_path / "a.mp3"), "pdf": lambda: make_pdf(tmp_path / "a.pdf"),
        "sheet": lambda: make_sheet(tmp_path / "s"),
    }[kind]()  # fmt: skip
    item = find_item(node.store, add(path).added[0])
    assert item is not None
    assert sign in text_of(visitor if item.is_public else staff, item.url)


# -- files --------------------------------------------------------------------------------------------------------


def test_a_file_leaves_whole_in_part_or_not_at_all(node: Node, visitor: FlaskClient, book: ItemView) -> None:
    url = f"{book.url}/fichier/1/livre.epub"
    whole = visitor.get(url)
    raw, etag = whole.data, whole.headers["ETag"]
    assert whole.status_code == 200 and whole.headers["Accept-Ranges"] == "bytes"
    assert etag == f'"{list_files(node.store, book.item_id)[0].sha256.hex()}"'
    part = visitor.get(url, headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.data) == (206, raw[2:6])
    assert part.headers["Content-Range"] == f"bytes 2-5/{len(raw)}"
    assert visitor.get(url, headers={"Range": "bytes=-4"}).data == raw[-4:]
    assert visitor.get(url, headers={"If-None-Match": etag}).status_code == 304
    assert visitor.get(url, headers={"Range": "bytes=0-1", "If-Range": etag}).status_code == 206
    assert visitor.get(url, headers={"Range": "bytes=0-1", "If-Range": '"old"'}).data == raw
    assert visitor.get(url, headers={"Range": "bytes=0-1,3-4"}).data == raw
    beyond = visitor.get(url, headers={"Range": f"bytes={len(raw)}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(raw)}")
    assert visitor.head(url).headers["Content-Length"] == str(len(raw))


def test_a_file_keeps_its_own_name(node: Node, visitor: FlaskClient, add: Add, tmp_path: Path) -> None:
    item = find_item(node.store, add(make_epub(tmp_path / "L’été à Étretat ☀.epub")).added[0])
    assert item is not None
    told = visitor.get(f"{item.url}/fichier/1/x").headers["Content-Disposition"]
    assert told.startswith("attachment") and "filename*=UTF-8''L%E2%80%99%C3%A9t%C3%A9" in told


def test_nothing_sent_may_act_with_the_rights_of_the_box(
    node: Node, visitor: FlaskClient, add: Add, tmp_path: Path
) -> None:
    page = tmp_path / "attaque.html"
    page.write_text("<title>Page</title><script>alert(document.cookie)</script><p onclick=x>bon</p>", "utf-8")
    (tmp_path / "attaque.html.toml").write_text('licence="CC0-1.0"\nsource="ici"', "utf-8")
    drawing = tmp_path / "attaque.svg"
    drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "utf-8")
    (tmp_path / "attaque.svg.toml").write_text('licence="CC0-1.0"\nsource="ici"', "utf-8")
    for item_id in add(page, drawing).added:
        item = find_item(node.store, item_id)
        assert item is not None
        for end in ("", "?ici=1"):
            sent = visitor.get(f"{item.url}/fichier/1/a.html{end}")
            assert sent.headers["Content-Disposition"].startswith("attachment")
            assert sent.headers["Content-Security-Policy"].startswith("sandbox;")
            assert sent.headers["X-Content-Type-Options"] == "nosniff"
    read = text_of(visitor, f"/bibliotheque/{find_page(node)}/lire")
    assert "<p>bon</p>" in read and "alert(" not in read and "onclick" not in read


def find_page(node: Node) -> str:
    return next(item.text_id for item in list_items(node.store, Choice(), 9, 0) if item.title == "Page")


def test_what_is_shown_in_place_is_sandboxed(node: Node, visitor: FlaskClient, add: Add, tmp_path: Path) -> None:
    (tmp_path / "i.png").write_bytes(png())
    (tmp_path / "i.png.toml").write_text('licence="CC0-1.0"\nsource="ici"', "utf-8")
    item = find_item(node.store, add(tmp_path / "i.png").added[0])
    assert item is not None
    for url in (f"{item.url}/fichier/1/i.png?ici=1", f"{item.url}/couverture/320.jpg"):
        sent = visitor.get(url)
        assert sent.status_code == 200 and sent.headers["Content-Security-Policy"].startswith("sandbox;")
        assert "attachment" not in sent.headers.get("Content-Disposition", "")


def test_covers_are_kept_by_phones_only_under_their_own_address(visitor: FlaskClient, book: ItemView) -> None:
    assert "immutable" in visitor.get(book.cover_url).headers["Cache-Control"]
    assert visitor.get(book.cover_url.split("?")[0]).headers["Cache-Control"] == "no-cache"


def test_a_blob_that_is_gone_is_told(node: Node, visitor: FlaskClient) -> None:
    fill(node, 1)
    item = list_items(node.store, Choice(), 1, 0)[0]
    assert visitor.get(f"{item.url}/fichier/1/a.epub").status_code == 404
    assert visitor.get(f"{item.url}/couverture/160.jpg").status_code == 404
    assert visitor.get(f"{item.url}/lire/1").status_code in (404, 422)


# -- searching ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("chevaux", True), ("CHEVAL", True), ("chev", True), ("le cheval", True), ("zoe", True), ("Zoé mer", True),
        ("resume", True), ("étagère", True), ("cheval vapeur", False), ("zzz", False), ("mers", True),
    ],
)  # fmt: skip
def test_search_forgives_accents_capitals_and_plurals(node: Node, typed: str, is_found: bool) -> None:
    fill(node, 3)
    assert bool(search_items(node.store, typed, 5)) is is_found


NONSENSE = ['"', '""', "*", "NEAR(", "a AND", "OR OR", "title:", "-", "(", "^x", "😀", "é" * 10_000, "x" * 10_240,
            "' OR 1=1 --", "{a b}: c", "a\0b", "%", "‮abc", "\\", "🇫🇷 mer"]  # fmt: skip


@pytest.mark.parametrize("typed", NONSENSE)
def test_search_takes_any_signs(node: Node, visitor: FlaskClient, typed: str) -> None:
    fill(node, 2)
    for url in ("/bibliotheque", "/opds/recherche"):
        assert visitor.get(url, query_string={"q": typed}).status_code == 200
    assert isinstance(search_items(node.store, typed, 5), list)


def test_a_title_comes_before_a_mention(node: Node) -> None:
    fill(node, 1, title="La Mer")
    with node.journal.write():
        node.journal.append(
            facts.ADDED, b"\7" * 16,
            facts.ItemAdded("Alpha", (), "book", "fr", "CC-BY-4.0", "s", "", "On y voit la mer.", (), "L", ()),
        )  # fmt: skip
    assert [item.title for item in search_items(node.store, "mer", 5)] == ["La Mer", "Alpha"]


def test_words_are_stemmed_alike_on_both_sides() -> None:
    for one, other in (
        ("travaux", "travail"),
        ("bateaux", "bateau"),
        ("détails", "detail"),
        ("œufs", "oeuf"),
        ("vies", "vie"),
    ):
        assert to_index(one) == to_index(other)
    assert to_match("le la les") and to_match("") == ""


def test_filters_leave_what_was_asked(
    node: Node, visitor: FlaskClient, add: Add, tmp_path: Path, book: ItemView
) -> None:
    add(
        make_sheet(tmp_path / "s"),
        make_epub(tmp_path / "n.epub", title="Restreint", rights="CC BY-NC 4.0", language="ar"),
    )
    assert "Ouvrir une porte" in text_of(visitor, "/bibliotheque?sorte=sheet")
    assert "Restreint" not in text_of(visitor, "/bibliotheque?libre=1")
    arabic = text_of(visitor, "/bibliotheque?dans=ar")
    assert "Restreint" in arabic and "Ouvrir une porte" not in arabic
    assert "Ouvrir une porte" in text_of(visitor, "/bibliotheque?niveau=debutant")
    assert "Rien ne correspond" in text_of(visitor, "/bibliotheque?sorte=%22")


# -- cost ---------------------------------------------------------------------------------------------------------

LISTS = ["/bibliotheque", "/bibliotheque?q=cheval", "/bibliotheque?etagere=%C3%89tag%C3%A8re+1", "/credits", "/opds",
         "/opds/tout", "/opds/nouveautes", "/opds/recherche?q=cheval"]  # fmt: skip


@pytest.mark.parametrize("url", LISTS)
def test_queries_are_as_many_for_20_works_as_for_400(node: Node, visitor: FlaskClient, url: str) -> None:
    client = visitor
    fill(node, 20)
    client.get(url)
    fill(node, 20)  # the page of shelves is made anew, as after the 400
    with counted(node) as few:
        text_of(client, url)
    fill(node, 400)
    with counted(node) as many:
        text_of(client, url)
    assert len(few) == len(many) <= 8, (few, many)


def test_the_desk_costs_the_same_for_many(node: Node, staff: FlaskClient) -> None:
    fill(node, 20, licence="")
    with counted(node) as few:
        text_of(staff, "/console/bibliotheque")
    fill(node, 300, licence="")
    with counted(node) as many:
        page = text_of(staff, "/console/bibliotheque")
    assert len(few) == len(many) and page.count("<li>") == 30 and "page=2" in page


def test_a_first_view_is_light(node: Node, visitor: FlaskClient) -> None:
    fill(node, 400)
    page = visitor.get("/bibliotheque")
    assert len(page.data) < 50_000
    assert len(visitor.get(list_items(node.store, Choice(), 1, 0)[0].url).data) < 25_000


def test_lists_are_paged(node: Node, visitor: FlaskClient) -> None:
    fill(node, 130)
    for url, per_page in (("/bibliotheque?q=cheval", 12), ("/bibliotheque?sorte=book", 24), ("/credits", 50)):
        mark = "&" if "?" in url else "?"
        first, second = text_of(visitor, url), text_of(visitor, f"{url}{mark}page=2")
        shown = [set(re.findall(r'href="(/bibliotheque/[a-z2-7]{26})"', page)) for page in (first, second)]
        assert len(shown[0]) == len(shown[1]) == per_page and not shown[0] & shown[1]
        assert visitor.get(f"{url}{mark}page=9999").status_code == 200
    assert len(list_new_items(node.store, 6)) == 6


# -- two nodes ----------------------------------------------------------------------------------------------------


def test_facts_in_any_order_give_the_same_tables(node: Node) -> None:
    ids = fill(node, 6)
    with node.journal.write():
        for item_id in ids[:3]:
            node.journal.append(facts.CHANGED, item_id, facts.ItemChanged(title="Le Navire", licence="CC0-1.0"))
            node.journal.append(facts.HIDDEN, item_id, facts.ItemHidden())
        node.journal.append(facts.SHOWN, ids[0], facts.ItemShown())
        node.journal.append(facts.CHANGED, b"\x63" * 16, facts.ItemChanged(title="pas encore là"))
    before = node.journal.projection_hash()
    for item_id in reversed(ids):
        node.journal.refold("item.added", item_id)
    assert node.journal.projection_hash() == before
    assert [item.title for item in search_items(node.store, "navires", 9)] == ["Le Navire"]


def test_a_licence_this_program_does_not_know_is_held(node: Node, visitor: FlaskClient) -> None:
    ids = fill(node, 1, licence="Licence-inconnue-9")
    item = find_item(node.store, ids[0])
    assert item is not None and not item.is_public and item.licence_id == ""
    text_of(visitor, item.url, 404)


def test_the_page_of_shelves_is_kept_until_a_work_changes(
    node: Node, visitor: FlaskClient, add: Add, tmp_path: Path
) -> None:
    """Asked again it costs a few statements whatever the shelves hold, and a new work is seen at once."""
    add(make_epub(tmp_path / "un.epub", title="Le premier livre"))
    assert "Le premier livre" in visitor.get("/bibliotheque").text
    with counted(node) as seen:
        again = visitor.get("/bibliotheque")
    assert "Le premier livre" in again.text
    assert len(seen) <= 3 and not any("item" in one for one in seen), seen
    add(make_epub(tmp_path / "deux.epub", title="Le second livre"))
    assert "Le second livre" in visitor.get("/bibliotheque").text
    stranger = visitor.get("/bibliotheque?page=1&x=evil").text
    assert "Le second livre" in stranger
    assert "evil" not in visitor.get("/bibliotheque").text, "what one reader asks never stands in another's page"


def test_pages_over_the_edge_of_what_is_kept_leave_out_nothing(
    node: Node, add: Add, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_lists, "BLOCK", 5)
    for number in range(13):
        add(make_epub(tmp_path / f"{number}.epub", title=f"Livre {number:02}"))
    app = create_app(node.settings, node)
    with app.app_context():
        pages = [kept_lists.page_of(node.store, Choice(), number, 4) for number in (1, 2, 3, 4, 9)]
    shown = [[item.title[-2:] for item in page.rows] for page in pages]
    assert shown == [["00", "01", "02", "03"], ["04", "05", "06", "07"], ["08", "09", "10", "11"], ["12"], ["12"]]
    assert {page.total for page in pages} == {13}
