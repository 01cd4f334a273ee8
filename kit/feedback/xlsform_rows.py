"""The rows of an XLSForm's survey, one after another: questions, groups, and what is left out with its cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kit.errors import Problem
from kit.errors.kind import fr
from kit.feedback.questionnaires import COUNTED, HUNDREDTHS, Choice, Condition, Question
from kit.feedback.soundness import MOST_QUESTIONS, RESERVED
from kit.feedback.workbooks import Cell, Row

_KNOWN = frozenset({"type", "name", "required", "relevant", "constraint", "appearance"})
_COSMETIC = frozenset({"appearance", "constraint_message", "required_message", "guidance_hint"})
_ALIASES = {
    "relevance": "relevant", "bind:relevant": "relevant", "bind::relevant": "relevant", "caption": "label",
    "bind:constraint": "constraint", "bind::constraint": "constraint", "bind:required": "required",
    "bind::required": "required", "bind:jr:constraintmsg": "constraint_message", "command": "type",
}  # fmt: skip
_LANGUAGE = re.compile(r"^(label|hint)(?:::?\s*(.+))?$")
_ISO = re.compile(r"\(\s*([a-z]{2})\s*\)\s*$")
_LANGUAGES = {
    "français": "fr", "francais": "fr", "french": "fr", "fr": "fr", "english": "en", "anglais": "en", "en": "en",
    "arabic": "ar", "arabe": "ar", "العربية": "ar", "ar": "ar", "spanish": "es", "español": "es", "espagnol": "es",
    "portuguese": "pt", "português": "pt", "italian": "it", "italiano": "it", "german": "de", "deutsch": "de",
    "swahili": "sw", "chinese": "zh", "turkish": "tr", "türkçe": "tr", "ukrainian": "uk", "russian": "ru",
}  # fmt: skip
_SELECT = re.compile(
    r"(?:(select[ _]one|select1|select one)(?: from)?|(select[ _]multiple|select all that apply)(?: from)?|(rank)) +"
    r"(\S+)(.*)$",
    re.IGNORECASE,
)
_PLAIN = {
    "text": "short", "string": "short", "integer": "number", "int": "number", "range": "number", "note": "section",
    "decimal": "decimal", "date": "date", "time": "time", "datetime": "date", "geopoint": "short", "gps": "short",
    "location": "short",
}  # fmt: skip
_EQUAL = re.compile(r"^\$\{([^}]+)\}\s*=\s*['\"’‘]?([^'\"’‘]*?)['\"’‘]?$")
_SELECTED = re.compile(r"^selected\(\s*\$\{([^}]+)\}\s*,\s*['\"’‘]([^'\"’‘]+)['\"’‘]\s*\)$")
_COMPARED = re.compile(r"^\$\{([^}]+)\}\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d{1,2})?)$")
_VARIABLE = re.compile(r"\$\{[^}]*\}")
_CHANGED = {
    "datetime": fr("le jour seul est demandé, pas l’heure"),
    "geopoint": fr("repris en mots : un lieu à écrire, aucune position n’est prise"),
}
_CHANGED |= {"gps": _CHANGED["geopoint"], "location": _CHANGED["geopoint"]}
_NEVER = {
    "photos, sons et fichiers ne se donnent pas ici":
        "image photo audio video file background-audio background_audio signature draw annotate",
    "un tracé sur une carte ne se demande pas ici": "geotrace geoshape start-geopoint start_geopoint",
    "dirait qui répond, ou quand : jamais noté ici":
        "start end today deviceid phonenumber phone_number username email simserial subscriberid audit device_id",
    "un calcul ou une valeur cachée ne se demande à personne": "calculate hidden calculate_here",
    "un code-barres ne se lit pas ici": "barcode",
    "une case seule : posez une question avec « oui » et « non »": "acknowledge trigger",
    "les listes d’un autre fichier ne sont pas prises": "xml-external csv-external xml_external csv_external",
}  # fmt: skip
_REASONS = {name: reason for reason, names in _NEVER.items() for name in names.split()}
_OTHER = ("other", "Autre", {"en": "Other", "ar": "أخرى"})
_SAY_MORE = ("Précisez", {"en": "Please say which", "ar": "حدّد من فضلك"})
_BOUND = re.compile(r"^\.\s*(>=|<=|>|<)\s*(-?\d+)$")
_LOW, _HIGH = -1_000_000, 1_000_000


@dataclass
class Left:
    """What was not taken: (cell, what). A column of no weight is told once."""

    cells: list[tuple[str, str]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def add(self, cell: Cell, what: str) -> None:
        """List one cell."""
        self.cells.append((cell.address, what))

    def once(self, cell: Cell, key: str, what: str) -> None:
        """List the first cell of its sheet with this key."""
        sheet = cell.address.partition("!")[0]
        if f"{sheet}/{key}" not in self.seen:
            self.seen.add(f"{sheet}/{key}")
            self.add(cell, what)


@dataclass
class Group:
    """A group that is open: where it began, and for whom its questions are (None: what it says is not understood)."""

    cell: Cell
    shown_if: tuple[Condition, ...] = ()


def is_label(column: str) -> bool:
    """True for `label` and `hint` in any language."""
    return _LANGUAGE.match(column) is not None


def with_plain_names(row: Row) -> Row:
    """The same with older names of columns replaced by today's; a column of today's name comes first."""
    return {_ALIASES.get(name, name): cell for name, cell in row.items() if _ALIASES.get(name) not in row}


def words_of(row: Row, what: str, left: Left) -> tuple[str, dict[str, str]]:
    """French words (or those without a language, or the first there are), and those of other languages."""
    plain, told, unnamed = "", dict[str, str](), list[tuple[str, Cell]]()
    for name, cell in row.items():
        found = _LANGUAGE.match(name)
        if found is None or found[1] != what:
            continue
        iso = _ISO.search(found[2] or "")
        language = iso[1] if iso else _LANGUAGES.get((found[2] or "").strip(), "")
        text = _VARIABLE.sub("…", cell.text)  # the answer to another question cannot be said in the words of one
        if text != cell.text:
            left.add(cell, fr("%(text)s (réponse citée)") % {"text": cell.text[:50]})
        if not found[2]:
            plain = text
        elif language:
            told[language] = text
        else:
            unnamed.append((name, cell))
    french = told.pop("fr", "") or plain or next(iter(told.values()), "")
    if not french and unnamed:
        french = unnamed.pop(0)[1].text
    for name, cell in unnamed:
        left.once(cell, name, fr("%(name)s (langue inconnue)") % {"name": name})
    return french[:300], {name: text[:600] for name, text in list(told.items())[:12]}


class SurveyReader:
    """Reads the rows of a survey one after another."""

    def __init__(self, choices: Mapping[str, tuple[Choice, ...]], left: Left) -> None:
        self.choices, self.left = choices, left
        self.questions: list[Question] = []
        self.groups: list[Group] = []
        self.names: dict[str, Question] = {}

    def read(self, row: Row) -> None:
        """One row: a question, the edge of a group, a remark, or something that is not taken."""
        cell = row.get("type")
        if cell is None:
            if any(name == "name" or is_label(name) for name in row):
                raise Problem("xlsform.no_type", cell=next(iter(row.values())).address)
            self.left.once(next(iter(row.values())), "remarque", "remarque")
            return
        words = cell.text.lower().replace("_", " ").split()
        if words[0] in ("begin", "end") and len(words) > 1:
            self._edge(row, cell, words)
        elif (found := _SELECT.match(cell.text)) is not None:
            kind = "one" if found[1] else "several" if found[2] else "ranking"
            self._select(row, cell, kind, found[4], found[5].strip())
        elif (kind := cell.text.lower()) in _PLAIN:
            self._add(row, cell, _PLAIN[kind], ())
            if kind in _CHANGED:
                self.left.add(cell, f"{cell.text[:30]} ({_CHANGED[kind]})")
        elif re.match(r"(select[ _](one|multiple)|rank)$", cell.text, re.IGNORECASE):
            raise Problem("xlsform.no_list", cell=cell.address, name="")
        else:
            self.left.add(cell, _why(cell.text))

    def _edge(self, row: Row, cell: Cell, words: list[str]) -> None:
        """The beginning or the end of a group; a repeat, a loop is taken as a group asked once."""
        if words[0] == "end":
            if not self.groups:
                raise Problem("xlsform.group", cell=cell.address)
            self.groups.pop()
            return
        if words[1] != "group":
            self.left.add(
                cell, fr("%(words)s (répété là-bas ; ici, posé une seule fois)") % {"words": " ".join(words)[:50]}
            )
        conditions = self._conditions(row)
        self.groups.append(Group(cell, conditions))
        label, texts = words_of(row, "label", self.left)
        if label and self._has_room(cell, label):
            name = self._new_name(row["name"].text if "name" in row else "groupe", cell, may_repeat=True)
            self.questions.append(Question(name, "section", label, texts=texts))
        self._leave_columns(row)

    def _select(self, row: Row, cell: Cell, kind: str, listed: str, more: str) -> None:
        if "name" not in row:
            raise Problem("xlsform.no_name", cell=cell.address)
        if listed not in self.choices:
            raise Problem("xlsform.no_list", cell=cell.address, name=listed[:60])
        choices = self.choices[listed]
        if not 2 <= len(choices) <= 40:
            self.left.add(
                cell,
                fr("%(text)s (réponses : %(choices)s ; il en faut de 2 à 40)")
                % {"text": cell.text[:40], "choices": len(choices)},
            )
            return
        if more.lower() in ("or_other", "or specify other", "or_specify_other") and kind in ("one", "several"):
            self._add(row, cell, kind, _with_other(choices))
            self._say_which(row, cell)
            return
        self._add(row, cell, kind, choices)
        if more:
            self.left.add(cell, cell.text[:60])

    def _say_which(self, row: Row, cell: Cell) -> None:
        """A few words for who chose « Autre »."""
        asked = self.names.get(row["name"].text)
        other = next((one.value for one in asked.choices if one.name == _OTHER[0]), None) if asked else None
        if asked is None or other is None or len(asked.shown_if) > 4:
            self.left.add(cell, cell.text[:60])
        elif self._has_room(cell, _SAY_MORE[0]):
            name = self._new_name(f"{asked.id[:22]}_other", cell, may_repeat=True)
            conditions = (*asked.shown_if, Condition(asked.id, (other,)))
            self.questions.append(Question(name, "short", _SAY_MORE[0], texts=_SAY_MORE[1], shown_if=conditions))

    def _add(self, row: Row, cell: Cell, kind: str, choices: tuple[Choice, ...]) -> None:
        """One question, with what its row says of it."""
        label, texts = words_of(row, "label", self.left)
        hint, hints = words_of(row, "hint", self.left)
        if "name" not in row and (kind != "section" or not label):
            raise Problem("xlsform.no_name", cell=cell.address)
        given = row.get("name", Cell(cell.address, "note"))
        if kind == "section" and not label and not hint:
            self.left.add(cell, fr("note vide"))
            return
        if not self._has_room(cell, label or given.text):
            return
        name = self._new_name(given.text, given, may_repeat="name" not in row)
        low, high = self._bounds(row, kind) if kind in ("number", "decimal") else (0, 1000)
        is_long = kind == "short" and "multiline" in (row["appearance"].text if "appearance" in row else "")
        made = Question(
            name, "long" if is_long else kind,  # type: ignore[arg-type]
            label or hint or given.text[:300], self._is_required(row) and kind != "section", hint if label else "",
            low=low, high=high, choices=choices, texts=texts, hints=hints, shown_if=self._all_conditions(row),
        )  # fmt: skip
        self.questions.append(made)
        if "name" in row:
            self.names[row["name"].text] = made
        self._leave_columns(row)

    def _has_room(self, cell: Cell, label: str) -> bool:
        """False past the last question that a questionnaire may have: the rest is listed."""
        if len(self.questions) < MOST_QUESTIONS:
            return True
        self.left.add(
            cell,
            fr("%(label)s (au-delà de %(most)s questions)") % {"label": label[:40], "most": MOST_QUESTIONS},
        )
        return False

    def _leave_columns(self, row: Row) -> None:
        """List what the row's other columns say."""
        for column, one in row.items():
            if column in _COSMETIC:
                if one.text != "multiline":
                    self.left.once(one, column, f"{column} : {one.text[:50]}")
            elif column not in _KNOWN and not is_label(column):
                self.left.add(one, f"{column} : {one.text[:50]}")

    def _new_name(self, given: str, cell: Cell, *, may_repeat: bool = False) -> str:
        stem = re.sub(r"[^a-z0-9_]", "_", given.lower())[:28].strip("_") or "q"
        stem = stem if stem[0].isalpha() and stem not in RESERVED else f"q_{stem}"[:30]
        taken = {one.id for one in self.questions}
        if given in self.names and not may_repeat:
            raise Problem("xlsform.twice", cell=cell.address, name=given[:60])
        return next(name for name in (stem, *(f"{stem[:27]}_{n}" for n in range(2, 99))) if name not in taken)

    def _is_required(self, row: Row) -> bool:
        if "required" not in row:
            return False
        said = row["required"].text.lower()
        if said not in ("yes", "true", "true()", "1", "no", "false", "false()", "0"):
            self.left.add(row["required"], fr("required : %(text)s") % {"text": row["required"].text[:50]})
        return said in ("yes", "true", "true()", "1")

    def _bounds(self, row: Row, kind: str) -> tuple[int, int]:
        scale = HUNDREDTHS if kind == "decimal" else 1
        low, high = _LOW // scale, _HIGH // scale
        if "constraint" not in row:
            return low, high
        for part in re.split(r"\s+and\s+", row["constraint"].text):
            found = _BOUND.match(part.strip().strip("()").strip())
            if found is None:
                self.left.add(row["constraint"], row["constraint"].text[:60])
                return _LOW // scale, _HIGH // scale
            low, high = _narrow(found[1], int(found[2]), low, high)
        return (low, high) if low < high else (_LOW // scale, _HIGH // scale)

    # -- for whom a question is ---------------------------------------------------------------------------------------

    def _all_conditions(self, row: Row) -> tuple[Condition, ...]:
        """Those of the open groups and its own; beyond five, its own are listed and left."""
        outer = tuple(condition for group in self.groups for condition in group.shown_if)
        own = self._conditions(row)
        if len(outer) + len(own) > 5:
            self.left.add(row.get("relevant") or row["type"], fr("plus de cinq conditions"))
            return outer[:5]
        return outer + own

    def _conditions(self, row: Row) -> tuple[Condition, ...]:
        if "relevant" not in row:
            return ()
        read = [self._condition(part) for part in re.split(r"\s+and\s+", row["relevant"].text)]
        known = tuple(one for one in read if one is not None)
        if len(known) != len(read) or len(known) > 5:
            self.left.add(row["relevant"], row["relevant"].text[:60])
            return ()
        return known

    def _condition(self, text: str) -> Condition | None:
        """One condition on one question, or None when it is beyond the subset."""
        text = text.strip()
        if text.startswith("(") and text.endswith(")") and "(" not in text[1:-1]:
            text = text[1:-1]
        parts = [part.strip().strip("()") if "selected" not in part else part.strip() for part in text.split(" or ")]
        compared = _COMPARED.match(parts[0]) if len(parts) == 1 else None
        if compared and self._is_counted(compared[1]):
            asked = self.names[compared[1]]
            number = float(compared[3]) * (HUNDREDTHS if asked.kind == "decimal" else 1)
            if abs(number - round(number)) > 1e-6:
                return None  # a part of a whole number
            low, high = _narrow(compared[2], round(number), _LOW, _HIGH)
            return Condition(asked.id, (), low, high)
        found = [_EQUAL.match(part) or _SELECTED.match(part) for part in parts]
        names = {one[1] for one in found if one}
        if not all(found) or len(names) != 1 or not names <= set(self.names):
            return None
        return _chosen(self.names[names.pop()], [one[2] for one in found if one])

    def _is_counted(self, name: str) -> bool:
        return name in self.names and self.names[name].kind in ("number", "decimal", "one")


def _why(text: str) -> str:
    """What was not taken, with the reason where there is one to tell."""
    reason = _REASONS.get(text.lower().split()[0])
    return f"{text[:40]} ({reason})" if reason else text[:60]


def _with_other(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The choices with « Autre » at the end, unless it is one of them."""
    name, label, labels = _OTHER
    if len(choices) >= 40 or any(one.name == name for one in choices):
        return choices
    return (*choices, Choice(max(one.value for one in choices) + 1, label, "", name, labels))


def _chosen(asked: Question, wanted: list[str]) -> Condition | None:
    """True when a question was answered by one of these names (of a number: by this one)."""
    if asked.kind == "number" and len(wanted) == 1 and re.fullmatch(r"-?\d{1,6}", wanted[0]):
        return Condition(asked.id, (), int(wanted[0]), int(wanted[0]))
    values = [next((c.value for c in asked.choices if c.name == one), None) for one in wanted]
    if asked.kind in {"short", "long", "section", "ranking", *COUNTED} or None in values:
        return None
    return Condition(asked.id, tuple(one for one in values if one is not None))


def _narrow(sign: str, number: int, low: int, high: int) -> tuple[int, int]:
    number = min(max(number, _LOW), _HIGH)
    if sign in (">", ">="):
        return max(low, min(number + (sign == ">"), _HIGH)), high
    return low, min(high, max(number - (sign == "<"), _LOW))
