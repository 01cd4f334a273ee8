"""Works offered on the suitcases as they arrived: listed for who keeps the shelves, opened by the coordination's key.

They are answered where they were given: the giver waits there with a code. Only when that suitcase is lost (accepted no
more) the coordination answers: the giver reads it at the central, or on the suitcase should it be found again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import msgspec

from kit.central import bounds, gift_queries
from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.library.deposits import accepting
from kit.library.deposits import actions as deposits
from kit.library.deposits.actions import Given, Waiting, waiting_path
from kit.people import audit
from kit.people.actions import Staff
from kit.people.node import Node, StopView
from kit.store import Row


class Gift(msgspec.Struct, frozen=True):
    """One work offered on a suitcase. `stop` and `stop_id` are where, when only one stop covers that moment.

    `file`: here (whole), coming (some pieces are here), not_yet, or gone (it was refused, or left).
    `is_lost`: its suitcase is accepted no more, so that nobody answers there.
    """

    deposit_id: bytes
    envelope: bytes | None
    kit: str
    offered_ms: int
    size_bytes: int
    state: str
    file: str
    stop: str
    stop_id: bytes
    kit_id: bytes
    home: bytes
    is_lost: bool

    @property
    def is_ours(self) -> bool:
        """True when the coordination may answer: the file is here, and nobody else can."""
        return self.is_lost and self.state == "waiting" and self.file == "here"


class Opened(msgspec.Struct, frozen=True):
    """A work whose envelope was opened: what its giver said, and the key of its file."""

    gift: Gift
    given: Given
    key: bytes


def list_gifts(node: Node, limit: int, offset: int, logs: Collection[int] | None = None) -> list[Gift]:
    """By suitcase, then newest first; of these logs (None: of all)."""
    stops = node.list_stops()
    return [_gift(node, row, stops) for row in gift_queries.list_gifts(node.store, limit, offset, logs)]


def list_gifts_at(node: Node, stop_ids: Collection[bytes], logs: Collection[int] | None = None) -> list[Gift]:
    """Those that were offered at one of these stops (b"": where is not known), in the same order."""
    stops = node.list_stops()
    rows = gift_queries.list_gifts(node.store, -1, 0, logs)
    return [_gift(node, row, stops) for row in rows if find_stop(row["offered_ms"], stops) in stop_ids]


def find_stop(offered_ms: int, stops: Sequence[StopView]) -> bytes:
    """The only stop of the tour that covers a moment, or nothing."""
    there = [stop.stop_id for stop in stops if stop.starts_at_ms <= offered_ms <= stop.ends_at_ms]
    return there[0] if len(there) == 1 else b""


def _gift(node: Node, row: Row, stops: Sequence[StopView]) -> Gift:
    is_here = waiting_path(node, row["deposit_id"]).is_file()
    missing = "gone" if row["state"] in ("refused", "expired") or row["file"] == "dropped" else "not_yet"
    file = "here" if is_here else "coming" if row["file"] == "coming" else missing
    stop_id = find_stop(row["offered_ms"], stops)
    label = next((stop.label for stop in stops if stop.stop_id == stop_id), "")
    return Gift(
        row["deposit_id"], row["envelope"], row["nickname"], row["offered_ms"], row["size_bytes"], row["state"], file,
        label, stop_id, row["kit_id"], journal_queries.log_id(node.store, row["log_no"]), bool(row["is_revoked"]),
    )  # fmt: skip


def get_gift(node: Node, staff: Staff, deposit_id: bytes | None) -> Gift:
    """One of hers. Raises Problem `deposits.not_arrived` or `people.other_territory`."""
    row = gift_queries.find_gift(node.store, deposit_id)
    if row is None:
        raise Problem("deposits.not_arrived")
    bounds.check_log(node, staff, row["log_no"])
    return _gift(node, row, node.list_stops())


def open_gift(node: Node, staff: Staff, deposit_id: bytes | None) -> Opened:
    """What its giver said. Raises Problem like `get_gift`, `people.forbidden` for who holds no key, or
    `keys.cannot_open` (it was closed before its suitcase was attached, or its envelope was erased)."""
    gift = get_gift(node, staff, deposit_id)
    sealed = journal_queries.find_envelope(node.store, gift.envelope) if gift.envelope else None
    told = audit.open_sealed(node, staff, "gift.opened", gift.deposit_id, [sealed])
    if told is None:
        raise Problem("people.forbidden")
    if told[0] is None:
        raise Problem("keys.cannot_open")
    waiting = msgspec.json.decode(told[0].text, type=Waiting)
    return Opened(gift, waiting.given, waiting.key)


def read_file(node: Node, opened: Opened) -> Iterator[bytes]:
    """The clear file in pieces, never written to the disk. Raises Problem `deposits.not_arrived` while it lacks."""
    if opened.gift.file != "here":
        raise Problem("deposits.not_arrived")
    return accepting.read_sealed(node, opened.gift.deposit_id, opened.key)


def accept(node: Node, staff: Staff, deposit_id: bytes | None, word: str) -> bytes:
    """Put a work of a lost suitcase on the shelves here, with the rights its giver ticked, and answer; the work's id.

    Raises Problem like `open_gift`, `deposits.answer_there`, `deposits.settled`, or `library.*` when the file is
    refused: then nothing is answered.
    """
    opened = _open_to_answer(node, staff, deposit_id)
    shelf = accepting.shelf_of_gifts(node, staff)
    item_id = accepting.shelve(node, opened.gift.deposit_id, Waiting(opened.given, opened.key), shelf)
    _settle(node, opened.gift, "accepted", word, item_id)
    return item_id


def refuse(node: Node, staff: Staff, deposit_id: bytes | None, word: str) -> None:
    """Refuse a work of a lost suitcase: its file and its giver's name are erased. Raises Problem like `accept`."""
    _settle(node, _open_to_answer(node, staff, deposit_id).gift, "refused", word)


def _open_to_answer(node: Node, staff: Staff, deposit_id: bytes | None) -> Opened:
    gift = get_gift(node, staff, deposit_id)
    if gift.state != "waiting":
        raise Problem("deposits.settled")
    if not gift.is_ours:
        raise Problem("deposits.answer_there" if gift.file == "here" else "deposits.not_arrived")
    return open_gift(node, staff, deposit_id)


def _settle(node: Node, gift: Gift, outcome: str, word: str, item_id: bytes = b"") -> None:
    deposits.settle(node, gift.deposit_id, outcome, word, item_id, home=gift.home, to=gift.kit_id)
