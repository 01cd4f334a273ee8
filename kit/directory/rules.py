"""Decisions about places: what a row of a file becomes, what is searched, and what is newer. No database, no Flask."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec

from kit.directory.checks import is_on_earth, swap_if_swapped
from kit.directory.vocabulary import find_successor, find_value, multiple
from kit.errors.kind import fr
from kit.stems import stem

# The 32 fields of the standard "lieux de médiation numérique" v1.0.2, in its order.
FIELDS: tuple[str, ...] = (
    "id", "pivot", "nom", "commune", "code_postal", "code_insee", "adresse", "complement_adresse", "latitude",
    "longitude", "typologie", "telephone", "courriels", "site_web", "horaires", "presentation_resume",
    "presentation_detail", "source", "itinerance", "structure_parente", "date_maj", "services",
    "publics_specifiquement_adresses", "prise_en_charge_specifique", "frais_a_charge",
    "dispositif_programmes_nationaux", "formations_labels", "autres_formations_labels", "modalites_acces",
    "modalites_accompagnement", "fiche_acces_libre", "prise_rdv",
)  # fmt: skip
NEEDED = ("id", "nom", "commune", "adresse")
LONGEST = 4000
_RENAMED: Mapping[str, str] = {
    "Adresse": "adresse",
    "courriel": "courriels",
    "labels_autres": "autres_formations_labels",
    "accessibilite": "fiche_acces_libre",
    "public_accueillis": "publics_accueillis",
}
_ONLY_BEFORE = frozenset(
    {"Adresse", "courriel", "cle_ban", "public_accueillis", "publics_accueillis", "conditions_acces",
     "labels_nationaux", "labels_autres", "accessibilite"}
)  # fmt: skip
_SPLIT_BEFORE = frozenset({"services", "publics_accueillis", "conditions_acces", "labels_nationaux"})
_LISTS = frozenset({"courriels", "site_web", "typologie", "autres_formations_labels"})
_PHONE = re.compile(r"\+(?:33|590|594|262|596|269|687|689|508|681)\d{6,9}")
_EMPTY = frozenset(
    ["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "pour", "sur", "un", "une"]
)
_INSEE = re.compile(r"(?:[013-9]\d|2[AB1-9])\d{3}")


class Left(msgspec.Struct, frozen=True):
    """One value of a row that found no place in the standard, or is not as the standard wants it."""

    field: str
    value: str
    reason: str


@dataclass(frozen=True)
class Converted:
    """A row in the standard's fields (only those that say something), and what was left aside or is not quite right."""

    fields: Mapping[str, str]
    left: tuple[Left, ...] = field(default=())


def is_before(row: Mapping[str, object]) -> bool:
    """True for a row in the shape of version 0.1 (29 fields, lists separated by `;`)."""
    return not _ONLY_BEFORE.isdisjoint(row)


def convert_row(row: Mapping[str, object]) -> Converted:
    """A row of a file, of version 0.1 or 1.0, in the fields of version 1.0.2. Nothing is invented.

    | version 0.1                    | version 1.0.2                                                             |
    |--------------------------------|---------------------------------------------------------------------------|
    | `;` between values             | `|`                                                                       |
    | Adresse, courriel              | adresse, courriels                                                        |
    | 15 services                    | 9 services, by the table `before` of vocabulary.toml, each once           |
    | public(s)_accueillis           | publics_specifiquement_adresses or prise_en_charge_specifique             |
    | conditions_acces               | frais_a_charge                                                            |
    | labels_nationaux               | dispositif_programmes_nationaux or formations_labels                      |
    | labels_autres                  | autres_formations_labels                                                  |
    | accessibilite                  | fiche_acces_libre                                                         |
    | typologie PE (Pôle emploi)     | FT (France Travail, its name since 2024)                                  |
    | cle_ban                        | no such field any more: left                                              |
    | Adultes, APTIC, Adhésion...    | no counterpart: left                                                      |
    | 04 42 00 00 00                 | +33442000000                                                              |
    | 13100 (a number)               | the text 13100                                                            |
    | latitude and longitude swapped | the right way round, when only that way they are in France                 |
    | anything not as the pattern    | kept as given and reported (a phone number may still serve); a wrong      |
    |                                | latitude, longitude or date is left                                       |

    Source: descriptif-des-evolutions.txt of the schema; the lists and patterns are those of schema.json v1.0.2.
    """
    texts = {str(name).strip(): _text(value) for name, value in row.items() if _text(value)}
    kept: dict[str, list[str]] = {}
    left: list[Left] = []
    before = is_before(row)
    for name, text in texts.items():
        _place(_RENAMED.get(name, name), text, before, kept, left)
    fields = {name: "|".join(dict.fromkeys(kept[name])) for name in FIELDS if kept.get(name)}
    _mend(fields, left)
    return Converted(fields, tuple(left))


