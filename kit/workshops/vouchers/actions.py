"""Vouchers: kinds are written, vouchers counted with one tap and taken back with another."""

from __future__ import annotations

from msgspec.structs import asdict

from kit.errors import Problem
from kit.people.node import Node
from kit.workshops import actions
from kit.workshops.vouchers import facts, queries
from kit.workshops.vouchers.forms import NewKind


def set_kind(node: Node, kind_id: bytes, new: NewKind) -> None:
    """Add a kind of voucher or change one of ours; vouchers already taken keep their value.

    Raises Problem `vouchers.elsewhere` for a kind that the coordination wrote.
    """
    with node.journal.write():
        known = queries.find_kind(node.store, kind_id)
        if known is not None and not known.is_ours:
            raise Problem("vouchers.elsewhere")
        if known is None or NewKind(known.label, known.value_cents, known.is_used) != new:
            body = facts.KindSet(base=known.version if known else 0, **asdict(new))
            node.journal.append(facts.KIND_SET, kind_id, body)


def take(node: Node, workshop_id: bytes, voucher_id: bytes, kind_id: bytes) -> None:
    """One more voucher of this kind; the same id again (a form posted twice) changes nothing.

    Raises Problem `vouchers.not_taken`, and `workshops.closed`, `.cancelled` or `.hosted_elsewhere`.
    """
    with node.journal.write():
        workshop = actions.open_workshop(node, workshop_id)
        kind = next((one for one in queries.list_taken(node.store, workshop) if one.kind_id == kind_id), None)
        if kind is None or not workshop.takes_voucher:
            raise Problem("vouchers.not_taken")
        if not node.journal.facts_of(facts.VOUCHER, voucher_id):
            body = facts.VoucherTaken(workshop_id, kind_id, kind.label, kind.value_cents)
            actions.append(node, workshop, facts.TAKEN, voucher_id, body)


def give_back(node: Node, workshop_id: bytes, kind_id: bytes) -> None:
    """One voucher of this kind less; none left changes nothing. Raises Problem like `actions.open_workshop`."""
    with node.journal.write():
        workshop = actions.open_workshop(node, workshop_id)
        voucher_id = queries.find_last(node.store, workshop, kind_id)
        if voucher_id is not None:
            actions.append(node, workshop, facts.GIVEN_BACK, voucher_id, facts.VoucherGivenBack())
