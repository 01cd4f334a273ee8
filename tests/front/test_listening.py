"""The box's own voice: real sound of real pages, kept once, never of what belongs to one person, honest without it."""

from __future__ import annotations

import io
import shutil
import wave

import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from kit.device import voice
from kit.errors import Problem
from kit.front.spoken import Line, read_aloud, to_speech
from kit.ids import to_text
from kit.library.counts.facts import NOBODY
from kit.people.node import Node
from kit.workshops.actions import plan_workshop
from kit.workshops.forms import NewWorkshop


@pytest.fixture
def silent(kit_node: Node, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A phone at a box without the program."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    return create_app(kit_node.settings, kit_node).test_client()


def seconds_of(raw: bytes) -> float:
    with wave.open(io.BytesIO(raw)) as sound:
        return sound.getnframes() / sound.getframerate()


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_a_page_is_heard_in_its_language_and_made_once(visitor: FlaskClient, kit_node: Node, language: str) -> None:
    page = visitor.get(f"/ecouter?page=/&langue={language}").text
    assert (
        f"/ecouter/son?page=%2F&amp;langue={language}" in page and f'id="mots" class="flow" lang="{language}"' in page
    )
    answer = visitor.get(f"/ecouter/son?page=/&langue={language}")
    assert answer.status_code == 200 and answer.mimetype == "audio/wav" and seconds_of(answer.data) > 5
    kept = list((kit_node.data / "cache" / "son").iterdir())
    assert len(kept) == 1
    before = kept[0].stat().st_mtime_ns
    assert visitor.get(f"/ecouter/son?page=/&langue={language}").data == answer.data
    assert kept[0].stat().st_mtime_ns == before and not list((kit_node.data / "tmp").iterdir())


def test_who_listens_is_one_visitor(visitor: FlaskClient, kit_node: Node) -> None:
    visitor.get("/ecouter?page=/")
    visitor.get("/ecouter/son?page=/")
    visitor.application.extensions["valise.counts"].note()
    assert kit_node.store.value("SELECT sum(read) FROM work_count WHERE item_id = ?", NOBODY) == 1


def test_phones_that_ask_for_pieces_get_them(visitor: FlaskClient) -> None:
    whole = visitor.get("/ecouter/son?page=/vos-donnees").data
    piece = visitor.get("/ecouter/son?page=/vos-donnees", headers={"Range": "bytes=0-99"})
    assert piece.status_code == 206 and piece.data == whole[:100]
    assert visitor.get("/ecouter/son?page=/vos-donnees", headers={"Range": "bytes=999999999-"}).status_code == 416


def test_each_page_for_all_leads_to_its_sound(visitor: FlaskClient) -> None:
    for path in ("/", "/bibliotheque", "/ateliers", "/avis", "/annuaire", "/besoin"):
        assert f'href="/ecouter?page={path.replace("/", "%2F")}" data-listen' in visitor.get(path).text, path
        assert visitor.get(f"/ecouter?page={path}").status_code == 200
    assert "/ecouter?page" not in visitor.get("/ateliers/mon-ticket").text


@pytest.mark.parametrize(
    "path",
    ["/ateliers/mon-ticket", "/ticket/renard-lune-27", "/suivi", "/console", "//ailleurs", "http://ailleurs/", "/../x",
     "/questionnaires/avis/pas/abc/1", "/bibliotheque?q=x", "", "/\n", "/ecouter", "-w /etc/passwd"],
)  # fmt: skip
def test_what_is_not_for_all_is_never_spoken(visitor: FlaskClient, kit_node: Node, path: str) -> None:
    for address in ("/ecouter", "/ecouter/son"):
        assert visitor.get(address, query_string={"page": path}).status_code == 404
    assert not (kit_node.data / "cache" / "son").exists()


def test_a_page_that_is_not_there_has_no_sound(visitor: FlaskClient) -> None:
    assert visitor.get("/ecouter/son?page=/ateliers/aaaaaaaaaaaaaaaaaaaaaaaaaa").status_code == 404
    assert visitor.get("/ecouter?page=/bibliotheque/zzz").status_code == 404


def test_a_box_without_a_voice_says_so(silent: FlaskClient) -> None:
    assert 'href="/ecouter' not in silent.get("/avis").text
    page = silent.get("/ecouter?page=/avis").text
    assert "n’a pas de voix" in page and "<audio" not in page and "Une minute suffit." in page
    refused = silent.get("/ecouter/son?page=/avis")
    assert refused.status_code == 404 and "Demandez à l’équipe" in refused.text


def test_a_signed_in_reader_s_own_words_are_not_in_the_sound(mediator: FlaskClient) -> None:
    assert "Nadia" not in mediator.get("/ecouter?page=/bibliotheque").text.split("<main")[1]


def test_a_voice_that_fails_leaves_nothing(kit_node: Node) -> None:
    with pytest.raises(Problem) as refused:
        voice.speak([("Bonjour.", "fr")], "fr", kit_node.data / "nowhere" / "x.wav")
    assert refused.value.code == "listening.failed"
    with pytest.raises(Problem) as refused:
        voice.speak([("Bonjour.", "xx")], "xx", kit_node.data / "tmp" / "x.wav")
    assert refused.value.code == "listening.no_voice" and not list((kit_node.data / "tmp").iterdir())


def test_words_for_the_shell_are_only_read(kit_node: Node) -> None:
    target = kit_node.data / "tmp" / "x.wav"
    voice.speak([('$(touch /tmp/valise-shell); -w "autre" `ls`', "fr")], "fr", target)
    assert seconds_of(target.read_bytes()) > 1


def test_what_is_read_is_what_is_seen() -> None:
    page = (
        '<body><nav>Pages</nav><main id="contenu"><h1>Titre</h1><p class="row no-print"><a>Papier</a></p>'
        '<section id="etape" lang="ar"><p>Un <b>deux</b> trois</p></section>'
        "<p hidden>caché</p><svg><title>x</title></svg>"
        "<ul><li>a<br>b</li></ul><p>!</p></main><footer>Bas</footer></body>"
    )
    lines, language = read_aloud(page)
    assert [line.text for line in lines] == ["Titre", "Un", "deux", "trois", "a", "b"] and language == "ar"
    assert {line.text for line in lines if line.language == "ar"} == {"Un", "deux", "trois"}
    assert to_speech([Line("Titre"), Line("Vraiment ?")]) == [Line("Titre.\nVraiment ?")]


def test_each_line_is_of_one_language() -> None:
    page = (
        '<html lang="ar"><main><p>ما يجب: <bdi lang="fr">un <b>câble</b></bdi> <bdi lang="fr">et</bdi> نعم '
        '<i lang="ar">هنا</i></p><p lang="fr">Le soir.</p></main>'
    )
    lines, language = read_aloud(page)
    assert language == "" and lines == [
        Line("ما يجب:"), Line("un", "fr"), Line("câble", "fr"), Line("et", "fr"), Line("نعم هنا"),
        Line("Le soir.", "fr"),
    ]  # fmt: skip
    assert [part.language for part in to_speech(lines)] == ["", "fr", "", "fr"]


def test_what_the_team_wrote_is_read_by_a_voice_of_its_language(kit_node: Node, visitor: FlaskClient) -> None:
    """The same words by two voices are two sounds: French ones on an Arabic page sound as on a French one."""
    title, folder = "Reconnaître les arnaques & <se> protéger", kit_node.data / "tmp"
    sounds = []
    asked = (
        ([(title, "fr")], "fr"), ([(title, "ar")], "ar"), ([(title, "fr")], "ar"),
        ([("مرحبا", "ar"), (title, "fr")], "ar"),
    )  # fmt: skip
    for number, (parts, main) in enumerate(asked):
        voice.speak(parts, main, folder / f"{number}.wav")
        sounds.append(seconds_of((folder / f"{number}.wav").read_bytes()))
    assert abs(sounds[2] - sounds[0]) < 0.4 < abs(sounds[1] - sounds[0]), sounds
    assert sounds[3] > sounds[2]
    plan = NewWorkshop(
        title="Mes photos à l’abri", stop_id=b"", stop_label="Salle", place="", places=8, waiting_places=1, summary="",
        starts_at_ms=kit_node.clock.wall_ms() + 3_600_000, length_minutes=60, level="debutant", theme="email",
    )  # fmt: skip
    address = f"/ateliers/{to_text(plan_workshop(kit_node, plan))}"
    page = visitor.get(f"/ecouter?page={address}&langue=ar").text
    assert (
        '<div id="mots" class="flow" lang="ar">' in page and '<p lang="fr" dir="auto">Mes photos à l’abri</p>' in page
    )
    assert '<p dir="auto">Mes' in visitor.get(f"/ecouter?page={address}&langue=fr").text
    assert seconds_of(visitor.get(f"/ecouter/son?page={address}&langue=ar").data) > 5
