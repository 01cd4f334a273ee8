"""Every statement about second factors and the printed codes that replace them."""

from __future__ import annotations

from collections.abc import Sequence

from kit.store import Row, Store


def find(store: Store, staff_id: bytes) -> Row | None:
    """Somebody's second factor (wrapped, is_on, last_step), begun or on, or None."""
    return store.row("SELECT wrapped, is_on, last_step FROM staff_factor WHERE staff_id = ?", staff_id)


def is_on(store: Store, staff_id: bytes) -> bool:
    """True when this person's passphrase alone does not sign her in."""
    return bool(store.value("SELECT is_on FROM staff_factor WHERE staff_id = ?", staff_id))


def save(store: Store, staff_id: bytes, wrapped: bytes) -> None:
    """A new secret, not on yet; printed codes of an older one are void. Only inside `write()`."""
    remove(store, staff_id)
    store.run("INSERT INTO staff_factor (staff_id, wrapped, is_on, last_step) VALUES (?,?,0,0)", staff_id, wrapped)


def note_step(store: Store, staff_id: bytes, step: int) -> None:
    """A code of this step was taken: it counts no second time. Only inside `write()`."""
    store.run("UPDATE staff_factor SET is_on = 1, last_step = ? WHERE staff_id = ?", step, staff_id)


def remove(store: Store, staff_id: bytes) -> None:
    """The passphrase alone signs her in again. Only inside `write()`."""
    store.run("DELETE FROM staff_factor WHERE staff_id = ?", staff_id)
    store.run("DELETE FROM staff_spare_code WHERE staff_id = ?", staff_id)


def keep_spares(store: Store, staff_id: bytes, tags: Sequence[bytes]) -> None:
    """Printed codes, in place of older ones. Only inside `write()`."""
    store.run("DELETE FROM staff_spare_code WHERE staff_id = ?", staff_id)
    store.run_many("INSERT INTO staff_spare_code (staff_id, code) VALUES (?,?)", [(staff_id, tag) for tag in tags])


def use_spare(store: Store, staff_id: bytes, tag: bytes) -> bool:
    """True when this printed code counted; it never will again. Only inside `write()`."""
    known = store.value("SELECT 1 FROM staff_spare_code WHERE staff_id = ? AND code = ?", staff_id, tag) is not None
    store.run("DELETE FROM staff_spare_code WHERE staff_id = ? AND code = ?", staff_id, tag)
    return known


def count_spares(store: Store, staff_id: bytes) -> int:
    """How many printed codes are left."""
    return int(store.value("SELECT count(*) FROM staff_spare_code WHERE staff_id = ?", staff_id))
