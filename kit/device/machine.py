"""Asks the steward of the machine for one of its words. Where there is no steward (a PC), nothing can be asked."""

from __future__ import annotations

import socket
from pathlib import Path

from kit.errors import Problem

ANSWER_SECONDS = 40.0


def is_here(door: str) -> bool:
    """True when the machine can be asked; `door` is the path of the steward's socket, empty where there is none."""
    return bool(door) and Path(door).is_socket()


def ask(door: str, word: str) -> None:
    """Have one word done. Raises Problem `machine.not_here` or `machine.refused`."""
    if not is_here(door):
        raise Problem("machine.not_here")
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(ANSWER_SECONDS)
            line.connect(door)
            line.sendall(word.encode("ascii") + b"\n")
            answer = line.makefile("rb").readline(64).strip()
    except OSError as refusal:
        raise Problem("machine.refused") from refusal
    if answer != b"done":
        raise Problem("machine.refused")
