"""Writing a questionnaire: a draft on this node, changed question by question, a version once published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from kit.errors import Problem
from kit.errors.kind import fr
from kit.feedback import catalogue, queries, rules
from kit.feedback.questionnaires import CHOOSING, COUNTED, Choice, Condition, Question, Questionnaire
from kit.feedback.soundness import check_size, encode
from kit.people.node import Node
from kit.web.fields import Fields

KINDS: Mapping[str, str] = {
    "faces": fr("Trois visages"),
    "one": fr("Une réponse parmi plusieurs"),
    "several": fr("Plusieurs réponses"),
    "five": fr("Une note de 1 à 5"),
    "ten": fr("Une note de 0 à 10"),
    "ranking": fr("Un classement"),
    "number": fr("Un nombre"),
    "decimal": fr("Un nombre à virgule"),
    "date": fr("Une date"),
    "time": fr("Une heure"),
    "short": fr("Quelques mots"),
    "long": fr("Un texte"),
    "section": fr("Un titre entre les questions"),
}
LANGUAGES = ("en", "ar")
MOST_NUMBER = 1_000_000
_FACES = ((10, "good"), (5, "mid"), (0, "bad"))


def find_draft(node: Node, code: str) -> Questionnaire | None:
    """The draft of that code, or None."""
    raw = queries.find_written(node.store, code)
    try:
        return msgspec.msgpack.decode(raw, type=Questionnaire) if raw else None
    except msgspec.MsgspecError:
        return None


def get_draft(node: Node, code: str) -> Questionnaire:
    """The draft of that code; a questionnaire of ours that has none begins one. Raises `questionnaires.not_found`."""
    return find_draft(node, code) or catalogue.get_questionnaire(node, code)


def keep_draft(node: Node, draft: Questionnaire) -> Questionnaire:
    """Keep a draft as it is, finished or not. Raises Problem `questionnaires.too_large`: the one before stays."""
    check_size(draft)
    with node.journal.write():
        queries.write_written(node.store, draft.code, encode(draft))
    return draft


def throw_away(node: Node, code: str) -> None:
    """Forget a draft; what was published of it stays. Raises Problem `questionnaires.not_found`."""
    if find_draft(node, code) is None:
        raise Problem("questionnaires.not_found")
    with node.journal.write():
        queries.forget_written(node.store, code)


def begin(node: Node, title: str) -> Questionnaire:
    """A new draft with a title and nothing else."""
    return keep_draft(node, Questionnaire(catalogue.new_code(title), 1, title[:120], ()))


def copy(node: Node, code: str) -> Questionnaire:
    """A draft of our own, from any questionnaire."""
    found = catalogue.get_questionnaire(node, code)
    return keep_draft(node, replace(found, code=catalogue.new_code(found.title), version=1))


def publish(node: Node, code: str) -> Questionnaire:
    """Make a version of a draft, and forget the draft. Raises Problem `questionnaires.*`, the draft stays."""
    draft = get_draft(node, code)
    with node.journal.write():
        made = catalogue.publish(node, draft)
        queries.forget_written(node.store, code)
    return made


def find_place(draft: Questionnaire, place: int, name: str | None) -> int:
    """Where the question of that name stands now: another window may have moved it. An empty name: past the last one;
    None: where one says it is.

    Raises Problem `questionnaires.question_gone`.
    """
    names = [one.id for one in draft.questions]
    if name is None:
        return place
    if not name:
        return len(names)
    if place < len(names) and names[place] == name:
        return place
    if name not in names:
        raise Problem("questionnaires.question_gone")
    return names.index(name)


def stamp(question: Question | None) -> str:
    """What a page was made from: when it changes under somebody who types, she is told."""
    return rules.form_digest(msgspec.msgpack.encode(question)).hex()[:12] if question else ""


def put_question(draft: Questionnaire, place: int, question: Question) -> Questionnaire:
    """The same with a question at `place` (from 0) changed, or added past the end."""
    questions = list(draft.questions)
    if place < len(questions):
        questions[place] = question
    else:
        questions.append(question)
    return replace(draft, questions=tuple(questions))


def move_question(draft: Questionnaire, place: int, step: int) -> Questionnaire:
    """The same with a question one place up (-1) or down (1); at the edge nothing changes."""
    questions = list(draft.questions)
    if 0 <= place < len(questions) and 0 <= place + step < len(questions):
        questions.insert(place + step, questions.pop(place))
    return replace(draft, questions=tuple(questions))


def remove_question(draft: Questionnaire, place: int) -> Questionnaire:
    """The same without a question, and without the conditions that looked at it."""
    gone = draft.questions[place].id if 0 <= place < len(draft.questions) else ""
    left = [
        replace(one, shown_if=tuple(each for each in one.shown_if if each.question != gone))
        for number, one in enumerate(draft.questions)
        if number != place
    ]
    return replace(draft, questions=tuple(left))


# -- forms --------------------------------------------------------------------------------------------------------


def read_settings(values: Mapping[str, str], draft: Questionnaire) -> Questionnaire:
    """Title, introduction and rules of a questionnaire. Raises FieldProblems."""
    fields = Fields(values)
    title, intro = fields.text("title", 120, required=True), fields.text("intro", 600, lines=True)
    guard = fields.choice("guard", ("stop", "warn"))
    about = fields.choice("about", ("workshop", "stop"))
    told = {name: fields.text(f"title_{name}", 120) for name in LANGUAGES}
    begun = {name: fields.text(f"intro_{name}", 600, lines=True) for name in LANGUAGES}
    fields.check()
    changes = {"title": title, "intro": intro, "guard": guard, "about": about}
    return replace(draft, **changes, titles=_with_others(told, draft.titles), intros=_with_others(begun, draft.intros))


def read_question(values: Mapping[str, str], draft: Questionnaire, place: int) -> Question:
    """One question as the editor's page describes it. Raises FieldProblems."""
    before = draft.questions[place] if place < len(draft.questions) else None
    fields = Fields({name: value.replace("\r\n", "\n") for name, value in values.items()})
    kind = fields.choice("kind", KINDS)
    text, hint = fields.text("text", 300, required=True), fields.text("hint", 300)
    texts = {name: fields.text(f"text_{name}", 300) for name in LANGUAGES}
    hints = {name: fields.text(f"hint_{name}", 300) for name in LANGUAGES}
    low = _number(fields, "low", 0)
    high = _number(fields, "high", 1000)
    limit = fields.number("limit", 0, 4000, default=0)
    choices = _read_choices(fields, kind, before)
    keeps = before is not None and is_beyond(before.shown_if) and "keep_if" in values
    shown_if = before.shown_if if before and keeps else _read_condition(fields, draft, place)
    fields.check()
    # Minutes are no days: answers to what was asked before are never added to those of another measure.
    is_same = before is not None and (before.kind == kind or not {before.kind, kind} <= COUNTED)
    return Question(
        before.id if before and is_same else _new_name(draft), kind, text,  # type: ignore[arg-type]
        "required" in values and kind != "section", hint, limit, low, high, choices, shown_if,
        "folded" in values and kind == "section",
        _with_others(texts, before.texts if before else {}), _with_others(hints, before.hints if before else {}),
    )  # fmt: skip


