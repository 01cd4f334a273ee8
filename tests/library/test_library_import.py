"""Adding works: what is read from them, what is held back, what is refused, and that nothing happens twice."""

from __future__ import annotations

import hashlib
import shutil
import tomllib
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest

from kit.errors import Problem
from kit.library import blobs
from kit.library.actions import Outcome, Progress, add_paths, add_starter
from kit.library.covers import LARGEST
from kit.library.queries import ItemView, count_by_kind, find_item, list_files, list_held, list_new_items
from kit.people.node import Node

from .library_makers import (
    CC,
    epub_parts,
    make_epub,
    make_fixed,
    make_mp3,
    make_pdf,
    make_sheet,
    png,
    write_zip,
)

Add = Callable[..., Outcome]
SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
CONTENT = Path(__file__).parents[2] / "content"


def one(node: Node, outcome: Outcome) -> ItemView:
    assert not outcome.refused, outcome.refused
    found = find_item(node.store, outcome.added[0])
    assert found is not None
    return found


def refusal(outcome: Outcome) -> str:
    assert not outcome.added
    return outcome.refused[0][1].code


# -- what is read -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_an_epub_says_what_it_is(node: Node, add: Add, tmp_path: Path, version: str) -> None:
    path = make_epub(tmp_path / "a.epub", version=version, language="fr-FR")
    item = one(node, add(path))
    assert (item.title, item.creators, item.kind, item.language) == ("Le Livre d’essai", "Ada Nomade", "book", "fr")
    assert (item.licence_id, item.source, item.is_public) == ("CC-BY-SA-3.0", "https://example.org/livre", True)
    assert (item.subjects, item.rights_note, item.shelf) == ("Voyages", CC, "Livres")
    assert item.item_id == hashlib.sha256(path.read_bytes()).digest()[:16]


def test_covers_are_two_small_pictures(node: Node, add: Add, tmp_path: Path) -> None:
    item = one(node, add(make_epub(tmp_path / "a.epub")))
    assert item.cover_small and item.cover_large and (item.cover_width, item.cover_height) == (200, 300)
    for sha256 in (item.cover_small, item.cover_large):
        raw = blobs.blob_path(node.data, sha256).read_bytes()
        assert raw[:3] == b"\xff\xd8\xff" and hashlib.sha256(raw).digest() == sha256


def test_a_bomb_for_a_cover_costs_the_cover_only(node: Node, add: Add, tmp_path: Path) -> None:
    parts = epub_parts()
    raw = bytearray(png())
    raw[16:24] = (60_000).to_bytes(4, "big") * 2  # the header claims 3.6 thousand million pixels
    parts["OEBPS/cover.png"] = bytes(raw)
    item = one(node, add(write_zip(tmp_path / "a.epub", parts)))
    assert item.cover_small is None


def test_a_comic_is_known_by_its_fixed_layout(node: Node, add: Add, tmp_path: Path) -> None:
    assert one(node, add(make_fixed(tmp_path / "bd.epub"))).kind == "comic"


def test_sound_says_what_it_is(node: Node, add: Add, tmp_path: Path) -> None:
    item = one(node, add(make_mp3(tmp_path / "a.mp3", seconds=120)))
    assert (item.title, item.creators, item.kind, item.licence_id) == ("La Chanson", "Zoé Voix", "audio", "CC-BY-4.0")
    assert item.duration_minutes == 2 and item.cover_small and item.source == "https://example.org/son"


def test_pdf_image_text_page_and_any_file(node: Node, add: Add, tmp_path: Path) -> None:
    make_pdf(tmp_path / "p.pdf")
    (tmp_path / "i.png").write_bytes(png())
    (tmp_path / "m.md").write_text("# Le Guide\n\nTexte.", "utf-8")
    (tmp_path / "h.html").write_text(
        '<html lang="fr"><title>La Page</title><meta name="author" content="Zoé">', "utf-8"
    )
    (tmp_path / "x.bin").write_bytes(b"\1\2\3")
    outcome = add(*(tmp_path / name for name in ("p.pdf", "i.png", "m.md", "h.html", "x.bin")))
    assert not outcome.refused
    made = {item.title: item.kind for item in list_held(node.store, 10, 0)}
    assert made == {"Le Papier": "document", "I": "image", "Le Guide": "document", "La Page": "document", "X": "file"}


