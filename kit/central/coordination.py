"""Coordination activities as La Coop asks for them: read from a form, kept here, given as its export's rows.

Source: ../shared/domain/mediation-numerique.md, 4.4 (`activites_coordination_xlsx`) and the enumerations there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from kit.central import coordination_queries as queries
from kit.clock import at
from kit.errors import Problem
from kit.errors.kind import fr, keep_plain
from kit.ids import to_text
from kit.people.actions import Staff
from kit.people.node import Node
from kit.store import Row
from kit.web.fields import Fields
from kit.workshops.spreadsheet import Cell

FILE = Path(__file__).parent / "coordination.toml"
HEADERS = (
    "Date de l’activité", "Type", "Durée (min.)", "Participants", "Médiateur·ice·s numérique·s", "Structure·s",
    "Autres acteur.trice.s", "Nom de l’évènement", "Type d’animation, type d’évènement, nature du partenariat",
    "Organisé par", "Structure·s partenaire·s (Nom)", "Structure·s partenaire·s (type)",
    "Échelon territorial de l’évènement ou du partenariat", "Qui est à l’initiative de cette intervention ?",
    "Thématique(s) d’animation", "Tags", "Notes", "Enregistrée le", "Dernière modification le", "ID CRA",
)  # fmt: skip


class Said(msgspec.Struct, frozen=True):
    """The form, whatever the kind; what a kind does not ask stays empty. `partners`: (name, type) of each structure."""

    minutes: int = 0
    participants: int = 0
    mediators: int = 0
    structures: int = 0
    others: int = 0
    name: str = ""
    types: list[str] = []
    organisers: list[str] = []
    partners: list[tuple[str, str]] = []
    scale: str = ""
    initiative: str = ""
    subjects: list[str] = []
    tags: list[str] = []
    notes: str = ""


class Activity(msgspec.Struct, frozen=True):
    """One activity, ready to show."""

    activity_id: bytes
    kind: str
    date_ms: int
    said: Said
    by_name: str
    made_ms: int
    changed_ms: int

    @property
    def title(self) -> str:
        """What to call it."""
        return self.said.name or ", ".join(label(TYPES_OF[self.kind], one) for one in self.said.types)


TYPES_OF: Mapping[str, str] = {"animation": "meeting", "evenement": "event", "partenariat": "partnership"}


@cache
def labels(name: str) -> Mapping[str, str]:
    """Code to French label of one list."""
    return {entry["code"]: fr(entry["label"]) for entry in tomllib.loads(FILE.read_text("utf-8"))[name]}


def label(name: str, code: str) -> str:
    """The words of a code."""
    return labels(name).get(code, code)


def read(kind: str, values: Mapping[str, str], many: Mapping[str, Sequence[str]], zone: str) -> tuple[int, Said]:
    """The form of one kind: (its day, the rest). Raises FieldProblems, or Problem `web.not_found` for another kind."""
    if kind not in TYPES_OF:
        raise Problem("web.not_found")
    fields = Fields({**values, "hour": "12:00"})
    date_ms = fields.moment("day", "hour", zone)
    told: dict[str, object] = {"minutes": fields.number("minutes", 1, 6000)}
    told |= {"types": _codes(fields, "type", TYPES_OF[kind], many), "notes": fields.text("notes", 4000, lines=True)}
    told["tags"] = [one.strip() for one in fields.text("tags", 400).split(",") if one.strip()]
    told |= _of_animation(fields, many) if kind == "animation" else _of_others(fields, kind, many)
    fields.check()
    return date_ms, msgspec.convert(told, Said)


def _codes(fields: Fields, name: str, among: str, many: Mapping[str, Sequence[str]]) -> list[str]:
    chosen = list(many.get(name, ()))
    if not chosen or not set(chosen) <= set(labels(among)):
        fields.refuse(name, "field.choice")
    return chosen


def _of_animation(fields: Fields, many: Mapping[str, Sequence[str]]) -> dict[str, object]:
    counts = {name: fields.number(name, 0, 10_000, default=0) for name in ("mediators", "structures", "others")}
    if not sum(counts.values()):
        fields.refuse("mediators", "field.number", low=1, high=10_000)
    subjects = _codes(fields, "subject", "subject", many)
    return {**counts, "initiative": fields.choice("initiative", labels("initiative")), "subjects": subjects}


def _of_others(fields: Fields, kind: str, many: Mapping[str, Sequence[str]]) -> dict[str, object]:
    told: dict[str, object] = {"name": fields.text("name", 200, required=True)}
    told["scale"] = fields.choice("scale", labels("scale"), required=False)
    if kind == "evenement":
        told["participants"] = fields.number("participants", 0, 1_000_000, default=0)
        return {**told, "organisers": _codes(fields, "organiser", "organiser", many)}
    lines = [line.partition(":") for line in fields.text("partners", 4000, lines=True).splitlines() if line.strip()]
    return {**told, "partners": [(name.strip(), kind_of.strip()) for name, _, kind_of in lines]}


def save(node: Node, by: Staff, activity_id: bytes, kind: str, date_ms: int, said: Said) -> None:
    """Note it; the same form again changes nothing more."""
    with node.store.write():
        queries.save(
            node.store,
            activity_id,
            kind,
            date_ms,
            msgspec.json.encode(said, enc_hook=keep_plain).decode(),
            by.name,
            node.clock.wall_ms(),
        )


def list_activities(node: Node, from_ms: int = 0, until_ms: int = 2**53) -> list[Activity]:
    """Those of a period, the newest first."""
    return [_activity(row) for row in queries.list_between(node.store, from_ms, until_ms)]


def _activity(row: Row) -> Activity:
    told = {name: row[name] for name in Activity.__struct_fields__}
    return Activity(**{**told, "said": msgspec.json.decode(row["said"], type=Said)})


def row_of(one: Activity, zone: str) -> list[Cell]:
    """One activity in the columns of La Coop's export; what its kind does not say stays empty."""
    said, is_animation, is_event = one.said, one.kind == "animation", one.kind == "evenement"
    local = ZoneInfo(zone)

    def day(moment_ms: int) -> str:
        moment: datetime = at(moment_ms).astimezone(local)
        return moment.strftime("%d/%m/%Y")

    return [
        day(one.date_ms), label("kind", one.kind), said.minutes, said.participants if is_event else None,
        said.mediators if is_animation else None, said.structures if is_animation else None,
        said.others if is_animation else None, said.name, _words(TYPES_OF[one.kind], said.types),
        _words("organiser", said.organisers), "\n".join(name for name, _ in said.partners),
        "\n".join(kind for _, kind in said.partners), label("scale", said.scale) if said.scale else None,
        label("initiative", said.initiative) if said.initiative else None, _words("subject", said.subjects),
        "\n".join(said.tags), said.notes, day(one.made_ms), day(one.changed_ms), to_text(one.activity_id),
    ]  # fmt: skip


def _words(name: str, codes: Sequence[str]) -> str:
    return "\n".join(label(name, code) for code in codes)
