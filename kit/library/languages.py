"""Which language a text seems to be in, by its alphabet and its commonest small words. A guess, shown as such."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

FEWEST_WORDS = 8
FEWEST_HITS = 3
LONGEST_TEXT = 6000
_WORD = re.compile(r"[^\W\d_]+")
_SMALL_WORDS: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "fr": "le la les des est une dans pour qui que pas sur avec il elle nous vous je ne se ce au aux et plus son",
        "en": "the and of to in is that it was for with his he she they you not are be this have from at by had but",
        "es": "el los las una que y en por con no se su del para como más pero lo le al es este fue muy ya",
        "pt": "o os as uma que e em não por com para do da dos das se mais como mas ao seu sua foi é você ele",
        "de": "der die das und ist nicht ein eine zu den mit sich auf für von dem des im wie auch es ich sie er wir",
        "it": "il lo gli una che di e non per con del della sono nel alla più come ma si era suo anche questo quella",
        "nl": "de het een en van niet dat in is op te zijn voor met die er aan ook als maar om hij ze naar bij",
        "ro": "și în nu este care din pentru cu pe la mai sau dar fost sunt lui într acest ca ce să se un o",
        "pl": "w i na z się nie do że to jest jak od przez po dla ale ten jego tak być czy które oraz był",
        "tr": "ve bir bu için de da ile ne gibi daha çok ama o var olan olarak kadar en mi her sonra ben",
        "sw": "ya wa na kwa ni katika la za cha hii kama au vya yake hiyo kuwa pia lakini watu moja sana huo",
        "oc": "lo los las dins amb es un una que per del dels son se pas qu aquel aquela mai tanben aver èran",
        "br": "ar an ur eus ha da gant e ez eo zo evit war ma ne ket oa deus hag pe bet o",
        "vi": "và của là có không được cho một những trong người các với này đã khi để như tôi thì",
    }.items()
}
_ALPHABETS = (
    ("CYRILLIC", (("uk", "іїєґ"), ("be", "ўі"), ("ru", ""))),
    ("ARABIC", (("fa", "پچژگ"), ("ar", ""))),
    ("HEBREW", (("he", ""),)),
    ("GREEK", (("el", ""),)),
    ("ARMENIAN", (("hy", ""),)),
    ("GEORGIAN", (("ka", ""),)),
    ("HANGUL", (("ko", ""),)),
    ("HIRAGANA", (("ja", ""),)),
    ("CJK", (("zh", ""),)),
    ("DEVANAGARI", (("hi", ""),)),
    ("ETHIOPIC", (("am", ""),)),
    ("THAI", (("th", ""),)),
)


def guess_language(text: str) -> str:
    """The two letters of a language, or "" when the text is too short or says too little."""
    text = text[:LONGEST_TEXT]
    return _by_alphabet(text) or _by_small_words(text)


def _by_alphabet(text: str) -> str:
    signs = [sign for sign in text if sign.isalpha()]
    scripts = Counter(unicodedata.name(sign, "?").split(" ")[0] for sign in signs)
    for script, languages in _ALPHABETS:
        if scripts[script] > max(FEWEST_WORDS, len(signs) * (0.1 if script == "HIRAGANA" else 0.5)):
            low = text.lower()
            return next(code for code, own in languages if not own or any(sign in low for sign in own))
    return ""


def _by_small_words(text: str) -> str:
    words = _WORD.findall(text.lower())
    if len(words) < FEWEST_WORDS:
        return ""
    hits = Counter({code: sum(word in known for word in words) for code, known in _SMALL_WORDS.items()})
    (first, most), (_, second) = hits.most_common(2)
    is_sure = most >= max(FEWEST_HITS, len(words) // 12) and most > second * 1.3
    return first if is_sure else ""
