"""Opens hostile segments under a memory cap; run as a program by test_segment.py: bombs.py FOLDER SEED."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import sys
from pathlib import Path

import msgspec
import nacl.bindings  # loaded before the cap, as they are in a running server
import nacl.signing  # noqa: F401
import zstandard

from kit.errors import Problem
from kit.keys import primitives
from kit.keys.identity import load_identity
from kit.sync import segment
from kit.sync.columns import pack_numbers, unpack_facts

CAP_BYTES = 64 << 20
MOST_GROWTH_KB = 24 << 10
writer = load_identity(Path(sys.argv[1]))
private, public = primitives.new_box_pair()
EPOCH = b"e" * 8


def sealed(packed: bytes) -> bytes:
    """A segment whose signature and key are good, whatever it holds."""
    key = primitives.new_key()
    header = msgspec.msgpack.encode(
        segment.Header(
            1, writer.log_id(EPOCH), writer.sign_public, EPOCH, 1, 5, bytes(32), bytes(32),
            segment.recipient_id(public), primitives.seal_to(public, key), b"",
        )
    )  # fmt: skip
    ciphertext = primitives.wrap(key, packed, header)
    signature = writer.sign(segment._to_sign(header, ciphertext))
    return segment.MAGIC + len(header).to_bytes(2, "big") + header + ciphertext + signature


def zeros(size: int) -> bytes:
    """Compressed piece by piece, so that making the bomb does not raise the memory it is measured by."""
    narrow = zstandard.ZstdCompressionParameters.from_level(3, window_log=18)  # or the window would be refused first
    packer = zstandard.ZstdCompressor(compression_params=narrow).compressobj()
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()


def zstd(plain: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(plain)


def columns(**other: object) -> bytes:
    zero = b"\0"
    given: dict[str, object] = {
        "count": 5, "kinds": [("a", 1)], "kind": zero, "boot": zero, "mono": zero, "wall": zero, "ids": bytes(16),
        "subject": pack_numbers([0, 1, 1, 1, 1]), "home": pack_numbers([1] * 5), "ref_length": zero, "ref": zero,
        "ref_rest": b"", "envelope": zero, "bodies": [(1, b"", [bytes(5)])],
    }  # fmt: skip
    return msgspec.msgpack.encode(tuple({**given, **other}.values()))


def bombs() -> dict[str, bytes]:
    parameters = zstandard.ZstdCompressionParameters(window_log=27, write_content_size=False)
    wide = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    return {
        "zeros": zeros(48 << 20),
        "claims a terabyte": b"\x28\xb5\x2f\xfd\xe0" + (2**40).to_bytes(8, "little") + b"\x01\x00\x00",
        "wide window": wide.compress(os.urandom(1000)) + wide.flush(),
        "nothing": b"",
        "not zstd": os.urandom(300),
        "deep": zstd(b"\x91" * 900_000),
        "lists of lists": zstd(b"\xdc\xff\xff" * 300_000),
        "maps": zstd(b"\xdf\xff\xff\xff\xff" * 90_000),
        "long refs": zstd(columns(ref_length=pack_numbers([2**60] * 5))),
        "long bodies": zstd(columns(bodies=[(0, pack_numbers([2**61] * 5), [b""])])),
        "many kinds": zstd(columns(kinds=[("a", 1)] * 900)),
        "many parts": zstd(columns(bodies=[(1, b"", [b""] * 60_000)])),
        "body": zstd(columns(bodies=[(1, b"", [b"\xdd\xff\xff\xff\xff" * 5])])),
        "long name": zstd(columns(kinds=[("a" * 900_000, 1)], bodies=[])),
    }


def peak_kb() -> int:
    """The most memory of this program so far (`ru_maxrss` would remember the one that started it)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def main() -> None:
    made = {name: sealed(bomb) for name, bomb in bombs().items()}
    before = peak_kb()
    used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGESIZE")
    resource.setrlimit(resource.RLIMIT_AS, (used + CAP_BYTES, used + CAP_BYTES))
    for name, raw in made.items():
        try:
            segment.open_segment(segment.read_segment(raw), private)
        except Problem as problem:
            if problem.code != "sync.bad_segment":
                sys.exit(f"{name}: {problem.code}")
        else:
            sys.exit(f"{name} passed")
    if len(unpack_facts(columns(), 1, 5, [])) != 5:
        sys.exit("the whole columns do not open: the mutants below would prove nothing")
    dice = random.Random(int(sys.argv[2]))
    for _ in range(5000):
        mutant = bytearray(columns())
        for _ in range(dice.randrange(1, 4)):
            mutant[dice.randrange(len(mutant))] = dice.choice([0, 1, 0x7F, 0x80, 0xFF, 0xDD, 0xC6, dice.randrange(256)])
        with contextlib.suppress(Problem):
            unpack_facts(bytes(mutant), 1, 5, [])
    grown = peak_kb() - before
    if grown > MOST_GROWTH_KB:
        sys.exit(f"the bombs took {grown} KB, refused or not")


main()
