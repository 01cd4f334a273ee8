"""A suitcase's first start: from the file on its card, or on its first page; cut short, repeated, written badly."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from kit.device import depart
from kit.device.depart import Depart, read_depart, settings_lines, write_depart
from kit.errors import Problem
from kit.front.first import take_up
from kit.people import actions as people
from kit.people.node import Node
from kit.sync import kept_link
from tests import cast
from tests.conftest import open_node
from tests.killed import DURABLE, NAMES, run_killed
from tests.served import valise

PHRASE = "abeille bateau citron domino éponge fenêtre"
CODE = "un deux trois quatre cinq six sept huit neuf dix"


@pytest.fixture
def new_box(tmp_path: Path) -> Iterator[Node]:
    """A box nobody prepared, whose card can be written on."""
    (tmp_path / "card").mkdir()
    node = open_node(tmp_path / "kit", card=str(tmp_path / "card"))
    yield node
    node.store.close()


def sign_in(node: Node, phrase: str) -> people.Staff | None:
    return people.find_signed_in(node, people.sign_in(node, people.Throttle(node.clock.mono_ms), "here", phrase))


def test_a_prepared_card_gives_the_box_its_team_and_its_settings_once(tmp_path: Path) -> None:
    (tmp_path / "card").mkdir()
    told = valise(tmp_path / "kit", "image", "prepare", str(tmp_path / "card"), "--name", 'La "grande" Valise$',
                  "--wifi-name", "Wi-Fi des Pins", "--wifi-key", "coquelicot")  # fmt: skip
    phrase = re.search(r"équipe : (.+)", told)
    assert phrase and len(phrase[1].split()) == 6
    file = tmp_path / "card" / depart.FILE
    assert file.stat().st_mode & 0o077 == 0
    valise(tmp_path / "kit", "first-start", str(file))
    valise(tmp_path / "kit", "first-start", str(file))  # the plug was pulled before the file was erased
    lines = (tmp_path / "kit/settings.env").read_text("utf-8").splitlines()
    assert 'VALISE_NODE_NAME="La \\"grande\\" Valise\\$"' in lines and 'VALISE_WIFI_KEY="coquelicot"' in lines
    assert phrase[1] not in "".join(lines)
    node = open_node(tmp_path / "kit")
    assert sign_in(node, phrase[1]) is not None
    node.store.close()


@pytest.mark.parametrize("step", [1, 3, 6, 10, 15, 22])
def test_the_plug_pulled_in_the_middle_of_the_first_start_leaves_it_to_be_done_again(tmp_path: Path, step: int) -> None:
    """The real command, killed as it makes its n-th thing durable or names it; the next start does it all."""
    (tmp_path / "card").mkdir()
    told = valise(tmp_path / "kit", "image", "prepare", str(tmp_path / "card"), "--name", "Valise des Pins",
                  "--wifi-name", "Wi-Fi des Pins", "--wifi-key", "coquelicot")  # fmt: skip
    phrase = re.search(r"équipe\s:\s(.+)", told)
    assert phrase
    file, data = str(tmp_path / "card" / depart.FILE), tmp_path / "kit"
    command = ["-m", "kit.cli", "--data", str(data), "first-start", file]
    ended = run_killed(command, f"{DURABLE},{NAMES}", step)
    assert ended == -9, f"it makes fewer things durable than {step}"
    valise(data, "first-start", file)
    assert 'VALISE_WIFI_KEY="coquelicot"' in (data / "settings.env").read_text("utf-8")
    node = open_node(data)
    assert sign_in(node, phrase[1]) is not None and node.store.find_damage() == ""
    assert len(node.journal.own_logs()) == 1, "no card was copied"
    node.store.close()


def test_a_later_file_changes_the_wifi_and_never_the_team(kit_node: Node) -> None:
    take_up(kit_node, Depart({"node_name": "Autre"}, PHRASE, CODE))
    assert 'VALISE_NODE_NAME="Autre"' in (kit_node.data / "settings.env").read_text("utf-8")
    with pytest.raises(Problem) as refused:
        sign_in(kit_node, PHRASE)
    assert refused.value.code == "people.wrong_passphrase"
    assert sign_in(kit_node, cast.NADIA.passphrase) is not None


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"nom = ", "Invalid"),
        (b"\xff\xfe\x00", "utf-8"),
        (b'inconnu = "x"', "inconnu"),
        (b"nom = [1]", "nom"),
        (b"nom = true", "nom"),
        (b'nom = "a\\nb"', "nom"),
        (b'wifi_cle = "' + b"x" * 64 + b'"', "wifi_cle"),
        (b'phrase = "un deux trois"', "secours"),
        (b'secours = "un deux trois"', "phrase"),
        (b"#" * 20_000, "trop long"),
    ],
)
def test_a_file_that_is_not_understood_says_which_word(raw: bytes, word: str) -> None:
    with pytest.raises(Problem) as refused:
        read_depart(raw)
    assert refused.value.code == "machine.bad_depart" and word in str(refused.value)


def test_a_file_from_windows_is_read_too() -> None:
    assert read_depart('\ufeffnom = "Été"\r\nwifi_canal = 6\r\n'.encode()).settings == {
        "node_name": "Été", "wifi_channel": "6",
    }  # fmt: skip


def test_what_is_written_is_read_again_whatever_signs_it_has() -> None:
    words = {"nom": 'a"b\\c$d`e', "phrase": PHRASE, "secours": CODE}
    assert read_depart(write_depart(words).encode()) == Depart({"node_name": 'a"b\\c$d`e'}, PHRASE, CODE)
    assert settings_lines({"node_name": 'a"b\\c$d`e'}) == 'VALISE_NODE_NAME="a\\"b\\\\c\\$d\\`e"\n'


def test_a_weak_phrase_or_a_bad_setting_leaves_the_box_as_it_was(new_box: Node) -> None:
    for bad in (
        Depart({}, "un deux", CODE),
        Depart({"timezone": "Europe/Nulle-part"}, PHRASE, CODE),
        Depart({"timezone": "Europe/Paris", "threads": "beaucoup"}, PHRASE, CODE),
    ):
        with pytest.raises(Problem):
            take_up(new_box, bad)
        assert not people.is_set_up(new_box) and not (new_box.data / "settings.env").exists()


def test_a_link_is_kept_until_there_is_a_line(new_box: Node) -> None:
    link = "http://127.0.0.1:9/enrolement/0123456789abcdef?cle=ABCD"
    take_up(new_box, Depart({}, PHRASE, CODE, link))
    assert kept_link.try_link(new_box) is False
    with pytest.raises(Problem):
        kept_link.keep_link(new_box, "pas un lien")
    assert kept_link.try_link(new_box) is False, "unreachable: it is kept, and tried again"


def first_page(client: FlaskClient) -> dict[str, str]:
    page = client.get("/premier-demarrage").get_data(as_text=True)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return {name: html.unescape(value) for name, value in hidden.items()}


def test_a_box_that_nobody_prepared_begins_with_its_first_page(new_box: Node) -> None:
    client = create_app(new_box.settings, new_box).test_client()
    for path in ("/", "/console", "/bibliotheque"):
        assert client.get(path).headers["Location"] == "/premier-demarrage"
    form = first_page(client) | {"nom": "Les Pins", "wifi_cle": "coquelicot", "wifi_pays": "FR"}
    forgot = client.post("/premier-demarrage", data=form)
    assert forgot.status_code == 422 and form["phrase"] in html.unescape(forgot.get_data(as_text=True))
    assert not people.is_set_up(new_box), "nothing is kept before the lines are noted"
    done = client.post("/premier-demarrage", data=form | {"note": "1"})
    assert done.status_code == 200 and form["phrase"] not in html.unescape(done.get_data(as_text=True))
    assert sign_in(new_box, form["phrase"]) is not None
    assert client.get("/premier-demarrage").status_code == 409 and client.get("/").status_code == 200
    again = client.post("/premier-demarrage", data=form | {"note": "1"})
    assert again.status_code == 409, "nobody makes herself the mediator of a box that has a team"


def test_its_first_page_takes_a_language_and_the_link_of_a_coordination(new_box: Node) -> None:
    client = create_app(new_box.settings, new_box).test_client()
    form = first_page(client) | {"nom": "Les Pins", "wifi_cle": "coquelicot", "wifi_pays": "FR", "note": "1"}
    for wrong, said in (({"rattachement": "pas un lien"}, "lien"), ({"langue": "de"}, "language")):
        refused = client.post("/premier-demarrage", data=form | wrong)
        assert refused.status_code >= 400 and said in refused.text and form["phrase"] in html.unescape(refused.text)
        assert not people.is_set_up(new_box), "nothing is kept of half a start"
    link = "http://127.0.0.1:9/enrolement/0123456789abcdef?cle=ABCD"
    assert client.post("/premier-demarrage", data=form | {"rattachement": link, "langue": "en"}).status_code == 200
    assert kept_link.try_link(new_box) is False and people.is_set_up(new_box)
    assert 'VALISE_LANGUAGE="en"' in (new_box.data / "settings.env").read_text("utf-8")


@pytest.mark.parametrize(("asked", "wanted"), [("", "ar"), ("de, nl;q=0.5", "ar"), ("en", "en"), ("fr-FR", "fr")])
def test_a_browser_that_asks_for_none_of_ours_has_the_box_s_own(tmp_path: Path, asked: str, wanted: str) -> None:
    node = open_node(tmp_path / "kit", language="ar")
    client = create_app(node.settings, node).test_client()
    answer = client.get("/ateliers", headers={"Accept-Language": asked})
    assert answer.headers["Content-Language"] == wanted
    assert client.get("/connexion").headers["Content-Language"] == "fr", "the team's pages have no Arabic"
    node.store.close()


def test_what_is_typed_wrongly_on_it_is_shown_again(new_box: Node) -> None:
    client = create_app(new_box.settings, new_box).test_client()
    for wrong in ({"nom": ""}, {"nom": "x" * 61}, {"phrase": "deux mots"}, {"secours": ""}):
        form = first_page(client) | {"nom": "Les Pins", "note": "1"} | wrong
        answer = client.post("/premier-demarrage", data=form)
        assert answer.status_code == 422, wrong
        assert not people.is_set_up(new_box)


def test_an_ordinary_kit_has_no_first_page(kit_node: Node, tmp_path: Path) -> None:
    client = create_app(kit_node.settings, kit_node).test_client()
    assert client.get("/premier-demarrage").status_code == 409
    fresh = open_node(tmp_path / "pc")
    assert create_app(fresh.settings, fresh).test_client().get("/").status_code == 200, "a PC’s start tells its phrase"
    fresh.store.close()
