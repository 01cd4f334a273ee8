"""A line that is cut again and again: a real socket between two real programs."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class CutLine:
    """Passes at most `most_bytes` upwards on each connection, then resets it. `passed` and `cuts` say what happened."""

    target: int
    most_bytes: int
    port: int = 0
    passed: int = 0
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
            with self._lock:
                self.cuts += 1
            for end in (client, server):  # a reset, not a polite end
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.close()

    def _down(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while chunk := server.recv(65536):
                client.sendall(chunk)


@contextlib.contextmanager
def cut_line(target: int, most_bytes: int) -> Iterator[CutLine]:
    """Such a line before 127.0.0.1:`target`."""
    listener = socket.create_server(("127.0.0.1", 0))
    line = CutLine(target, most_bytes, listener.getsockname()[1])
    threading.Thread(target=line.serve, args=(listener,), daemon=True).start()
    try:
        yield line
    finally:
        listener.close()
