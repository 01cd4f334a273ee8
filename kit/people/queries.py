"""Every read and write of staff, sessions and doors."""

from __future__ import annotations

from collections.abc import Sequence

from kit.store import Row, Store


def list_staff(store: Store) -> list[Row]:
    """The team, by name (staff_id, name, role, territories, has_factor)."""
    return store.rows(
        "SELECT s.staff_id, s.name, s.role, s.territories, coalesce(f.is_on, 0) AS has_factor "
        "FROM staff s LEFT JOIN staff_factor f ON f.staff_id = s.staff_id ORDER BY s.name"
    )


def find_staff(store: Store, name: str) -> Row | None:
    """One person of the team with what her passphrase opens, or None."""
    return store.row("SELECT * FROM staff WHERE name = ?", name)


def count_staff(store: Store) -> int:
    """How many people are on the team."""
    return int(store.value("SELECT count(*) FROM staff"))


def add_staff(
    store: Store, staff_id: bytes, name: str, role: str, salt: bytes, slot: bytes, territories: str = ""
) -> None:
    """Keep one person of the team; `territories` one a line, empty: all."""
    store.run(
        "INSERT INTO staff (staff_id, name, role, salt, slot, territories) VALUES (?,?,?,?,?,?)",
        staff_id, name, role, salt, slot, territories,
    )  # fmt: skip


def change_territories(store: Store, staff_id: bytes, territories: str) -> None:
    """Show a person of the team these territories only, one a line; empty: all. Only inside `write()`."""
    store.run("UPDATE staff SET territories = ? WHERE staff_id = ?", territories, staff_id)


def list_kit_territories(store: Store) -> list[str]:
    """The territories that kits go to, as written at home."""
    rows = store.rows("SELECT DISTINCT territory FROM kit WHERE territory <> '' ORDER BY territory")
    return [row["territory"] for row in rows]


def add_session(
    store: Store, session: bytes, staff_id: bytes, wrapped: bytes, boot: int, mono_ms: int, began_ms: int,
    code_tries: int = 0,
) -> None:  # fmt: skip
    """Keep a signed-in phone; with `code_tries`, one that still owes a second factor."""
    store.run(
        "INSERT INTO staff_session (session, staff_id, wrapped, boot, mono_ms, began_ms, code_tries) "
        "VALUES (?,?,?,?,?,?,?)",
        session, staff_id, wrapped, boot, mono_ms, began_ms, code_tries,
    )  # fmt: skip


def set_code_tries(store: Store, session: bytes, code_tries: int) -> None:
    """How many tries a phone has left for its second factor; 0: it is signed in. Only inside `write()`."""
    store.run("UPDATE staff_session SET code_tries = ? WHERE session = ?", code_tries, session)


def find_session(store: Store, session: bytes) -> Row | None:
    """A signed-in phone (or one that owes its second factor: `code_tries` above 0) with its person, or None."""
    return store.row(
        "SELECT s.wrapped, s.boot, s.mono_ms, s.code_tries, p.staff_id, p.name, p.role, p.territories "
        "FROM staff_session s JOIN staff p USING (staff_id) WHERE s.session = ?",
        session,
    )


def list_sessions(store: Store) -> list[Row]:
    """Every signed-in phone with its person, the newest first (session, staff_id, name, boot, mono_ms, began_ms)."""
    return store.rows(
        "SELECT s.session, s.staff_id, p.name, s.boot, s.mono_ms, s.began_ms FROM staff_session s "
        "JOIN staff p USING (staff_id) WHERE s.code_tries = 0 ORDER BY s.began_ms DESC, s.session LIMIT 500"
    )


def remove_session(store: Store, session: bytes) -> None:
    """Forget a signed-in phone."""
    store.run("DELETE FROM staff_session WHERE session = ?", session)


def find_door(store: Store, subject: bytes) -> Row | None:
    """A door's keys, or None."""
    return store.row("SELECT public, sealed_private FROM door WHERE subject = ?", subject)


def list_doors(store: Store, publics: Sequence[bytes]) -> list[Row]:
    """Those of the doors with these public keys that still have their private half."""
    marks = ",".join("?" for _ in publics)
    return store.rows(
        f"SELECT public, sealed_private FROM door WHERE sealed_private IS NOT NULL AND public IN ({marks})", *publics
    )


def add_door(store: Store, subject: bytes, public: bytes, sealed_private: bytes) -> None:
    """Keep a door."""
    store.run("INSERT INTO door (subject, public, sealed_private) VALUES (?,?,?)", subject, public, sealed_private)


def forget_door(store: Store, subject: bytes) -> None:
    """Overwrite a door's private half with nothing."""
    store.run("UPDATE door SET sealed_private = NULL WHERE subject = ?", subject)


