"""The reader of ZIM sites: answers questions from its standard input until nobody asks any more."""

from __future__ import annotations

import os
import select
from pathlib import Path

import msgspec

from kit.errors import Problem
from kit.library.reading import zim_pages
from kit.library.reading.zim_frames import Answer, Question, read_frame, to_frame

IDLE_SECONDS = 600
ASKED = {
    "main_path": zim_pages.main_path, "path_of": zim_pages.path_of, "read_page": zim_pages.read_page,
    "read_picture": zim_pages.read_picture, "search_site": zim_pages.search_site,
}  # fmt: skip


class _Input:
    def read(self, count: int) -> bytes:
        if not select.select([0], [], [], IDLE_SECONDS)[0]:
            return b""
        return os.read(0, count)


def answer(question: Question) -> Answer:
    """What one of the functions gives; a stranger's file may break it in any way."""
    try:
        found = ASKED[question.name](Path(question.path), *question.words)  # type: ignore[operator]
    except Problem as problem:
        return Answer(problem.code, b"")
    except (Exception, RecursionError):
        return Answer("library.cannot_read", b"")
    return Answer("", msgspec.msgpack.encode(found))


def main() -> None:
    """Answer until the server is gone or silent."""
    out = os.dup(1)
    os.dup2(2, 1)  # a library that prints must not speak into the answers
    source = _Input()
    while True:
        try:
            question = msgspec.msgpack.decode(read_frame(source), type=Question)
        except (EOFError, OSError):
            return
        raw = to_frame(msgspec.msgpack.encode(answer(question)))
        while raw:
            raw = raw[os.write(out, raw) :]


if __name__ == "__main__":
    main()
