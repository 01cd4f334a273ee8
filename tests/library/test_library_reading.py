"""Reading on the box: books, comics and sheets as plain pages, and nothing in them that can act."""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kit.library.actions import Outcome
from kit.library.formats.markup import parse_xml
from kit.library.queries import ItemView, find_item
from kit.library.reading import drawings
from kit.library.reading.clean import clean_html, prepare_loose
from kit.library.reading.styles import filter_styles
from kit.people.node import Node

from .library_makers import CC, chapter, epub_parts, make_epub, make_fixed, make_sheet, write_zip

Add = Callable[..., Outcome]


def lines_of(name: str) -> list[str]:
    """One attack a line; a tab is written \\t."""
    return (Path(__file__).parent / name).read_text("utf-8").replace("\\t", "\t").splitlines()


def shelve(node: Node, outcome: Outcome) -> ItemView:
    assert not outcome.refused, outcome.refused
    item = find_item(node.store, outcome.added[0])
    assert item is not None and item.is_public
    return item


def page(client: FlaskClient, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.get_data(as_text=True)


def body_of(html: str) -> str:
    return html.split("<article", 1)[1].split(">", 1)[1].split("</article>", 1)[0]


# -- books --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_a_book_has_contents_and_turns_its_pages(
    node: Node, visitor: FlaskClient, add: Add, tmp_path: Path, version: str
) -> None:
    item = shelve(node, add(make_epub(tmp_path / "a.epub", version=version)))
    contents = page(visitor, f"{item.url}/lire")
    assert f'href="{item.url}/lire/2"' in contents and ("Partie 2" if version == "3.0" else "Point 2") in contents
    first, last = page(visitor, f"{item.url}/lire/1"), page(visitor, f"{item.url}/lire/2")
    assert f'rel="next" href="{item.url}/lire/2"' in first and 'rel="prev"' not in first
    assert f'rel="prev" href="{item.url}/lire/1"' in last and 'rel="next"' not in last
    assert first.count("<h1") == 1 and "<h2>Un</h2>" in first, "the book's own headings go one step down"


def test_place_letters_and_night_are_in_the_address(visitor: FlaskClient, book: ItemView) -> None:
    shown = page(visitor, f"{book.url}/lire/1?taille=grand&nuit=1")
    assert "reader-large" in shown and "reader-night" in shown
    assert f"{book.url}/lire/2?taille=grand&amp;nuit=1" in shown
    assert "Set-Cookie" not in visitor.get(f"{book.url}/lire/1?taille=grand").headers


def test_links_stay_in_the_book(node: Node, visitor: FlaskClient, add: Add, tmp_path: Path) -> None:
    links = (
        '<p id="ici"><a href="c2.xhtml#note">a</a><a href="#ici">b</a><a href="https://example.org/x">dehors</a>'
        '<a href="../../../console">c</a><a href="/console">d</a><a href="javascript:alert(1)">e</a>'
        '<img src="cover.png" alt="une image"/><img src="https://example.org/p.png" alt="loin"/></p>'
    )
    chapters = {"c1.xhtml": chapter(links), "c2.xhtml": chapter('<p><a id="note"/>La note.</p><script>x</script>')}
    item = shelve(node, add(make_epub(tmp_path / "a.epub", chapters=chapters)))
    shown = body_of(page(visitor, f"{item.url}/lire/1?nuit=1"))
    assert f'<a href="{item.url}/lire/2?nuit=1#l-note">a</a>' in shown and '<a href="#l-ici">b</a>' in shown
    assert set(re.findall(r'(?:href|src)="([^"]*)"', shown)) == {
        f"{item.url}/lire/2?nuit=1#l-note", "#l-ici", f"{item.url}/livre/OEBPS/cover.png",
    }  # fmt: skip
    assert "dehors" in shown and "example.org" not in shown
    second = body_of(page(visitor, f"{item.url}/lire/2"))
    assert '<a id="l-note"></a>La note.' in second and "<script" not in second
    assert visitor.get(f"{item.url}/livre/OEBPS/cover.png").headers["Content-Security-Policy"].startswith("sandbox;")


def test_an_arabic_book_reads_from_right_to_left(node: Node, visitor: FlaskClient, add: Add, tmp_path: Path) -> None:
    path = make_epub(
        tmp_path / "a.epub", language="ar", spine='page-progression-direction="rtl"',
        chapters={"c1.xhtml": chapter("<p>مرحبا</p>").replace('lang="fr"', 'lang="ar"')},
    )  # fmt: skip
    item = shelve(node, add(path))
    article = re.search(r"<article[^>]*>", page(visitor, f"{item.url}/lire/1"))
    assert article and 'lang="ar"' in article.group(0) and 'dir="rtl"' in article.group(0)


