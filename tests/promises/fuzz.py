"""P7, as a program under a memory cap: hostile segments, envelopes and bundles at a real central, then the good ones.

Usage: python -m tests.promises.fuzz GOLDEN FOLDER STEP      (every STEP-th byte of each thing is cut at and flipped,
every STEP * 5-th of a bundle: it holds the same things once more)
The last line says how many were tried, and how much memory they took beyond what the program had before.
"""

from __future__ import annotations

import io
import os
import random
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import zstandard

from kit.central import bringing
from kit.errors import Problem
from kit.keys import primitives
from kit.keys.identity import Identity
from kit.people.node import Node
from kit.sync import aside_queries, bundle, segment
from tests.promises.golden import bundles_of, deliver, fresh_central, items_of

CAP_BYTES = 64 << 20
REFUSALS = {"sync.bad_segment", "sync.bad_envelope", "sync.unknown_kit", "sync.wrong_recipient"}


def spoilt(raw: bytes, step: int, dice: random.Random) -> Iterator[bytes]:
    """Cut at every byte, one bit of every byte turned, pieces doubled or put elsewhere."""
    for place in range(0, len(raw), step):
        yield raw[:place]
        turned = bytearray(raw)
        turned[place] ^= 1 << dice.randrange(8)
        yield bytes(turned)
    for _ in range(60):
        one, two = sorted(dice.sample(range(len(raw)), 2))
        yield raw[:two] + raw[one:]
        yield raw[:one] + dice.randbytes(two - one) + raw[two:]


def _zeros(size: int) -> bytes:
    narrow = zstandard.ZstdCompressionParameters.from_level(3, window_log=18)
    packer = zstandard.ZstdCompressor(compression_params=narrow).compressobj()
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()


def _pack(plain: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(plain)


def bombs() -> list[bytes]:
    """What a kit with good keys and a bad heart would put into a segment."""
    return [
        _zeros(256 << 20),
        b"\x28\xb5\x2f\xfd\xe0" + (2**40).to_bytes(8, "little") + b"\x01\x00\x00",  # claims a terabyte
        b"",
        os.urandom(300),
        _pack(b"\x91" * 900_000),
        _pack(b"\xdc\xff\xff" * 300_000),
        _pack(b"\xdf\xff\xff\xff\xff" * 90_000),
        _pack(b"\xc6\xff\xff\xff\xff" * 10),
    ]


def closed(writer: Identity, box_public: bytes, first: int, packed: bytes) -> bytes:
    """A segment whose signature and key are good, whatever it holds."""
    key, epoch = primitives.new_key(), b"e" * 8
    header = msgspec.msgpack.encode(
        segment.Header(
            1, writer.log_id(epoch), writer.sign_public, epoch, first, first + 4, bytes(32), bytes(32),
            segment.recipient_id(box_public), primitives.seal_to(box_public, key), b"",
        )
    )  # fmt: skip
    ciphertext = primitives.wrap(key, packed, header)
    frame = segment.MAGIC + len(header).to_bytes(2, "big") + header + ciphertext
    return frame + writer.sign(segment._to_sign(header, ciphertext))


def hostile(golden: Path, central: Node, step: int) -> Iterator[tuple[str, bytes]]:
    """Everything that must be refused, or kept and set aside."""
    dice = random.Random(1)
    for kind, raw in items_of(golden):
        for bad in spoilt(raw, step, dice):
            yield kind, bad
        yield ("envelope" if kind == "segment" else "segment"), raw
    stranger = _stranger()
    for number, bomb in enumerate(bombs()):
        yield "segment", closed(stranger, central.identity.box_public, 1 + number * 5, bomb)
        yield "segment", closed(central.identity, primitives.new_box_pair()[1], 1, bomb)
        # The golden kit's own private key was not kept: a bomb of an enrolled kit is signed by this central's key,
        # which `main` enrols as a kit.
        yield "segment", closed(central.identity, central.identity.box_public, 1 + number * 5, bomb)
    for size in (0, 1, 64 << 10, 1 << 20, 8 << 20):
        yield "segment", dice.randbytes(size)
        yield "envelope", dice.randbytes(size)


def hostile_bundles(golden: Path, step: int) -> Iterator[bytes]:
    """Spoilt bundles, and frames that lie about their length, their kind or their version."""
    dice = random.Random(2)
    for raw in bundles_of(golden, "envoi"):
        yield from spoilt(raw, step * 5, dice)
        yield raw[:-5] + raw[5:]  # a bundle inside a bundle
    start = bundle.start()
    for kind in (*b"HASEZ", *b"?\x00\xff"):
        for size in (0, 1, 1 << 16, 1 << 20, 2**32 - 1):
            yield start + bytes([kind]) + size.to_bytes(4, "big") + dice.randbytes(min(size, 1 << 20))
    yield from (b"", bundle.MAGIC, bundle.MAGIC + b"\xff", dice.randbytes(1 << 20), start + _zeros(8 << 20))


def _stranger() -> Identity:
    seed, public = primitives.new_signing_pair()
    private, box_public = primitives.new_box_pair()
    return Identity(seed, public, private, box_public, primitives.new_key())


def peak_bytes() -> int:
    """The most memory this program had so far."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM"))


def main() -> None:
    """Attack, measure, then let the good ones land."""
    golden, folder, step = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    central = fresh_central(golden, folder / "central")
    clean = fresh_central(golden, folder / "central-clean")
    for node in (central, clean):
        _enrol_itself(node)
    for kind, raw in items_of(golden):
        deliver(clean, kind, raw)
    made, bundles = list(hostile(golden, central, step)), list(hostile_bundles(golden, step))
    before = peak_bytes()
    used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGESIZE")
    resource.setrlimit(resource.RLIMIT_AS, (used + CAP_BYTES, used + CAP_BYTES))
    for kind, raw in made:
        try:
            deliver(central, kind, raw)
        except Problem as problem:
            if problem.code not in REFUSALS:
                sys.exit(f"VIOLATED a {kind} of {len(raw)} bytes was refused with {problem.code}")
    for raw in bundles:
        bringing.take_bundle(central, "hostile", io.BytesIO(raw))  # raises for nothing that it may hold
    aside = aside_queries.count_to_look_at(central.store)
    if aside != len(bombs()):
        sys.exit(f"VIOLATED {aside} of {len(bombs())} bombs of a kit of ours are set aside for people")
    for kind, raw in items_of(golden):
        deliver(central, kind, raw)
    for raw in bundles_of(golden, "envoi"):
        if trouble := bringing.take_bundle(central, "good", io.BytesIO(raw)).trouble:
            sys.exit(f"VIOLATED a good bundle is refused after the bad ones: {trouble}")
    if central.journal.projection_hash() != clean.journal.projection_hash():
        sys.exit("VIOLATED the good ones did not all land")
    print(f"HELD {len(made) + len(bundles)} {(peak_bytes() - before) >> 10}")


def _enrol_itself(node: Node) -> None:
    from kit.central import queries as central_queries

    own = node.identity
    row = (b"k" * 16, "Valise piégée", "", own.sign_public, own.box_public, b"s" * 8, b"", 2**42, 0)
    with node.journal.write():
        central_queries.save_kit(node.store, row)


if __name__ == "__main__":
    main()
