"""Long words are cut as French cuts them, and only where a line is too short for them."""

from __future__ import annotations

import pytest

from kit.web.pages import with_syllables


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Agrandir son téléphone", "Agran-dir son té-lé-phone"),
        ("anticonstitutionnellement", "an-ti-cons-ti-tu-tion-nel-le-ment"),
        ("apprentissage", "ap-pren-tis-sage"),
        ("montagne", "mon-ta-gne"),
        ("court", "court"),
        ("النظام الغذائي", "النظام الغذائي"),
        ("<b>agrandir</b>", "<b>agran-dir</b>"),
    ],
)
def test_words_are_cut_between_syllables(text: str, cut: str) -> None:
    assert with_syllables(text) == cut.replace("-", "\u00ad")
