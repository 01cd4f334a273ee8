"""Participants' words and the team's: complete in every language, and read by the program as Babel reads them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.core import Locale

from kit.web.catalogues import CONTEXT, Catalogue, read_catalogue
from kit.web.language import LOCALE, OWN_NAMES, SOURCE, languages
from kit.web.translated import looks_spoken
from scripts import words

LANGUAGES = [code for code in OWN_NAMES if code != SOURCE]
CATALOGUES = [*LANGUAGES, "team.en"]
ROOT = Path(__file__).parents[2]
SAYING = ("fr", "say", "say_count", "say_in")
SIGNS = {"fr": "éàç", "en": "the", "ar": "ال"}
FRENCH_NAMES = (
    "Pass numérique", "bibliothèque", "Cité des métiers", "préfecture", "Accès libre", "chèque culture",
    "La Coop de la médiation numérique", "Conseiller numérique", "Vallée de l’Estéron", "CCAS de Breil : commune",
)  # fmt: skip
_FORMS = ("zero", "one", "two", "few", "many", "other")


def told(catalogue: Catalogue) -> str:
    return "\n".join([*catalogue.words.values(), *(one for forms in catalogue.forms.values() for one in forms)])


def test_english_and_arabic_are_offered() -> None:
    assert languages() == ("fr", "en", "ar")


@pytest.mark.parametrize("language", CATALOGUES)
def test_everything_people_read_is_translated(language: str) -> None:
    wrong = words.problems(language)
    assert wrong == [], "scripts/words update, then translate what is empty in kit/web/locale (CONTRIBUTING, Languages)"


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_catalogue_is_kept_as_the_script_writes_it(
    language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = (LOCALE / f"{language}.po").read_text("utf-8")
    catalog = words.read(language)
    monkeypatch.setattr(words, "LOCALE", tmp_path)
    words.write(catalog, language)
    assert (tmp_path / f"{language}.po").read_text("utf-8") == kept, "scripts/words update puts it in order"


@pytest.mark.parametrize("language", CATALOGUES)
def test_our_reader_reads_as_babel_does(language: str) -> None:
    ours = read_catalogue(LOCALE / f"{language}.po")
    seen = 0
    for one in words.read(language):
        if isinstance(one.id, list | tuple):
            assert ours.forms[one.id[0]] == tuple(one.string)
        elif one.id:
            assert ours.words[f"{one.context}{CONTEXT}{one.id}" if one.context else one.id] == one.string
        seen += bool(one.id)
    assert seen == len(ours.words) + len(ours.forms) > 1000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_after_a_number_is_the_one_of_cldr(language: str) -> None:
    ours, cldr = read_catalogue(LOCALE / f"{language}.po"), Locale.parse(language).plural_form
    order = [name for name in _FORMS if name in cldr.tags | {"other"}]
    assert [order[ours.form_of(count)] for count in range(1200)] == [cldr(count) for count in range(1200)]


@pytest.mark.parametrize("language", CATALOGUES)
def test_translations_are_set_as_their_language_is(language: str) -> None:
    text = told(read_catalogue(LOCALE / f"{language}.po"))
    language = language.removeprefix("team.")
    assert SIGNS[language] in text
    if language == "ar":
        assert not re.search(r"[؀-ۿ] *[?;,]|[؀-ۿ][A-Za-z]", text), "؟ ؛ ، and a space before other letters"
        assert not re.search(r"[٠-٩]", text), "digits as on the papers people bring"
    if language == "en":
        text = re.sub(r"\{\{.*?\}\}", "…", text)  # choices of words, as templates write them
        for name in FRENCH_NAMES:
            text = text.replace(name, "")
        assert not re.search(r"[éèàçœ«»]|[^\S\n][:!?]", text), "no French typography"


def test_participants_read_the_words_of_the_list() -> None:
    """Source: the design's screens.md, "Words on screen"."""
    never = re.compile(r"(?i)\b(navigateurs?|(?<!e-)mails?|passphrase|émargement|quarantaine|kiosque|bundle|browser)\b")
    french = [text for found, _ in words.list_words() for text in (found.one, found.many)]
    said = [*french, *told(read_catalogue(LOCALE / "en.po")).splitlines()]
    assert [text for text in said if never.search(text)] == []


def test_a_guessed_or_empty_translation_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "en.po"
    path.write_text(
        'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        '#, fuzzy\nmsgid "Lire"\nmsgstr "Lyre"\n\nmsgid "Dire"\nmsgstr ""\n\n'
        'msgctxt "durée"\nmsgid "h"\nmsgstr "h \\"long\\""\n\nmsgid "Deux\\n"\n"lignes"\nmsgstr "Two\\n"\n"lines"\n\n'
        'msgid "%(count)s lieu"\nmsgid_plural "%(count)s lieux"\nmsgstr[0] "a place"\nmsgstr[1] "%(count)s places"\n',
        "utf-8",
    )
    catalogue = read_catalogue(path)
    assert catalogue.words == {f"durée{CONTEXT}h": 'h "long"', "Deux\nlignes": "Two\nlines"}
    assert catalogue.forms == {"%(count)s lieu": ("a place", "%(count)s places")}
    assert [catalogue.form_of(count) for count in (0, 1, 2)] == [1, 0, 1]


def untold(path: Path) -> list[str]:
    """What a file tells people after a button (`tell`) in words that no catalogue knows: neither `fr` nor `say`."""
    found = list[str]()
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "tell":
            inside = [node for one in call.args[1:] for node in ast.walk(one)]
            known = {
                id(word)
                for node in inside
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING
                for word in ast.walk(node)
            }
            texts = [one for one in inside if isinstance(one, ast.Constant) and id(one) not in known]
            found += [one.value for one in texts if isinstance(one.value, str) and looks_spoken(one.value)]
    return found


def test_what_is_told_after_a_button_is_known_to_a_catalogue() -> None:
    files = sorted((ROOT / "kit").rglob("*.py"))
    assert sum("tell(" in path.read_text("utf-8") for path in files) > 20
    assert {str(path): words for path in files if (words := untold(path))} == {}
