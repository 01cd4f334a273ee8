"""The facts of vouchers. A voucher belongs to a workshop, never to a person: only counts and values are wanted."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.rules import last_version
from kit.store import Store
from kit.workshops.facts import Count, Id, Line, insert_row

Label = Annotated[str, Meta(min_length=1, max_length=60)]


class KindSet(Body, frozen=True):
    """A kind of voucher as last written. `base` is the version it was made from (0: the first)."""

    base: Count
    label: Label
    value_cents: Count
    is_used: bool = True


class VoucherTaken(Body, frozen=True):
    """One voucher was handed in, worth what its kind was worth at that moment."""

    workshop_id: Id
    kind_id: Id
    label: Line
    value_cents: Count


class VoucherGivenBack(Body, frozen=True):
    """It was a slip, or was given back."""


KIND_SET = Kind("voucher_kind.set", KindSet)
TAKEN = Kind("voucher.taken", VoucherTaken)
GIVEN_BACK = Kind("voucher.given_back", VoucherGivenBack)


def fold_kind(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One kind: the newest version counts."""
    store.run("DELETE FROM voucher_kind WHERE kind_id = ?", subject)
    last = last_version(facts)
    if last is None:
        return
    row = {"log_no": log_number(store, facts[0].home, None, None), "kind_id": subject, "label": last.body.label}
    told = {"value_cents": last.body.value_cents, "is_used": int(last.body.is_used), "version": last.body.base + 1}
    insert_row(store, "voucher_kind", row | told)


def fold_voucher(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One voucher: there, unless it was given back."""
    store.run("DELETE FROM voucher WHERE voucher_id = ?", subject)
    taken = next((fact for fact in facts if fact.kind == TAKEN.name), None)
    if taken is None or any(fact.kind == GIVEN_BACK.name for fact in facts):
        return
    row = {"log_no": log_number(store, taken.home, None, None), "voucher_id": subject}
    insert_row(store, "voucher", row | msgspec.structs.asdict(taken.body))


KIND = Thing("voucher_kind", (KIND_SET,), ("voucher_kind",), fold_kind, goes_down=True)
VOUCHER = Thing("voucher", (TAKEN, GIVEN_BACK), ("voucher",), fold_voucher)
THINGS: tuple[Thing, ...] = (KIND, VOUCHER)
