"""Every statement about whose a shelf is, and about who works for which library."""

from __future__ import annotations

from kit.store import Store

_HERE = "log_no NOT IN (SELECT log_no FROM log_elsewhere)"


def list_owners(store: Store) -> dict[str, str]:
    """The organisation of each shelf that has one, by the shelf's name."""
    rows = store.rows(f"SELECT name, organisation FROM shelf WHERE {_HERE} ORDER BY name, log_no LIMIT 1000")
    return {row[0]: row[1] for row in rows}


def find_owner(store: Store, shelf_id: bytes) -> str:
    """The organisation of a shelf, or ""."""
    sql = f"SELECT organisation FROM shelf WHERE shelf_id = ? AND {_HERE} ORDER BY log_no DESC LIMIT 1"
    return str(store.value(sql, shelf_id) or "")


def remove_shelf(store: Store, shelf_id: bytes) -> None:
    """Remove a shelf's rows. Only inside `write()`."""
    store.run("DELETE FROM shelf WHERE shelf_id = ?", shelf_id)


def insert_shelf(store: Store, log_no: int, shelf_id: bytes, name: str, organisation: str) -> None:
    """Write whose a shelf is. Only inside `write()`."""
    store.run(
        "INSERT INTO shelf (log_no, shelf_id, name, organisation) VALUES (?,?,?,?)",
        log_no, shelf_id, name, organisation,
    )  # fmt: skip


def find_organisation(store: Store, staff_id: bytes) -> str:
    """For which organisation somebody of the team works, or ""."""
    return str(store.value("SELECT organisation FROM library_member WHERE staff_id = ?", staff_id) or "")


def list_organisations(store: Store) -> list[str]:
    """Every organisation that has a shelf or somebody, by name."""
    own = f"SELECT organisation FROM shelf WHERE {_HERE}"
    rows = store.rows(f"{own} UNION SELECT organisation FROM library_member ORDER BY 1 LIMIT 500")
    return [row[0] for row in rows]


def list_members(store: Store) -> dict[bytes, str]:
    """Who works for which organisation."""
    return {row[0]: row[1] for row in store.rows("SELECT staff_id, organisation FROM library_member")}


def change_member(store: Store, staff_id: bytes, organisation: str) -> None:
    """Say for which organisation somebody works ("": for none). Only inside `write()`."""
    store.run("DELETE FROM library_member WHERE staff_id = ?", staff_id)
    if organisation:
        store.run("INSERT INTO library_member (staff_id, organisation) VALUES (?,?)", staff_id, organisation)
