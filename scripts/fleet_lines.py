"""Bad lines for simulated kits: calls that never arrive, answers unheard, bytes that trickle, all said twice."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

LOST, DEAF, TWICE, SLOW = 0.10, 0.10, 0.15, 0.10  # of calls: never arrives, answer unheard, sent again, trickles in


class BrokenLineError(Exception):
    """The line broke: nobody knows whether the call arrived."""


@dataclass
class Tally:
    """What happened on all lines together."""

    calls: int = 0
    broken: int = 0
    again: int = 0
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, **counts: int) -> None:
        """Count some more of each."""
        with self.lock:
            for name, more in counts.items():
                setattr(self, name, getattr(self, name) + more)


class Line:
    """Calls of one kit to whichever web process, on a line that breaks."""

    def __init__(self, ports: Sequence[int], seed: int, tally: Tally) -> None:
        self._ports, self._dice, self._tally = ports, random.Random(seed), tally  # noqa: S311 - bad luck, no secret

    def call(self, method: str, path: str, body: bytes) -> bytes:
        """One call, tried until it answers; now and then once more after that."""
        while True:
            try:
                answer = self._once(method, path, body)
                if self._dice.random() >= TWICE:
                    return answer
                self._tally.add(again=1)
            except BrokenLineError:
                self._tally.add(broken=1)
                time.sleep(self._dice.uniform(0.01, 0.1))

    def _once(self, method: str, path: str, body: bytes) -> bytes:
        luck, port = self._dice.random(), self._dice.choice(self._ports)
        if luck < LOST:
            raise BrokenLineError
        self._tally.add(calls=1)
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            line.putrequest(method, path)
            line.putheader("Content-Length", str(len(body)))
            line.endheaders()
            self._send(line, body)
            if luck < LOST + DEAF:
                raise BrokenLineError
            answer = line.getresponse()
            told = answer.read()
        except (OSError, http.client.HTTPException) as failure:
            raise BrokenLineError from failure
        finally:
            line.close()
        if answer.status not in (200, 201):
            self._tally.add(refused=1)
            raise BrokenLineError  # a busy server says so; whoever asks comes again
        return told

    def _send(self, line: http.client.HTTPConnection, body: bytes) -> None:
        if self._dice.random() >= SLOW:
            line.send(body)
            return
        half = self._dice.randrange(len(body) + 1)
        if self._dice.random() < 0.2:  # dies in the middle
            line.send(body[:half])
            raise BrokenLineError
        for start in range(0, len(body), 2048):
            line.send(body[start : start + 2048])
            time.sleep(0.03)
