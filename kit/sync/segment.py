"""The segment: a range of one log, signed by who wrote it, closed for who receives it, named by the hash of its bytes.

    "vseg" | length of header (2 bytes) | header (msgpack) | ciphertext | Ed25519 signature (64 bytes)

The ciphertext is zstd(columns) under a key of its own, bound to the header; that key is sealed to the receiving node,
which must project without anybody's passphrase: facts hold no names. The signature covers the header and the hash of
the ciphertext. The frame and the header's first fields never change, so that a segment of a later version can still be
kept, receipted and set aside. Every length is checked before anything is made of it. Source: journal.md, "Segment".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Annotated

import msgspec

from kit.errors import Problem
from kit.journal.fact import Record
from kit.keys import primitives
from kit.keys.identity import Identity
from kit.sync.columns import HASH_BYTES, MOST_FACTS, bad, check_numbers, pack_facts, unpack_facts

VERSION = 2
_BY_PLANES = 2  # from this version on the days of ids lie together
MAGIC = b"vseg"
MOST_BYTES = 64 * 1024
MOST_PLAIN = 1024 * 1024
WINDOW_BYTES = 1024 * 1024
ZSTD_LEVEL = 12
_SIGNED = b"valise-segment-1"
_CHAIN = b"valise-chain-1"
_RECIPIENT_BYTES = 16

Hash = Annotated[bytes, msgspec.Meta(min_length=HASH_BYTES, max_length=HASH_BYTES)]


class Header(msgspec.Struct, array_like=True, frozen=True):
    """What can be read of a segment without a key. `envelopes`: hashes its facts cite, one after another."""

    version: Annotated[int, msgspec.Meta(ge=1, le=255)]
    log_id: Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
    public_key: Hash
    epoch: Annotated[bytes, msgspec.Meta(min_length=8, max_length=8)]
    first: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    last: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    chain_before: Hash
    chain_after: Hash
    recipient: Annotated[bytes, msgspec.Meta(min_length=_RECIPIENT_BYTES, max_length=_RECIPIENT_BYTES)]
    sealed_key: Annotated[bytes, msgspec.Meta(max_length=256)]
    envelopes: bytes

    @property
    def count(self) -> int:
        """How many facts."""
        return self.last - self.first + 1

    def cited(self) -> list[bytes]:
        """The hashes of the envelopes that go with its facts."""
        return [self.envelopes[at : at + HASH_BYTES] for at in range(0, len(self.envelopes), HASH_BYTES)]


class Segment(msgspec.Struct, frozen=True):
    """A segment whose signature is good. `segment_id` is the hash of `raw`."""

    segment_id: bytes
    header: Header
    header_bytes: bytes
    ciphertext: bytes
    raw: bytes


class LogName(msgspec.Struct, frozen=True):
    """Whose log: its id follows from the key and the epoch."""

    log_id: bytes
    public_key: bytes
    epoch: bytes


# -- the chain ----------------------------------------------------------------------------------------------------


def chain_start(log_id: bytes) -> bytes:
    """The running hash before a log's first fact."""
    return primitives.digest(_CHAIN, log_id)


def chain_links(before: bytes, records: Iterable[Record]) -> list[bytes]:
    """The running hash after each fact: BLAKE2b-256 of the one before and the fact's canonical msgpack."""
    links = []
    for r in records:
        plain = (r.seq, r.kind, r.version, r.boot, r.mono_ms, r.wall_ms, r.subject, r.home, r.refs, r.envelope, r.body)
        before = primitives.digest(before, msgspec.msgpack.encode(plain))
        links.append(before)
    return links


# -- writing ------------------------------------------------------------------------------------------------------


def recipient_id(box_public: bytes) -> bytes:
    """The sixteen bytes that name who can open a segment."""
    return primitives.digest(box_public, size=_RECIPIENT_BYTES)


def build_segment(
    identity: Identity, log: LogName, chain_before: bytes, records: Sequence[Record], box_public: bytes
) -> Segment:
    """Neighbouring facts of our own log, closed for the holder of `box_public`'s private half.

    Raises Problem `sync.bad_segment` when they are not neighbours or cannot be given back byte for byte.
    """
    if [r.seq for r in records] != list(range(records[0].seq, records[0].seq + len(records))):
        raise bad()
    for record in records:
        check_numbers(record)
    envelopes = list(dict.fromkeys(r.envelope for r in records if r.envelope))
    plain = _checked_columns(records, envelopes)
    key = primitives.new_key()
    header = Header(
        VERSION, log.log_id, log.public_key, log.epoch, records[0].seq, records[-1].seq, chain_before,
        chain_links(chain_before, records)[-1], recipient_id(box_public), primitives.seal_to(box_public, key),
        b"".join(envelopes),
    )  # fmt: skip
    header_bytes = msgspec.msgpack.encode(header)
    ciphertext = primitives.wrap(key, _compress(plain), header_bytes)
    frame = MAGIC + len(header_bytes).to_bytes(2, "big") + header_bytes
    raw = frame + ciphertext + identity.sign(_to_sign(header_bytes, ciphertext))
    return Segment(primitives.digest(raw), header, header_bytes, ciphertext, raw)


