"""RGAA 8.7: on a page in another language, what the team wrote says in which it is; so do works, where it is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markupsafe import escape

from kit.app import create_app
from kit.errors.kind import fr
from kit.sync.actions import send
from kit.web import language
from kit.web.language import ELSE, as_written, in_language, lang_of, written
from tests.access.following import follow
from tests.access.marked import ASKED, MARK, Marked, mark_kit, step_through
from tests.access.tongues import texts
from tests.cast import NADIA
from tests.central.season import sign_in as sign_in_home
from tests.conftest import copy_node, open_node
from tests.pages import post_form
from tests.sync.homes import copy_pair, served

# Names, which RGAA 8.7 leaves as they are, and what every language writes so.
_NAMES = re.compile(
    r"https?://\S+|\S+@\S+|\b[\w-]+\.(?:fr|gouv)\b|RGAA|RGESN|CAF|RIB|IGN Admin Express|INSEE|ameli|La Poste|"
    r"Carte Vitale|Licence Ouverte|EPUB|Internet|France Travail|FranceConnect|Chrome|Safari|Accès libre|"
    r"Défenseur des droits|Libre réponse 71120, 75342 Paris CEDEX|"
    r"Creative Commons|\b[a-z]+-[a-z]+-\d\d\b|Saint-Auban|Gars|La Valise nomade"
)
EACH = 12  # pages of one shape: a workshop over, one now, one to come, one cancelled show other things
OF_THE_TEAM = ("/console", "/equipe", "/secours", "/restaurer", "/portail")
_SPACED = re.compile(r"[ \u00a0\u202f][:;!?](?=\s|$)")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]{3,}")


@pytest.fixture(scope="module")
def marked(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marked]:
    node = open_node(copy_node(demo, tmp_path_factory.mktemp("marked") / "kit"))
    yield mark_kit(node)
    node.store.close()


def pages(kit: Marked, tongue: str) -> Iterator[tuple[str, str]]:
    """Every page of participants: those of what was marked, answers to forms, and where links lead."""
    kit.visitor.set_cookie("langue", tongue)
    kit.visitor.delete_cookie("affichage")  # of whoever walked here before
    for address in kit.addresses:
        answer = kit.visitor.get(address, follow_redirects=True)
        assert answer.status_code == 200, (address, answer.status_code)
        yield address, answer.text
    for address, fields in kit.forms:
        yield f"{address}+", post_form(kit.visitor, address, **fields).text
    yield from (("each step", page) for page in step_through(kit.visitor))
    yield from follow(kit.visitor, ("/",), each=EACH)


def unsaid(page: str) -> list[str]:
    """Texts of the team that a screen reader would not take for French."""
    return [f"{tongue}: {text}" for text, tongue in texts(page) if MARK in text and tongue != "fr"]


@pytest.mark.parametrize("tongue", ["en", "ar"])
def test_what_the_team_wrote_says_its_language(marked: Marked, tongue: str) -> None:
    wrong, said = [], 0
    for address, page in pages(marked, tongue):
        wrong += [f"{address} {one}" for one in unsaid(page)]
        said += sum(MARK in text for text, _ in texts(page))
        assert MARK in page or address not in marked.addresses, f"{address} shows nothing of the team's"
    assert not wrong, "\n".join(wrong)
    assert said > 300


def test_no_sign_has_the_space_of_french_before_it(marked: Marked) -> None:
    """« Only in French a space stands before a colon »: on every page in English, the team's too."""
    marked.team.set_cookie("langue", "en")
    of_the_team = follow(marked.team, ("/console",), OF_THE_TEAM, each=EACH)
    wrong = {
        f"{address}: {text}"
        for address, page in (*pages(marked, "en"), *of_the_team)
        for text, tongue in texts(page)
        if tongue == "en" and text != ASKED and _SPACED.search(text)
    }
    assert not wrong, "\n".join(sorted(wrong))


def test_no_french_is_read_by_an_arabic_voice(marked: Marked) -> None:
    """On pages that nobody thought of here either: by its letters. Names, and what a participant wrote, stand apart."""
    authors = {name for item in marked.node.search_works("", 500) for name in _LATIN.findall(item.creators)}
    wrong = {
        f"{address}: {text}"
        for address, page in pages(marked, "ar")
        for text, tongue in texts(page)
        if tongue == "ar" and text != ASKED and set(_LATIN.findall(_NAMES.sub("", text))) - authors
    }
    assert not wrong, "\n".join(sorted(wrong))


