"""Who this node is: an Ed25519 and an X25519 key made at first boot and kept in one file of its data folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kit.keys import primitives
from kit.whole import write_whole

FILE_NAME = "node.key"


class _File(msgspec.Struct, array_like=True):
    version: int
    sign_seed: bytes
    sign_public: bytes
    box_private: bytes
    box_public: bytes
    web_secret: bytes


@dataclass(frozen=True)
class Identity:
    """This node's keys. They prove who it is and open what is addressed to it; they open no person's name."""

    sign_seed: bytes = field(repr=False)
    sign_public: bytes
    box_private: bytes = field(repr=False)
    box_public: bytes
    web_secret: bytes = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """This node's 64-byte signature over `message`."""
        return primitives.sign(self.sign_seed, message)

    def log_id(self, epoch: bytes) -> bytes:
        """The name of the log this node writes in `epoch` (journal.md, Identity)."""
        return primitives.digest(self.sign_public, epoch, size=16)


def load_identity(folder: Path) -> Identity:
    """The keys kept in `folder`, made and durably written the first time."""
    path = folder / FILE_NAME
    if not path.exists():
        _write(path)
    kept = msgspec.msgpack.decode(path.read_bytes(), type=_File)
    return Identity(kept.sign_seed, kept.sign_public, kept.box_private, kept.box_public, kept.web_secret)


def _write(path: Path) -> None:
    seed, public = primitives.new_signing_pair()
    private, box_public = primitives.new_box_pair()
    made = _File(1, seed, public, private, box_public, primitives.new_key())
    write_whole(path, msgspec.msgpack.encode(made))
