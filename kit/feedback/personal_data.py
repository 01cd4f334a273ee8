"""Finds in a text what would tell who wrote it, so that an anonymous opinion stays anonymous. No database, no Flask.

Source of the list: the State's "Je donne mon avis" guards its free text against the same things; a mere mention
(« carte vitale », a date, a price) must pass. What is found is named, never kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

PHONE, EMAIL, NIR, IBAN, CARD, NAME, BIRTH, ADDRESS, PLATE = (
    "phone", "email", "nir", "iban", "card", "name", "birth", "address", "plate",
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
    PLATE: "une plaque d’immatriculation",
}
MASK = "[…]"
Span = tuple[int, int]

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
# Plates: AB-123-CD (SIV, since 2009: no I, O or U) and 1234 ABC 06 (FNI, before). In small letters only when written
# with dashes or in one piece, and never where words or units of every day stand beside a number.
_SIV = re.compile(
    r"(?<![a-z0-9])([a-hj-np-tv-z]{2})([ -]?)(\d{3})\2([a-hj-np-tv-z]{2})(?![a-z0-9])", re.IGNORECASE
)  # fmt: skip
_FNI = re.compile(
    r"(?<![a-z0-9.,\-])(\d{2,4})([ -]?)([a-hj-np-tv-z]{2,3})\2(97[1-6]|0[1-9]|[1-8]\d|9[0-5]|2[ab])(?!-?[a-z0-9])",
    re.IGNORECASE,
)
_NO_PLATES = frozenset(
    """
    an ans as at ce de des en es est et gb ghz hz je kg km la le les ma mb me mer mg min ml mm mn ne par pers sa se sec
    ta te tv cm cl ht cv max jan fev mar avr sep dec sam cts pcs env apr art
    """.split()  # noqa: SIM905 - words read better as words
)
_ADDRESS = re.compile(
    r"\b(?:j['’ ]?habite|j['’ ]?h?abite|je loge|je vis|mon adresse(?: est| c['’ ]?est| :|:)?) +(?:au +|à +)?(?:n° *)?"
    r"\d{1,4} *,? *(?:bis|ter)? *,? *"
    r"(?:rue|avenue|av|bd|boulevard|chemin|impasse|route|place|all[ée]es?|quai|cours|lotissement|r[ée]sidence)\b",
    re.IGNORECASE,
)
# What goes on after the signs that gave somebody away: masked with them.
_REST_OF_EMAIL = re.compile(r"[\w.\-]*")
_REST_OF_NAME = re.compile(r"[\w'’\-]*(?: [A-ZÀ-ÖØ-Ý][\w'’\-]*){0,3}")
_REST_OF_DATE = re.compile(r"\d*(?:[ /.\-]{1,2}(?:\d{1,2}|1er|[a-zéû]{3,9}))?(?:[ /.\-]{1,2}(?:19|20)?\d\d)?(?!\d)")
_REST_OF_ADDRESS = re.compile(r"[^,.;!?\n]{0,60}")
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
    madame monsieur mme mr mlle
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
    | AB-123-CD ; 1234 ABC 06                        | plate |
    | ma carte vitale ; le 12/03/2024 à 14 h ; 1 250 000 ; salle 12 ; je suis Française ; l’arobase | |
    """
    plain = " ".join(to_plain(text).split())
    return tuple(kind for kind, find in FINDERS.items() if next(find(plain), None) is not None)


def to_plain(text: str) -> str:
    """Digits of any script in ASCII, full-width letters narrow, every space and dash plain, no invisible sign."""
    narrow = unicodedata.normalize("NFKC", text)
    signs = (str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in narrow)
    shown = (sign for sign in signs if unicodedata.category(sign[0]) != "Cf")
    return "".join("-" if unicodedata.category(sign[0]) == "Pd" else sign for sign in shown)


