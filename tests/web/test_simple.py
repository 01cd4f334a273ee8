"""The simple display: chosen on any page, remembered, one idea a line, fewer choices; the phone reads aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from kit.web.ease import one_idea_a_line, propose_nothing
from tests.conftest import OpenPhone, copy_node, open_node
from tests.served import Served

PUBLIC_PAGES = ("/", "/bibliotheque", "/ateliers", "/avis", "/annuaire", "/besoin", "/recherche", "/vos-donnees",
                "/questionnaires", "/tournee", "/accessibilite", "/nulle-part")  # fmt: skip
# What headless Chromium lacks: a voice of the phone. It notes what it is told to say.
VOICE = """
window.said = [];
Object.defineProperty(window, 'speechSynthesis', {value: {
  getVoices: () => [{localService: true, lang: 'fr-FR'}], speak: (one) => window.said.push(one.text), cancel: () => {},
  addEventListener: () => {}, speaking: false}});
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_every_participants_page_offers_it_and_the_voice(visitor: FlaskClient, path: str) -> None:
    page = visitor.get(path).text
    assert f'href="{path}?affichage=simple"' in page and "Affichage simple" in page
    assert page.count('data-listen="') == 1 and "/static/app.js" in page and "simple.css" not in page
    simple = visitor.get(f"{path}?affichage=simple").text
    assert f'href="{path}?affichage=normal"' in simple and "/static/simple.css" in simple


def test_it_is_remembered_without_anything_else(visitor: FlaskClient) -> None:
    (cookie,) = visitor.get("/ateliers?affichage=simple").headers.getlist("Set-Cookie")
    assert cookie.startswith("affichage=simple;") and "SameSite=Lax" in cookie and "HttpOnly" in cookie
    again = visitor.get("/avis")
    assert '<body class="public simple ' in again.text and not again.headers.getlist("Set-Cookie")
    visitor.get("/avis?affichage=normal")
    assert '<body class="public "' in visitor.get("/").text.replace('public ">', 'public "')
    assert not visitor.get("/?affichage=n’importe%00quoi").headers.getlist("Set-Cookie")


def test_the_first_page_is_kept_apart_for_each_display(visitor: FlaskClient) -> None:
    normal = visitor.get("/").text
    visitor.set_cookie("affichage", "simple")
    simple = visitor.get("/").text
    assert "C’est gratuit." in simple and simple.count('class="door ') == 4 and 'class="nav"' not in simple
    visitor.set_cookie("affichage", "normal")
    assert visitor.get("/").text == normal and "C’est gratuit." not in normal


@pytest.fixture
def demo_app(demo: Path, tmp_path: Path) -> Iterator[FlaskClient]:
    """A phone at the box of the demonstration."""
    node = open_node(copy_node(demo, tmp_path / "kit"))
    yield create_app(node.settings, node).test_client()
    node.store.close()


def test_there_are_fewer_choices(demo_app: FlaskClient) -> None:
    for path in ("/bibliotheque", "/ateliers", "/avis", "/annuaire"):
        normal = demo_app.get(f"{path}?affichage=normal").text
        simple = demo_app.get(f"{path}?affichage=simple").text
        links = [len(re.findall(r"<a |<select|<details", page)) for page in (normal, simple)]
        assert links[1] < links[0], (path, links)


def test_it_is_simple_in_the_reader_s_language(visitor: FlaskClient) -> None:
    assert "There is no Internet here." in visitor.get("/?affichage=simple&langue=en").text
    arabic = visitor.get("/?affichage=simple&langue=ar").text
    assert "عرض" in arabic and 'dir="rtl"' in arabic and "Affichage" not in arabic


