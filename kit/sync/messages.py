"""What two nodes say to each other, each signed by who speaks and bound to its purpose; and the receipts they keep.

A message is msgpack of (payload, public key, signature over purpose + payload). Lists come after a good signature of
somebody known, never before. Source: journal.md, "Segment, envelope, blob, bundle, handshake".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

import msgspec

from kit.errors import Problem
from kit.keys import primitives
from kit.keys.identity import Identity
from kit.sync.segment import Hash

PROTOCOL = 1
CONTENT_TYPE = "application/vnd.valise"
STORED, BACKED_UP = "stored", "backed_up"
MOST_BYTES = 256 * 1024

Id16 = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
Epoch = Annotated[bytes, msgspec.Meta(min_length=8, max_length=8)]
Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Ranges = Annotated[list[tuple[Number, Number]], msgspec.Meta(max_length=5000)]
Hashes = Annotated[list[Hash], msgspec.Meta(max_length=2000)]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Address = Annotated[str, msgspec.Meta(max_length=500)]


class _Signed(msgspec.Struct, array_like=True, frozen=True):
    payload: Annotated[bytes, msgspec.Meta(max_length=MOST_BYTES)]
    signer: Hash
    signature: Annotated[bytes, msgspec.Meta(max_length=primitives.SIGNATURE_BYTES)]


class Message(msgspec.Struct, array_like=True, frozen=True):
    """Base of every message. Additive: new fields go last and have a default."""


class LogState(Message, frozen=True):
    """One log as its writer knows it: newest number, and the ranges it still has to offer."""

    log_id: Id16
    epoch: Epoch
    head: Number
    have: Ranges


class Health(Message, frozen=True):
    """How a kit is: program version, room on its disk, how sure its clock is (`kit.clock`), works and packs on its
    shelves, and whole days since its last backup (None: there is none)."""

    version: Annotated[str, msgspec.Meta(max_length=40)]
    free_bytes: Number
    total_bytes: Number
    clock: Annotated[str, msgspec.Meta(max_length=20)]
    works: Number
    packs: Number
    backup_days: Number | None


class Hello(Message, frozen=True):
    """The kit speaks first. `gone`: envelopes asked for that the kit no longer has (erased). `feeds`: what it has of
    the server's own logs. `blobs`: files that wait to go home, by name. `doubtful`: segments whose numbers somebody
    else may have sent. `strange`: envelopes asked for that nothing of this kit's ever cited: its copy has them."""

    protocol: int
    nonce: Id16
    certificate: Annotated[bytes, msgspec.Meta(max_length=4096)]
    wall_ms: int
    logs: Annotated[list[LogState], msgspec.Meta(max_length=64)]
    gone: Hashes = []
    feeds: Annotated[list[LogState], msgspec.Meta(max_length=64)] = []
    blobs: Annotated[list[Hash], msgspec.Meta(max_length=500)] = []
    doubtful: Hashes = []
    health: Health | None = None
    strange: Hashes = []


class Waiting(Message, frozen=True):
    """`ranges` of a log came, but not all the names they cite; `chains`: the running hash after each."""

    log_id: Id16
    ranges: Ranges
    chains: Annotated[list[Hash], msgspec.Meta(max_length=5000)]


class Holding(Message, frozen=True):
    """These very segments are on the server's disk with the names they cite: said of those whose numbers somebody else
    may have sent. `backed_up`: those of them that its last backup holds. `waiting`: what no receipt speaks of yet, so
    that whoever shares the log with a copy of its card learns whose facts they are."""

    server_epoch: Epoch
    segments: Hashes
    at_ms: int
    backed_up: Hashes = []
    waiting: Annotated[list[Waiting], msgspec.Meta(max_length=64)] = []


class BlobState(Message, frozen=True):
    """A file of a kit as its server knows it: the pieces it lacks (numbers from 0), or the receipt (signed)."""

    blob_id: Hash
    missing: Ranges
    receipt: bytes
    is_known: bool


class BlobReceipt(Message, frozen=True):
    """A file lies whole on the server's disk."""

    server_epoch: Epoch
    blob_id: Hash
    at_ms: int


class Missing(Message, frozen=True):
    """What the server lacks of one log, and the newest number it has."""

    log_id: Id16
    ranges: Ranges
    head: Number