def _checked_columns(records: Sequence[Record], envelopes: Sequence[bytes]) -> bytes:
    """The columns, after making sure that they give the same facts back; bodies lie whole if turning lost a byte."""
    for turn in (True, False):
        plain = pack_facts(records, envelopes, turn=turn)
        if unpack_facts(plain, records[0].seq, len(records), envelopes) == list(records):
            return plain
    raise bad()


def cut_segment(
    identity: Identity, log: LogName, chain_before: bytes, records: Sequence[Record], box_public: bytes
) -> Segment:
    """As many of the first facts as fit into one segment of at most 64 KiB."""
    taken = list(records[: _fitting(records)])
    while True:
        segment = build_segment(identity, log, chain_before, taken, box_public)
        if len(segment.raw) <= MOST_BYTES:
            return segment
        if len(taken) == 1:
            raise bad()  # the journal takes no fact that large
        taken = taken[: max(1, int(len(taken) * 0.95 * MOST_BYTES / len(segment.raw)))]


def _fitting(records: Sequence[Record]) -> int:
    """How many facts stay under the limits on facts and on plain bytes, never fewer than one."""
    room, most_envelopes = MOST_PLAIN * 3 // 4, 1500
    for place, record in enumerate(records[:MOST_FACTS]):
        room -= len(record.body) + len(record.refs) + len(record.kind) + 120
        most_envelopes -= record.envelope is not None
        if room < 0 or most_envelopes < 0:
            return max(1, place)
    return min(len(records), MOST_FACTS)


def _compress(plain: bytes) -> bytes:
    import zstandard

    packed: bytes = zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_content_size=False).compress(plain)
    return packed


def _to_sign(header_bytes: bytes, ciphertext: bytes) -> bytes:
    return _SIGNED + header_bytes + primitives.digest(ciphertext)


# -- reading ------------------------------------------------------------------------------------------------------


def read_segment(raw: bytes) -> Segment:
    """A segment's parts, its limits and signature checked. Raises Problem `sync.bad_segment`.

    Whose key signed it is for the caller to judge. A later version passes: see `open_segment`.
    """
    if not raw[:4] == MAGIC or not len(MAGIC) + 2 + primitives.SIGNATURE_BYTES < len(raw) <= MOST_BYTES:
        raise bad()
    start = len(MAGIC) + 2
    end = start + int.from_bytes(raw[4:start], "big")
    header_bytes, ciphertext = raw[start:end], raw[end : -primitives.SIGNATURE_BYTES]
    if end > len(raw) - primitives.SIGNATURE_BYTES:
        raise bad()
    header = _read_header(header_bytes)
    try:
        signature = raw[-primitives.SIGNATURE_BYTES :]
        primitives.check_signature(header.public_key, _to_sign(header_bytes, ciphertext), signature)
    except Problem as refusal:
        raise bad() from refusal
    return Segment(primitives.digest(raw), header, header_bytes, ciphertext, raw)


def _read_header(header_bytes: bytes) -> Header:
    try:
        header = msgspec.msgpack.decode(header_bytes, type=Header)
    except (msgspec.MsgspecError, RecursionError, MemoryError) as refusal:
        raise bad() from refusal
    named = primitives.digest(header.public_key, header.epoch, size=16)
    if header.log_id != named or len(header.envelopes) % HASH_BYTES or not 0 < header.count <= MOST_FACTS:
        raise bad()
    return header


def open_segment(segment: Segment, box_private: bytes) -> list[Record]:
    """The facts of a segment addressed to us, in order, their chain checked.

    Raises Problem `sync.unknown_version` for a later version, `sync.bad_segment` for anything else that is wrong.
    """
    return open_with_key(segment, segment_key(segment, box_private))


def segment_key(segment: Segment, box_private: bytes) -> bytes:
    """The key of a segment addressed to us. Raises like `open_segment`."""
    if segment.header.version > VERSION:
        raise Problem("sync.unknown_version")
    try:
        return primitives.open_sealed(box_private, segment.header.sealed_key)
    except Problem as refusal:
        raise bad() from refusal


def open_with_key(segment: Segment, key: bytes) -> list[Record]:
    """The facts of a segment by its own key. Raises like `open_segment`."""
    header = segment.header
    try:
        packed = primitives.unwrap(key, segment.ciphertext, segment.header_bytes)
    except Problem as refusal:
        raise bad() from refusal
    by_planes = header.version >= _BY_PLANES
    records = unpack_facts(_expand(packed), header.first, header.count, header.cited(), by_planes=by_planes)
    if chain_links(header.chain_before, records)[-1] != header.chain_after:
        raise bad()
    return records


def _expand(packed: bytes) -> bytes:
    """Decompress with a cap: `decompress()` would believe the size that a frame claims (journal.md)."""
    import zstandard

    try:
        with zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES).stream_reader(BytesIO(packed)) as reader:
            plain: bytes = reader.read(MOST_PLAIN + 1)
    except (zstandard.ZstdError, MemoryError) as refusal:
        raise bad() from refusal
    if len(plain) > MOST_PLAIN:
        raise bad()
    return plain
