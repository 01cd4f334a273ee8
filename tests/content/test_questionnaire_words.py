"""The standard questionnaires are set as French is: apostrophes, quotes, no-break spaces."""

from __future__ import annotations

import pytest

from kit.feedback.questionnaires import shipped
from tests.content.test_sheets import check_french


@pytest.mark.parametrize("key", sorted(shipped()))
def test_words_are_set_as_french_is(key: tuple[str, int]) -> None:
    questionnaire = shipped()[key]
    words = [questionnaire.title, questionnaire.intro]
    for one in questionnaire.questions:
        words += [one.text, one.hint, *(choice.label for choice in one.choices)]
    assert len(words) > 3
    for text in words:
        check_french(text, f"{key[0]} {key[1]}")
