"""What files and their neighbours say: XMP, library records, languages that are guessed."""

from __future__ import annotations

import io
from pathlib import Path

import pymarc
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject

from kit.errors import Problem
from kit.library.companions import list_companions
from kit.library.formats import read_metadata
from kit.library.languages import guess_language
from kit.library.licences import detect_licence
from kit.library.lists import read_csv, read_records
from kit.library.side_files import list_works, read_side_file

from .library_makers import make_pdf, png

XMP = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cc="http://creativecommons.org/ns#">'
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Dit par XMP</rdf:li></rdf:Alt></dc:title>'
    "<dc:creator><rdf:Seq><rdf:li>Zoé Voix</rdf:li></rdf:Seq></dc:creator>"
    "<dc:language><rdf:Bag><rdf:li>fr-FR</rdf:li></rdf:Bag></dc:language>"
    '<cc:license rdf:resource="https://creativecommons.org/licenses/by-sa/4.0/"/>'
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


def test_a_pdf_speaks_by_its_xmp_packet(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(make_pdf(tmp_path / "a.pdf", title="")))
    packet = StreamObject()
    packet.set_data(XMP.encode())
    writer.root_object[NameObject("/Metadata")] = writer._add_object(packet)
    with (tmp_path / "b.pdf").open("wb") as out:
        writer.write(out)
    found = read_metadata(tmp_path / "b.pdf")
    assert (found.title, found.language) == ("Dit par XMP", "fr")
    assert detect_licence(found.rights) == "CC-BY-SA-4.0"


def test_a_picture_speaks_by_its_xmp_packet(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "a.jpg"
    Image.open(io.BytesIO(png(9, 9))).save(path, xmp=XMP.encode())
    found = read_metadata(path)
    assert (found.title, found.creators) == ("Dit par XMP", ("Zoé Voix",))
    assert detect_licence(found.rights) == "CC-BY-SA-4.0"


@pytest.mark.parametrize("kind", ["marc21", "unimarc"])
def test_library_records_speak_for_files(tmp_path: Path, kind: str) -> None:
    title, author = ("245", [("a", "Sans famille :"), ("b", "roman /")]), ("100", [("a", "Malot, Hector,")])
    if kind == "unimarc":
        title, author = ("200", [("a", "Sans famille"), ("e", "roman")]), ("700", [("a", "Malot"), ("b", "Hector")])
    record = pymarc.Record(force_utf8=True)
    for tag, codes in (title, author, ("856", [("f", "malot.pdf"), ("u", "https://example.org/m")])):
        fields = [pymarc.Subfield(code, value) for code, value in codes]
        record.add_field(pymarc.Field(tag, pymarc.Indicators(" ", " "), fields))
    (tmp_path / "catalogue.mrc").write_bytes(record.as_marc() + b"00012broken\x1d")
    work = make_pdf(tmp_path / "malot.pdf")
    assert list_works([tmp_path]) == [work]
    note = read_side_file(work)
    assert (note["title"], note["creators"]) == ("Sans famille roman", ["Hector Malot"])
    assert note["source"] == "https://example.org/m"


def test_records_in_xml_with_entities_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.xml"
    path.write_text('<!DOCTYPE a [<!ENTITY b "c">]><collection/>', "utf-8")
    with pytest.raises(Problem, match="note qui accompagne"):
        read_records(path)


def test_a_list_from_an_old_spreadsheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.csv"
    path.write_bytes("Fichier;Titre;Auteurs\na.pdf;L'été;Zoé | Ada\n".encode("cp1252"))
    assert read_csv(path) == {"a.pdf": {"title": "L'été", "creators": ["Zoé", "Ada"]}}


def test_captions_go_with_their_film(tmp_path: Path) -> None:
    for name in ("film.mp4", "film.vtt", "film.fr.vtt", "autre.vtt", "filmographie.vtt"):
        (tmp_path / name).write_bytes(b"WEBVTT\n\n00:01.000 --> 00:02.000\nOui\n")
    assert [one.name for one in list_companions(tmp_path / "film.mp4")[0]] == ["film.fr.vtt", "film.vtt"]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("fr", "Il y avait une fois, dans une ville de Perse, un homme qui était pauvre et qui vivait avec sa femme."),
        ("en", "There was once in a town of Persia a man who was poor and lived with his wife in the smallest house."),
        ("es", "Había una vez en una ciudad de Persia un hombre que era muy pobre y que no tenía más que los hijos."),
        ("de", "Es war einmal in einer Stadt der Perser ein Mann, der war arm und lebte mit den Kindern und der Frau."),
        ("ar", "كان يا ما كان في قديم الزمان رجل فقير يعيش مع زوجته"),
        ("uk", "Жив собі колись у місті бідний чоловік, і була в нього її хата"),
        ("", "Bonjour"),
        ("", "xyzzy plugh abc def ghi jkl mno pqr stu vwx"),
    ],
)
def test_a_language_is_guessed_or_not(code: str, text: str) -> None:
    assert guess_language(text) == code
