"""French typography of what people read: no sign begins a line. See scripts/spaces.py, which mends."""

from __future__ import annotations

import pytest

from scripts import spaces


def test_no_sign_stands_alone_on_a_line() -> None:
    loose = [str(path.relative_to(spaces.REPO)) for path, _, _ in spaces.list_loose()]
    assert loose == [], "python -m scripts.spaces --mend"


@pytest.mark.parametrize(
    ("mend", "given", "wanted"),
    [
        (spaces.mend_words, "« Oui » : non ?", "«\xa0Oui\xa0»\xa0: non\xa0?"),
        (spaces.mend_words, "à 10:30 ; fin (un :) !", "à 10:30\xa0; fin (un\xa0:)\xa0!"),
        (spaces.mend_template, "<b>{{ a ? b }}</b> : {{ c }} !", "<b>{{ a ? b }}</b>\xa0: {{ c }}\xa0!"),
        (spaces.mend_template, "{# a : b #}{{ m('Quoi ?', a[1 : 2]) }}", "{# a : b #}{{ m('Quoi\xa0?', a[1 : 2]) }}"),
        (spaces.mend_source, '"""A : b."""\nx = [\nf"« {a} »"]\n', '"""A : b."""\nx = [\nf"«\xa0{a}\xa0»"]\n'),
        (spaces.mend_source, *2 * ['x = "a <> ?", "(b - ?)", "LIKE ?", r"-? ?\\d ?"  # so : so\n']),
        (spaces.mend_quoted, 'x = y ? "Quoi :" : "";', 'x = y ? "Quoi\xa0:" : "";'),
        (spaces.mend_catalogue, 'msgid "Quoi ?"\nmsgstr "So ?"\n', 'msgid "Quoi\xa0?"\nmsgstr "So ?"\n'),
    ],
)  # fmt: skip
def test_the_mender_touches_words_only(mend: object, given: str, wanted: str) -> None:
    assert callable(mend)
    assert mend(given) == wanted
    assert mend(wanted) == wanted
