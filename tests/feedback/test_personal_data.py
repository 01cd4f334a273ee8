"""What would tell who wrote a text is found; what only looks like it passes."""

from __future__ import annotations

import time

import pytest

from kit.feedback.personal_data import find_personal_data


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("rappelez-moi au 06 12 34 56 78", "phone"),
        ("0612345678", "phone"),
        ("06.12.34.56.78", "phone"),
        ("06-12-34-56-78", "phone"),
        ("06/12/34/56/78", "phone"),
        ("mon numéro 06 1234 5678.", "phone"),
        ("0492 123 456", "phone"),
        ("06\u00a012\u202f34 56 78", "phone"),
        ("06\n12 34 56 78", "phone"),
        ("+33 6 12 34 56 78", "phone"),
        ("+33612345678", "phone"),
        ("0033 (0)4.92.00.00.00", "phone"),
        ("+33 (0)6 12 34 56 78", "phone"),
        ("+213 555 12 34 56", "phone"),
        ("O6 12 34 56 78", "phone"),
        ("٠٦ ١٢ ٣٤ ٥٦ ٧٨", "phone"),
        ("０６１２３４５６７８", "phone"),
        ("06\u200b12\u200b34\u200b56\u200b78", "phone"),
        ("06 ‑ 12 ‑ 34 ‑ 56 ‑ 78", "phone"),
        ("marie.d@exemple.fr", "email"),
        ("MARIE@ORANGE", "email"),
        ("marie (at) exemple.fr", "email"),
        ("marie arobase orange point fr", "email"),
        ("marie＠exemple.fr", "email"),
        ("2 85 05 78 006 084 36", "nir"),
        ("285057800608436", "nir"),
        ("1 51 02 2A 006 084", "nir"),
        ("FR76 3000 6000 0112 3456 7890 189", "iban"),
        ("fr7630006000011234567890189 merci beaucoup", "iban"),
        ("BE68 5390 0754 7034", "iban"),
        ("4111 1111 1111 1111", "card"),
        ("Je m’appelle Odette", "name"),
        ("je m'appelle odette", "name"),
        ("je mappelle Odette", "name"),
        ("Mon nom est Durand", "name"),
        ("mon prénom c’est Ali", "name"),
        ("Bonjour, je suis Odette et j’ai aimé", "name"),
        ("Je suis Mme Durand", "name"),
        ("née le 12 mars 1950", "birth"),
        ("je suis né le 03/04/1948", "birth"),
        ("né(e) le 3 avril", "birth"),
        ("date de naissance : 12/03/1950", "birth"),
        ("j’habite 12 rue des Lilas", "address"),
        ("J'habite au 4 bis, chemin du Moulin", "address"),
        ("mon adresse est 3 place de la mairie", "address"),
    ],
)
def test_personal_data_is_found(text: str, kind: str) -> None:
    assert kind in find_personal_data(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Très bien, merci à toute l’équipe !",
        "J’ai perdu ma carte vitale, l’atelier m’a aidé.",
        "Le 12/03/2024 à 14 h 30 c’était complet",
        "atelier du 01/02/2024 18 h",
        "du 2024-03-12 au 2024-03-15",
        "01.02.2024 10 20 30",
        "1 250 000 euros pour une salle vide",
        "il y a 10 20 30 40 50 exercices, trop !",
        "salle 12, table 4, 06130 Grasse, dans le 06",
        "ISBN 978-2-07-036822-8",
        "code 123456789012",
        "j’ai 74 ans et 3 enfants, nés en 1975",
        "je n’arrive pas à faire l’arobase sur mon clavier",
        "il faut écrire @ avec deux doigts",
        "un mot de passe comme p@ssword",
        "on ne m’appelle jamais quand il y a un atelier",
        "je m’appelle comment déjà dans cette adresse e-mail ? On ne sait plus",
        "Je suis Française et je suis Contente",
        "je suis venue avec ma voisine",
        "Je suis Très satisfaite",
        "j’habite loin, à 12 km, la route est longue",
        "mon nom est mal écrit sur la feuille",
        "la date de naissance est demandée partout",
        "on me demande mon RIB et mon IBAN par téléphone, est-ce normal ?",
        "appelez le 112 ou le 3631",
        "le 0 800 est gratuit",
        "version 2.10.34.56",
    ],
)
def test_what_only_looks_like_it_passes(text: str) -> None:
    assert find_personal_data(text) == ()


def test_every_kind_is_named_once() -> None:
    text = "Je m’appelle Ali, 06 12 34 56 78, ali@exemple.fr, 06 12 34 56 79"
    assert find_personal_data(text) == ("phone", "email", "name")


@pytest.mark.parametrize("sign", ["0", "06 ", "a@", "a.", "je suis ", "FR76 ", "1 ", "é", "@", "12/12/", "+3"])
def test_no_text_makes_it_slow(sign: str) -> None:
    start = time.process_time()
    find_personal_data((sign * 1000)[:1000])
    assert time.process_time() - start < 0.5