def _text(value: object) -> str:
    """A cell as text: numbers as they are written, nothing for null, no control sign, composed form."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    text = unicodedata.normalize("NFC", str(value)).strip()
    return "".join(sign if unicodedata.category(sign) != "Cc" or sign == "\n" else " " for sign in text)[:LONGEST]


def _place(name: str, text: str, before: bool, kept: dict[str, list[str]], left: list[Left]) -> None:
    """Put the values of one cell where they belong."""
    if name in multiple() or name in _SPLIT_BEFORE or name in _LISTS:
        for value in _split(text, ";|" if name in multiple() else ";" if before else "|"):
            _place_value(name, value, before, kept, left)
    elif name in FIELDS:
        kept.setdefault(name, []).append(text)
    else:
        left.append(Left(name, text, fr("ce champ n’est pas dans le modèle national")))


def _split(text: str, separators: str) -> list[str]:
    return [value for part in re.split(f"[{separators}]", text) if (value := part.strip())]


def _place_value(name: str, value: str, before: bool, kept: dict[str, list[str]], left: list[Left]) -> None:
    successor = find_successor(name, value) if before or name == "typologie" else None
    if successor is not None:
        kept.setdefault(successor[0], []).append(successor[1])
        return
    found = find_value(name, value) if name in multiple() else value
    if found is None or name not in FIELDS:
        left.append(Left(name, value, fr("cette réponse n’a pas d’équivalent dans le modèle national")))
    else:
        kept.setdefault(name, []).append(found)


def _mend(fields: dict[str, str], left: list[Left]) -> None:
    """Write numbers, codes and dates the standard's way; what cannot be is dropped when it would mislead."""
    if fields.get("code_postal", "").isdigit():
        fields["code_postal"] = fields["code_postal"].zfill(5)
    if fields.get("code_insee", "").isdigit():
        fields["code_insee"] = fields["code_insee"].zfill(5)
    if "telephone" in fields:
        fields["telephone"] = read_phone(fields["telephone"])
    _mend_point(fields, left)
    if "date_maj" in fields and (day := read_day(fields["date_maj"])) is None:
        _drop(fields, left, "date_maj", fr("ce n’est pas une date"))
    elif "date_maj" in fields and day:
        fields["date_maj"] = day
    for name, is_right in (
        ("telephone", _PHONE.fullmatch(fields.get("telephone", "+33000000"))),
        ("code_insee", _INSEE.fullmatch(fields.get("code_insee", "06116"))),
        ("pivot", fields.get("pivot")),
        ("date_maj", fields.get("date_maj")),
    ):
        if not is_right:
            left.append(Left(name, fields.get(name, ""), fr("gardé comme donné : le modèle national veut autre chose")))