def test_the_team_s_pages_know_no_simple_display(mediator: FlaskClient) -> None:
    page = mediator.get("/console?affichage=simple").text
    assert "simple.css" not in page and "Affichage" not in page


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("<p>Un. Deux ! Trois ? Fin.</p>", "<p>Un.<br>Deux !<br>Trois ?<br>Fin.</p>"),
        ('<p class="a">« Oui. » Un <b>deux. Trois.</b></p>', '<p class="a">« Oui. »<br>Un <b>deux.<br>Trois.</b></p>'),
        ("<p>لا يوجد إنترنت. تكلم معنا.</p>", "<p>لا يوجد إنترنت.<br>تكلم معنا.</p>"),
        ("<p>1,2 Mo, env. 3 s. et puis rien</p>", "<p>1,2 Mo, env. 3 s. et puis rien</p>"),
        ("<article><p>Une. Œuvre.</p></article><p>A. B.</p>", "<article><p>Une. Œuvre.</p></article><p>A.<br>B.</p>"),
        ('<p title="Un. Deux.">x</p>', '<p title="Un. Deux.">x</p>'),
        ("<textarea><p>Mes. Mots.</textarea>", "<textarea><p>Mes. Mots.</textarea>"),
    ],
)  # fmt: skip
def test_one_idea_a_line(page: str, wanted: str) -> None:
    assert one_idea_a_line(f"<p>A. B.</p><main>{page}</main>") == f"<p>A. B.</p><main>{wanted}</main>"


def test_a_shared_device_proposes_nothing() -> None:
    page = (
        '<form method="post"><input autocomplete="name"></form><form autocomplete="on"></form>'
        '<p><a class="btn" href="x" download>Garder</a> · <a download href="y">Agenda</a></p>'
    )
    assert propose_nothing(page) == (
        '<form autocomplete="off" method="post"><input autocomplete="off"></form><form autocomplete="off"></form>'
    )


def test_a_phone_reads_and_shows_it_large(live_kit: Served, open_phone: OpenPhone) -> None:
    phone = open_phone(360)
    phone.context.add_init_script(VOICE)
    phone.goto(live_kit.url)
    before = phone.locator(".door").first.bounding_box()
    phone.get_by_role("button", name="Écouter").or_(phone.get_by_role("link", name="Écouter", exact=True)).click()
    assert any("Bienvenue" in text for text in phone.evaluate("window.said")), "the first page is read aloud"
    phone.get_by_role("link", name="Affichage simple").click()
    after = phone.locator(".door").first.bounding_box()
    assert before and after and after["height"] > before["height"]
    phone.get_by_role("link", name="Lire, écouter").click()
    phone.get_by_role("link", name="Apprendre").click()
    phone.locator("main .shelf a").first.click()
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    assert phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 20
    phone.get_by_role("link", name="Accueil").click()
    assert phone.url == f"{live_kit.url}/"


def test_each_word_is_read_by_a_voice_of_its_language(live_kit: Served, open_phone: OpenPhone) -> None:
    """On an Arabic page a French title is read by the phone's French voice, the rest by its Arabic one."""
    phone = open_phone(360)
    french = "{localService: true, lang: 'fr-FR'}"
    voices = VOICE.replace(french, f"{french.replace('fr-FR', 'ar-EG')}, {french}")
    phone.context.add_init_script(voices.replace("one.text", "[one.lang, one.text]"))
    for words, wanted in ((r"Mon premier e-mail", "fr-FR"), (r"[\u0621-\u064a]{3}", "ar-EG")):
        phone.goto(f"{live_kit.url}/ateliers?langue=ar")
        phone.locator(".ease [data-listen]").click()
        said = phone.evaluate("window.said")
        assert {voice for voice, text in said if re.search(words, text)} == {wanted}, said
    assert len(said) > 8 and all(text.strip() for _, text in said)


@pytest.mark.parametrize("page", ["/portail/donnees-mobiles?systeme=android", "/portail", "/portail/ouvrir"])
@pytest.mark.parametrize("width", [320, 360])
def test_larger_letters_stay_within_a_phone(live_kit: Served, open_phone: OpenPhone, page: str, width: int) -> None:
    phone = open_phone(width)
    phone.goto(f"{live_kit.url}{page}{'&' if '?' in page else '?'}affichage=simple")
    assert phone.evaluate("document.documentElement.scrollWidth") <= width
