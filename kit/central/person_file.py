"""Everything this server knows of one person, on one page: to read to her, to give her a copy, to erase."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from kit.central import privacy_queries, queries
from kit.clock import at
from kit.errors import Problem
from kit.errors.kind import fr
from kit.ids import to_text
from kit.people import audit
from kit.people.actions import Staff
from kit.people.identities import Identity
from kit.people.node import Node
from kit.workshops import same_person, vocabulary

STATES: Mapping[str, str] = {
    "placed": fr("place gardée"), "waiting": fr("liste d’attente"), "cancelled": fr("annulée"), "came": fr("présence"),
    "absent": fr("absence"), "unknown": fr("pas noté"),
}  # fmt: skip
FACTS: Mapping[str, str] = {
    "signup": fr("inscription"),
    "attendance": fr("présence"),
    "answer": fr("avis"),
    "letter": fr("courrier"),
    "person": fr("effacement"),
}


@dataclass(frozen=True)
class PersonFile:
    """One person. `told` is empty when nothing is left to open; `is_open` False: the reader's key opens nothing."""

    subject: bytes
    ids: list[bytes]
    told: list[Identity] = field(repr=False)
    is_open: bool
    closed: int
    signups: list[dict[str, object]]
    attendances: list[dict[str, object]]
    facts: list[tuple[str, int, str]]
    is_erased: bool


def open_file(node: Node, by: Staff, subject: bytes | None, kind: str = "person.opened") -> PersonFile:
    """Her file, with a line in the trail. Raises Problem `workshops.nobody`."""
    if subject is None or not queries.is_person(node.store, subject):
        raise Problem("workshops.nobody")
    ids = list(same_person.everybody(node.store, subject))
    sealed = [one for name in ids for one in privacy_queries.list_sealed(node.store, name)]
    opened = audit.open_sealed(node, by, kind, subject, list(sealed))
    if not sealed:
        audit.note(node, by, kind, subject)
    told = [one for one in opened or [] if one is not None]
    facts = [
        (FACTS.get(row["kind"].split(".")[0], row["kind"]), row["wall_ms"], row["nickname"] or fr("ce serveur"))
        for name in ids
        for row in privacy_queries.list_facts(node.store, name)
    ]
    return PersonFile(
        subject, ids, told, opened is not None or not sealed, len(sealed) - len(told),
        [_signup(dict(row)) for name in ids for row in privacy_queries.list_signups(node.store, name)],
        [_attendance(dict(row)) for name in ids for row in privacy_queries.list_attendances(node.store, name)],
        facts, any(privacy_queries.is_erased(node.store, name) for name in ids),
    )  # fmt: skip


def _where(row: Mapping[str, object]) -> str:
    return " · ".join(str(part) for part in (row["place"], row["stop_label"]) if part)


def _signup(row: Mapping[str, object]) -> dict[str, object]:
    return {
        "title": row["title"], "at_ms": row["starts_at_ms"], "where": _where(row), "code": row["code"],
        "state": STATES.get(str(row["state"]), row["state"]), "has_phone": bool(row["has_phone"]),
        "has_guardian": bool(row["has_guardian"]), "access": row["access"],
    }  # fmt: skip


def _attendance(row: Mapping[str, object]) -> dict[str, object]:
    said = [vocabulary.label(family, str(row[family])) for family in ("gender", "age_band", "status") if row[family]]
    return {
        "title": row["title"], "at_ms": row["starts_at_ms"], "where": _where(row),
        "state": STATES.get(str(row["state"]), row["state"]), "said": said,
    }  # fmt: skip


def as_json(found: PersonFile) -> str:
    """The copy for her: a common format that another program reads (RGPD, art. 20). Keys are French: she reads them."""
    return json.dumps(
        {
            "identifiants": [to_text(one) for one in found.ids],
            "ce_que_la_personne_a_dit": [_said(one) for one in found.told],
            "enveloppes_non_ouvertes": found.closed,
            "inscriptions": [_dated(one) for one in found.signups],
            "presences": [_dated(one) for one in found.attendances],
            "fiches": [
                {"sorte": kind, "le": at(when).isoformat(), "notee_par": who} for kind, when, who in found.facts
            ],
        },
        ensure_ascii=False,
        indent=1,
    )  # fmt: skip


def _said(one: Identity) -> dict[str, object]:
    told = {
        "nom": one.name,
        "telephone": one.phone,
        "naissance": one.year,
        "commune": one.commune,
        "texte": one.written(),
    }
    return {name: value for name, value in told.items() if value}


def _dated(one: dict[str, object]) -> dict[str, object]:
    names = {
        "title": "atelier", "where": "lieu", "state": "etat", "code": "code", "has_phone": "numero_donne",
        "has_guardian": "avec_un_adulte", "access": "accueil", "said": "note",
    }  # fmt: skip
    told: dict[str, object] = {names[name]: value for name, value in one.items() if name in names}
    return {**told, "date": at(int(str(one["at_ms"]))).isoformat()}
