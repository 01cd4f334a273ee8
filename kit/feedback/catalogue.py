"""Which questionnaires there are on this node: the standard ones, and those written here or at home."""

from __future__ import annotations

import secrets
import unicodedata

import msgspec
from msgspec.structs import replace

from kit.errors import Problem
from kit.feedback import facts, queries, rules
from kit.feedback.questionnaires import END_OF_WORKSHOP, Questionnaire, current, shipped
from kit.feedback.soundness import check_questionnaire, decode, encode
from kit.people import chosen
from kit.people.node import Node

_ON_ITS_OWN_PAGE = (END_OF_WORKSHOP,)
_OFFERED_AT_FIRST = frozenset({"la-valise", "probleme", "question", "idee"})
_SUFFIX = "abcdefghjkmnpqrstuvwxyz23456789"


class Listed(msgspec.Struct, frozen=True):
    """One questionnaire in its newest version. `is_ours`: new versions of it may be written here."""

    questionnaire: Questionnaire
    is_offered: bool
    is_standard: bool
    is_ours: bool


def find_questionnaire(node: Node, code: str, version: int | None = None) -> Questionnaire | None:
    """That version (None: the newest) of a questionnaire, or None when this node does not know it."""
    if any(code == known for known, _ in shipped()):
        return current(code) if version is None else shipped().get((code, version))
    if version is not None:
        kept = queries.find_kept_version(node.store, code, version)
        return decode(kept.document) if kept else None
    return next((decode(one.document) for one in queries.list_newest_versions(node.store, code)), None)


def get_questionnaire(node: Node, code: str, version: int | None = None) -> Questionnaire:
    """The same. Raises Problem `questionnaires.not_found`."""
    found = find_questionnaire(node, code, version)
    if found is None:
        raise Problem("questionnaires.not_found")
    return found


def list_questionnaires(node: Node) -> list[Listed]:
    """All of them: the standard ones first, each in its newest version. On a kit, those that are meant for it."""
    offers, for_others = queries.read_offers(node.store), chosen.list_for_others(node)

    def listed(one: Questionnaire, *, is_standard: bool, is_ours: bool) -> Listed:
        at_first = one.code in _OFFERED_AT_FIRST
        return Listed(one, offers.get(rules.questionnaire_id(one.code), at_first), is_standard, is_ours)

    codes = sorted({code for code, _ in shipped()}, key=lambda code: (code != END_OF_WORKSHOP, code))
    standard = [listed(current(code), is_standard=True, is_ours=False) for code in codes]
    kept = [(decode(one.document), one.is_ours) for one in queries.list_newest_versions(node.store)]
    found = standard + [listed(one, is_standard=False, is_ours=ours) for one, ours in kept if one is not None]
    return [
        one
        for one in found
        if one.questionnaire.code in _ON_ITS_OWN_PAGE
        or rules.questionnaire_id(one.questionnaire.code) not in for_others
    ]


def list_offered(node: Node) -> list[Questionnaire]:
    """Those that visitors find in the list of questionnaires."""
    return [
        one.questionnaire
        for one in list_questionnaires(node)
        if one.is_offered and one.questionnaire.code not in _ON_ITS_OWN_PAGE and one.questionnaire.purpose != "poll"
    ]


def publish(node: Node, questionnaire: Questionnaire) -> Questionnaire:
    """Note a new version, for ever; its number follows the newest one. Published by the central, every kit gets it.

    Raises Problem `questionnaires.elsewhere` when it was written by another node, `questionnaires.*` when unsound.
    """
    check_questionnaire(questionnaire)
    with node.journal.write():
        versions = queries.list_versions(node.store, questionnaire.code)
        is_standard = any(questionnaire.code == known for known, _ in shipped())
        if is_standard or any(not one.is_ours for one in versions):
            raise Problem("questionnaires.elsewhere")
        made = replace(questionnaire, version=1 + max((one.version for one in versions), default=0))
        body = facts.QuestionnaireWritten(made.code, made.version, encode(made))
        node.journal.append(facts.WRITTEN, rules.questionnaire_id(made.code), body)
    return made


def offer(node: Node, code: str, *, is_offered: bool) -> None:
    """Put a questionnaire in the visitors' list, or take it out. Raises Problem `questionnaires.not_found`."""
    get_questionnaire(node, code)
    node.journal.append(facts.OFFERED, rules.questionnaire_id(code), facts.QuestionnaireOffered(is_offered))


def new_code(title: str) -> str:
    """A code for a new questionnaire: words of its title, and five signs so that no two nodes choose the same."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    words = "".join(sign if sign.isalnum() else " " for sign in plain).split()
    stem = "-".join(words)[:28].strip("-")
    suffix = "".join(secrets.choice(_SUFFIX) for _ in range(5))
    return f"{stem if stem[:1].isalpha() else 'q-' + stem}-{suffix}".replace("--", "-")