class Offer(Message, frozen=True):
    """Segments of a log of the server's that the kit lacks, by name, and that log's newest number."""

    log_id: Id16
    head: Number
    segments: Hashes


class Answer(Message, frozen=True):
    """The server's answer to one hello (its nonce comes back): what it wants, receipts for what it has, and
    what it has for the kit. `lost`: what the kit holds of the server's own logs and the server has no longer.
    `holding`: a signed `Holding` about what the kit called doubtful, or nothing."""

    protocol: int
    nonce: Id16
    server_epoch: Epoch
    time_ms: int
    missing: list[Missing]
    wanted: Hashes
    receipts: list[bytes]
    feeds: list[Offer] = []
    blobs: list[BlobState] = []
    lost: list[Missing] = []
    holding: bytes = b""


class Receipt(Message, frozen=True):
    """`ranges` of a log are on the server's disk, with the envelopes they cite: "stored", or "backed_up" too.

    `chains`: the running hash after the last number of each range, empty where it is not known: whoever hears that
    her numbers came can tell whether her facts did (a copied card). No list: a server of an earlier version.
    """

    server_epoch: Epoch
    log_id: Id16
    ranges: Ranges
    level: Annotated[str, msgspec.Meta(max_length=20)]
    at_ms: int
    chains: Annotated[list[Annotated[bytes, msgspec.Meta(max_length=32)]], msgspec.Meta(max_length=5000)] = []


class Certificate(Message, frozen=True):
    """The coordination's word on a kit, signed by its server's key. `not_after_ms`: Unix milliseconds."""

    version: int
    kit_id: Id16
    nickname: Line
    sign_public: Hash
    box_public: Hash
    territory: Annotated[str, msgspec.Meta(max_length=120)]
    not_after_ms: int
    serial: Epoch
    organisation_public: Hash
    server_sign_public: Hash
    server_box_public: Hash
    server_url: Address


class Request(Message, frozen=True):
    """A kit asks to be enrolled; signing it proves that it holds the private half of `sign_public`."""

    version: int
    code: Annotated[str, msgspec.Meta(max_length=200)]
    nickname: Annotated[str, msgspec.Meta(max_length=80)]
    sign_public: Hash
    box_public: Hash
    log_id: Id16
    epoch: Epoch


class Returned(Message, frozen=True):
    """A segment the server wrote and lost; `sealed_key`: its key, closed for the server that wrote it."""

    segment: Annotated[bytes, msgspec.Meta(max_length=65536)]
    sealed_key: Annotated[bytes, msgspec.Meta(max_length=256)]


class TimeTold(Message, frozen=True):
    """The server's word on the hour (Unix milliseconds), for who sent this nonce just now."""

    nonce: Id16
    time_ms: Number


M = TypeVar("M", bound=Message)


def sign_message(identity: Identity, message: Message) -> bytes:
    """A message's bytes under this node's signature."""
    payload = msgspec.msgpack.encode(message)
    signature = identity.sign(_purpose(type(message)) + payload)
    return msgspec.msgpack.encode(_Signed(payload, identity.sign_public, signature))


def read_message(kind: type[M], raw: bytes, accept: Callable[[bytes], object]) -> M:
    """The message in `raw`, once `accept(signer's public key)` has let it pass (it raises a Problem if not).

    Raises Problem `sync.bad_message` when it is damaged, forged or of another kind.
    """
    try:
        signed = msgspec.msgpack.decode(raw, type=_Signed)
        accept(signed.signer)
        primitives.check_signature(signed.signer, _purpose(kind) + signed.payload, signed.signature)
        return msgspec.msgpack.decode(signed.payload, type=kind)
    except (msgspec.MsgspecError, RecursionError, MemoryError) as refusal:
        raise Problem("sync.bad_message") from refusal
    except Problem as refusal:
        if refusal.code == "keys.forged":
            raise Problem("sync.bad_message") from refusal
        raise


def signed_by(public: bytes) -> Callable[[bytes], None]:
    """Accept one signer only."""

    def check(signer: bytes) -> None:
        if signer != public:
            raise Problem("sync.bad_message")

    return check


def _purpose(kind: type[Message]) -> bytes:
    return b"valise-" + kind.__name__.lower().encode() + b"-1:"
