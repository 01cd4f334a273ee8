"""ZIM sites, read in a process of their own: libzim is C++ and what strangers made may end it, never the server.

One reader serves all sites, one question at a time; it ends when nobody asked for a while, and is begun again when
somebody does. A question on which it dies, or that takes too long, is a Problem; the next one gets a new reader.
"""

from __future__ import annotations

import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, TypeVar

import msgspec

from kit.errors import Problem
from kit.library.reading.zim_frames import Answer, Line, Picture, Question, SitePage, read_frame, to_frame

SECONDS = 20
T = TypeVar("T")


class _Reader:
    """The process, begun when it is needed."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None

    def ask(self, question: Question) -> Answer:
        """Its answer. Raises Problem `library.cannot_read` when it died or was late, `web.busy` when too many ask."""
        if not self.lock.acquire(timeout=SECONDS):
            raise Problem("web.busy")
        try:
            process = self._living()
            return self._talk(process, to_frame(msgspec.msgpack.encode(question)))
        except (OSError, EOFError, msgspec.DecodeError) as refusal:
            self._end()
            raise Problem("library.cannot_read") from refusal
        finally:
            self.lock.release()

    def _living(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self._end()
            command = [sys.executable, "-m", "kit.library.reading.zim_worker"]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ours
        return self.process

    def _talk(self, process: subprocess.Popen[bytes], frame: bytes) -> Answer:
        if process.stdin is None or process.stdout is None:
            raise EOFError
        process.stdin.write(frame)
        process.stdin.flush()
        return msgspec.msgpack.decode(read_frame(_Late(process.stdout)), type=Answer)

    def _end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                _close(pipe)
        self.process = None


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except OSError:
        return  # what was not sent to a reader that died


class _Late:
    """A pipe that is read within `SECONDS`, then raises OSError."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self.descriptor, self.end = pipe.fileno(), time.monotonic() + SECONDS

    def read(self, count: int) -> bytes:
        """Up to `count` bytes; b"" at the end. Never through the pipe's own buffer: `select` would not see it."""
        import os

        if not select.select([self.descriptor], [], [], max(0.0, self.end - time.monotonic()))[0]:
            raise TimeoutError
        return os.read(self.descriptor, count)


_reader = _Reader()


def _ask(name: str, path: Path, kind: type[T], *words: str) -> T:
    answer = _reader.ask(Question(name, str(path), words))
    if answer.problem:
        raise Problem(answer.problem)
    return msgspec.msgpack.decode(answer.body, type=kind)


def main_path(path: Path) -> str:
    """The address of the first page. Raises Problem `library.not_found`."""
    return _ask("main_path", path, str)


def path_of(path: Path, number: int) -> str:
    """The address of the page whose title was noted under this number. Raises Problem `library.not_found`."""
    return _ask("path_of", path, str, str(number))


def read_page(path: Path, inside: str, url: str) -> SitePage:
    """A page of the site as safe HTML; `url` is the address under which the site stands.

    Raises Problem `library.not_found`, `library.too_large` or `library.cannot_read`.
    """
    return _ask("read_page", path, SitePage, inside, url)


def read_picture(path: Path, inside: str) -> tuple[str, bytes]:
    """A picture of the site: its media type and bytes. Raises Problem `library.not_found`."""
    found = _ask("read_picture", path, Picture, inside)
    return found.media_type, found.raw


def search_site(path: Path, text: str) -> list[Line]:
    """Titles that begin like the text, then pages that hold its words, each once; [] where a site has no index."""
    return _ask("search_site", path, list[Line], text)


def reader_id() -> int | None:
    """The process id of the reader that lives now, or None."""
    process = _reader.process
    return process.pid if process is not None and process.poll() is None else None