def _with_others(typed: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """What was typed, and the words of languages that have no field on the page."""
    others = {name: said for name, said in before.items() if name not in LANGUAGES}
    return others | {name: said for name, said in typed.items() if said}


def _number(fields: Fields, name: str, default: int) -> int:
    """A whole number, below nought too."""
    raw = fields.values.get(name, "").strip().replace("\u2212", "-")
    digits = raw.removeprefix("-")
    if raw and not (digits.isascii() and digits.isdigit() and len(digits) < 8 and abs(int(raw)) <= MOST_NUMBER):
        fields.refuse(name, "field.number", low=-MOST_NUMBER, high=MOST_NUMBER)
        return default
    return int(raw) if raw else default


def is_beyond(conditions: Sequence[Condition]) -> bool:
    """True for conditions that the page cannot write: several, or bounds."""
    return len(conditions) > 1 or any(one.low is not None or one.high is not None for one in conditions)


def _new_name(draft: Questionnaire) -> str:
    taken = {one.id for one in draft.questions}
    return next(f"q{number}" for number in range(1, 200) if f"q{number}" not in taken)


def _read_choices(fields: Fields, kind: str, before: Question | None) -> tuple[Choice, ...]:
    """One choice a line; a choice that keeps its words keeps its number, so that answers go on meaning the same."""
    lines = _lines(fields, "choices")
    if kind not in CHOOSING:
        return ()
    if len(lines) < 2 or len(set(lines)) != len(lines) or (kind == "faces" and len(lines) != 3):
        fields.refuse("choices", "questionnaires.lines", least=3 if kind == "faces" else 2)
        return ()
    known = {one.label: one for one in before.choices} if before else {}
    told = {name: _lines(fields, f"choices_{name}") for name in LANGUAGES}
    taken = {one.value for label, one in known.items() if label in lines}
    made: list[Choice] = []
    for place, label in enumerate(lines):
        value = known[label].value if label in known else max([0, *taken]) + 1
        value, face = _FACES[place] if kind == "faces" else (value, "")
        taken.add(value)
        labels = {name: words[place] for name, words in told.items() if place < len(words)}
        kept = known.get(label)
        labels = _with_others(labels, kept.labels if kept else {})
        made.append(Choice(value, label[:200], face, kept.name if kept else "", labels))  # type: ignore[arg-type]
    return tuple(made)


def _lines(fields: Fields, name: str) -> list[str]:
    return [line.strip() for line in fields.text(name, 6000, lines=True).splitlines() if line.strip()][:40]


def _read_condition(fields: Fields, draft: Questionnaire, place: int) -> tuple[Condition, ...]:
    """« Only if that question was answered so »: its choices by their words or numbers, one a line."""
    name = fields.values.get("if_question", "")
    asked = next((one for one in draft.questions[:place] if one.id == name), None)
    if not name:
        return ()
    wanted = _lines(fields, "if_answers")
    numbers = {one.label: one.value for one in asked.choices} if asked else {}
    numbers.update({str(mark): mark for mark in asked.marks} if asked else {})
    if not wanted or not all(one in numbers for one in wanted):
        fields.refuse("if_answers", "questionnaires.if_answers")
        return ()
    return (Condition(name, tuple(numbers[one] for one in wanted)),)


def to_form(question: Question | None) -> dict[str, str]:
    """A question as the fields of the editor's page."""
    if question is None:
        return {"kind": "one"}
    form = {
        "kind": question.kind, "text": question.text, "hint": question.hint, "limit": str(question.limit or ""),
        "low": str(question.low), "high": str(question.high), "choices": "\n".join(c.label for c in question.choices),
    }  # fmt: skip
    for name in LANGUAGES:
        form[f"text_{name}"] = question.texts.get(name, "")
        form[f"hint_{name}"] = question.hints.get(name, "")
        form[f"choices_{name}"] = "\n".join(one.labels.get(name, "") for one in question.choices).strip()
    for flag, is_set in (("required", question.required), ("folded", question.is_folded)):
        form.update({flag: "1"} if is_set else {})
    if is_beyond(question.shown_if):
        return form | {"keep_if": "1"}
    for condition in question.shown_if[:1]:
        form |= {"if_question": condition.question, "if_answers": "\n".join(map(str, condition.values))}
    return form
