"""A line that is cut again and again: a real socket between two real programs."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class CutLine:
    """Passes at most `most_bytes` upwards, and `most_down` downwards (0: no end), on each connection, then resets it.

    `passed` (upwards), `came` (downwards) and `cuts` say what happened.
    """

    target: int
    most_bytes: int
    port: int = 0
    most_down: int = 0
    passed: int = 0
    came: int = 0
    cuts: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.target)) as server:
            threading.Thread(target=self._down, args=(server, client), daemon=True).start()
            room = self.most_bytes
            while chunk := client.recv(min(16384, room)):
                server.sendall(chunk)
                room -= len(chunk)
                with self._lock:
                    self.passed += len(chunk)
                if room <= 0:
                    break
            else:
                return
            self._cut(client, server)

    def _cut(self, client: socket.socket, server: socket.socket) -> None:
        with self._lock:
            self.cuts += 1
        for end in (client, server):  # a reset, not a polite end
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _down(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            room = self.most_down
            while chunk := server.recv(min(65536, room) if self.most_down else 65536):
                client.sendall(chunk)
                room -= len(chunk)
                with self._lock:
                    self.came += len(chunk)
                if self.most_down and room <= 0:
                    self._cut(client, server)
                    return


@contextlib.contextmanager
def cut_line(target: int, most_bytes: int, most_down: int = 0) -> Iterator[CutLine]:
    """Such a line before 127.0.0.1:`target`."""
    listener = socket.create_server(("127.0.0.1", 0))
    line = CutLine(target, most_bytes, listener.getsockname()[1], most_down)
    threading.Thread(target=line.serve, args=(listener,), daemon=True).start()
    try:
        yield line
    finally:
        listener.close()


@dataclass
class LateLine:
    """Every other request is held back while its sender hears that the line broke; it reaches the server later.

    So requests are delayed, overtaken by their own repetition and by those sent after them, and come twice.
    `late` counts those that were held back and then delivered.
    """

    target: int
    hold_seconds: float
    port: int = 0
    late: int = 0
    seen: int = 0
    held: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            while raw := _read_request(client):
                with self._lock:
                    self.seen += 1
                    is_held = self.seen % 2 == 0
                if is_held:
                    thread = threading.Thread(target=self._later, args=(raw,), daemon=True)
                    self.held.append(thread)
                    thread.start()
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                client.sendall(self._ask(raw))

    def _later(self, raw: bytes) -> None:
        time.sleep(self.hold_seconds)
        with contextlib.suppress(OSError):
            self._ask(raw)
            with self._lock:
                self.late += 1

    def _ask(self, raw: bytes) -> bytes:
        """Hand one request over on a connection of its own; the answer, whole."""
        closing = raw.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
        answer = b""
        with socket.create_connection(("127.0.0.1", self.target)) as server:
            server.sendall(closing)
            while chunk := server.recv(65536):
                answer += chunk
        return answer


def _read_request(client: socket.socket) -> bytes:
    """One HTTP request with its body (Content-Length), or nothing at the end."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        chunk = client.recv(65536)
        if not chunk:
            return b""
        raw += chunk
    head, _, body = raw.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)content-length: *(\d+)", head)
    size = int(found[1]) if found else 0
    while len(body) < size:
        body += client.recv(65536)
    kept = b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:"))
    return kept + b"\r\n\r\n" + body


@contextlib.contextmanager
def late_line(target: int, hold_seconds: float) -> Iterator[LateLine]:
    """Such a line before 127.0.0.1:`target`; at the end everything held back has been delivered."""
    listener = socket.create_server(("127.0.0.1", 0))
    line = LateLine(target, hold_seconds, listener.getsockname()[1])
    threading.Thread(target=line.serve, args=(listener,), daemon=True).start()
    try:
        yield line
        for thread in line.held:
            thread.join(10)
    finally:
        listener.close()