def _mend_point(fields: dict[str, str], left: list[Left]) -> None:
    """Latitude and longitude the right way round, or neither."""
    swapped = swap_if_swapped(fields.get("latitude", ""), fields.get("longitude", ""))
    if swapped is not None:
        left.append(
            Left("latitude", fields["latitude"], fr("latitude et longitude étaient échangées : remises en ordre"))
        )
        fields["latitude"], fields["longitude"] = swapped
    if not is_on_earth(fields.get("latitude", ""), fields.get("longitude", "")):
        for name in ("latitude", "longitude"):
            _drop(fields, left, name, fr("ce n’est pas un endroit sur la Terre"))


def _drop(fields: dict[str, str], left: list[Left], name: str, reason: str) -> None:
    value = fields.pop(name, "")
    if value:
        left.append(Left(name, value, reason))


def find_missing(fields: Mapping[str, str]) -> list[str]:
    """The fields without which a place cannot be found or told from another: such a row is refused."""
    return [name for name in NEEDED if not fields.get(name)]


def read_phone(text: str) -> str:
    """A French number as +33 and nine digits; anything else as it was given, without its spaces and dots."""
    digits = re.sub(r"[\s.\-()]", "", text)
    digits = re.sub(r"^(?:\+|00)330?", "+33", digits)
    if re.fullmatch(r"0[1-9]\d{8}", digits):
        return "+33" + digits[1:]
    return digits if re.fullmatch(r"\+?\d{4,15}", digits) else text


def show_phone(number: str) -> str:
    """+33442000000 as 04 42 00 00 00, with spaces that do not break; another number as it is."""
    if not re.fullmatch(r"\+33\d{9}", number):
        return number
    national = "0" + number[3:]
    return "\u00a0".join(national[place : place + 2] for place in range(0, 10, 2))


def read_day(text: str) -> str | None:
    """A date as 2024-01-31, from that or from 31/01/2024; or None."""
    swapped = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    iso = f"{swapped[3]}-{int(swapped[2]):02}-{int(swapped[1]):02}" if swapped else text[:10]
    try:
        return date.fromisoformat(iso).isoformat()
    except ValueError:
        return None


def place_id(source: str, local_id: str) -> bytes:
    """The id of a place: the same file twice, on any two boxes, speaks of the same places."""
    return hashlib.blake2b(f"{source}|{local_id}".encode(), digest_size=16).digest()


