"""Preparing a node, signing in and out. A passphrase opens a slot; a slot holds the vault's private key."""

from __future__ import annotations

import base64
import binascii
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from kit.errors import Problem
from kit.ids import new_id
from kit.journal import queries as journal_queries
from kit.keys import primitives
from kit.keys.passphrase import make_passphrase, read_passphrase
from kit.people import identities, queries, rules
from kit.people.node import Node
from kit.store import Row

_SLOT = b"valise-slot-1"
_SESSION = b"valise-session-1"
_RECOVERY = "organisation.recovery"
StaffRow = Row


class SetUp(msgspec.Struct, frozen=True):
    """What first boot made, told once: the team's passphrase and the printed recovery code (kit not enrolled yet)."""

    passphrase: str
    recovery_code: str


@dataclass
class Staff:
    """The person behind a request. `vault` opens the vault's private key, for this request only; None: has no slot.

    `territories`: she sees what comes from kits of these only; none: of all.
    """

    staff_id: bytes
    name: str
    role: str
    session: bytes
    csrf_scope: bytes
    vault: Callable[[], bytes | None] = field(repr=False)
    territories: tuple[str, ...] = ()

    def may(self, power: str) -> bool:
        """True when this person's role has the power."""
        return rules.may(self.role, power)

    def opens(self, power: str, bounded: bool) -> bool:
        """True when this person opens a page that needs `power`; `bounded`: it shows her own territories only."""
        return self.may(power) and (bounded or not self.territories or power not in rules.TERRITORIAL)


def is_set_up(node: Node) -> bool:
    """True once somebody can sign in."""
    return queries.count_staff(node.store) > 0


def set_up(node: Node, name: str, role: str, passphrase: str | None = None, recovery_code: str | None = None) -> SetUp:
    """First boot: make the vault, the organisation's key and the first person of the team.

    On a kit the organisation's key is local until it is enrolled; its private half is kept under a printed recovery
    code. On a central the vault *is* the organisation's key. Raises Problem `people.already_set_up`.
    """
    words = read_passphrase(passphrase or make_passphrase())
    code = read_passphrase(recovery_code or make_passphrase(10))
    private, public = primitives.new_box_pair()
    with node.journal.write():
        if is_set_up(node):
            raise Problem("people.already_set_up")
        journal_queries.set_state(node.store, identities.VAULT, public)
        if node.settings.is_central:
            journal_queries.set_state(node.store, identities.ORGANISATION, public)
            _keep_recovery(node, private, code)
        else:
            local_private, local_public = primitives.new_box_pair()
            journal_queries.set_state(node.store, identities.ORGANISATION, local_public)
            _keep_recovery(node, local_private, code)
        insert_staff(node, name, role, words, private)
    return SetUp(words, code)


def _keep_recovery(node: Node, private: bytes, code: str) -> None:
    salt = secrets.token_bytes(primitives.SALT_BYTES)
    wrapped = primitives.wrap(primitives.stretch(code, salt), private, _SLOT)
    journal_queries.set_state(node.store, _RECOVERY, salt + wrapped)


def recovery_slot(node: Node) -> bytes | None:
    """The organisation's private key under the printed recovery code, as kept here; None once it is the real one's."""
    return journal_queries.get_state(node.store, _RECOVERY)


def renew_recovery(node: Node, private: bytes) -> str:
    """A new printed code for the organisation's key; the old code opens nothing here. Only inside `write()`."""
    code = make_passphrase(10)
    _keep_recovery(node, private, code)
    return code


def forget_recovery_slot(node: Node) -> None:
    """The key under the printed code was given to the organisation: it is here no longer. Only inside `write()`."""
    journal_queries.forget_state(node.store, _RECOVERY)


def open_recovery_slot(slot: bytes, code: str) -> bytes:
    """The organisation's private key behind a recovery code. Raises Problem `keys.cannot_open`."""
    salt, wrapped = slot[: primitives.SALT_BYTES], slot[primitives.SALT_BYTES :]
    return primitives.unwrap(primitives.stretch(read_passphrase(code), salt), wrapped, _SLOT)


def insert_staff(
    node: Node, name: str, role: str, passphrase: str, vault_private: bytes, territories: str = ""
) -> bytes:
    """Somebody new, with a slot for what her role holds; her id. Only inside `write()`.

    Raises Problem `people.weak_passphrase`, or `store.conflict` for a name that is taken.
    """
    if not rules.is_strong(passphrase):
        raise Problem("people.weak_passphrase")
    salt, staff_id = secrets.token_bytes(primitives.SALT_BYTES), new_id()
    held = b"" if role in rules.HOLDS_NO_VAULT else vault_private
    slot = primitives.wrap(primitives.stretch(passphrase, salt), held, _SLOT)
    queries.add_staff(node.store, staff_id, name, role, salt, slot, territories)
    return staff_id


def change_slot(node: Node, name: str, passphrase: str, vault_private: bytes) -> None:
    """A new passphrase for someone of the team (`vault_private` b"": opens no names). Only inside `write()`.

    Raises Problem `people.weak_passphrase`.
    """
    row = queries.find_staff(node.store, name)
    if row is None or not rules.is_strong(passphrase):
        raise Problem("people.weak_passphrase")
    salt = secrets.token_bytes(primitives.SALT_BYTES)
    slot = primitives.wrap(primitives.stretch(passphrase, salt), vault_private, _SLOT)
    queries.change_slot(node.store, row["staff_id"], salt, slot)