def test_a_comic_shows_one_picture_a_page(node: Node, visitor: FlaskClient, add: Add, tmp_path: Path) -> None:
    item = shelve(node, add(make_fixed(tmp_path / "bd.epub")))
    assert item.kind == "comic"
    first = page(visitor, f"{item.url}/lire/1")
    assert 'class="book drawn"' in first and f'src="{item.url}/livre/OEBPS/cover.png"' in first
    second = page(visitor, f"{item.url}/lire/2")
    assert f'src="{item.url}/dessin/2/1.svg"' in second and "Il était une fois." in second
    drawn = visitor.get(f"{item.url}/dessin/2/1.svg")
    assert drawn.mimetype == "image/svg+xml" and drawn.headers["Content-Security-Policy"].startswith("sandbox;")
    assert b"<rect" in drawn.data and b"script" not in drawn.data and b"onclick" not in drawn.data
    assert visitor.get(f"{item.url}/dessin/2/2.svg").status_code == 404


def test_a_drawing_may_be_a_chapter(node: Node, visitor: FlaskClient, add: Add, tmp_path: Path) -> None:
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="3" onload="x()"/></svg>'
    item = shelve(node, add(make_epub(tmp_path / "a.epub", chapters={"p.svg": drawn})))
    assert f"{item.url}/dessin/1/1.svg" in page(visitor, f"{item.url}/lire/1")
    assert b"<circle" in visitor.get(f"{item.url}/dessin/1/1.svg").data


def test_a_chapter_that_is_no_xml_is_read_all_the_same(
    node: Node, visitor: FlaskClient, add: Add, tmp_path: Path
) -> None:
    loose = (
        '<html><body class="x"><h1>Vieux</h1><p>Un<br>deux & trois<a id="x"/> quatre<script>alert(1)</script></body>'
    )
    item = shelve(node, add(make_epub(tmp_path / "a.epub", chapters={"c1.xhtml": loose})))
    shown = body_of(page(visitor, f"{item.url}/lire/1"))
    assert "<h2>Vieux</h2>" in shown and "deux &amp; trois" in shown and "quatre" in shown and "alert" not in shown


def test_a_damaged_chapter_is_told_and_the_others_read(
    node: Node, visitor: FlaskClient, add: Add, tmp_path: Path
) -> None:
    parts = epub_parts(
        chapters={"c1.xhtml": chapter("<p>Bon.</p>"), "c2.xhtml": chapter("<p>" + "Mauvais. " * 200 + "</p>")}
    )
    path = write_zip(tmp_path / "a.epub", parts)
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("OEBPS/c2.xhtml")
    raw = bytearray(path.read_bytes())
    place = entry.header_offset + 30 + len(entry.filename) + 5
    raw[place : place + 20] = b"\xff" * 20
    path.write_bytes(bytes(raw))
    item = shelve(node, add(path))
    assert "Bon." in page(visitor, f"{item.url}/lire/1")
    damaged = page(visitor, f"{item.url}/lire/2", 422)
    assert "Cette page du livre est abîmée" in damaged and f"{item.url}/lire/1" in damaged


def test_a_chapter_with_entities_is_told(node: Node, visitor: FlaskClient, add: Add, tmp_path: Path) -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><html><body>&b;</body></html>'
    item = shelve(
        node, add(make_epub(tmp_path / "a.epub", chapters={"c1.xhtml": chapter("<p>x</p>"), "c2.xhtml": bomb}))
    )
    assert "abîmée" in page(visitor, f"{item.url}/lire/2", 422)


def test_books_keep_their_styles_inside(node: Node, visitor: FlaskClient, add: Add, tmp_path: Path) -> None:
    head = '<link rel="stylesheet" href="a.css"/><style>.x{text-align:center}</style>'
    parts = epub_parts(
        chapters={"c1.xhtml": chapter('<p class="x btn">a</p>', head=head)},
        more_manifest='<item id="css" href="a.css" media-type="text/css"/>',
    )
    parts["OEBPS/a.css"] = (
        "@import url(x.css); body{color:red;position:fixed} .x{margin:1em;background:url(http://e/x)}"
    )
    item = shelve(node, add(write_zip(tmp_path / "a.epub", parts)))
    shown = page(visitor, f"{item.url}/lire/1?nuit=1")
    assert f'href="{item.url}/livre/OEBPS/a.css?nuit=1"' in shown and 'class="l-x l-btn"' in shown
    day = visitor.get(f"{item.url}/livre/OEBPS/a.css").get_data(as_text=True)
    assert ".book .l-x{margin:1em}" in day and "color:red" in day
    assert not re.search(r"import|url|fixed|http", day)
    assert "color" not in visitor.get(f"{item.url}/livre/OEBPS/a.css?nuit=1").get_data(as_text=True)
    inner = visitor.get(f"{item.url}/lire/1/style.css")
    assert inner.get_data(as_text=True) == ".book .l-x{text-align:center}" and inner.mimetype == "text/css"


