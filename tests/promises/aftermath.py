"""What must hold of a data folder after any death of the box: whole, nothing told lost, folding again the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kit.app import build_node
from kit.settings import read_settings

_WHERE = {"workshop": "workshop_id", "signup": "signup_id", "attendance": "attendance_id"}


@dataclass(frozen=True)
class Aftermath:
    """`lost`: lines that were told and are no longer there; `broken`: why the folder is not whole, or empty."""

    told: int
    lost: tuple[str, ...]
    broken: str


def look_at(data: Path, told: list[str], role: str = "kit") -> Aftermath:
    """Open the folder as the program does after a restart, and compare it with what people were told."""
    claims = [line for line in told if " " in line]
    try:
        node = build_node(read_settings({}, data=data, role=role))
        found = str(node.store.value("PRAGMA integrity_check"))
        before = node.journal.projection_hash()
        node.journal.replay()
        same = node.journal.projection_hash() == before
        own = "SELECT count(*) FROM fact WHERE log_no = ?"
        gap = node.journal.head() - int(node.store.value(own, node.journal.log_no))
        lost = tuple(claim for claim in claims if not _is_there(node.store, claim))
        node.store.close()
    except Exception as error:  # any failure to open is a violation, whatever it is
        return Aftermath(len(claims), tuple(claims), repr(error))
    broken = "" if found == "ok" else found
    broken = broken or ("" if same else "folding again changed the tables")
    return Aftermath(len(claims), lost, broken or (f"{gap} numbers without a fact" if gap else ""))


def told_by(store: object) -> list[str]:
    """What a whole folder's tables show, as the lines people were told."""
    tables = _WHERE.items()
    return [f"{table} {row[0].hex()}" for table, name in tables for row in store.rows(f"SELECT {name} FROM {table}")]  # type: ignore[attr-defined]


def _is_there(store: object, claim: str) -> bool:
    table, subject = claim.split()
    sql = f"SELECT 1 FROM {table} WHERE {_WHERE[table]} = ?"
    return store.value(sql, bytes.fromhex(subject)) is not None  # type: ignore[attr-defined]