def test_a_sheet_is_one_file_and_the_same_each_time(node: Node, add: Add, tmp_path: Path) -> None:
    item = one(node, add(make_sheet(tmp_path / "porte")))
    assert (item.kind, item.is_public, item.level) == ("sheet", True, "debutant")
    assert [file.name for file in list_files(node.store, item.item_id)] == ["porte.fiche"]
    shutil.copytree(tmp_path / "porte", tmp_path / "copie")
    assert add(tmp_path / "copie").known == [item.item_id]


def test_a_side_file_speaks_for_a_file(node: Node, add: Add, tmp_path: Path) -> None:
    make_epub(tmp_path / "d" / "a.epub", rights="")
    (tmp_path / "d" / "a.epub.toml").write_text(
        'title = "Autre"\nlicence = "LicenseRef-domaine-public"\nsource = "BnF"\nshelf = "Romans"\n'
        'creators = ["A", "B"]\nattribution = "D’après A"\n',
        "utf-8",
    )
    item = one(node, add(tmp_path / "d"))
    assert (item.title, item.licence_id, item.source) == ("Autre", "LicenseRef-domaine-public", "BnF")
    assert (item.shelf, item.creators, item.attribution) == ("Romans", "A, B", "D’après A") and item.is_public


def test_a_side_file_that_is_no_toml_is_named(node: Node, add: Add, tmp_path: Path) -> None:
    make_epub(tmp_path / "a.epub")
    (tmp_path / "a.toml").write_text("title = = ", "utf-8")
    outcome = add(tmp_path / "a.epub")
    assert refusal(outcome) == "library.side_file" and "a.toml" in str(outcome.refused[0][1])


def test_a_guide_says_what_it_is_at_its_head(node: Node, add: Add, tmp_path: Path) -> None:
    head = '+++\ntitle = "Guide"\nlicence = "CC-BY-SA-4.0"\nsource = "Écrit ici"\nshelf = "Guides"\n+++\n# Autre\n'
    (tmp_path / "g.md").write_text(head, "utf-8")
    item = one(node, add(tmp_path / "g.md"))
    assert (item.title, item.licence_id, item.shelf, item.is_public) == ("Guide", "CC-BY-SA-4.0", "Guides", True)
    (tmp_path / "bad.md").write_text("+++\ntitle = = \n+++\n", "utf-8")
    assert refusal(add(tmp_path / "bad.md")) == "library.side_file"


def test_a_licence_said_outright_goes_before_what_a_sentence_seems_to_say(node: Node, add: Add, tmp_path: Path) -> None:
    make_epub(tmp_path / "a.epub", rights="CC BY 4.0")
    (tmp_path / "a.toml").write_text('licence = "CC-BY-SA-3.0"\nrights_note = "Sauf CC BY-NC 4.0."', "utf-8")
    item = one(node, add(tmp_path / "a.epub"))
    assert item.licence_id == "CC-BY-SA-3.0" and item.rights_note == "Sauf CC BY-NC 4.0. · CC BY 4.0"


def test_walking_a_folder_leaves_notes_and_hidden_files(node: Node, add: Add, tmp_path: Path) -> None:
    make_epub(tmp_path / "f" / "sub" / "a.epub")
    for name in (".cache", "LICENCE.txt", "README.md", "Thumbs.db", "a.toml"):
        (tmp_path / "f" / name).write_text("x", "utf-8")
    (tmp_path / "f" / "link.epub").symlink_to(tmp_path / "f" / "sub" / "a.epub")
    seen: list[Progress] = []
    outcome = add_paths(node, [tmp_path / "f"], seen.append)
    assert len(outcome.added) == 1 and not outcome.refused
    assert seen == [Progress(1, 1, "a.epub", "added")]


