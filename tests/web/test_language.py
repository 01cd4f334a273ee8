"""The reader's language: chosen, remembered, right on every page, and nothing of a public page left in French."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from kit.people.node import Node
from kit.web import language
from kit.web.catalogues import Catalogue
from tests import cast
from tests.conftest import Enter, copy_node, open_node

FIRST = ("/", "/recherche?q=pain", "/annuaire", "/annuaire/carte", "/annuaire/personnes", "/besoin", "/tournee",
         "/questionnaires", "/proposer", "/proposer/suivi", "/credits", "/nulle-part")  # fmt: skip
NAMES = {"Aidants Connect", "Conseillers numériques"}  # of national programmes: kept as they are
_SHAPE = re.compile(r"/[0-9a-z]{24,}|/\d+")


class Noting(dict[str, str]):
    """A catalogue that notes what it was asked for and has not."""

    missed: set[str]

    def get(self, words: str, otherwise: str = "") -> str:  # type: ignore[override]
        if words and words not in self:
            self.missed.add(words)
        return super().get(words, otherwise)


@pytest.fixture
def demo_phone(demo: Path, tmp_path: Path) -> Iterator[FlaskClient]:
    node = open_node(copy_node(demo, tmp_path / "kit"))
    yield create_app(node.settings, node).test_client()
    node.store.close()


def html_tag(page: str) -> str:
    found = re.search(r"<html[^>]*>", page)
    assert found
    return found.group()


def crawl(phone: FlaskClient, most: int) -> dict[str, str]:
    """The public pages that links lead to, two of each shape."""
    waiting, seen, pages = deque(FIRST), dict[str, int](), dict[str, str]()
    while waiting and len(pages) < most:
        address = waiting.popleft().split("#")[0]
        shape = _SHAPE.sub("/*", address.split("?")[0]) + ("?" if "?" in address else "")
        if not address.startswith("/") or address.startswith(("/console", "/static")) or "langue=" in address:
            continue
        seen[shape] = seen.get(shape, 0) + 1
        if seen[shape] > 2:
            continue
        with phone.get(address) as answer:
            text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        if text:
            pages[address] = text
            waiting.extend(urljoin(address, one) for one in re.findall(r'href="([^"]+)"', text))
    return pages


def test_no_public_page_asks_for_words_that_are_not_translated(
    demo_phone: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = language.catalogue("ar")
    noting = Noting(known.words)
    noting.missed = set()
    monkeypatch.setattr(language, "catalogue", lambda _: Catalogue(noting, known.forms, known.form_of))
    demo_phone.set_cookie("langue", "ar")
    pages = crawl(demo_phone, 130)
    assert len(pages) > 60
    assert noting.missed <= NAMES, sorted(noting.missed - NAMES)
    for address, page in pages.items():
        if "garder.html" not in address and "lien.html" not in address:  # kept on a phone: in the document's language
            assert html_tag(page) == '<html lang="ar" dir="rtl">', address


def test_a_language_is_chosen_by_address_then_remembered_without_anything_else(visitor: FlaskClient) -> None:
    answer = visitor.get("/ateliers?langue=ar")
    assert html_tag(answer.text) == '<html lang="ar" dir="rtl">' and "الورشات" in answer.text
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("langue=ar;") and "SameSite=Lax" in cookie and "HttpOnly" in cookie
    assert html_tag(visitor.get("/avis").text) == '<html lang="ar" dir="rtl">'
    assert html_tag(visitor.get("/avis?langue=en").text) == '<html lang="en" dir="ltr">'
    again = visitor.get("/avis")
    assert html_tag(again.text) == '<html lang="en" dir="ltr">' and not again.headers.getlist("Set-Cookie")
    assert again.headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("ar-MA,ar;q=0.9,fr;q=0.8", "ar"),
        ("en-GB", "en"),
        ("fr-CA,en;q=0.5", "fr"),
        ("pt-BR,pt;q=0.9,en;q=0.4", "en"),
        ("uk", "fr"),
        ("", "fr"),
        ("*", "fr"),
        (";;;=,,q", "fr"),
    ],
)
def test_without_a_choice_the_browser_says(visitor: FlaskClient, header: str, wanted: str) -> None:
    page = visitor.get("/ateliers", headers={"Accept-Language": header}).text
    assert f'<html lang="{wanted}"' in page


@pytest.mark.parametrize("asked", ["xx", "ar%00", "../fr", "AR", "", "fr-FR", "ar" * 400])
def test_a_language_that_does_not_exist_falls_back(visitor: FlaskClient, asked: str) -> None:
    answer = visitor.get(f"/?langue={asked}")
    assert answer.status_code == 200 and html_tag(answer.text) == '<html lang="fr" dir="ltr">'
    assert not answer.headers.getlist("Set-Cookie")
    visitor.set_cookie("langue", asked)
    assert html_tag(visitor.get("/").text) == '<html lang="fr" dir="ltr">'


def test_every_language_can_be_chosen_on_the_first_page(visitor: FlaskClient) -> None:
    for code, others in (("fr", "en ar"), ("en", "fr ar"), ("ar", "fr en")):
        page = visitor.get(f"/?langue={code}").text
        assert re.findall(r'href="/\?langue=(\w+)" lang="\1" hreflang="\1"', page) == others.split()
        assert "English" in page or code == "en"


def test_the_team_s_pages_are_french_or_english_and_say_so(mediator: FlaskClient) -> None:
    for preferred, wanted, heading in (("en", "en", "Today"), ("fr", "fr", "Aujourd’hui"), ("ar", "fr", "Aujourd’hui")):
        page = mediator.get("/console", headers={"Accept-Language": preferred}).text
        assert html_tag(page) == f'<html lang="{wanted}" dir="ltr">' and f"<h1>{heading}</h1>" in page
    assert html_tag(mediator.get("/ateliers", headers={"Accept-Language": "ar"}).text) == '<html lang="ar" dir="rtl">'


def test_a_member_chooses_among_the_team_s_languages(mediator: FlaskClient) -> None:
    page = mediator.get("/equipe/moi").text
    assert re.findall(r'href="/equipe/moi\?langue=(\w+)" lang="\1" hreflang="\1"', page) == ["en"]
    assert "<h1>My account</h1>" in mediator.get("/equipe/moi?langue=en").text
    page = mediator.get("/console").text
    assert html_tag(page) == '<html lang="en" dir="ltr">' and "Nadia" in page


def test_papers_are_french_whoever_prints_them(mediator: FlaskClient) -> None:
    page = mediator.get("/console/wifi/affiche?langue=en").text
    assert html_tag(page) == '<html lang="fr" dir="ltr">' and "La Valise est ici" in page


def test_a_central_speaks_to_visitors_in_their_language(central_node: Node, enter: Enter) -> None:
    visitor = enter(central_node, None)
    assert 'lang="ar"' in html_tag(visitor.get("/tournee?langue=ar").text)
    assert 'lang="fr"' in html_tag(visitor.get("/connexion?langue=ar").text)
    assert 'lang="fr"' in html_tag(enter(central_node, cast.INES).get("/?langue=ar").text)


def test_dates_hours_sizes_and_lengths_are_local(kit_node: Node) -> None:
    app = create_app(kit_node.settings, kit_node)
    said = app.jinja_env.from_string(
        "{{ now|day }} | {{ now|dated }} | {{ now|hour }} | {{ (now + 1800000)|hour }} | "
        "{{ big|size }} | {{ long|minutes }} | {{ (long + 30)|minutes }} | {{ (long // 2)|minutes }}"
    )
    wanted = {
        "fr": "mercredi 26 novembre | mercredi 26 novembre 2025 | 10 h 30 | 11 h | 1,2 Mo | 1 h 30 | 2 h | 45 min",
        "en": "Wednesday 26 November | Wednesday 26 November 2025 | 10:30 | 11:00 | 1.2 MB | 1 h 30 | 2 h | 45 min",
        "ar": "الأربعاء 26 نوفمبر | الأربعاء 26 نوفمبر 2025 | 10:30 | 11:00 | 1,2 ميغابايت | 1 س 30 د | 2 س | 45 دقيقة",
    }
    for code, words in wanted.items():
        with app.test_request_context(f"/?langue={code}"):
            assert said.render(now=1764149400000, big=1_250_000, long=90).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "لا مكان شاغر"),
        (1, "مكان شاغر واحد"),
        (2, "مكانان شاغران"),
        (3, "3 أماكن شاغرة"),
        (11, "11 مكانًا شاغرًا"),
        (100, "100 مكان شاغر"),
    ],
)
def test_arabic_has_six_forms_after_a_number(kit_node: Node, count: int, words: str) -> None:
    app = create_app(kit_node.settings, kit_node)
    with app.test_request_context("/?langue=ar"):
        assert language.say_count("%(count)s place libre", "%(count)s places libres", count) == words
    with app.test_request_context("/"):
        french = language.say_count("%(count)s place libre", "%(count)s places libres", count)
        assert french == f"{count} place{'s' if count > 1 else ''} libre{'s' if count > 1 else ''}"


def test_outside_of_a_request_words_are_french() -> None:
    assert language.say("Lire") == "Lire" and language.say_count("un", "%(count)s", 2) == "2"


def test_one_and_many_for_the_team() -> None:
    said = [language.counted(count, "%s livre", "%s livres") for count in (0, 1, 2)]
    assert said == ["0 livre", "1 livre", "2 livres"]