def add_staff(node: Node, by: Staff, name: str, role: str, passphrase: str | None = None) -> str:
    """Someone new on the team, by a person who holds the vault; the passphrase made for her."""
    from kit.people import audit  # a start needs neither this nor the second factor

    vault_private = by.vault()
    if vault_private is None:
        raise Problem("people.forbidden")
    words = read_passphrase(passphrase or make_passphrase())
    with node.journal.write():
        audit.note(node, by, "staff.added", insert_staff(node, name, role, words, vault_private))
    return words


class Throttle:
    """Slows down wrong passphrases, phone by phone, in memory only: no address is ever written down.

    `mono` gives milliseconds. At most `limit` addresses are remembered; the oldest is forgotten first.
    """

    def __init__(self, mono: Callable[[], int], limit: int = 500) -> None:
        self._mono = mono
        self._limit = limit
        self._tries: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def check(self, who: str) -> None:
        """Raise Problem `people.slow_down` while this phone's wait lasts."""
        left = self._tries.get(who, (0, 0))[1] - self._mono()
        if left > 0:
            raise Problem("people.slow_down", seconds=-(-left // 1000))

    def failed(self, who: str) -> None:
        """Note a wrong passphrase."""
        with self._lock:
            failures = self._tries.pop(who, (0, 0))[0] + 1
            self._tries[who] = (failures, self._mono() + rules.wait_seconds(failures) * 1000)
            while len(self._tries) > self._limit:
                del self._tries[next(iter(self._tries))]

    def passed(self, who: str) -> None:
        """Forget the wrong ones."""
        with self._lock:
            self._tries.pop(who, None)


def sign_in(node: Node, throttle: Throttle, who: str, passphrase: str, name: str = "") -> str:
    """The cookie of a newly signed-in phone; `who` is its address.

    Raises Problem `people.wrong_passphrase` or `people.slow_down`.
    """
    throttle.check(who)
    words = read_passphrase(passphrase[:400])
    candidates = [name] if name else [row["name"] for row in queries.list_staff(node.store)]
    for candidate in candidates:
        opened = _open_slot(node, candidate, words)
        if opened is not None:
            throttle.passed(who)
            return _start_session(node, *opened)
    throttle.failed(who)
    raise Problem("people.wrong_passphrase")


def is_passphrase_of(node: Node, name: str, passphrase: str) -> bool:
    """True when it opens this person's slot."""
    return _open_slot(node, name, read_passphrase(passphrase)) is not None


def _open_slot(node: Node, name: str, passphrase: str) -> tuple[bytes, bytes] | None:
    row = queries.find_staff(node.store, name)
    if row is None:
        return None
    try:
        return row["staff_id"], primitives.unwrap(primitives.stretch(passphrase, row["salt"]), row["slot"], _SLOT)
    except Problem:
        return None


def _start_session(node: Node, staff_id: bytes, vault_private: bytes) -> str:
    from kit.people import second_factor_queries

    token, key = new_id(), primitives.new_key()
    wrapped = primitives.wrap(key, vault_private, _SESSION + staff_id)
    with node.journal.write():
        tries = rules.CODE_TRIES if second_factor_queries.is_on(node.store, staff_id) else 0
        queries.add_session(
            node.store, primitives.digest(token), staff_id, wrapped, node.clock.boot, node.clock.mono_ms(),
            node.clock.wall_ms(), tries,
        )  # fmt: skip
    return base64.urlsafe_b64encode(token + key).decode().rstrip("=")


def find_signed_in(node: Node, cookie: str) -> Staff | None:
    """The person whose phone holds this cookie, or None. The vault is opened only when asked for."""
    raw = _read_cookie(cookie)
    if raw is None:
        return None
    session, key = primitives.digest(raw[:16]), raw[16:]
    row = queries.find_session(node.store, session)
    if row is None or row["code_tries"] or is_over(node, row["boot"], row["mono_ms"]):
        return None

    def vault() -> bytes | None:
        return primitives.unwrap(key, row["wrapped"], _SESSION + row["staff_id"]) or None

    scope = primitives.mac(key, b"csrf-scope")
    bounds = rules.read_territories(row["territories"])
    return Staff(row["staff_id"], row["name"], row["role"], session, scope, vault, bounds)


def _read_cookie(cookie: str) -> bytes | None:
    try:
        raw = base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == 48 else None


def find_owing(node: Node, cookie: str) -> tuple[bytes, bytes] | None:
    """(session, person) of a phone whose passphrase was right and that owes its second factor, or None."""
    raw = _read_cookie(cookie)
    session = primitives.digest(raw[:16]) if raw else b""
    row = queries.find_session(node.store, session)
    if row is None or not row["code_tries"] or row["boot"] != node.clock.boot:
        return None
    is_late = node.clock.mono_ms() - row["mono_ms"] > rules.CODE_MINUTES * 60_000
    return None if is_late else (session, row["staff_id"])


def is_over(node: Node, boot: int, mono_ms: int) -> bool:
    """True when a phone signed in so long ago in this boot that it must sign in again."""
    same_boot = boot == node.clock.boot
    return same_boot and node.clock.mono_ms() - mono_ms > node.settings.session_hours * 3_600_000


def sign_out(node: Node, staff: Staff) -> None:
    """Forget this phone."""
    with node.journal.write():
        queries.remove_session(node.store, staff.session)
