"""The novels of the starter library: typography, making, and what the committed books hold."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.library.formats import epub

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from novels.book import make_book  # noqa: E402 - the scripts are no package: their folder is named above
from novels.catalogue import Entry, read_catalogue  # noqa: E402
from novels.prose import UnknownElementError  # noqa: E402
from novels.side_file import side_file  # noqa: E402
from novels.tei import CatalogueMismatchError, read_tei, tei_id  # noqa: E402
from novels.typography import typeset  # noqa: E402

BOOKS = sorted((ROOT / "content/library/romans").glob("*.epub"))
SHIPPED = sorted((ROOT / "content/library").rglob("*.epub"))
TEXTS = ROOT.parent / "shared" / "texts"
FIXTURE = Path(__file__).with_name("petit_roman.xml")
EPUBCHECK = Path("/usr/share/java/epubcheck.jar")
XHTML = "{http://www.w3.org/1999/xhtml}"
OPF, DC = "{http://www.idpf.org/2007/opf}", "{http://purl.org/dc/elements/1.1/}"

CASES = {
    "l'ami d'Anne": "l’ami d’Anne",
    "Quoi ?": "Quoi\u202f?",
    "Quoi?": "Quoi\u202f?",
    "Quoi ?! Non !": "Quoi\u202f?! Non\u202f!",
    "voici :": "voici\xa0:",
    "la nef: les voûtes": "la nef\xa0: les voûtes",
    "un ; deux;": "un\u202f; deux\u202f;",
    "à 10:30, doi:10.5281, https://example.org/a.php?b=c": "à 10:30, doi:10.5281, https://example.org/a.php?b=c",
    "« mot » et «mot»": "«\u202fmot\u202f» et «\u202fmot\u202f»",
    'il dit: "Viens !" et d\'"exagérés".': "il dit\xa0: «\u202fViens\u202f!\u202f» et d’«\u202fexagérés\u202f».",
    '"Ouvert sur plusieurs alinéas': "«\u202fOuvert sur plusieurs alinéas",
    "» Suite de la lettre": "»\u202fSuite de la lettre",
    "-- Oui, dit-il.": "—\xa0Oui, dit-il.",
    "– Oui, dit-il.": "—\xa0Oui, dit-il.",
    "« -- Oui": "«\u202f—\xa0Oui",
    "«- Oui": "«\u202f—\xa0Oui",
    "Il dit. -- Non": "Il dit. —\xa0Non",
    "un homme -- le seul -- vint": "un homme — le seul — vint",
    "ma fiancée -- , dit-il": "ma fiancée —, dit-il",
    "l'agonie --impitoyables": "l’agonie — impitoyables",
    "c'est-à-dire vis-à-vis": "c’est-à-dire vis-à-vis",
    "-vous et 1914–1918": "-vous et 1914–1918",
    "Ah !... oui....": "Ah\u202f!… oui…",
    "18..., puis": "18…, puis",
    "....................": "....................",
    "M. Viot, Mme Roy, MM. X et Y, n° 2": "M.\xa0Viot, Mme\xa0Roy, MM.\xa0X et Y, n°\xa02",
    "  deux   espaces\n et\xa0 plus ": "deux espaces et plus",
    "(?) et [!]": "(?) et [!]",
    "": "",
}


@pytest.mark.parametrize(("given_text", "wanted"), CASES.items())
def test_typeset(given_text: str, wanted: str) -> None:
    assert typeset(given_text) == wanted


def test_typeset_sees_through_the_edges_of_elements() -> None:
    assert typeset("à l' \ue000Étoile \uf000 . Non") == "à l’\ue000Étoile\uf000. Non"
    assert typeset("« \ue000mot\uf000 »") == "«\u202f\ue000mot\uf000\u202f»"


@given(st.lists(st.sampled_from([*CASES, "mot", "Un", ",", ".", "\ue000x\uf000"]), max_size=6))
def test_typesetting_twice_changes_nothing(pieces: list[str]) -> None:
    once = typeset(" ".join(pieces))
    assert typeset(once) == once


@given(st.text(alphabet="abéÀ 1,.()-", max_size=40).filter(lambda one: "--" not in one and ".." not in one))
def test_ordinary_text_is_left_alone(text: str) -> None:
    words = " ".join(text.split())
    if not words.startswith("-"):
        assert typeset(words) == words


def small_novel() -> tuple[Element, Entry]:
    """Our own TEI text, with an entry that borrows the cover of a real book."""
    entry = read_catalogue()["FRA00201"]
    return read_tei(FIXTURE), replace(
        entry,
        tei_id="FRA99901",
        title="Petit roman",
        foreign_language="es",
        corrections=(("LA BETE", "LA BÊTE"),),
        narrated=("Il plia",),
        headings={"PREMIÈRE PARTIE": "Première partie"},
    )


def members(book: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if not name.endswith(".png")}


def test_every_known_element_finds_its_place() -> None:
    root, entry = small_novel()
    pages = members(make_book(root, entry))
    assert "Première partie" in pages["EPUB/s002.xhtml"]
    first, second = pages["EPUB/s003.xhtml"], pages["EPUB/s004.xhtml"]
    assert "«\u202fViens-tu, l’<i>Étoile</i>\u202f?<sup>" in first
    assert (
        'epub:type="noteref"' in first and '<li id="note-1"><p>Un bateau.' in first and 'epub:type="endnotes"' in first
    )
    assert '<p>—\xa0<em>Jamais</em>, <i lang="es" xml:lang="es">nunca</i>\u202f! <cite>Te Deum</cite>…</p>' in first
    assert '<hr class="pause"/>' in first and "<p><i>un autre[…]</i></p>" in first and '<p class="gap">' in first
    assert '<p class="inscription">LA BÊTE</p>' in second and '<p class="trailer">Fin.</p>' in second
    assert '<blockquote class="letter">\n<p><em>Cher ami,</em></p>\n<p><em>à bientôt.</em></p>' in second
    assert "<p>Il plia la lettre.<br/></p>" in second and "La suite du chapitre." in second
    assert "Une note sans appel." in pages["EPUB/s005.xhtml"]
    assert "Tous droits réservés" not in "".join(pages.values())
    contents = pages["EPUB/nav.xhtml"]
    assert [label in contents for label in ("Dédicace", "Chapitre I<", "Chapitre II<", ">Note<")] == [True] * 4


def test_making_twice_gives_the_same_bytes() -> None:
    assert make_book(*small_novel()) == make_book(*small_novel())


def test_an_archive_begins_with_its_label() -> None:
    with zipfile.ZipFile(io.BytesIO(make_book(*small_novel()))) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("place", [".//{*}body//{*}p", ".//{*}body/{*}div/{*}div", ".//{*}body", ".//{*}text"])
def test_an_unknown_element_is_named(place: str) -> None:
    root, entry = small_novel()
    found = root.find(place)
    assert found is not None
    ElementTree.SubElement(found, "{http://www.tei-c.org/ns/1.0}sorcery").text = "x"
    with pytest.raises(UnknownElementError, match="<sorcery>"):
        make_book(root, entry)


def test_a_correction_that_finds_nothing_is_refused() -> None:
    root, entry = small_novel()
    with pytest.raises(CatalogueMismatchError, match="absent"):
        make_book(root, replace(entry, corrections=(("absent", "présent"),)))


def test_committed_books_are_what_the_script_makes() -> None:
    """Compared inside the archives, for another zlib may pack the same words otherwise."""
    paths = sorted(TEXTS.glob("*.xml"), key=lambda one: one.stat().st_size)[:2]
    for path in paths:
        root = read_tei(path)
        entry = read_catalogue()[tei_id(root)]
        committed = (ROOT / "content/library/romans" / f"{entry.name}.epub").read_bytes()
        assert members(make_book(root, entry)) == members(committed), entry.name
    if not paths:
        assert members(make_book(*small_novel())) == members(make_book(*small_novel()))


def test_every_entry_has_its_book_and_note() -> None:
    entries = {entry.name: entry for entry in read_catalogue().values()}
    assert sorted(entries) == [book.stem for book in BOOKS]
    for book in BOOKS:
        note = book.with_suffix(".toml").read_text("utf-8")
        assert note == side_file(entries[book.stem])
        assert tomllib.loads(note)["licence"] == "CC-BY-4.0"
        assert tomllib.loads(note)["shelf"] == "Romans"
    assert sum(book.stat().st_size for book in BOOKS) < 6_000_000


@pytest.mark.parametrize("book", BOOKS, ids=lambda one: one.stem)
def test_committed_book(book: Path) -> None:
    with zipfile.ZipFile(book) as archive:
        assert archive.testzip() is None
        package = ElementTree.fromstring(archive.read("EPUB/package.opf"))
        pages = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist() if "xhtml" in name}
    items = {one.get("properties"): one.get("href") for one in package.iter(f"{OPF}item")}
    assert items["nav"] == "nav.xhtml" and items["cover-image"] == "cover.png"
    assert len(package.findall(f".//{DC}creator")) == 1
    assert "domaine public" in (package.findtext(f".//{DC}rights") or "")
    assert "10.5281/zenodo.4662433" in (package.findtext(f".//{DC}rights") or "")
    entries = pages["EPUB/nav.xhtml"].findall(f".//{XHTML}nav[1]//{XHTML}a")
    assert len(entries) >= 4
    assert {f"EPUB/{one.get('href')}" for one in entries} <= set(pages)


@pytest.mark.parametrize("book", BOOKS, ids=lambda one: one.stem)
def test_the_kit_reads_the_book(book: Path) -> None:
    metadata = epub.read(book)
    assert metadata.language == "fr"
    assert len(metadata.creators) == 1
    assert any("creativecommons.org/licenses/by/4.0" in right for right in metadata.rights)
    assert metadata.cover and len(metadata.cover) < 60_000
    assert len(metadata.summary) > 150


@pytest.mark.long
def test_epubcheck_has_nothing_to_say(tmp_path: Path) -> None:
    assert shutil.which("java") and EPUBCHECK.exists(), "scripts/test installs Debian's epubcheck and java"
    own = tmp_path / "petit-roman.epub"
    own.write_bytes(make_book(*small_novel()))
    assert len(SHIPPED) > len(BOOKS)
    with ThreadPoolExecutor(2) as workers:
        for book, said in zip([own, *SHIPPED], workers.map(check, [own, *SHIPPED]), strict=True):
            assert "0 fatals / 0 errors / 0 warnings" in said, f"{book.name}: {said}"


def check(book: Path) -> str:
    """What epubcheck says; the flags make a short-lived Java start faster."""
    command = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx300m", "-jar", str(EPUBCHECK), str(book)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