def _phones(plain: str) -> Iterator[Span]:
    undated = _DATE.sub(lambda found: "§" * len(found.group()), plain)
    numbers = _LETTER_O.sub("0", undated)
    for pattern in (_PHONE, _PHONE_IN_THREES, _PHONE_ABROAD):
        yield from (found.span() for found in pattern.finditer(numbers))


def _emails(plain: str) -> Iterator[Span]:
    for pattern in (_EMAIL, _EMAIL_SPOKEN):
        yield from ((found.start(), _to_end(_REST_OF_EMAIL, plain, found.end())) for found in pattern.finditer(plain))


def _nirs(plain: str) -> Iterator[Span]:
    yield from (found.span() for found in _NIR.finditer(plain))


def _ibans(plain: str) -> Iterator[Span]:
    for found in _IBAN.finditer(plain):
        places = [place for place in range(found.start(), len(plain)) if plain[place] not in " -"]
        places = places[: _IBAN_LENGTH.get(found.group(1)[:2].upper(), 0)]
        account = "".join(plain[place] for place in places).upper()
        length = _IBAN_LENGTH.get(account[:2], 0)
        is_whole = bool(length) and len(account) == length and account.isascii() and account.isalnum()
        if is_whole and (_is_iban(account) or (length == 27 and sum(sign.isdigit() for sign in account) >= 20)):
            yield found.start(), places[-1] + 1


def _is_iban(account: str) -> bool:
    """The check of ISO 13616: letters as numbers, the first four signs last, one more than a multiple of 97."""
    return int("".join(str(int(sign, 36)) for sign in account[4:] + account[:4])) % 97 == 1


def _cards(plain: str) -> Iterator[Span]:
    for found in _CARD.finditer(plain):
        if _is_card([int(sign) for sign in found.group() if sign.isdigit()]):
            yield found.span()


def _is_card(digits: list[int]) -> bool:
    """Luhn's check."""
    doubled = [digit if place % 2 else sum(divmod(digit * 2, 10)) for place, digit in enumerate(digits)]
    return sum(doubled) % 10 == 0


def _names(plain: str) -> Iterator[Span]:
    for found in _CALLED.finditer(plain):
        yield found.end() - 1, _to_end(_REST_OF_NAME, plain, found.end())
    for found in _MY_NAME.finditer(plain):
        yield found.start(), _to_end(_REST_OF_NAME, plain, found.end())
    for found in _I_AM.finditer(plain):
        if found.group(1) or found.group(2).lower() not in _NO_NAMES:
            yield found.start(2), _to_end(_REST_OF_NAME, plain, found.end())


def _births(plain: str) -> Iterator[Span]:
    for pattern in (_BIRTH, _BIRTH_DATE):
        yield from ((found.start(), _to_end(_REST_OF_DATE, plain, found.end())) for found in pattern.finditer(plain))


def _addresses(plain: str) -> Iterator[Span]:
    yield from ((one.start(), _to_end(_REST_OF_ADDRESS, plain, one.end())) for one in _ADDRESS.finditer(plain))


def _plates(plain: str) -> Iterator[Span]:
    for pattern, letters in ((_SIV, (1, 4)), (_FNI, (3,))):
        for found in pattern.finditer(plain):
            words = [found.group(one) for one in letters]
            is_spaced = found.group(2) == " "
            is_small = any(word != word.upper() for word in words)
            if not (is_spaced and is_small) and not any(word.lower() in _NO_PLATES for word in words):
                yield found.span()


def _to_end(rest: re.Pattern[str], plain: str, place: int) -> int:
    """Where what began before `place` ends."""
    found = rest.match(plain, place)
    return found.end() if found else place


FINDERS: Mapping[str, Callable[[str], Iterator[Span]]] = {
    PHONE: _phones,
    EMAIL: _emails,
    NIR: _nirs,
    IBAN: _ibans,
    CARD: _cards,
    NAME: _names,
    BIRTH: _births,
    ADDRESS: _addresses,
    PLATE: _plates,
}