def test_a_kiosk_says_it_too(marked: Marked) -> None:
    tablet = marked.visitor.application.test_client()
    post_form(tablet, "/connexion", passphrase=NADIA.passphrase, name=NADIA.name)
    post_form(tablet, "/console/questionnaires/essai/borne")
    for address in ("/borne?langue=ar", "/borne/repondre?langue=en"):
        page = tablet.get(address).text
        assert MARK in page and unsaid(page) == []


def test_the_team_s_pages_say_it_too(marked: Marked) -> None:
    """In English, from page to page; what stands in a field too. A tour's name in a list to choose from is a name."""
    seen, wrong = 0, []
    marked.team.set_cookie("langue", "en")
    for address, page in follow(marked.team, ("/console", "/console/style"), OF_THE_TEAM, each=EACH):
        wrong += [f"{address} {one}" for one in unsaid(page) if not one.startswith("en: Tour ")]
        seen += MARK in page
    assert not wrong, "\n".join(wrong)
    assert seen > 25, seen


def test_the_coordination_s_pages_say_it_too(template: Path, tmp_path: Path) -> None:
    """Those that anybody may read in both languages, its own in English."""
    kit, central = copy_pair(template, tmp_path / "pair")
    made = mark_kit(kit, "Équipe")
    with served(central):
        send(kit)
    app = create_app(central.settings, central)
    anybody, home = app.test_client(), sign_in_home(app)
    open_pages = ("/tournee", "/annuaire", "/bibliotheque", "/annuaire/personnes")
    for phone, tongue, start in ((anybody, "en", open_pages), (anybody, "ar", open_pages), (home, "en", ("/",))):
        seen = 0
        phone.set_cookie("langue", tongue)
        for address, page in follow(phone, start):
            assert [one for one in unsaid(page) if not one.startswith("en: Tour ")] == [], address
            seen += MARK in page
        assert seen > 6, (tongue, seen)
    for node in (made.node, central):
        node.store.close()


def test_an_unmarked_text_is_found() -> None:
    """What the tests above would say of pages that forget it."""
    said = f'<br><bdi lang="fr">{MARK}</bdi><img alt="">'
    page = f'<html lang="ar"><title>{MARK}</title><main><p>مرحبا {MARK}{said} {MARK}</p>'
    assert unsaid(page) == [f"ar: مرحبا {MARK}", f"ar: {MARK}"]
    assert unsaid(f'<html lang="ar"><div lang="fr"><p dir="auto"><b>{MARK}</b></p></div>') == []


def test_a_page_in_the_team_s_own_language_weighs_not_a_byte_more(marked: Marked) -> None:
    app = marked.visitor.application
    with app.test_request_context("/?langue=fr"):
        assert written("Mes photos") == "" and as_written("Mes photos") == "Mes photos" and lang_of("fr") == ""
        assert (
            written("صوري") == ' lang="ar"'
            and in_language("My <photos>", "en") == '<bdi lang="en">My &lt;photos&gt;</bdi>'
        )
    with app.test_request_context("/?langue=ar"):
        assert (
            written("« 3 photos »") == written() == ' lang="fr"' and as_written("12:30") == '<bdi lang="fr">12:30</bdi>'
        )
        assert written("صوري") == written("Мої фото") == "" and as_written("") == ""
        assert as_written(language.Translated("Photos")) == "Photos" and lang_of("") == lang_of(None) == ""
        said = fr("Halte : %(label)s, %(count)d") % {"label": language.Written("<Foyer>"), "count": 2}
        assert escape(said) == 'Halte : <bdi lang="fr">&lt;Foyer&gt;</bdi>, 2' and str(said) == "Halte : <Foyer>, 2"
    marked.visitor.set_cookie("langue", "fr")
    page = marked.visitor.get("/ateliers").text
    assert MARK in page and page.count('lang="fr"') == 1


def test_a_team_that_writes_english_is_told_so(marked: Marked) -> None:
    """The box's language is the team's; what the program says stays known for what it is."""
    app = create_app(marked.node.settings, marked.node)
    app.config[ELSE] = "en"
    with app.test_request_context("/?langue=fr"):
        assert written("My photos") == ' lang="en"'
        assert as_written(language.say_known("Ateliers")) == "Ateliers", "not theirs"
    app.config[ELSE] = "ar"
    with app.test_request_context("/?langue=ar"):
        assert written("Mes photos") == ' lang="fr"', "the team's pages speak no Arabic"
