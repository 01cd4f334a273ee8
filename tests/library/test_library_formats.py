"""Other ways to read: sites, pages of PDF files as pictures, one page to keep, films with their helps."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.ids import to_text
from kit.library.actions import Outcome
from kit.library.queries import ItemView
from kit.people.node import Node

from .library_makers import chapter, epub_parts, make_pdf, make_sheet, make_zim, png, text_of, write_zip

Add = Callable[..., Outcome]
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"


def one(outcome: Outcome) -> str:
    """The address of the only work added."""
    assert not outcome.refused, outcome.refused
    return f"/bibliotheque/{to_text(outcome.added[0])}"


# -- one page to keep ---------------------------------------------------------------------------------------------


def test_a_book_is_kept_as_one_page_that_needs_nothing(add: Add, tmp_path: Path, visitor: FlaskClient) -> None:
    inside = {
        "c1.xhtml": chapter('<h1>Un</h1><p><a href="c2.xhtml#la">suite</a><img src="i.png" alt="dessin"/></p>'),
        "c2.xhtml": chapter('<h1 id="la">Deux</h1><script>alert(1)</script><p>Fin.</p>'),
    }
    parts = epub_parts(chapters=inside, more_manifest='<item id="i" href="i.png" media-type="image/png"/>')
    parts["OEBPS/i.png"] = png(2000, 3000)
    address = one(add(write_zip(tmp_path / "a.epub", parts)))
    assert "/garder.html" in text_of(visitor, address)
    answer = visitor.get(f"{address}/garder.html")
    page = answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="le-livre')
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert 'src="data:image/jpeg;base64,' in page and "alert" not in page and 'href="#l-la"' in page
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)
    assert len(page.encode()) <= 2_000_000 and "Creative Commons" in page


def test_a_sheet_and_a_text_are_kept_too(add: Add, tmp_path: Path, visitor: FlaskClient) -> None:
    sheet = text_of(visitor, one(add(make_sheet(tmp_path / "s"))) + "/garder.html")
    assert sheet.count("data:image/svg+xml") == 3 and "Vérifiée le 1er novembre 2026 avec Android 9" in sheet
    (tmp_path / "n.md").write_text('+++\nlicence = "CC0-1.0"\nsource = "s"\n+++\n# Note\n\nBonjour *vous*.\n')
    assert "<em>vous</em>" in text_of(visitor, one(add(tmp_path / "n.md")) + "/garder.html")


@pytest.mark.parametrize("name", ["page-blanche", "sous-le-vent", "regime-anticancer-arabic", "GhV-oeb-page"])
def test_samples_fit_in_two_megabytes(node: Node, add: Add, staff: FlaskClient, name: str) -> None:
    answer = staff.get(one(add(SAMPLES / f"{name}.epub")) + "/garder.html")
    assert answer.status_code == 200 and 20_000 < len(answer.data) <= 2_000_000
    assert b"data:image/" in answer.data


def test_what_has_no_chapters_is_kept_as_it_is(add: Add, tmp_path: Path, staff: FlaskClient) -> None:
    assert staff.get(one(add(make_pdf(tmp_path / "a.pdf"))) + "/garder.html").status_code == 404


# -- PDF ----------------------------------------------------------------------------------------------------------


def test_a_pdf_is_read_page_by_page_as_pictures(node: Node, add: Add, tmp_path: Path, staff: FlaskClient) -> None:
    address = one(add(make_pdf(tmp_path / "a.pdf")))
    assert f"{address}/pages/1" in text_of(staff, address)
    assert f"{address}/pages/1.webp" in text_of(staff, f"{address}/pages/1")
    picture = staff.get(f"{address}/pages/1.webp")
    assert picture.data[8:12] == b"WEBP" and picture.mimetype == "image/webp"
    kept = list((node.data / "cache" / "pages").iterdir())
    assert len(kept) == 1 and staff.get(f"{address}/pages/1.webp").data == picture.data
    assert staff.get(f"{address}/pages/2").status_code == staff.get(f"{address}/pages/2.webp").status_code == 404


# -- ZIM ----------------------------------------------------------------------------------------------------------


def test_a_site_is_read_and_searched_without_its_scripts(add: Add, tmp_path: Path, visitor: FlaskClient) -> None:
    address = one(add(make_zim(tmp_path / "petit.zim")))
    assert f"{address}/site" in text_of(visitor, address)
    assert visitor.get(f"{address}/site").location == f"{address}/site/accueil.html"
    page = text_of(visitor, f"{address}/site/accueil.html")
    assert "alert" not in page and "example.org" not in page and f"{address}/site/deux.html" in page
    assert "Les phares" in text_of(visitor, f"{address}/chercher?q=phar")
    assert "Les phares" in text_of(visitor, f"{address}/chercher?q=lanterne"), "full text"
    assert "Rien n’a été trouvé" in text_of(visitor, f"{address}/chercher?q=zzzzz")
    for outside in ("../../etc/passwd", "nulle-part", "%2e%2e/x"):
        assert visitor.get(f"{address}/site/{outside}").status_code == 404


def test_the_sample_site_is_read(add: Add, staff: FlaskClient) -> None:
    address = one(add(SAMPLES / "wikibooks_be_all_nopic_2017-02.zim"))
    first = staff.get(f"{address}/site", follow_redirects=True).get_data(as_text=True)
    assert "Сардэчна запрашаем" in first
    assert "Украінская мова" in text_of(staff, f"{address}/chercher?q=мова")


def test_a_site_cut_short_is_refused(add: Add, tmp_path: Path) -> None:
    cut = tmp_path / "coupe.zim"
    cut.write_bytes((SAMPLES / "wikibooks_be_all_nopic_2017-02.zim").read_bytes()[:100_000])
    assert [problem.code for _, problem in add(cut).refused] == ["library.broken"]


def test_an_item_page_is_light(book: ItemView, visitor: FlaskClient) -> None:
    assert len(visitor.get(book.url).data) <= 25_000
