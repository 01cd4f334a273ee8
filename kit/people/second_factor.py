"""A second factor at home: a code of the phone (TOTP, RFC 6238) beside the passphrase, with printed codes in reserve.

Only at a central: a kit's clock may be wrong for weeks, and a mediator alone in a hall must not be locked out. The
secret is wrapped by this node's own key, so that a copy of the database alone gives no code. A code counts once.
"""

from __future__ import annotations

import base64
import secrets

import msgspec

from kit.errors import Problem
from kit.keys import primitives
from kit.people import audit, queries, second_factor_queries
from kit.people.actions import Staff
from kit.people.node import Node

SPARE_CODES = 10
STEP_SECONDS = 30
NEAR_STEPS = 1  # a phone may be half a minute late or early
_PURPOSE = b"valise-factor-1"


class Setup(msgspec.Struct, frozen=True):
    """What an authenticator needs: the secret in base32, and the same as an address for a QR code."""

    secret: str
    uri: str


def begin(node: Node, staff: Staff) -> Setup:
    """A new secret for whoever asks, not on before a code of it was typed. Raises Problem `people.forbidden`."""
    if not node.settings.is_central or second_factor_queries.is_on(node.store, staff.staff_id):
        raise Problem("people.forbidden")
    import pyotp

    secret = pyotp.random_base32()
    with node.journal.write():
        second_factor_queries.save(node.store, staff.staff_id, _wrap(node, staff.staff_id, secret))
    return _setup(node, staff, secret)


def find_begun(node: Node, staff: Staff) -> Setup | None:
    """The secret that waits for its first code, or None."""
    row = second_factor_queries.find(node.store, staff.staff_id)
    if row is None or row["is_on"]:
        return None
    return _setup(node, staff, _unwrap(node, staff.staff_id, row["wrapped"]))


def confirm(node: Node, staff: Staff, typed: str) -> list[str]:
    """The first code is right: from now on it is asked. The printed codes, told once.

    Raises Problem `people.wrong_code`.
    """
    with node.journal.write():
        row = second_factor_queries.find(node.store, staff.staff_id)
        if row is None or row["is_on"] or not _takes(node, staff.staff_id, typed):
            raise Problem("people.wrong_code")
        codes = _renew_spares(node, staff.staff_id)
        audit.note(node, staff, "factor.on", staff.staff_id)
    node.store.flush()
    return codes


def renew_spares(node: Node, staff: Staff, typed: str) -> list[str]:
    """New printed codes; the old ones are void. Raises Problem `people.wrong_code`."""
    with node.journal.write():
        _check(node, staff.staff_id, typed)
        return _renew_spares(node, staff.staff_id)


def stop(node: Node, staff: Staff, typed: str) -> None:
    """Do without it again. Raises Problem `people.wrong_code`."""
    with node.journal.write():
        _check(node, staff.staff_id, typed)
        second_factor_queries.remove(node.store, staff.staff_id)
        audit.note(node, staff, "factor.off", staff.staff_id)


def remove_for(node: Node, by: Staff, staff_id: bytes) -> None:
    """Somebody lost her phone and her printed codes: her passphrase alone signs her in again."""
    with node.journal.write():
        second_factor_queries.remove(node.store, staff_id)
        audit.note(node, by, "factor.off", staff_id)


def pay(node: Node, session: bytes, typed: str) -> bool:
    """Sign in a phone that owes its second factor; False for a wrong code; after five the phrase is asked again."""
    with node.journal.write():
        row = queries.find_session(node.store, session)
        if row is None or not row["code_tries"]:
            return False
        staff_id, left = row["staff_id"], row["code_tries"] - 1
        is_spare = second_factor_queries.use_spare(node.store, staff_id, _tag(node, staff_id, typed))
        is_right = is_spare or _takes(node, staff_id, typed)
        if is_spare:
            audit.note_named(node, row["name"], "factor.spare", staff_id)
        if is_right or left:
            queries.set_code_tries(node.store, session, 0 if is_right else left)
        else:
            queries.remove_session(node.store, session)
    return is_right


def _check(node: Node, staff_id: bytes, typed: str) -> None:
    if not _takes(node, staff_id, typed) and not second_factor_queries.use_spare(
        node.store, staff_id, _tag(node, staff_id, typed)
    ):
        raise Problem("people.wrong_code")


def _takes(node: Node, staff_id: bytes, typed: str) -> bool:
    """True for a code of now that was not taken before; then it counts no more."""
    import pyotp

    row = second_factor_queries.find(node.store, staff_id)
    digits = "".join(typed.split())
    if row is None or not (digits.isascii() and digits.isdigit()):
        return False
    code = pyotp.TOTP(_unwrap(node, staff_id, row["wrapped"]))
    now = node.clock.wall_ms() // 1000 // STEP_SECONDS
    for step in range(now - NEAR_STEPS, now + NEAR_STEPS + 1):
        if step > row["last_step"] and primitives.is_same(code.at(step * STEP_SECONDS).encode(), digits.encode()):
            second_factor_queries.note_step(node.store, staff_id, step)
            return True
    return False


def _renew_spares(node: Node, staff_id: bytes) -> list[str]:
    made = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(SPARE_CODES)]
    codes = [f"{one[:4]}-{one[4:8]}-{one[8:12]}-{one[12:]}" for one in made]
    second_factor_queries.keep_spares(node.store, staff_id, [_tag(node, staff_id, code) for code in codes])
    return codes


def _tag(node: Node, staff_id: bytes, code: str) -> bytes:
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return primitives.mac(node.identity.web_secret, b"spare code", staff_id, plain.encode())


def _key(node: Node) -> bytes:
    return primitives.mac(node.identity.web_secret, b"second factor")


def _wrap(node: Node, staff_id: bytes, secret: str) -> bytes:
    return primitives.wrap(_key(node), secret.encode(), _PURPOSE + staff_id)


def _unwrap(node: Node, staff_id: bytes, wrapped: bytes) -> str:
    return primitives.unwrap(_key(node), wrapped, _PURPOSE + staff_id).decode()


def _setup(node: Node, staff: Staff, secret: str) -> Setup:
    import pyotp

    uri = pyotp.TOTP(secret).provisioning_uri(name=staff.name, issuer_name=node.settings.node_name)
    return Setup(secret, uri)
