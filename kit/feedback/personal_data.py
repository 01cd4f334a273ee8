"""Finds in a text what would tell who wrote it, so that an anonymous opinion stays anonymous. No database, no Flask.

Source of the list: the State's "Je donne mon avis" guards its free text against the same things; a mere mention
(« carte vitale », a date, a price) must pass. What is found is named, never kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

PHONE, EMAIL, NIR, IBAN, CARD, NAME, BIRTH, ADDRESS = (
    "phone", "email", "nir", "iban", "card", "name", "birth", "address",
)  # fmt: skip
WORDS: Mapping[str, str] = {
    PHONE: "un numéro de téléphone",
    EMAIL: "une adresse e-mail",
    NIR: "un numéro de sécurité sociale",
    IBAN: "un numéro de compte en banque",
    CARD: "un numéro de carte bancaire",
    NAME: "un nom",
    BIRTH: "une date de naissance",
    ADDRESS: "une adresse",
}

_DATE = re.compile(r"(?<![\d/.\-])(?:\d{1,2}([/.\-])\d{1,2}\1\d{2,4}|\d{4}-\d{2}-\d{2})(?![/.\-]?\d)")
_PHONE = re.compile(
    r"(?<![\d+])(?:(?:\+|00) ?33[ .\-/]{0,3}(?:\(0\)[ .\-/]{0,3})?|0)[1-9](?:[ .\-/]{0,3}\d{2}){4}(?!\d)"
)
_PHONE_IN_THREES = re.compile(r"(?<!\d)0[1-9]\d{2}[ .\-/]\d{3}[ .\-/]\d{3}(?!\d)")
_PHONE_ABROAD = re.compile(r"(?<!\d)\+[1-9](?:[ .\-/()]{0,2}\d){7,14}(?!\d)")
_LETTER_O = re.compile(r"(?<!\w)o(?=[1-9][ .\-/]?\d)", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+\-]{2,}(?:@| ?[(\[](?:at|@|arobase)[)\]] ?| ?@ ?(?=[\w\-]+\.\w\w))[\w\-]{2,}", re.IGNORECASE)
_EMAIL_SPOKEN = re.compile(
    r"[\w.+\-]+ (?:arobase|arobas|at) [\w\-]+ ?(?:\.| point ) ?(?:fr|com|net|org|eu|re)\b", re.IGNORECASE
)
_NIR = re.compile(
    r"(?<!\d)[1-478] ?\d\d ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d\d|2[ab]) ?\d{3} ?\d{3}(?: ?\d\d)?(?!\d)",
    re.IGNORECASE,
)
_IBAN = re.compile(r"(?<![a-z0-9])([a-z]{2}\d\d)(?=(?:[ \-]?[a-z0-9]){11})", re.IGNORECASE)
_IBAN_LENGTH: Mapping[str, int] = {
    "FR": 27, "MC": 27, "BE": 16, "CH": 21, "DE": 22, "ES": 24, "GB": 22, "IT": 27, "LU": 20, "NL": 18, "PT": 25,
}  # fmt: skip
_CARD = re.compile(r"(?<!\d)\d(?:[ \-]?\d){15}(?!\d)")
_CALLED = re.compile(r"\bje m ?['’ ]? ?app?ell?e(?:s|z)? +(?!pas\b|plus\b|jamais\b|comme\b|comment\b)\w", re.IGNORECASE)
_MY_NAME = re.compile(r"\b[Mm]on (?:nom|prénom|pr[ée]nom)(?: de famille)?(?: est| c['’ ]?est| :|:) *[A-ZÀ-Ý][\w'’\-]+")
_I_AM = re.compile(r"\b[Jj]e suis +((?:(?:Madame|Monsieur|Mme|Mr|M\.|Mlle) +)?)([A-ZÀ-ÖØ-Ý][a-zà-öø-ÿ]+)(?! ?['’])")
_BIRTH = re.compile(r"\bn[ée]e?(?:\(e\))? +le +(?:\w+ +)?\d{1,2}", re.IGNORECASE)
_BIRTH_DATE = re.compile(r"\bdate de naissance *(?::|est|c['’ ]?est)? *(?:le +)?\d{1,2}[ /.\-]", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\b(?:j['’ ]?habite|j['’ ]?h?abite|je loge|je vis|mon adresse(?: est| c['’ ]?est| :|:)?) +(?:au +|à +)?(?:n° *)?"
    r"\d{1,4} *,? *(?:bis|ter)? *,? *"
    r"(?:rue|avenue|av|bd|boulevard|chemin|impasse|route|place|all[ée]es?|quai|cours|lotissement|r[ée]sidence)\b",
    re.IGNORECASE,
)
# Capital letters that are not names: where people come from, and how they feel.
_NO_NAMES = frozenset(
    """
    français française algérien algérienne marocain marocaine tunisien tunisienne italien italienne espagnol espagnole
    portugais portugaise anglais anglaise allemand allemande belge suisse turc turque syrien syrienne afghan afghane
    ukrainien ukrainienne polonais polonaise roumain roumaine comorien comorienne sénégalais sénégalaise malien malienne
    parisien parisienne marseillais marseillaise provençal provençale breton bretonne corse
    content contente ravi ravie satisfait satisfaite très trop pas bien plus assez mal vraiment toujours jamais déjà
    enfin là ici sûr sûre perdu perdue débutant débutante retraité retraitée seul seule sourd sourde malvoyant
    malvoyante handicapé handicapée veuf veuve maman papa mamie papi nul nulle venu venue prêt prête
    """.split()  # noqa: SIM905 - seventy words read better as words
)


def find_personal_data(text: str) -> tuple[str, ...]:
    """What kinds of personal data a text holds (keys of `WORDS`), in that order; empty: none was found.

    | text                                           | found |
    |------------------------------------------------|-------|
    | rappelez-moi au 06 12 34 56 78                 | phone |
    | 0033 (0)4.92.00.00.00 ; +33612345678           | phone |
    | marie.d@exemple.fr ; marie (at) exemple.fr     | email |
    | 2 85 05 78 006 084 36                          | nir   |
    | FR76 3000 6000 0112 3456 7890 189              | iban  |
    | Je m’appelle Odette ; je suis Odette           | name  |
    | née le 12 mars 1950                            | birth |
    | j’habite 12 rue des Lilas                      | address |
    | ma carte vitale ; le 12/03/2024 à 14 h ; 1 250 000 ; salle 12 ; je suis Française ; l’arobase | |
    """
    plain = " ".join(_to_plain(text).split())
    return tuple(kind for kind, is_in in _FINDERS.items() if is_in(plain))


def _to_plain(text: str) -> str:
    """Digits of any script in ASCII, full-width letters narrow, every space and dash plain, no invisible sign."""
    narrow = unicodedata.normalize("NFKC", text)
    signs = (str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in narrow)
    shown = (sign for sign in signs if unicodedata.category(sign[0]) != "Cf")
    return "".join("-" if unicodedata.category(sign[0]) == "Pd" else sign for sign in shown)


def _has_phone(plain: str) -> bool:
    dated = _LETTER_O.sub("0", _DATE.sub("§", plain))
    return any(pattern.search(dated) for pattern in (_PHONE, _PHONE_IN_THREES, _PHONE_ABROAD))


def _has_iban(plain: str) -> bool:
    for found in _IBAN.finditer(plain):
        signs = re.sub(r"[ \-]", "", plain[found.start() :]).upper()
        length = _IBAN_LENGTH.get(signs[:2], 0)
        account = signs[:length]
        is_whole = bool(length) and len(account) == length and account.isascii() and account.isalnum()
        if is_whole and (_is_iban(account) or (length == 27 and sum(sign.isdigit() for sign in account) >= 20)):
            return True
    return False


def _is_iban(account: str) -> bool:
    """The check of ISO 13616: letters as numbers, the first four signs last, one more than a multiple of 97."""
    return int("".join(str(int(sign, 36)) for sign in account[4:] + account[:4])) % 97 == 1


def _has_card(plain: str) -> bool:
    return any(_is_card([int(sign) for sign in found.group() if sign.isdigit()]) for found in _CARD.finditer(plain))


def _is_card(digits: list[int]) -> bool:
    """Luhn's check."""
    doubled = [digit if place % 2 else sum(divmod(digit * 2, 10)) for place, digit in enumerate(digits)]
    return sum(doubled) % 10 == 0


def _has_name(plain: str) -> bool:
    if _CALLED.search(plain) or _MY_NAME.search(plain):
        return True
    return any(found.group(1) or found.group(2).lower() not in _NO_NAMES for found in _I_AM.finditer(plain))


_FINDERS: Mapping[str, Callable[[str], bool]] = {
    PHONE: _has_phone,
    EMAIL: lambda plain: bool(_EMAIL.search(plain) or _EMAIL_SPOKEN.search(plain)),
    NIR: lambda plain: bool(_NIR.search(plain)),
    IBAN: _has_iban,
    CARD: _has_card,
    NAME: _has_name,
    BIRTH: lambda plain: bool(_BIRTH.search(plain) or _BIRTH_DATE.search(plain)),
    ADDRESS: lambda plain: bool(_ADDRESS.search(plain)),
}
