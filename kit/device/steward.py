"""The one small program with rights over the machine: it reads one word of a list, and does what stands beside it.

systemd starts it for each connection to a socket that only the kit's user may open (image/system). It knows nothing
else of the program, imports nothing of it, takes no argument, and no shell ever sees what came in.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import BinaryIO

MOST_BYTES = 32
WORDS: Mapping[str, Sequence[Sequence[str]]] = {
    "power-off": (("/usr/bin/systemctl", "--no-block", "poweroff"),),
    "restart": (("/usr/bin/systemctl", "--no-block", "reboot"),),
    # The certificate of the box's name came, went or changed: nginx reads its files again, and drops nobody.
    "front-reload": (("/usr/bin/systemctl", "--no-block", "reload", "valise-front.service"),),
    # What somebody wrote on the card was taken up: it goes, the passphrase in it above all.
    "card-taken": (("/usr/lib/valise/card-clear",),),
}


def obey(asked: bytes, words: Mapping[str, Sequence[Sequence[str]]] = WORDS) -> str:
    """Do what one line asks: `done`, `unknown` (nothing was done), or `failed`."""
    word = asked.decode("ascii", "replace").removesuffix("\n")
    if word not in words:
        return "unknown"
    for command in words[word]:
        done = subprocess.run(  # noqa: S603 - whole commands of our own list; nothing from outside is in them
            command, stdin=subprocess.DEVNULL, stdout=sys.stderr, timeout=30, check=False, env={}
        )
        if done.returncode:
            return "failed"
    return "done"


def main(come_in: BinaryIO, go_out: BinaryIO) -> None:
    """One connection: one line in, one line out."""
    go_out.write(obey(come_in.readline(MOST_BYTES)).encode() + b"\n")
    go_out.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
