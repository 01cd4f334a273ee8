"""The schema's history: numbered scripts in `migrations/`, applied in order by playhouse's Runner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kit.errors import Problem

DIRECTORY = Path(__file__).parent / "migrations"
HISTORY = "schema_migration"


def _known() -> set[str]:
    return {path.stem for path in DIRECTORY.glob("[0-9]*.py")}


def _applied(db: Any) -> set[str]:
    found = db.execute_sql("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (HISTORY,)).fetchone()
    return {row[0] for row in db.execute_sql(f"SELECT name FROM {HISTORY}").fetchall()} if found else set()


def check_not_newer(db: Any) -> None:
    """Raise Problem `store.newer` when the file has migrations this program does not know."""
    unknown = sorted(_applied(db) - _known())
    if unknown:
        raise Problem("store.newer", names=", ".join(unknown))


def migrate(db: Any) -> list[str]:
    """Apply what is pending; the names applied. Nothing is imported when there is nothing to do."""
    if _known() <= _applied(db):
        return []
    from playhouse.migrations import Runner

    applied: list[str] = Runner(db, directory=str(DIRECTORY), table_name=HISTORY).up()
    return applied
