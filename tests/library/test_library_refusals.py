"""What is refused, and what is held back for want of rights: each with its reason, and never more than one file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kit.library.actions import Outcome
from kit.library.queries import ItemView, find_item
from kit.people.node import Node

from .library_makers import CC, chapter, epub_parts, make_epub, make_pdf, make_sheet, patch_directory, write_zip

Add = Callable[..., Outcome]


def one(node: Node, outcome: Outcome) -> ItemView:
    assert not outcome.refused, outcome.refused
    found = find_item(node.store, outcome.added[0])
    assert found is not None
    return found


def refusal(outcome: Outcome) -> str:
    assert not outcome.added
    return outcome.refused[0][1].code


# -- what is refused ----------------------------------------------------------------------------------------------


def hostile(name: str, tmp_path: Path) -> Path:
    """One file of each bad kind."""
    parts = epub_parts()
    path = tmp_path / "bad.epub"
    if name == "dotdot":
        parts["../../etc/passwd"] = "x"
    elif name == "absolute":
        parts["/etc/passwd"] = "x"
    elif name == "backslash":
        parts["OEBPS\\..\\x"] = "x"
    elif name == "deep":
        parts["/".join("d" * 30)] = "x"
    elif name == "bomb":
        parts["OEBPS/big.xhtml"] = b"\0" * (40 << 20)
    elif name == "drm":
        parts["META-INF/encryption.xml"] = (
            '<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
            '<enc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></enc:EncryptedData></encryption>'
        )
    elif name == "label":
        parts["mimetype"] = "application/zip"
    elif name == "container":
        del parts["META-INF/container.xml"]
    elif name == "entities":
        parts["OEBPS/content.opf"] = (
            '<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><package>&b;</package>'
        )
    elif name == "external":
        parts["OEBPS/content.opf"] = '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><package>&x;</package>'
    elif name == "huge-xml":
        parts["OEBPS/content.opf"] = "<package>" + "<a/>" * 1_200_000 + "</package>"
    elif name == "deep-xml":
        parts["OEBPS/content.opf"] = "<a>" * 5000 + "</a>" * 5000
    elif name == "bad-xml":
        parts["OEBPS/content.opf"] = "<package><unclosed></package>"
    return write_zip(path, parts)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("dotdot", "library.hostile"),
        ("absolute", "library.hostile"),
        ("backslash", "library.hostile"),
        ("deep", "library.hostile"),
        ("bomb", "library.too_large"),
        ("drm", "library.encrypted"),
        ("label", "library.mislabelled"),
        ("container", "library.mislabelled"),
        ("entities", "library.hostile"),
        ("external", "library.hostile"),
        ("huge-xml", "library.too_large"),
        ("deep-xml", "library.too_large"),
        ("bad-xml", "library.broken"),
    ],
)
def test_hostile_and_broken_books_are_refused(node: Node, add: Add, tmp_path: Path, name: str, code: str) -> None:
    assert refusal(add(hostile(name, tmp_path))) == code
    assert node.store.value("SELECT count(*) FROM item") == 0


def test_hidden_fonts_are_no_lock(node: Node, add: Add, tmp_path: Path) -> None:
    parts = epub_parts()
    parts["META-INF/encryption.xml"] = (
        '<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
        '<enc:EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/></enc:EncryptedData></encryption>'
    )
    assert one(node, add(write_zip(tmp_path / "a.epub", parts))).is_public


def test_a_link_inside_an_archive_is_refused(node: Node, add: Add, tmp_path: Path) -> None:
    path = make_epub(tmp_path / "a.epub")
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo("OEBPS/link.xhtml")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    assert refusal(add(path)) == "library.hostile"


def test_a_password_on_an_entry_is_refused(node: Node, add: Add, tmp_path: Path) -> None:
    path = make_epub(tmp_path / "a.epub")
    raw = bytearray(path.read_bytes())
    place = raw.rfind(b"PK\x01\x02")
    raw[place + 8] |= 1
    path.write_bytes(bytes(raw))
    assert refusal(add(path)) == "library.encrypted"


def test_two_entries_of_one_name_are_refused(node: Node, add: Add, tmp_path: Path) -> None:
    path = make_epub(tmp_path / "a.epub")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("OEBPS/content.opf", "x")
    assert refusal(add(path)) == "library.hostile"


def test_every_cut_of_a_book_is_refused_or_whole(node: Node, add: Add, tmp_path: Path) -> None:
    raw = make_epub(tmp_path / "whole.epub").read_bytes()
    for cut in range(0, len(raw) - 1, max(1, len(raw) // 60)):
        path = tmp_path / "cut.epub"
        path.write_bytes(raw[:cut])
        assert refusal(add(path)) in ("library.broken", "library.empty", "library.mislabelled")


def test_a_hundred_thousand_entries_are_refused_before_they_are_listed(node: Node, add: Add, tmp_path: Path) -> None:
    path = tmp_path / "many.epub"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"")
    assert refusal(add(path)) == "library.too_large"


def test_a_directory_that_lies_is_refused(node: Node, add: Add, tmp_path: Path) -> None:
    path = patch_directory(make_epub(tmp_path / "a.epub"), 3, 4_000_000_000)
    assert refusal(add(path)) == "library.too_large"


@pytest.mark.parametrize("suffix", [".pdf", ".png", ".mp3", ".epub", ".mp4", ".flac", ".md"])
def test_a_name_that_lies_is_refused(node: Node, add: Add, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"MZ\0\0 a program, whatever its name says" * 10)
    assert refusal(add(path)) == "library.mislabelled"


def test_a_locked_pdf_is_refused(node: Node, add: Add, tmp_path: Path) -> None:
    assert refusal(add(make_pdf(tmp_path / "p.pdf", password="secret"))) == "library.encrypted"


@pytest.mark.parametrize(
    ("about", "reason"), [('licence = "CC0-1.0"', "titre"), ("title = ", "sheet.toml"), ('title = "A"', "étapes")]
)
def test_an_incomplete_sheet_says_what_is_missing(
    node: Node, add: Add, tmp_path: Path, about: str, reason: str
) -> None:
    outcome = add(make_sheet(tmp_path / "s", steps=0 if reason == "étapes" else 2, about=about))
    assert refusal(outcome) == "library.sheet" and reason in str(outcome.refused[0][1])


def test_a_sheet_without_its_picture_is_refused(node: Node, add: Add, tmp_path: Path) -> None:
    folder = make_sheet(tmp_path / "s")
    (folder / "images" / "02.svg").unlink()
    outcome = add(folder)
    assert refusal(outcome) == "library.sheet" and "étape 2" in str(outcome.refused[0][1])


# -- rights -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rights", "licence"),
    [
        (CC, "CC-BY-SA-3.0"),
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by/3.0/fr/", ""),
        ("CC BY-NC-ND 4.0", "CC-BY-NC-ND-4.0"),
        ("CC0 1.0", "CC0-1.0"),
        ("Domaine public", "LicenseRef-domaine-public"),
        ("Cette œuvre n’est pas dans le domaine public", ""),
        ("Public domain in the USA.", ""),
        ("© 2020, tous droits réservés", ""),
        ("Licence Art Libre", "LAL-1.3"),
        ("CC BY", ""),
    ],
)
def test_rights_are_read_and_never_guessed(node: Node, add: Add, tmp_path: Path, rights: str, licence: str) -> None:
    item = one(node, add(make_epub(tmp_path / "a.epub", rights=rights)))
    assert (item.licence_id, item.is_public) == (licence, licence != "")
    assert item.rights_note == rights


def test_a_book_that_names_two_licences_is_held(node: Node, add: Add, tmp_path: Path) -> None:
    link = '<link rel="cc:license" href="http://creativecommons.org/licenses/by/4.0/"/>'
    item = one(node, add(make_epub(tmp_path / "a.epub", more_metadata=link)))
    assert item.licence_id == "" and not item.is_public


def test_a_work_without_source_is_held(node: Node, add: Add, tmp_path: Path) -> None:
    outcome = add(make_epub(tmp_path / "a.epub", source=""))
    assert [reasons for _, reasons in outcome.held] == [["On ne sait pas d’où il vient\u00a0: il manque la source."]]


def test_a_chapter_with_an_unknown_sign_is_kept_as_it_is(node: Node, add: Add, tmp_path: Path) -> None:
    path = make_epub(tmp_path / "a.epub", chapters={"c.xhtml": chapter("<p>&nbsp;&eacute;&unknown;</p>")})
    assert one(node, add(path)).is_public
