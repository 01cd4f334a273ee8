"""Results ready to show to the team: groups with their words, compared, with texts opened by whoever holds the key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from kit.errors import Problem
from kit.errors.kind import fr
from kit.feedback import catalogue, facts, places, queries, result_queries, results, rules
from kit.feedback.comparison import Change, compare_means, compare_skill
from kit.feedback.masking import mask
from kit.feedback.opinions import Texts
from kit.feedback.personal_data import find_personal_data
from kit.feedback.questionnaires import Questionnaire
from kit.feedback.recurring import Recurring, find_recurring
from kit.feedback.result_queries import ResultGroup
from kit.ids import to_text
from kit.people import audit, identities
from kit.people.actions import Staff
from kit.people.node import Node
from kit.web.fields import Fields

Labels = Callable[[Sequence[bytes]], Mapping[bytes, str]]
TEXTS_PER_PAGE = 30
MOST_TEXTS_FOR_WORDS = 200
VERDICTS = {"more": fr("en hausse"), "less": fr("en baisse"), "unsure": fr("pas de différence sûre")}
BEFORE, AFTER = "je-sais-faire-avant", "je-sais-faire-apres"
_UNKNOWN = {"workshop": fr("Un atelier"), "stop": fr("Une halte"), "tour": fr("La tournée")}


@dataclass(frozen=True)
class Group:
    """Answers to one questionnaire that were given together; `missing`: how many more before they are shown."""

    questionnaire: Questionnaire
    scope: str
    scope_id: bytes
    label: str
    count: int
    text_count: int
    missing: int

    @property
    def url(self) -> str:
        """Its page."""
        return f"/console/resultats/{self.questionnaire.code}/{self.scope}/{to_text(self.scope_id)}"


class Answered(msgspec.Struct, frozen=True):
    """A questionnaire that somebody answered, and how many groups did."""

    questionnaire: Questionnaire
    group_count: int


def list_answered(node: Node) -> list[Answered]:
    """The questionnaires that somebody answered and that this node knows; consultations have pages of their own."""
    return [Answered(one, count_groups(node, one.code)) for one in list_questionnaires(node)]


def list_questionnaires(node: Node) -> list[Questionnaire]:
    """The same without their groups."""
    results.refresh(node)
    found = [catalogue.find_questionnaire(node, code) for code in result_queries.list_answered_codes(node.store)]
    return [one for one in found if one and one.purpose != "poll"]


def count_groups(node: Node, code: str) -> int:
    """How many groups answered a questionnaire."""
    return result_queries.count_result_groups(node.store, code)


def list_groups(node: Node, labels: Labels, code: str, limit: int = -1, offset: int = 0) -> list[Group]:
    """The groups that answered one questionnaire, the newest day first."""
    questionnaire = catalogue.get_questionnaire(node, code)
    if questionnaire.purpose == "poll":
        raise Problem("feedback.not_found")
    found = result_queries.list_result_groups(node.store, code, limit, offset)
    names = _name(node, labels, [one.scope_id for one in found if one.scope == "workshop"])
    return [_group(node, questionnaire, one, names) for one in found]


def get_group(node: Node, labels: Labels, code: str, scope: str, scope_id: bytes | None) -> Group:
    """One group. Raises Problem `feedback.not_found`."""
    results.refresh(node)
    questionnaire = catalogue.get_questionnaire(node, code)
    found = result_queries.find_result_group(node.store, code, scope, scope_id)
    if found is None or questionnaire.purpose == "poll":
        raise Problem("feedback.not_found")
    return _group(node, questionnaire, found, _name(node, labels, [found.scope_id] if scope == "workshop" else []))


def _group(node: Node, questionnaire: Questionnaire, one: ResultGroup, names: Mapping[bytes, str]) -> Group:
    enough = node.settings.small_group
    missing = 0 if one.released >= enough else max(1, rules.count_missing(one.count, enough))
    label = names.get(one.scope_id) or _UNKNOWN[one.scope]
    return Group(questionnaire, one.scope, one.scope_id, label, one.count, 0 if missing else one.text_count, missing)


def _name(node: Node, labels: Labels, workshop_ids: list[bytes]) -> dict[bytes, str]:
    return (dict(labels(workshop_ids)) if workshop_ids else {}) | places.scope_labels(node)


# -- compared ---------------------------------------------------------------------------------------------------------


def compare_with_last(node: Node, labels: Labels, group: Group) -> tuple[str, list[Change]]:
    """The means beside those of the group of its kind before it: (its label, changes); empty when there is none."""
    near = [one for one in list_groups(node, labels, group.questionnaire.code, 50) if one.scope == group.scope]
    place = next((number for number, one in enumerate(near) if one.scope_id == group.scope_id), len(near))
    last = next((one for one in near[place + 1 :] if not one.missing), None)
    if last is None or group.missing:
        return "", []
    now = results.read_results(node, group.questionnaire, group.scope, group.scope_id)
    then = results.read_results(node, group.questionnaire, last.scope, last.scope_id)
    changes = [compare_means(before, after) for before, after in zip(then, now, strict=True)]
    return last.label, [one for one in changes if one]


def compare_skills(node: Node, group: Group) -> list[Change]:
    """What people said they can do before and after, of the same workshop, stop or tour; else nothing."""
    if group.questionnaire.code not in (BEFORE, AFTER):
        return []
    told = []
    for code in (BEFORE, AFTER):
        questionnaire = catalogue.get_questionnaire(node, code)
        told.append(
            {one.question.id: one for one in results.read_results(node, questionnaire, group.scope, group.scope_id)}
        )
    changes = [compare_skill(before, told[1][name]) for name, before in told[0].items() if name in told[1]]
    return [one for one in changes if one]


# -- texts ------------------------------------------------------------------------------------------------------------


def read_texts(node: Node, staff: Staff, group: Group, limit: int, offset: int) -> Texts:
    """What people of a group wrote, opened for this request only; nothing while the group is too small."""
    if group.missing:
        return Texts((), 0)
    answers = queries.list_answers(
        node.store, group.scope, group.scope_id, with_text=True, released=True, limit=limit, offset=offset,
        questionnaire=group.questionnaire.code,
    )  # fmt: skip
    sealed = [one.sealed for one in answers if one.sealed is not None]
    if node.settings.is_central:
        told = audit.open_sealed(node, staff, "texts.opened", group.scope_id, sealed) or []
    else:
        vault = staff.vault()
        told = identities.read_behind_doors(node, vault, sealed) if vault and sealed else []
    opened = tuple(one.written() for one in told if one is not None)
    return Texts(opened, len(answers) - len(opened))


def find_words(node: Node, staff: Staff, group: Group) -> list[Recurring]:
    """The words that come back in what a group wrote (in two hundred texts at most)."""
    return find_recurring(read_texts(node, staff, group, MOST_TEXTS_FOR_WORDS, 0).opened)


def list_quotes(node: Node, group: Group) -> list[tuple[bytes, str]]:
    """The sentences that staff chose: (id, text masked again)."""
    found = result_queries.list_quotes(node.store, (group.questionnaire.code, group.scope, group.scope_id))
    return [(quote_id, mask(text)) for quote_id, text in found]


def read_quote(values: Mapping[str, str]) -> str:
    """A sentence to publish. Raises FieldProblems: nothing that tells who wrote it may stand in it."""
    fields = Fields({name: value.replace("\r\n", "\n") for name, value in values.items()})
    text = fields.text("text", 600, required=True, lines=True)
    if found := find_personal_data(text):
        fields.refuse("text", "feedback.personal_data", kinds=found)
    fields.check()
    return text


def choose_quote(node: Node, group: Group, quote_id: bytes, text: str) -> None:
    """Publish a sentence of a group, in clear; an empty text takes it back. Nothing of a group that is not shown."""
    if group.missing:
        raise Problem("feedback.not_found")
    body = facts.QuoteChosen(group.questionnaire.code, group.scope, group.scope_id, text)  # type: ignore[arg-type]
    node.journal.append(facts.QUOTED, quote_id, body)