def test_the_samples_and_the_starter_that_are_here(node: Node, add: Add) -> None:
    """Every real work at hand is taken in, and only those without licence or source are held back."""
    outcome = add(*sorted(SAMPLES.glob("*.epub")))
    assert not outcome.refused
    assert [path.name for path, _ in outcome.held] in (["childrens-literature.epub"], [])
    starter = add_starter(node, CONTENT)
    assert not starter.refused and not starter.held
    said = [
        tomllib.loads(path.read_text("utf-8"))["attribution"]
        for path in (CONTENT / "library" / "romans").glob("*.toml")
    ]
    kept = {one.attribution for one in list_new_items(node.store, 100)}
    covers = [one.cover_large for one in list_new_items(node.store, 100) if one.cover_large and one.shelf == "Romans"]
    assert len(covers) == 10 and all(blobs.blob_path(node.data, one).stat().st_size <= LARGEST for one in covers)
    assert said and kept.issuperset(said), "who made a book and what was changed is never cut"
    assert count_by_kind(node.store).get("sheet", 0) >= 8


# -- once only ----------------------------------------------------------------------------------------------------


def test_adding_twice_changes_nothing(node: Node, add: Add, tmp_path: Path) -> None:
    path = make_epub(tmp_path / "a.epub")
    first = add(path)
    before, head = node.journal.projection_hash(), node.journal.head()
    second = add(path, path)
    assert (second.added, second.known) == ([], first.added)
    assert (node.journal.projection_hash(), node.journal.head()) == (before, head)


def test_replay_gives_the_same_tables(node: Node, add: Add, tmp_path: Path) -> None:
    add(make_epub(tmp_path / "a.epub"), make_epub(tmp_path / "b.epub", rights="?"), make_sheet(tmp_path / "s"))
    before = node.journal.projection_hash()
    node.journal.replay()
    assert node.journal.projection_hash() == before
    assert node.store.value("SELECT count(*) FROM item_search") == 2


def test_one_bad_file_stops_nothing(node: Node, add: Add, tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "1.epub").write_bytes(b"not a zip")
    make_epub(tmp_path / "f" / "2.epub")
    (tmp_path / "f" / "3.pdf").write_bytes(b"")
    outcome = add(tmp_path / "f", tmp_path / "missing.epub")
    assert len(outcome.added) == 1
    assert [(path.name, problem.code) for path, problem in outcome.refused] == [
        ("1.epub", "library.mislabelled"), ("3.pdf", "library.empty"), ("missing.epub", "library.unreadable"),
    ]  # fmt: skip


def test_a_full_disk_is_told_before_writing(
    node: Node, add: Add, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_epub(tmp_path / "a.epub")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(100, 99, node.settings.reserve))
    assert refusal(add(path)) == "library.no_space"
    assert list((node.data / "tmp").iterdir()) == [] and list((node.data / "blobs").rglob("*")) == []


def test_a_disk_that_fills_while_writing_leaves_nothing_behind(node: Node) -> None:
    class Failing(blobs.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(Problem) as refused:
        blobs._keep(node.data, node.settings.reserve, Failing(b"x"), 1)
    assert refused.value.code == "library.no_space"
    assert list((node.data / "tmp").iterdir()) == []


def test_a_blob_is_synced_and_named_by_its_content(node: Node) -> None:
    digest, size = blobs.keep_bytes(node.data, 0, b"abc")
    path = blobs.blob_path(node.data, digest)
    assert path.read_bytes() == b"abc" and size == 3 and path.name == hashlib.sha256(b"abc").hexdigest()
    assert path.parent.name == path.name[:2]
    assert blobs.keep_bytes(node.data, 0, b"abc") == (digest, 3)


def test_a_small_picture_makes_one_small_cover(node: Node, add: Add, tmp_path: Path) -> None:
    parts = epub_parts()
    parts["OEBPS/cover.png"] = png(90, 500)
    item = one(node, add(write_zip(tmp_path / "a.epub", parts)))
    assert (item.cover_width, item.cover_height) == (90, 180), "never larger than it was, never taller than twice"
    assert item.cover_small == item.cover_large
