"""At the central nothing that was sealed is opened without a line in the audit trail: one function does both."""

from __future__ import annotations

import ast
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
OPENS = {"keyring", "read_with_any", "read_identity", "read_behind_doors", "open_identity", "open_envelope"}
# Files that may open by themselves, and why. No file of the central is among them.
MAY = {
    "people/identities.py": "opens an envelope and reads what it says",
    "people/audit.py": "opens and writes the line",
    "workshops/roll.py": "a kit: the door of a workshop, at the door",
    "workshops/series_actions.py": "a kit: people of a cancelled workshop go to another",
    "workshops/suggestions.py": "a kit: who may be the same person",
    "workshops/by_name.py": "a kit: who lost her code, at the workshops that go on",
    "feedback/opinions.py": "a kit: opinions of the day",
    "feedback/result_pages.py": "a kit: what was written, by the doors of the day",
    "feedback/letters/reading.py": "by the code of whoever wrote; on a kit, the door of the day",
    "library/deposits/actions.py": "a kit: a work offered, by its own door",
    "library/thanks/actions.py": "a word of thanks, by its own door",
}


def openers(source: str) -> set[str]:
    """The functions that open envelopes which this source names, whether called, handed on or imported."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.name for alias in node.names}
    return names & OPENS


def test_only_these_files_open_what_was_sealed() -> None:
    found = {
        str(path.relative_to(REPO / "kit")): openers(path.read_text("utf-8"))
        for path in (REPO / "kit").rglob("*.py")
        if "migrations" not in path.parts
    }
    opening = {name for name, used in found.items() if used}
    assert opening == set(MAY), f"open without `kit.people.audit`: {opening ^ set(MAY)}"
    assert not [name for name in MAY if name.startswith("central/")]


def test_a_new_view_that_opens_by_itself_is_found() -> None:
    assert openers("from kit.people import identities\nnames = identities.keyring(node, vault)") == {"keyring"}
    assert openers("from kit.people.identities import read_with_any as read") == {"read_with_any"}
    assert not openers("from kit.people import audit\ntold = audit.open_sealed(node, staff, 'names.opened', b'', [])")
