"""For which kits a pack or a questionnaire is meant, settings told to chosen kits, and which of them heard it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from kit.central import chosen_queries, heard_queries, queries
from kit.central.queries import Kit
from kit.errors import Problem
from kit.errors.kind import fr
from kit.feedback import catalogue
from kit.feedback.rules import questionnaire_id
from kit.ids import read_text, to_text
from kit.library.packs import offer_queries
from kit.people import audit
from kit.people import chosen_queries as told
from kit.people.actions import Staff
from kit.people.chosen_facts import AUDIENCE_SET, MOST_KITS, TERMS_SET, AudienceSet, KitTermsSet
from kit.people.chosen_queries import Audience, Terms
from kit.people.node import Node
from kit.web.fields import Fields

SAID: Mapping[str, str] = {"yes": fr("reçu"), "no": fr("pas encore"), "": fr("n’a encore rien dit")}


class Thing(msgspec.Struct, frozen=True):
    """What may be meant for some kits: its id, its name, what it is (pack or questionnaire), and its page."""

    thing_id: bytes
    title: str
    sort: str
    back: str


class Line(msgspec.Struct, frozen=True):
    """One kit: is it among the chosen, and has it heard (yes, no, or empty: it never said what it has)?"""

    kit: Kit
    is_chosen: bool
    heard: str
    terms: Terms = Terms()


def get_thing(node: Node, thing_id: bytes | None) -> Thing:
    """A pack that is offered, or a questionnaire. Raises Problem `web.not_found`."""
    offer = offer_queries.find_offer(node.store, thing_id)
    if offer is not None:
        return Thing(offer.offer_id, offer.title, "pack", "/paquets-envoyes")
    for one in catalogue.list_questionnaires(node):
        if questionnaire_id(one.questionnaire.code) == thing_id:
            return Thing(thing_id, one.questionnaire.title, "questionnaire", "/console/questionnaires")
    raise Problem("web.not_found")


def list_lines(node: Node, thing: Thing) -> tuple[Audience, list[Line]]:
    """For whom it is meant, and every kit of ours that is accepted."""
    audience = told.read_audience(node.store, thing.thing_id)
    facts = chosen_queries.numbers_of(node.store, thing.thing_id)
    return audience, [
        Line(kit, audience.includes(kit.sign_public), _has_heard(node, kit, facts)) for kit in _kits(node)
    ]


def _kits(node: Node) -> list[Kit]:
    return [kit for kit in queries.list_kits(node.store, MOST_KITS, 0) if not kit.is_revoked]


def _has_heard(node: Node, kit: Kit, facts: Sequence[tuple[bytes, int]]) -> str:
    row = heard_queries.find(node.store, kit.kit_id)
    if row is None:
        return ""
    held = {bytes(log_id): spans for log_id, spans in msgspec.msgpack.decode(row["held"])}
    is_there = (any(span[0] <= seq <= span[1] for span in held.get(log_id, ())) for log_id, seq in facts)
    return "yes" if all(is_there) else "no"


def choose(node: Node, by: Staff, thing: Thing, kit_ids: Collection[str] | None) -> None:
    """Say for which kits it is meant; None: for all. Raises Problem `central.no_kit_chosen`."""
    known = {to_text(kit.kit_id): kit.sign_public for kit in _kits(node)}
    keys = sorted(known[one] for one in kit_ids if one in known) if kit_ids is not None else []
    if kit_ids is not None and not keys:
        raise Problem("central.no_kit_chosen")
    with node.journal.write():
        turn = told.read_audience(node.store, thing.thing_id).turn + 1
        node.journal.append(AUDIENCE_SET, thing.thing_id, AudienceSet(turn, kit_ids is None, keys))
        audit.note(node, by, "kits.chosen", thing.thing_id, len(keys) or len(known))


# -- settings -----------------------------------------------------------------------------------------------------


def list_terms(node: Node) -> list[Line]:
    """Every kit with the settings it was told, and whether it heard them."""
    return [
        Line(kit, False, _has_heard(node, kit, chosen_queries.numbers_of(node.store, kit.kit_id, TERMS_SET.name)),
             told.read_terms(node.store, kit.kit_id))
        for kit in _kits(node)
    ]  # fmt: skip


def read_terms(values: Mapping[str, str]) -> Terms:
    """The form of settings; an empty field: as it is on the kit. Raises FieldProblems."""
    fields = Fields(values)
    numbers = (
        fields.number("petit_groupe", 3, 100, default=0),
        fields.number("purge", 8, 3650, default=0),
        fields.number("session", 1, 720, default=0),
        fields.number("depot", 1, 2000, default=0),
    )
    named = fields.text("departements", 400).upper().replace(",", " ").split()
    if not all(_is_department(one) for one in named):
        fields.refuse("departements", "central.bad_department")
    fields.check()
    return Terms(0, *numbers, tuple(sorted(set(named))))


def _is_department(code: str) -> bool:
    is_overseas = len(code) == 3 and code.isdigit() and code[:2] in ("97", "98")
    return code in ("2A", "2B") or is_overseas or (len(code) == 2 and code.isdigit() and code not in ("00", "20"))


def tell_terms(node: Node, by: Staff, kit_ids: Collection[str], terms: Terms) -> int:
    """Tell each of these kits its settings; how many. Raises Problem `central.no_kit_chosen`."""
    wanted = {read_text(one) for one in kit_ids}
    kits = [kit for kit in _kits(node) if kit.kit_id in wanted]
    if not kits:
        raise Problem("central.no_kit_chosen")
    with node.journal.write():
        for kit in kits:
            turn = told.read_terms(node.store, kit.kit_id).turn + 1
            body = KitTermsSet(
                turn,
                terms.small_group,
                terms.purge_days,
                terms.session_hours,
                terms.deposit_mb,
                list(terms.departments),
            )
            node.journal.append(TERMS_SET, kit.kit_id, body, to=kit.kit_id)
            audit.note(node, by, "kit.settings", kit.kit_id)
    return len(kits)
