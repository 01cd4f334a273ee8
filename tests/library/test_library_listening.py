"""Films and sounds: what stands beside them (captions in several languages, a text, sign language, descriptions),
chapters, series, and the place that the address keeps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.errors import Problem
from kit.library import queries, search
from kit.library.actions import Outcome
from kit.library.bench import acceptance, arrival
from kit.library.bench.reading import work
from kit.library.companions import list_companions, read_cues, to_vtt
from kit.library.formats import read_metadata
from kit.library.queries import ItemView
from kit.library.rules import language_of, roles_of
from kit.library.side_files import list_works
from kit.people.node import Node

from .library_makers import text_of
from .media_makers import SRT, VTT, make_mp4, make_talk

RIGHTS = 'title = "Le Film"\nlanguage = "fr"\nlicence = "CC-BY-4.0"\nsource = "La médiathèque"\n'


def make_folder(folder: Path) -> Path:
    """A film with all that may stand beside it, and two files that only look so."""
    folder.mkdir()
    make_mp4(folder / "film.mp4", ((0, "Le port"), (61, "Le large")))
    make_mp4(folder / "film.lsf.mp4")
    make_mp4(folder / "film.ad.mp4")
    (folder / "film.fr.srt").write_bytes(SRT.encode("cp1252"))
    (folder / "film.ar.vtt").write_text(VTT, "utf-8")
    (folder / "film.txt").write_text("On entend la corne de brume.", "utf-8")
    (folder / "film.mp4.toml").write_text(RIGHTS, "utf-8")
    (folder / "filmographie.txt").write_text("Une liste.", "utf-8")
    make_mp4(folder / "filmage.mp4")
    return folder


@pytest.fixture
def film(node: Node, tmp_path: Path, add: Callable[..., Outcome]) -> ItemView:
    outcome = add(make_folder(tmp_path / "films"))
    assert not outcome.refused and len(outcome.added) == 3, "what stands beside a film is no work of its own"
    shown = [queries.find_item(node.store, one) for one in outcome.added]
    return next(one for one in shown if one is not None and one.title == "Le Film")


def test_companions_are_told_by_their_names(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "films")
    assert {path.name for path in list_works([folder])} == {"film.mp4", "filmage.mp4", "filmographie.txt"}
    found, wrong = list_companions(folder / "film.mp4")
    assert [(one.name, one.media_type) for one in found] == [
        ("film.ad.mp4", "video/mp4"), ("film.ar.vtt", "text/vtt"), ("film.fr.vtt", "text/vtt"),
        ("film.lsf.mp4", "video/mp4"), ("film.txt", "text/plain"),
    ]  # fmt: skip
    assert wrong == []
    roles = roles_of([("film.mp4", "video/mp4"), *((one.name, one.media_type) for one in found)])
    assert roles == ["", "described", "captions", "captions", "sign", "transcript"]
    assert roles_of([("livre.txt", "text/plain"), ("autre.txt", "text/plain")]) == ["", ""]


@pytest.mark.parametrize(
    ("name", "code"), [("film.fr.vtt", "fr"), ("film.fr-CA.vtt", "fr"), ("film.vtt", ""), ("ar.vtt", "")]
)
def test_the_language_of_captions_stands_in_their_name(name: str, code: str) -> None:
    assert language_of(name) == code


def test_subrip_in_old_letters_becomes_webvtt(tmp_path: Path) -> None:
    path = tmp_path / "film.srt"
    path.write_bytes(SRT.encode("cp1252"))
    text = to_vtt(path)
    assert text.startswith("WEBVTT") and "00:00:04.000 --> 00:00:06.000" in text and "marégraphe" in text
    assert read_cues(text) == [(1, "Bonjour à tous."), (4, "Le marégraphe mesure la mer.")]
    assert read_cues(VTT) == [(1, "مرحبا بالجميع."), (4, "هذا بحر.")]


@pytest.mark.parametrize("raw", [b"", b"\0\1\2", b"WEBVTT\n\nrien", b"Une liste\n", b"{" * 5000, b"1\n99:99 --> \nx"])
def test_what_is_no_captions_is_told_and_the_film_stays(
    raw: bytes, node: Node, tmp_path: Path, add: Callable[..., Outcome]
) -> None:
    make_mp4(tmp_path / "film.mp4")
    (tmp_path / "film.srt").write_bytes(raw)
    with pytest.raises(Problem, match="sous-titres ne sont pas compris"):
        to_vtt(tmp_path / "film.srt")
    found, wrong = list_companions(tmp_path / "film.mp4")
    assert found == [] and wrong == ["film.srt : Ces sous-titres ne sont pas compris. Il faut un fichier .vtt ou .srt."]
    assert len(add(tmp_path / "film.mp4").added) == 1


def test_the_bench_takes_what_stands_beside_and_says_what_it_left(
    node: Node, tmp_path: Path, staff: FlaskClient
) -> None:
    folder = make_folder(tmp_path / "films")
    batch = arrival.open_batch(node, "upload", "films")
    for path in [*folder.iterdir()]:
        with path.open("rb") as source:
            arrival.take_stream(node, batch, path.name, source)
    import io

    arrival.take_stream(node, batch, "film.en.srt", io.BytesIO(b"rien"))
    arrival.close_batch(node, batch)
    work(node)
    from kit.library.bench import queries as bench

    entry = next(one for one in bench.list_entries(node.store, "proposed", 50) if one.title == "Le Film")
    page = text_of(staff, entry.url)
    assert "film.ar.vtt" in page and "Laissé de côté" in page and "film.en.srt" in page
    acceptance.choose(node, [entry.entry_id])
    acceptance.take_chosen(node)
    assert entry.sha256 is not None
    names = [one.name for one in queries.list_files(node.store, entry.sha256[:16])]
    assert names == ["film.mp4", "film.ad.mp4", "film.ar.vtt", "film.fr.vtt", "film.lsf.mp4", "film.txt"]


def test_the_page_of_a_film_offers_all_of_it(film: ItemView, visitor: FlaskClient) -> None:
    page = text_of(visitor, film.url)
    assert 'srclang="fr"' in page and 'srclang="ar"' in page and 'label="arabe"' in page
    assert page.index('srclang="fr"') < page.index('srclang="ar"'), "the reader's language comes first"
    for words in ("En langue des signes", "Avec les images décrites", "Lire le texte écrit", "Le large", "1:01"):
        assert words in page, words
    assert page.count("<video") == 3 and page.count(" default>") == 3
    written = page.split("Lire le texte écrit", 1)[0].rsplit('<a href="', 1)[1].split('"')[0]
    assert "corne de brume" in text_of(visitor, written)


def test_captions_are_read_as_a_text_with_their_times(node: Node, film: ItemView, visitor: FlaskClient) -> None:
    files = {one.name: one for one in queries.list_files(node.store, film.item_id)}
    page = text_of(visitor, f"{film.url}/lire/{files['film.fr.vtt'].number}")
    assert "Le marégraphe mesure la mer." in page and "?t=1#ecouter" in page
    arabic = text_of(visitor, f"{film.url}/lire/{files['film.ar.vtt'].number}")
    assert '<article class="book page" lang="ar" dir="auto"' in arabic
    for wrong in (1, 99, files["film.lsf.mp4"].number):
        text_of(visitor, f"{film.url}/lire/{wrong}", 404)


def test_what_is_said_in_a_film_is_found(node: Node, film: ItemView, visitor: FlaskClient) -> None:
    for words in ("maregraphe", "corne brume", "بحر"):
        page = text_of(visitor, f"/bibliotheque?q={words}")
        assert "Le Film" in page and f"{film.url}/lire/" in page, words
    assert [one.title for one in search.search_items(node.store, "large", 5)] == ["Le Film"], "chapters are found too"


@pytest.mark.parametrize("help_", ["captions", "sign", "described", "transcript"])
def test_films_are_chosen_by_what_helps(help_: str, film: ItemView, book: ItemView, visitor: FlaskClient) -> None:
    page = text_of(visitor, f"/bibliotheque?aide={help_}")
    assert "Le Film" in page and book.title not in page
    assert f'<option value="{help_}"' in text_of(visitor, "/bibliotheque")


# -- chapters and series ------------------------------------------------------------------------------------------


def test_chapters_of_sounds_are_read(tmp_path: Path) -> None:
    talk = make_talk(tmp_path / "a.mp3", ((65_000, "Deux"), (0, "Un")), album="Les Voix", track="3/12", disc="2/2")
    found = read_metadata(talk)
    assert found.chapters == ((0, "Un"), (65, "Deux"))
    assert (found.series, found.series_place) == ("Les Voix", 1003)
    assert read_metadata(make_mp4(tmp_path / "b.mp4", ((0, "Ici"), (61, "")))).chapters == (
        (0, "Ici"),
        (61, "Chapitre 2"),
    )
    assert read_metadata(make_talk(tmp_path / "c.mp3", ((0, "Seul"),))).chapters == (), "one chapter is none"


def test_a_chapter_is_an_address(node: Node, tmp_path: Path, add: Callable[..., Outcome], visitor: FlaskClient) -> None:
    outcome = add(make_talk(tmp_path / "a.mp3", ((0, "Un"), (65_000, "Deux <b>"))))
    url = f"/bibliotheque/{queries.find_item(node.store, outcome.added[0]).text_id}"  # type: ignore[union-attr]
    page = text_of(visitor, url)
    assert "?t=65#ecouter" in page and "Deux &lt;b&gt;" in page and "#t=" not in page
    assert "#t=65" in text_of(visitor, f"{url}?t=65")
    for wrong in ("-4", "x", "9" * 30, "٣"):
        assert "#t=" not in text_of(visitor, f"{url}?t={wrong}")


def test_a_series_is_heard_in_its_order(
    node: Node, tmp_path: Path, add: Callable[..., Outcome], visitor: FlaskClient
) -> None:
    folder = tmp_path / "sons"
    folder.mkdir()
    for track, title in ((2, "Alpha"), (1, "Zêta"), (3, "Bêta")):
        make_talk(folder / f"{title}.mp3", title=title, album="Le Feuilleton", track=str(track))
    make_talk(folder / "ailleurs.mp3", title="Ailleurs", album="Un autre", track="1")
    outcome = add(folder)
    works = {one.title: one for one in (queries.find_item(node.store, each) for each in outcome.added) if one}
    page = text_of(visitor, works["Alpha"].url)
    assert f'href="{works["Bêta"].url}"' in page.split("La suite", 1)[0].rsplit("<a", 1)[1]
    assert page.index("Zêta") < page.index("<bdi>Alpha") < page.rindex("Bêta")
    assert "La suite" not in text_of(visitor, works["Bêta"].url)
    assert "Dans la même série" not in text_of(visitor, works["Ailleurs"].url), "alone, it is no series"
    chosen = text_of(visitor, "/bibliotheque?serie=Le+Feuilleton")
    assert chosen.index("Zêta") < chosen.index("Alpha") < chosen.index("Bêta") and "Ailleurs" not in chosen


def test_a_list_says_the_series(tmp_path: Path, node: Node, add: Callable[..., Outcome]) -> None:
    (folder := tmp_path / "sons").mkdir()
    make_talk(folder / "a.mp3", title="Un")
    make_talk(folder / "b.mp3", title="Deux")
    (folder / "catalogue.csv").write_text("fichier;série;numéro\na.mp3;Contes;2\nb.mp3;Contes;1\n", "utf-8")
    found = [queries.find_item(node.store, one) for one in add(folder).added]
    assert {(one.title, one.series, one.series_place) for one in found if one} == {
        ("Un", "Contes", 2),
        ("Deux", "Contes", 1),
    }
