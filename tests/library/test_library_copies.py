"""Many works at once, better copies, cards corrected, works deleted: what is asked is done, what it stands on stays."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.library import blobs, search
from kit.library import queries as items
from kit.library.actions import add_paths
from kit.library.bench import queries as bench
from kit.library.bench.names import files_folder
from kit.library.bench.reading import work
from kit.library.queries import ItemView
from kit.library.shelves import facts as shelf_facts
from kit.people.node import Node
from tests.pages import post_form

from .library_makers import chapter, make_epub, make_pdf, png, text_of
from .test_library_bench import bring, token

DESK = "/console/bibliotheque"


def find(node: Node, item: ItemView) -> ItemView:
    found = items.find_item(node.store, item.item_id)
    assert found is not None
    return found


def send(staff: FlaskClient, url: str, page: str = f"{DESK}/droits", **fields: object) -> tuple[int, str]:
    answer = staff.post(url, data={"csrf": token(text_of(staff, page)), **fields})
    return answer.status_code, answer.get_data(as_text=True)


def several(staff: FlaskClient, **fields: object) -> tuple[int, str]:
    return send(staff, f"{DESK}/plusieurs", **fields)


def blob_of(node: Node, item: ItemView) -> Path:
    (first, *_) = items.list_files(node.store, item.item_id)
    return blobs.blob_path(node.data, first.sha256)


# -- many at once -----------------------------------------------------------------------------------------------------


def test_ticked_works_are_shelved_hidden_and_their_rights_settled(
    node: Node, staff: FlaskClient, tmp_path: Path
) -> None:
    add_paths(node, [make_pdf(tmp_path / f"{n}.pdf", f"Papier {n}") for n in range(3)])
    one, two, three = sorted(items.list_held(node.store, 5, 0), key=lambda item: item.title)
    page = text_of(staff, DESK)
    assert page.count('name="item"') == 3 and "Régler leurs droits" in page
    status, page = several(staff, item=[one.text_id, two.text_id], do="rights")
    assert status == 200 and "2 documents cochés" in page and one.text_id in page and three.text_id not in page
    ticked = {"item": [one.text_id, two.text_id], "licence": "CC-BY-4.0", "source": "La mairie"}
    assert send(staff, f"{DESK}/droits", **ticked, do="settle")[0] == 303
    assert [find(node, item).is_public for item in (one, two, three)] == [True, True, False]
    assert several(staff, item=[one.text_id, three.text_id], shelf="Papiers de la mairie", do="shelf")[0] == 303
    assert [find(node, item).shelf for item in (one, two, three)] == [
        "Papiers de la mairie", "Documents", "Papiers de la mairie",
    ]  # fmt: skip
    several(staff, voir="etageres", all="1", q="papier", do="hide")
    assert not find(node, one).is_public and find(node, two).is_hidden and not find(node, three).is_hidden
    several(staff, do="shelf", shelf="Ailleurs")
    assert "Aucun document n’est coché" in text_of(staff, DESK)


def test_the_desk_is_searched_by_words_and_shelf(node: Node, staff: FlaskClient, tmp_path: Path) -> None:
    add_paths(node, [make_pdf(tmp_path / "a.pdf", "L’Été à Aix"), make_pdf(tmp_path / "b.pdf", "Hiver")])
    page = text_of(staff, f"{DESK}?q=ete+aix")
    assert "L’Été à Aix" in page and "Hiver" not in page and "(2)" in page
    assert "Rien de tel" in text_of(staff, f"{DESK}?q=printemps")
    assert "Rien de tel" in text_of(staff, f"{DESK}?etagere=Livres")
    assert "Hiver" in text_of(staff, f"{DESK}?q=HIVER&etagere=Documents")


def test_deleting_is_asked_twice_and_gives_the_disk_back(
    node: Node, staff: FlaskClient, visitor: FlaskClient, book: ItemView, tmp_path: Path
) -> None:
    path = blob_of(node, book)
    status, page = several(staff, item=[book.text_id], do="delete")
    assert status == 200 and "Supprimer pour de bon" in page and book.title in page and path.is_file()
    work(node)
    assert search.find_works(node.store, "livre").hits
    status, _ = several(staff, item=[book.text_id], do="delete_now")
    assert status == 303 and not path.exists() and items.find_item(node.store, book.item_id) is None
    assert not search.find_works(node.store, "livre").hits and visitor.get(book.url).status_code == 404
    node.journal.replay()
    assert items.find_item(node.store, book.item_id) is None
    add_paths(node, [make_epub(tmp_path / "encore.epub")])
    assert find(node, book).is_public and path.is_file(), "added once more, it is there again"
    assert search.find_works(node.store, "livre").hits


def test_a_file_that_another_work_needs_stays(node: Node, staff: FlaskClient, tmp_path: Path) -> None:
    for name in ("un", "deux"):
        (tmp_path / name).mkdir()
        make_epub(tmp_path / name / "a.epub", title=name)
    one, two = (find_one(node, add_paths(node, [tmp_path / name]).added[0]) for name in ("un", "deux"))
    assert one.cover_small == two.cover_small and one.cover_small
    several(staff, item=[one.text_id], do="delete_now")
    assert blobs.blob_path(node.data, one.cover_small).is_file() and blob_of(node, two).is_file()
    several(staff, item=[two.text_id], do="delete_now")
    assert not blobs.blob_path(node.data, one.cover_small).exists()


def find_one(node: Node, item_id: bytes) -> ItemView:
    found = items.find_item(node.store, item_id)
    assert found is not None
    return found


def test_another_librarys_works_are_left(node: Node, staff: FlaskClient, book: ItemView) -> None:
    with node.journal.write():
        given = shelf_facts.ShelfGiven(book.shelf, "Médiathèque d’à côté")
        node.journal.append(shelf_facts.GIVEN, shelf_facts.shelf_id(book.shelf), given)
    for do in ("delete_now", "hide", "shelf"):
        several(staff, item=[book.text_id], do=do, shelf="La mienne")
        assert "à une autre bibliothèque" in text_of(staff, DESK)
    assert find(node, book).is_public and blob_of(node, book).is_file()
    card = card_fields(text_of(staff, book_card(book)))
    status, page = send(staff, book_card(book), title="Pris", shelf=book.shelf, **card)
    assert status == 403 and "Médiathèque d’à côté" in page and find(node, book).title == book.title


def test_only_the_team_does(visitor: FlaskClient, book: ItemView) -> None:
    for url in (f"{DESK}/plusieurs", book_card(book)):
        assert post_form(visitor, "/connexion", url, item=book.text_id, do="delete_now").status_code == 401
    assert visitor.get(book.url).status_code == 200


# -- a better copy ----------------------------------------------------------------------------------------------------


def test_a_better_copy_keeps_the_address(
    node: Node, staff: FlaskClient, visitor: FlaskClient, book: ItemView, tmp_path: Path
) -> None:
    old = blob_of(node, book)
    search_text = "baleine"
    assert not search.find_works(node.store, search_text).hits
    better = make_epub(tmp_path / "mieux.epub", chapters={"c1.xhtml": chapter(f"<p>Une {search_text} blanche.</p>")})
    bring(node, better)
    (entry,) = bench.list_entries(node.store, "proposed", 5)
    assert entry.twin == book.item_id
    page = text_of(staff, entry.url)
    assert "Remplacer la copie d’ici ?" in page and "livre.epub" in page and "mieux.epub" in page
    assert send(staff, entry.url, entry.url, do="replace")[0] == 303
    work(node)
    item = find(node, book)
    assert item.is_public and item.added_ms == book.added_ms and item.licence_id == book.licence_id
    assert not old.exists() and blob_of(node, book).read_bytes() == better.read_bytes()
    assert [hit.item_id for hit in search.find_works(node.store, search_text).hits] == [book.item_id]
    assert search_text in text_of(visitor, f"{book.url}/lire/1")
    assert bench.count_entries(node.store) == {}
    bring(node, better)
    assert bench.count_entries(node.store) == {"known": 1}, "the better copy is known by its own bytes"
    assert not add_paths(node, [better]).added
    before = [tuple(row) for row in node.store.rows("SELECT * FROM item_file ORDER BY item_id, number")]
    node.journal.replay()
    assert [tuple(row) for row in node.store.rows("SELECT * FROM item_file ORDER BY item_id, number")] == before


def test_many_copies_at_once_leave_what_has_no_twin(
    node: Node, staff: FlaskClient, book: ItemView, tmp_path: Path
) -> None:
    bring(
        node,
        make_epub(tmp_path / "mieux.epub", chapters={"c1.xhtml": chapter("<p>Mieux.</p>")}),
        make_pdf(tmp_path / "a.pdf", "Seul"),
    )
    status, _ = send(staff, f"{DESK}/arrivees", f"{DESK}/arrivees", all="1", state="proposed", do="replace")
    assert status == 303 and "1 copie remplacée" in text_of(staff, f"{DESK}/arrivees")
    assert [one.title for one in bench.list_entries(node.store, "proposed", 5)] == ["Seul"]
    (entry,) = bench.list_entries(node.store, "proposed", 5)
    status, page = send(staff, entry.url, entry.url, do="replace")
    assert status == 422 and "rien à remplacer" in page


# -- the card ---------------------------------------------------------------------------------------------------------


def book_card(item: ItemView) -> str:
    return f"{DESK}/{item.text_id}/fiche"


def card_fields(page: str) -> dict[str, str]:
    return {"mark": page.split('name="mark" value="', 1)[1].split('"', 1)[0]}


def test_a_card_is_corrected(node: Node, staff: FlaskClient, visitor: FlaskClient, book: ItemView) -> None:
    url = book_card(book)
    typed = {"title": "Le Livre mieux nommé", "creators": "Sand, George; Nadar", "language": "fr", "shelf": "Romans",
             "subjects": "voyage; mer", "series": "Les carnets", "series_place": "2", "level": "debutant"}  # fmt: skip
    page = text_of(staff, url)
    image = (io.BytesIO(png(600, 800)), "couverture.png")
    assert send(staff, url, url, **typed, **card_fields(page), cover=image)[0] == 303
    item = find(node, book)
    assert (item.title, item.creators, item.shelf) == ("Le Livre mieux nommé", "Sand, George, Nadar", "Romans")
    assert (item.series, item.series_place, item.level) == ("Les carnets", 2, "debutant")
    assert item.cover_large != book.cover_large and visitor.get(item.cover_url).status_code == 200
    assert search.find_works(node.store, "nadar carnets").hits
    status, page = send(staff, url, url, **typed, **card_fields(page))
    assert status == 409 and "Sand, George; Nadar" in page, "somebody else corrected it: what was typed is kept"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "obligatoire"),
        ("language", "français", "language-error"),
        ("series_place", "dix", "series_place-error"),
        ("chapters", "plus tard : la fin", "Écrivez par exemple"),
        ("shelf", "x" * 101, "shelf-error"),
    ],
)
def test_a_bad_card_is_shown_again(staff: FlaskClient, book: ItemView, field: str, value: str, words: str) -> None:
    url = book_card(book)
    fields = {"title": "Autre titre", "shelf": "Livres", **card_fields(text_of(staff, url)), field: value}
    status, page = send(staff, url, url, **fields)
    assert status == 422 and words in page


def test_a_cover_that_is_no_picture_is_refused(node: Node, staff: FlaskClient, book: ItemView) -> None:
    url = book_card(book)
    fields = {"title": "Autre titre", "shelf": "Livres", **card_fields(text_of(staff, url))}
    status, page = send(staff, url, url, **fields, cover=(io.BytesIO(b"<svg onload=alert(1)>"), "a.png"))
    assert status == 422 and "Cette image ne s’ouvre pas" in page and find(node, book).title == book.title


def test_a_copy_whose_file_has_gone_replaces_nothing(
    node: Node, staff: FlaskClient, book: ItemView, tmp_path: Path
) -> None:
    old = blob_of(node, book).read_bytes()
    bring(node, make_epub(tmp_path / "mieux.epub", chapters={"c1.xhtml": chapter("<p>Mieux.</p>")}))
    (entry,) = bench.list_entries(node.store, "proposed", 5)
    shutil.rmtree(files_folder(node.data, entry.batch_id))
    status, _ = send(staff, entry.url, entry.url, do="replace")
    assert status == 422 and blob_of(node, book).read_bytes() == old, "its file has gone: the copy here stays"
