"""The register of processing, ready to fill: what the program knows of itself, and the organisation's words over it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from kit.central import privacy_queries
from kit.errors import Problem
from kit.errors.kind import fr, plain
from kit.people import audit
from kit.people.actions import Staff
from kit.people.node import Node
from kit.web.fields import Fields

FILE = Path(__file__).parent / "register.toml"
LONGEST = 4000
ORGANISATION: Mapping[str, str] = {
    "controller": fr("Responsable du traitement (nom, adresse)"),
    "contact": fr("Qui répond aux demandes des personnes (adresse, téléphone)"),
    "officer": fr("Délégué à la protection des données, s’il y en a un"),
}
FIELDS: Mapping[str, str] = {
    "purpose": fr("À quoi cela sert"),
    "basis": fr("Base légale"),
    "people": fr("De qui l’on parle"),
    "data": fr("Ce qui est noté"),
    "recipients": fr("Qui le voit"),
    "keep": fr("Combien de temps"),
    "security": fr("Comment c’est protégé"),
    "outside": fr("Hors de l’Union européenne"),
}


class Sheet(msgspec.Struct, frozen=True):
    """One processing: its boxes as (name, label, text, was it written by the organisation)."""

    code: str
    title: str
    boxes: list[tuple[str, str, str, bool]]

    @property
    def is_empty(self) -> bool:
        """True while a box has nothing in it."""
        return any(not text for _, _, text, _ in self.boxes)


@cache
def _told() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


def keep_words(node: Node) -> str:
    """How long names and texts are kept here, in words."""
    days = node.settings.keep_days
    if not days:
        return fr("jusqu’à ce qu’une personne demande l’effacement (aucun effacement automatique n’est réglé)")
    return (
        fr("un an, puis effacement automatique")
        if days == 365
        else fr("%(days)s jours, puis effacement automatique") % {"days": days}
    )


def list_sheets(node: Node) -> list[Sheet]:
    """The organisation first, then each processing."""
    written, told = privacy_queries.list_register(node.store), _told()
    holder = told["organisation"]
    sheets = [_sheet("organisation", str(holder["title"]), ORGANISATION, holder, written, node)]
    return sheets + [_sheet(one["code"], one["title"], FIELDS, one, written, node) for one in told["sheet"]]


def _sheet(
    code: str, title: str, labels: Mapping[str, str], told: Mapping[str, str],
    written: Mapping[tuple[str, str], str], node: Node,
) -> Sheet:  # fmt: skip
    boxes = []
    for name, label in labels.items():
        own = written.get((code, name))
        usual = told[name].format(keep=plain(keep_words(node)), purge=node.settings.purge_days)
        boxes.append((name, label, usual if own is None else own, own is not None))
    return Sheet(code, title, boxes)


def change(node: Node, by: Staff, code: str, values: Mapping[str, str]) -> int:
    """Write the boxes of one sheet; a box left as the program says stays the program's. How many changed.

    Raises Problem `web.not_found`, or FieldProblems.
    """
    sheet = next((one for one in list_sheets(node) if one.code == code), None)
    if sheet is None:
        raise Problem("web.not_found")
    fields, changed = Fields(values), 0
    new = {name: fields.text(name, LONGEST, lines=True).replace("\r\n", "\n") for name, _, _, _ in sheet.boxes}
    fields.check()
    with node.store.write():
        for name, _, before, _ in sheet.boxes:
            if new[name] != before:
                privacy_queries.write_register(node.store, code, name, new[name], node.clock.wall_ms())
                changed += 1
        if changed:
            audit.note(node, by, "register.changed", many=changed)
    return changed
