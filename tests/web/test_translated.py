"""The team's pages in English: made from the French templates, sentence by sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment

from kit.web.language import PAPERS, find_words
from kit.web.translated import looks_spoken, translate
from scripts.team_words import TEMPLATES, list_team_templates

TOLD = {
    "%(count)s fiches attendent": "%(count)s records wait",
    "Reçu le %(day_ms)s par <b>%(name)s</b>": "<b>%(name)s</b> received it on %(day_ms)s",
    '%(n)s nom{{ "s" if n > 1 }} <a>à voir</a>': '%(n)s name{{ "s" if n != 1 }} <a>to see</a>',
    "Voir %(title)s": "See %(title)s",
    "Annulé": "Cancelled",
    "Garder": "Keep",
    ":": ":",
    "présent": "present",
    "absent": "absent",
    ": <b>en retard</b>": ": <b>late</b>",
    "dites « oui »": 'say "yes"',
}


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("<p>{{ count }} fiches attendent</p>", "<p>{{ count }} records wait</p>"),
        (
            "<p>Reçu le {{ day_ms|day }} par <b>{{ one.name }}</b></p>",
            "<p><b>{{ one.name }}</b> received it on {{ day_ms|day }}</p>",
        ),
        (
            '<li>{{ n }} nom{{ "s" if n > 1 }} <a href="/x?a={{ n }}">à voir</a></li>',
            '<li>{{ n }} name{{ "s" if n != 1 }} <a href="/x?a={{ n }}">to see</a></li>',
        ),
        ('<a aria-label="Voir {{ one.title }}">', '<a aria-label="See {{ one.title }}">'),
        ('{{ m.tag("Annulé", "bad") }}', '{{ m.tag("Cancelled", "bad") }}'),
        ("{{ m.button('Garder', name='Garder') }}", "{{ m.button('Keep', name='Garder') }}"),
        ('{{ "présent" if came else "absent" }}', '{{ "present" if came else "absent" }}'),
        ('{% if word == "Annulé" %}{{ m.link("dites « oui »", "/") }}{% endif %}',
         '{% if word == "Annulé" %}{{ m.link("say \\"yes\\"", "/") }}{% endif %}'),
        ('{{ _("Garder") }} · {{ m.icon("check") }} Garder', '{{ _("Garder") }} · {{ m.icon("check") }} Keep'),
        ("{% if late %}\u00a0: <b>en retard</b>{% endif %}", "{% if late %}: <b>late</b>{% endif %}"),
        ("<b>{{ a }}</b>\u00a0: {{ b }}{% if c %}\u00a0: {{ c }}{% endif %}",
         "<b>{{ a }}</b>: {{ b }}{% if c %}: {{ c }}{% endif %}"),
        ('{{ m.tag(name ~ "\u00a0: " ~ count) }}', '{{ m.tag(name ~ ": " ~ count) }}'),
        ("<script>Garder</script>", "<script>Garder</script>"),
    ],
)  # fmt: skip
def test_a_sentence_is_told_with_what_stands_in_it(french: str, english: str) -> None:
    assert translate(french, TOLD.get) == english


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_template_is_put_together_again_as_it_was(path: Path) -> None:
    source = path.read_text("utf-8")
    assert translate(source, lambda words: None) == source


def test_every_template_told_in_english_is_one_that_jinja_reads() -> None:
    environment = Environment()
    for path in list_team_templates():
        told = translate(path.read_text("utf-8"), lambda words: find_words("en", words))
        environment.parse(told, filename=str(path))


def test_what_is_for_people_is_known_by_its_look() -> None:
    assert all(map(looks_spoken, ("Oui", "déjà", "la valise", "(vide)", "…")))
    assert not any(map(looks_spoken, ("bad", "icon-x", "/console", "2026", "%s", "")))


def test_papers_are_templates() -> None:
    assert [name for name in PAPERS if not (TEMPLATES / name).is_file()] == []
