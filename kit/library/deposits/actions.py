"""What can be done with deposits: offer, read by code, open, accept, refuse, let go. One transaction each."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kit.errors import Problem
from kit.journal.life import DAY_MS, tick
from kit.keys import primitives
from kit.keys.stream import Sealer
from kit.library import blobs
from kit.library.deposits import codes, facts, queries, rules
from kit.library.deposits.forms import Offer
from kit.library.deposits.queries import Deposit
from kit.library.formats.metadata import to_line
from kit.people import identities
from kit.people.node import Node

FOLDER = "deposits"
_COPY = b"valise-deposit-copy-1"
_REPLY = b"valise-deposit-reply-1"
EXPIRED = "Personne n’a pu répondre à temps. Le document est effacé : proposez-le de nouveau si vous voulez."


class Given(msgspec.Struct, frozen=True):
    """The file and what was said of it. `sha256` is of the file in clear, in hexadecimal."""

    offer: Offer
    name: str
    sha256: str
    size_bytes: int
    given_ms: int


class Waiting(msgspec.Struct, frozen=True):
    """What the team's envelope holds: the same, and the key of the waiting file."""

    given: Given
    key: bytes


class Followed(msgspec.Struct, frozen=True):
    """What a code opens: the deposit, what was given (None once refused), and the team's word."""

    deposit: Deposit
    given: Given | None
    word: str


def waiting_path(node: Node, deposit_id: bytes) -> Path:
    """Where the file of a deposit waits, sealed."""
    return node.data / FOLDER / f"{deposit_id.hex()}.sealed"


def open_target(node: Node, announced_bytes: int) -> Sealer:
    """Where a file that arrives is sealed. Raises Problem `library.no_space` or `deposits.full`."""
    if queries.count_waiting(node.store, node.identity.sign_public) >= rules.MOST_WAITING:
        raise Problem("deposits.full")
    blobs.check_space(node.data, node.settings.reserve, announced_bytes)
    return Sealer(node.data / "tmp" / blobs.aside_name(), primitives.new_key())


def offer(node: Node, nonce: bytes, upload: Sealer, name: str, told: Offer) -> str:
    """Note a work that is offered; its receipt code. The same form again gives the same code and notes nothing.

    Raises Problem `library.empty` or `web.too_large`.
    """
    code, deposit_id = codes.code_of(node.identity.web_secret, nonce), codes.id_of(nonce)
    if queries.find_deposit(node.store, deposit_id) is not None:
        return code
    upload.seal()
    if not upload.size_bytes:
        raise Problem("library.empty")
    if upload.size_bytes > node.settings.max_deposit:
        raise Problem("web.too_large", limit=f"{node.settings.max_deposit / 1e6:.0f} Mo")
    given = Given(told, to_line(name, 150) or "document", upload.sha256.hex(), upload.size_bytes, node.clock.wall_ms())
    target = waiting_path(node, deposit_id)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    upload.path.replace(target)
    blobs.sync_folder(target.parent)
    try:
        _note(node, deposit_id, code, given, upload.key)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return code


def _note(node: Node, deposit_id: bytes, code: str, given: Given, key: bytes) -> None:
    reply_private, reply_public = primitives.new_box_pair()
    giver_key = codes.key_of(code)
    body = facts.DepositOffered(
        given.size_bytes, codes.lookup_of(code), reply_public,
        primitives.wrap(giver_key, reply_private, _REPLY + deposit_id),
    )  # fmt: skip
    copy = primitives.wrap(giver_key, msgspec.msgpack.encode(given), _COPY + deposit_id)
    life = tick(node.store, node.clock)
    with node.journal.write():
        door = identities.make_door(node, deposit_id)
        told = identities.Identity(given.offer.giver, "", msgspec.json.encode(Waiting(given, key)).decode())
        sealed = identities.seal_identity(node, deposit_id, told, door)
        node.journal.append(facts.OFFERED, deposit_id, body, sealed=sealed)
        queries.begin_wait(node.store, deposit_id, life, copy)


def follow(node: Node, typed: str) -> Followed:
    """What a receipt code opens. Raises Problem `deposits.not_found`."""
    deposit = queries.find_by_lookup(node.store, codes.lookup_of(typed))
    if deposit is None:
        raise Problem("deposits.not_found")
    key, word = codes.key_of(typed), ""
    if deposit.answer:
        private = primitives.unwrap(key, deposit.reply_box, _REPLY + deposit.deposit_id)
        word = primitives.open_sealed(private, deposit.answer).decode()
    copy = queries.find_copy(node.store, deposit.deposit_id)
    raw = primitives.unwrap(key, copy, _COPY + deposit.deposit_id) if copy else None
    return Followed(deposit, msgspec.msgpack.decode(raw, type=Given) if raw else None, word)


def get_waiting(node: Node, deposit_id: bytes) -> Deposit:
    """A deposit nobody has answered. Raises Problem `deposits.gone` or `deposits.settled`."""
    deposit = queries.find_deposit(node.store, deposit_id)
    if deposit is None:
        raise Problem("deposits.gone")
    if deposit.state != "waiting":
        raise Problem("deposits.settled")
    return deposit


def open_waiting(node: Node, vault: bytes | None, deposit: Deposit) -> Waiting:
    """What the envelope holds. Raises Problem `people.forbidden` when this person's passphrase opens no name."""
    door = identities.open_door(node, vault, deposit.deposit_id) if vault else None
    told = identities.open_identity(node, deposit.envelope, door)
    if told is None:
        raise Problem("people.forbidden")
    return msgspec.json.decode(told.text, type=Waiting)


def settle(
    node: Node, deposit_id: bytes, outcome: str, word: str, item_id: bytes = b"", *,
    home: bytes | None = None, to: bytes | None = None,
) -> None:  # fmt: skip
    """Answer a deposit: its file leaves, its door is destroyed; unless accepted, what the giver told us leaves too.

    `home` and `to` at the central only: the log it was born in, and the suitcase that is told when it is found again.
    Raises Problem `deposits.settled` when somebody was quicker.
    """
    with node.journal.write():
        deposit = get_waiting(node, deposit_id)
        answer = primitives.seal_to(deposit.reply_public, word.encode()) if word else b""
        body = facts.DepositAnswered(outcome, answer, item_id)
        node.journal.append(facts.ANSWERED, deposit_id, body, home=home, to=to)
        _let_file_go(node, deposit_id, outcome)
    if outcome != "accepted":
        identities.erase(node, deposit_id, "retention")


def _let_file_go(node: Node, deposit_id: bytes, outcome: str) -> None:
    identities.destroy_door(node, deposit_id)
    if outcome != "accepted":
        queries.forget_copy(node.store, deposit_id)
    waiting_path(node, deposit_id).unlink(missing_ok=True)


def tidy(node: Node) -> int:
    """Let go of the files of what the coordination answered while this suitcase was lost; how many."""
    with node.journal.write():
        answered = queries.list_answered_elsewhere(node.store)
        for deposit in answered:
            _let_file_go(node, deposit.deposit_id, deposit.state)
    return len(answered)


def let_go(node: Node) -> int:
    """Let go of deposits nobody answered in sixty days of kit life; how many."""
    ids = queries.list_waiting_since(node.store, tick(node.store, node.clock) - rules.WAIT_DAYS * DAY_MS)
    for deposit_id in ids:
        settle(node, deposit_id, "expired", EXPIRED)
    return len(ids)
