"""A cover from a picture somebody chose, standard input to standard output: msgpack of [width, height, JPEG]."""

from __future__ import annotations

import sys

import msgspec

from kit.library.covers import make_covers


def main() -> None:
    """Nothing is written for what is no picture."""
    for one in make_covers(sys.stdin.buffer.read()):
        sys.stdout.buffer.write(msgspec.msgpack.encode((one.width, one.height, one.raw)))


if __name__ == "__main__":
    main()
