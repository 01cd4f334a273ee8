"""Plates are found, and nothing that is found is left in a masked text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.feedback.masking import mask, part
from kit.feedback.personal_data import find_personal_data


@pytest.mark.parametrize(
    "text",
    [
        "la voiture AB-123-CD est garée devant", "AB 123 CD", "ab-123-cd", "ab123cd", "AB123CD.", "1234 ABC 06",
        "12 AB 13", "1234-ab-83", "123 ABC 2A", "immatriculée ＡＢ‑１２３‑ＣＤ", "999 XYZ 974",
    ],
)  # fmt: skip
def test_plates_are_found(text: str) -> None:
    assert find_personal_data(text) == ("plate",)


@pytest.mark.parametrize(
    "text",
    [
        "prenez la 123 de suite", "PRENEZ LA 123 DE SUITE", "le 100 et le 200", "30 KM 12",
        "100 km 20 min", "25 DEC 24",
        "AB-1234-CD", "SIO-123-AB1", "le bus 100 va à 06130", "IO-123-UI", "salle A 123 B", "12 ANS 30",
        "isbn 12-ab-12-cd",
        "RN 202 km 34", "10 MB 50", "le TER 123 est en retard",
    ],
)  # fmt: skip
def test_what_is_no_plate_passes(text: str) -> None:
    assert find_personal_data(text) == ()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Je m’appelle Odette Canari et la rue est noire.", "Je m'appelle […] et la rue est noire."),
        ("Rappelez-moi au 06 12 34 56 78 le soir", "Rappelez-moi au […] le soir"),
        ("marie.d@exemple.fr, merci", "[…], merci"),
        ("née le 12 mars 1950 à Gars", "[…] à Gars"),
        ("Rien à cacher, rue des Lilas", "Rien à cacher, rue des Lilas"),
        ("La AB-123-CD bouche\nla rue ", "La […] bouche\nla rue "),
        ("mon numéro : 06 12\n34 56 78", "mon numéro : […]"),
        ("j’habite 12 rue des Lilas, à Gars", "[…], à Gars"),
    ],
)
def test_what_tells_who_wrote_is_masked(text: str, masked: str) -> None:
    # Only lines that hold something are told in plain signs, so an apostrophe may be either kind.
    assert mask(text).replace("’", "'") == masked.replace("’", "'")


def test_pieces_are_laid_apart() -> None:
    parted = part("Je suis Mme Durand, 06 12 34 56 78. La route est coupée.")
    assert parted.names() == "Durand" and parted.others() == "06 12 34 56 78"
    assert "route est coupée" in parted.text and find_personal_data(parted.text) == ()


PIECES = [
    "06 12 34 56 78", "AB-123-CD", "je m’appelle Ali", "née le 3 avril 1950", "a@b.fr", "\n", " ", ", ", "006 084 36",
    "2 85 05 78", "FR76 3000 6000 0112 3456 7890 189", "4111 1111 1111 1111", "j’habite 4 rue", "je suis", "Odette",
    "O6", "12", "rue", "[…]", "+33", "mon nom est Durand", "٠٦ ١٢", "é", "(at)", "arobase orange point fr", "Mme",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join))
def test_nothing_found_is_left(text: str) -> None:
    assert find_personal_data(mask(text)) == ()
