"""Adding and removing places by people, and what came of a file. Each change is one immediate transaction."""

from __future__ import annotations

import csv
import io
import secrets
import time
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path

from kit.directory import actions, facts, queries
from kit.directory.files import read_rows
from kit.directory.rules import FIELDS, place_id
from kit.errors import Problem
from kit.errors.kind import fr
from kit.ids import to_text
from kit.people.node import Node

REASONS: Mapping[str, str] = {
    "closed": fr("Il a fermé"),
    "double": fr("Il est deux fois dans l’annuaire"),
    "mistake": fr("Ce n’est pas un lieu d’aide"),
}
KEPT_SECONDS = 86_400


def add_place(node: Node, fields: Mapping[str, str], nonce: bytes) -> bytes:
    """A new place held by this node; its id. The same form twice adds one."""
    local_id = to_text(nonce[:16])
    today = node.clock.now().astimezone(UTC).date().isoformat()
    said = {name: value for name, value in {**fields, "id": local_id, "date_maj": today}.items() if value}
    subject = place_id(said.get("source", ""), local_id)
    with node.journal.write():
        if not node.journal.facts_of(facts.PLACE, subject):
            node.journal.append(facts.ADDED, subject, facts.PlaceAdded(said))
    return subject


def remove_place(node: Node, subject: bytes, reason: str) -> None:
    """It is no place of help any more. Raises Problem `directory.no_place` or `directory.place_elsewhere`."""
    with node.journal.write():
        place = queries.get_place(node.store, subject)
        if not place.is_ours:
            raise Problem("directory.place_elsewhere")
        node.journal.append(facts.REMOVED, subject, facts.PlaceRemoved(reason), home=place.home)


# -- what a file did not bring ------------------------------------------------------------------------------------


def keep_rejects(node: Node, path: Path, outcome: actions.Outcome) -> str:
    """Write the refused rows as they were, with the reasons, to a file that is kept for a day; its name, or none."""
    folder = node.data / "tmp"
    for old in folder.glob("rejets-*.csv"):
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink(missing_ok=True)
    if not outcome.refused:
        return ""
    reasons = dict(outcome.refused)
    rows = [(number, row or {}) for number, row in enumerate(read_rows(path), start=1) if number in reasons]
    columns = ["ligne", "raison", *dict.fromkeys([*FIELDS, *(name for _, row in rows for name in row)])]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    for number, row in rows:
        writer.writerow({"ligne": number, "raison": reasons[number], **row})
    name = secrets.token_hex(8)
    (folder / f"rejets-{name}.csv").write_text(text.getvalue(), "utf-8-sig")
    return name


def find_rejects(node: Node, name: str) -> Path:
    """The file of refused rows of that name. Raises Problem `directory.no_rejects`."""
    path = node.data / "tmp" / f"rejets-{name}.csv"
    if len(name) != 16 or not name.isalnum() or not path.is_file():
        raise Problem("directory.no_rejects")
    return path
