"""Every read and write of staff, sessions and doors."""

from __future__ import annotations

from kit.store import Row, Store


def list_staff(store: Store) -> list[Row]:
    """The team, by name."""
    return store.rows("SELECT staff_id, name, role FROM staff ORDER BY name")


def find_staff(store: Store, name: str) -> Row | None:
    """One person of the team with what her passphrase opens, or None."""
    return store.row("SELECT * FROM staff WHERE name = ?", name)


def count_staff(store: Store) -> int:
    """How many people are on the team."""
    return int(store.value("SELECT count(*) FROM staff"))


def add_staff(store: Store, staff_id: bytes, name: str, role: str, salt: bytes, slot: bytes) -> None:
    """Keep one person of the team."""
    store.run(
        "INSERT INTO staff (staff_id, name, role, salt, slot) VALUES (?,?,?,?,?)",
        staff_id,
        name,
        role,
        salt,
        slot,
    )


def add_session(store: Store, session: bytes, staff_id: bytes, wrapped: bytes, boot: int, mono_ms: int) -> None:
    """Keep a signed-in phone."""
    store.run(
        "INSERT INTO staff_session (session, staff_id, wrapped, boot, mono_ms) VALUES (?,?,?,?,?)",
        session, staff_id, wrapped, boot, mono_ms,
    )  # fmt: skip


def find_session(store: Store, session: bytes) -> Row | None:
    """A signed-in phone with its person, or None."""
    return store.row(
        "SELECT s.wrapped, s.boot, s.mono_ms, p.staff_id, p.name, p.role "
        "FROM staff_session s JOIN staff p USING (staff_id) WHERE s.session = ?",
        session,
    )


def remove_session(store: Store, session: bytes) -> None:
    """Forget a signed-in phone."""
    store.run("DELETE FROM staff_session WHERE session = ?", session)


def find_door(store: Store, subject: bytes) -> Row | None:
    """A door's keys, or None."""
    return store.row("SELECT public, sealed_private FROM door WHERE subject = ?", subject)


def add_door(store: Store, subject: bytes, public: bytes, sealed_private: bytes) -> None:
    """Keep a door."""
    store.run("INSERT INTO door (subject, public, sealed_private) VALUES (?,?,?)", subject, public, sealed_private)


def forget_door(store: Store, subject: bytes) -> None:
    """Overwrite a door's private half with nothing."""
    store.run("UPDATE door SET sealed_private = NULL WHERE subject = ?", subject)