def find_changes(known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """What a file changes in a place that is known: nothing when the file is older than what is known.

    | known date | date in the file | changed fields |
    |------------|------------------|----------------|
    | 2024-01-31 | 2024-01-31       | those that differ |
    | 2024-01-31 | 2024-05-02       | those that differ |
    | 2024-01-31 | 2023-12-01       | none           |
    | (none)     | any              | those that differ |
    """
    if given.get("date_maj", "") < known.get("date_maj", ""):
        return {}
    return {name: given.get(name, "") for name in FIELDS if given.get(name, "") != known.get(name, "")}


def find_shown_home(dates: Mapping[bytes, str]) -> bytes:
    """Whose account of a place is shown, when several nodes read it in a file: the newest date, then the greater log.

    | accounts (home: date)            | shown |
    |----------------------------------|-------|
    | A: 2024-01-31                    | A     |
    | A: 2024-01-31, B: 2024-05-02     | B     |
    | A: 2024-05-02, B: 2024-05-02     | B     |
    | A: none, B: none                 | B     |
    """
    return max(dates, key=lambda home: (dates[home], home))


class Proposal(msgspec.Struct, frozen=True):
    """What somebody who is not the place's home would change. `log_id` wrote it; `base`: the version she had read."""

    proposal_id: bytes
    log_id: bytes
    base: int
    fields: Mapping[str, str]


def last_words(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Proposals (in the order each log wrote them) without the fields that the same log wrote again later.

    | a log proposed   | then             | counts                             |
    |------------------|------------------|------------------------------------|
    | hours            | phone            | both                               |
    | hours            | hours            | the later                          |
    | hours and phone  | hours            | the phone of the first, the second |

    Logs do not replace each other's words: see `find_clashes`.
    """
    kept: list[Proposal] = []
    for place, one in enumerate(proposals):
        later = {name for other in proposals[place + 1 :] if other.log_id == one.log_id for name in other.fields}
        fields = {name: value for name, value in one.fields.items() if name not in later}
        kept.append(msgspec.structs.replace(one, fields=fields))
    return kept


def find_clashes(proposal: Proposal, since: Mapping[str, str], others: Sequence[Proposal]) -> frozenset[str]:
    """The fields that people must settle; none: the proposal merges (journal.md, "Conflicts, kind by kind").

    `since` is what the home changed after the version that was read; `others` what other logs propose and nobody has
    settled. Nothing depends on the order in which any of it was heard.

    | proposed | home changed since | another log proposes | answer          |
    |----------|--------------------|----------------------|-----------------|
    | hours    | nothing            | nothing              | merges          |
    | hours    | phone              | phone                | merges          |
    | hours    | the same hours     | the same hours       | merges          |
    | hours    | other hours        |                      | hours: flagged  |
    | hours    |                    | other hours          | hours: flagged  |
    """
    told = [since, *(one.fields for one in others if one.log_id != proposal.log_id)]
    wanted = proposal.fields.items()
    return frozenset(name for name, value in wanted if any(one.get(name, value) != value for one in told))


def is_in_extract(fields: Mapping[str, str], departments: Sequence[str]) -> bool:
    """True for a place of one of these departments, by its commune, else by its post code; none named: for every place.

    | place                  | departments | is it in |
    |------------------------|-------------|----------|
    | any                    | none        | yes      |
    | INSEE 13001            | 13, 84      | yes      |
    | INSEE 06088            | 13, 84      | no       |
    | INSEE 97411            | 974         | yes      |
    | post code 20000        | 2A          | yes      |
    | neither                | 13          | yes      |
    """
    code, post = fields.get("code_insee", ""), fields.get("code_postal", "")
    said = code or post
    if not departments or not said:
        return True
    own = {said[: 3 if said[:2] in ("97", "98") else 2]}
    return bool((own | ({"2A", "2B"} if own == {"20"} and not code else set())) & set(departments))


def is_insee(code: str) -> bool:
    """True for a code of a commune (schema.json, `code_insee`)."""
    return _INSEE.fullmatch(code) is not None


def plain_text(text: str) -> str:
    """Lower case without accents, ligatures or apostrophes: what is compared when somebody searches."""
    opened = text.casefold().replace("œ", "oe").replace("æ", "ae")
    parts = unicodedata.normalize("NFKD", opened)
    return "".join(sign if sign.isalnum() else " " for sign in parts if not unicodedata.combining(sign))


def to_words(typed: str) -> list[str]:
    """What somebody typed, as a dozen plain words at most; those that say nothing are left out."""
    found = [word[:40] for word in plain_text(typed).split()[:12]]
    return [word for word in found if word not in _EMPTY] or found


def match_word(word: str) -> str:
    """A plain word as an FTS5 expression that cannot fail: it begins one, or shares its stem.

    | typed        | expression                        |
    |--------------|-----------------------------------|
    | mediatheques | "mediatheques"* OR "mediathequ"   |
    | arc          | "arc"*                            |
    """
    found = stem(word)
    return f'"{word}"*' if found == word else f'"{word}"* OR "{found}"'


def to_match(typed: str) -> str:
    """All words of what somebody typed as one FTS5 expression; empty when there is none.

    | typed                 | expression                                          |
    |-----------------------|-----------------------------------------------------|
    | Médiathèques          | ("mediatheques"* OR "mediathequ")                   |
    | l’Arc "de"            | ("arc"*)                                            |
    | AND OR NEAR( *        | ("and"*) AND ("or"*) AND ("near"*)                  |
    | !!!                   |                                                     |
    """
    return " AND ".join(f"({match_word(word)})" for word in to_words(typed))