def change_slot(store: Store, staff_id: bytes, salt: bytes, slot: bytes) -> None:
    """Give a person of the team a new slot, and end what her phones had open."""
    store.run("UPDATE staff SET salt = ?, slot = ? WHERE staff_id = ?", salt, slot, staff_id)
    store.run("DELETE FROM staff_session WHERE staff_id = ?", staff_id)


def remove_staff(store: Store, staff_id: bytes) -> None:
    """Take a person off the team, with her phones and printed code. Only inside `write()`."""
    store.run("DELETE FROM staff WHERE staff_id = ?", staff_id)


def list_open_doors(store: Store) -> list[Row]:
    """Every door that still has its private half."""
    return store.rows("SELECT subject, sealed_private FROM door WHERE sealed_private IS NOT NULL")


def reseal_door(store: Store, subject: bytes, sealed_private: bytes) -> None:
    """The same door, its private half sealed to another vault. Only inside `write()`."""
    store.run("UPDATE door SET sealed_private = ? WHERE subject = ?", sealed_private, subject)


def forget_recovery(store: Store) -> None:
    """Every printed code is void. Only inside `write()`."""
    store.run("DELETE FROM recovery_pair")
    store.run("DELETE FROM recovery_holder")


def keep_holder(store: Store, staff_id: bytes, salt: bytes, public: bytes) -> None:
    """Keep what belongs to a printed code; the pairs of an older code of hers are forgotten."""
    store.run("DELETE FROM recovery_pair WHERE first_id = ? OR second_id = ?", staff_id, staff_id)
    store.run("DELETE FROM recovery_holder WHERE staff_id = ?", staff_id)
    store.run("INSERT INTO recovery_holder (staff_id, salt, public) VALUES (?,?,?)", staff_id, salt, public)


def list_holders(store: Store) -> list[Row]:
    """Everybody with a printed code, with name, salt and public key."""
    return store.rows(
        "SELECT h.staff_id, s.name, h.salt, h.public "
        "FROM recovery_holder h JOIN staff s USING (staff_id) ORDER BY s.name"
    )


def keep_pair(store: Store, first_id: bytes, second_id: bytes, sealed: bytes) -> None:
    """Keep the organisation's key for two people together."""
    store.run("INSERT INTO recovery_pair (first_id, second_id, sealed) VALUES (?,?,?)", first_id, second_id, sealed)


def find_pair(store: Store, first_id: bytes, second_id: bytes) -> bytes | None:
    """What is sealed for two people, or None."""
    found: bytes | None = store.value(
        "SELECT sealed FROM recovery_pair WHERE first_id = ? AND second_id = ?", first_id, second_id
    )
    return found


def count_pairs(store: Store) -> int:
    """How many pairs could recover the organisation's key."""
    return int(store.value("SELECT count(*) FROM recovery_pair"))


def bury(store: Store, subject: bytes) -> None:
    """Remove every envelope of a subject, and remember never to take one in again."""
    store.run("INSERT INTO tombstone (subject) VALUES (?) ON CONFLICT DO NOTHING", subject)
    store.run("DELETE FROM envelope WHERE subject = ?", subject)


def list_erased_elsewhere(store: Store, public_key: bytes) -> list[bytes]:
    """Subjects with a tombstone that no log signed by this key speaks of."""
    rows = store.rows(
        "SELECT subject FROM tombstone t WHERE NOT EXISTS (SELECT 1 FROM fact f JOIN log l USING (log_no) "
        "WHERE f.subject = t.subject AND f.kind = 'person.erased' AND l.public_key = ?) ORDER BY subject",
        public_key,
    )
    return [bytes(row["subject"]) for row in rows]


def count_tombstones(store: Store) -> int:
    """How many people were erased."""
    return int(store.value("SELECT count(*) FROM tombstone"))


def list_former_keys(store: Store, public: bytes) -> list[bytes]:
    """What was sealed to this key of the organisation: private keys it had before, from every log."""
    rows = store.rows("SELECT sealed FROM organisation_key WHERE new_public = ? ORDER BY log_no, old_public", public)
    return [row["sealed"] for row in rows]


def find_next_key(store: Store, public: bytes, server: bytes) -> bytes | None:
    """The key that replaced `public`, by the word of the log that `server` signs; None when it still counts."""
    found: bytes | None = store.value(
        "SELECT k.new_public FROM organisation_key k JOIN log l USING (log_no) "
        "WHERE k.old_public = ? AND l.public_key = ? ORDER BY k.new_public LIMIT 1",
        public, server,
    )  # fmt: skip
    return found