def test_the_serving_process_brings_no_parser_of_strangers_files(
    node: Node, visitor: FlaskClient, add: Add, tmp_path: Path, live_imports: Callable[[str], set[str]]
) -> None:
    item = shelve(node, add(make_fixed(tmp_path / "bd.epub")))
    loaded = live_imports(
        f"for end in ('', '/lire', '/lire/1', '/lire/2', '/dessin/2/1.svg', '/fichier/1/x', '/couverture/160.jpg'):\n"
        f"    assert client.get('{item.url}' + end).status_code == 200, end\n"
    )
    assert not loaded & {"PIL", "mutagen", "pypdf"}


@pytest.fixture
def live_imports(node: Node) -> Callable[[str], set[str]]:
    """Run lines against a client in a fresh process; the modules it ended with."""
    import subprocess

    def run(lines: str) -> set[str]:
        program = (
            "import sys\nfrom pathlib import Path\n"
            "from kit.app import create_app\nfrom kit.settings import read_settings\n"
            f"client = create_app(read_settings({{}}, data=Path({str(node.data)!r}))).test_client()\n{lines}"
            "print(' '.join(sorted(sys.modules)))\n"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return set(done.stdout.split())

    return run


def test_nothing_heavy_is_imported_at_start(live_imports: Callable[[str], set[str]]) -> None:
    assert not live_imports("") & {"PIL", "mutagen", "pypdf", "nh3", "tinycss2", "mistune"}


# -- sheets and texts ---------------------------------------------------------------------------------------------


def test_a_sheet_goes_step_by_step_and_prints_whole(node: Node, visitor: FlaskClient, add: Add, tmp_path: Path) -> None:
    item = shelve(node, add(make_sheet(tmp_path / "porte")))
    step = page(visitor, f"{item.url}/lire/2")
    assert '<h1 dir="auto">Faites le geste 2.</h1>' in step and "2 / 3" in step and 'cx="150" cy="100"' in step
    assert f"{item.url}/livre/images/02.svg" in step and "C’est fait" in step
    assert page(visitor, f"{item.url}/lire").count("Faites le geste 1.") >= 1
    whole = page(visitor, f"{item.url}/imprimer")
    assert (
        all(f"Faites le geste {number}." in whole for number in (1, 2, 3))
        and "Vérifiée le 1er novembre 2026 avec Android 9" in whole
    )
    assert visitor.get(f"{item.url}/livre/images/02.svg").mimetype == "image/svg+xml"
    for end in ("/lire/4", "/lire/0", "/livre/sheet.toml", "/livre/images/99.svg"):
        assert visitor.get(item.url + end).status_code == 404, end


def test_texts_and_guides_are_read_here(node: Node, visitor: FlaskClient, add: Add, tmp_path: Path) -> None:
    guide, long = tmp_path / "guide.md", tmp_path / "long.txt"
    guide.write_text(
        "# Guide\n\n**Gras** <script>alert(1)</script> [x](javascript:alert(1))\n\n|a|b|\n|-|-|\n|1|2|\n", "utf-8"
    )
    long.write_text("\n\n".join(f"Paragraphe {n} <b>" + "mot " * 300 for n in range(100)), "utf-8")
    for path in (guide, long):
        path.with_name(f"{path.name}.toml").write_text('licence="CC0-1.0"\nsource="ici"', "utf-8")
    first, second = (find_item(node.store, item_id) for item_id in add(guide, long).added)
    assert first and second
    shown = body_of(page(visitor, f"{first.url}/lire"))
    assert "<strong>Gras</strong>" in shown and "<h2>Guide</h2>" not in shown and "<td>1</td>" in shown
    assert "<script" not in shown and "href" not in shown
    text = page(visitor, f"{second.url}/lire/2")
    assert "&lt;b&gt;" in text and 'rel="next"' in text and len(text) < 60_000
    assert visitor.get(f"{second.url}/lire/99").status_code == 404


# -- nothing acts -------------------------------------------------------------------------------------------------

VECTORS = lines_of("attacks.txt")
FORBIDDEN_NAMES = (
    "script style iframe object embed form input button base meta link svg math video audio template select textarea "
    "noscript foreignobject"
)
FORBIDDEN = frozenset(FORBIDDEN_NAMES.split())


class Inspector(HTMLParser):
    """Fails on anything that could act or leave the book."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in FORBIDDEN, tag
        for name, value in attrs:
            assert not name.startswith("on") and name not in (
                "style",
                "srcset",
                "action",
                "formaction",
                "background",
            ), name
            if name in ("href", "src"):
                assert value is not None and re.match(r"^(#l-|/bibliotheque/x/)", value), value


def inspect(safe: str) -> None:
    Inspector(convert_charrefs=True).feed(safe)


def only_inside(address: str) -> str | None:
    return f"/bibliotheque/x/{len(address)}" if address.startswith("c") else None


@pytest.mark.parametrize("vector", VECTORS)
def test_no_known_attack_comes_through(vector: str) -> None:
    for text in (vector, f"<p>a{vector}b</p>", f"<table><tr><td>{vector}", f"<svg>{vector}", f"<math>{vector}</math>"):
        inspect(clean_html(prepare_loose(text), link=only_inside, picture=only_inside))


PIECE_WORDS = "<p> </p> <svg> </svg> <math> <table> <td> <!-- --> '> <style> ]]> /> &lt; <title> </title> <h1>"
PIECES = [*PIECE_WORDS.split(), '"', "<a href='", '<img src="cover.png" ']


@given(st.lists(st.one_of(st.sampled_from([*VECTORS, *PIECES]), st.text(max_size=20)), max_size=8))
def test_no_mixture_of_attacks_comes_through(pieces: list[str]) -> None:
    once = clean_html(prepare_loose("".join(pieces)), link=only_inside, picture=only_inside)
    inspect(once)
    inspect(clean_html(once, link=only_inside, picture=only_inside))  # what a browser parses again stays harmless


def test_attacks_inside_a_book_do_not_come_through(node: Node, visitor: FlaskClient, add: Add, tmp_path: Path) -> None:
    chapters = {
        f"c{n}.xhtml": f"<html><body><p>Page {n}.</p>{vector}</body></html>" for n, vector in enumerate(VECTORS)
    }
    item = shelve(node, add(make_epub(tmp_path / "a.epub", chapters=chapters, rights=CC)))
    for number in range(1, len(VECTORS) + 1):
        answer = visitor.get(f"{item.url}/lire/{number}")
        assert answer.status_code in (200, 422)
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        if answer.status_code == 200:
            shown = body_of(answer.get_data(as_text=True)).replace(item.url, "/bibliotheque/x")
            inspect(shown)
            assert f"Page {number - 1}." in shown


STYLES = lines_of("styles.txt")


@pytest.mark.parametrize("text", STYLES)
def test_styles_cannot_leave_the_book(text: str) -> None:
    filtered = filter_styles(text, at_night=False)
    assert not re.search(r"url|import|fixed|absolute|expression|behavior|binding|-9999|5000|--|<|font-face", filtered)
    for prelude in re.findall(r"([^{}]+)\{[^{}@]*\}", filtered):
        for selector in prelude.split(","):
            assert selector.strip().startswith(".book"), filtered
            assert not re.search(r"\.(?!book|l-)[a-z]", selector), filtered


@given(st.text(alphabet="pb.#{}:;,()@'\"\\/*-<>! url1emx", max_size=80))
def test_any_style_sheet_is_filtered_without_a_fault(text: str) -> None:
    filtered = filter_styles(text, at_night=True)
    assert "url(" not in filtered.replace(" ", "").lower() and "@import" not in filtered


DRAWINGS = lines_of("drawings.txt")


@pytest.mark.parametrize("text", DRAWINGS)
def test_a_drawing_only_draws(text: str) -> None:
    drawn = drawings.draw(parse_xml(text), lambda _href: None).decode()
    assert not re.search(r"script|evil|onclick|javascript|foreign|import|<a |<set|<animate|style=", drawn), drawn
    assert parse_xml(drawn).tag == "{http://www.w3.org/2000/svg}svg"


def test_what_a_book_hides_stays_hidden() -> None:
    said = clean_html('<nav hidden="hidden"><ol><li>Couverture</li></ol></nav>', link=str, picture=str)
    assert said.startswith("<nav hidden")
