"""Files by the network, after facts: slices of 64 KiB that go on where the server says it stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kit.errors import Problem
from kit.sync import blobs
from kit.sync.carriers import Progress, Report
from kit.sync.line import Patience, call
from kit.sync.messages import Answer
from kit.sync.outbox import Outbox

if TYPE_CHECKING:
    import httpx

_THIS_FILE_ONLY = frozenset({"sync.bad_piece", "sync.no_blob", "sync.bad_message", "web.not_found"})


class BlobSending:
    """One sending of what waits; `sent_bytes` is what went over the line, `pieces` how many became whole there."""

    def __init__(self, outbox: Outbox, client: httpx.Client, patience: Patience, report: Report) -> None:
        self.outbox, self.client, self.patience, self.report = outbox, client, patience, report
        self.sent_bytes = self.pieces = self._total = 0

    def run(self, greet: Callable[[], Answer]) -> None:
        """Send until the server lacks no piece of what waits, or takes no more of it. `greet` asks it again.

        A server that answers nothing about files is an older one: they wait.
        """
        blobs.prepare(self.outbox.node)
        while blobs.waiting(self.outbox.node):
            answer = greet()
            before, known = self.pieces, {state.blob_id: state for state in answer.blobs}
            todo = [one for one in blobs.waiting(self.outbox.node) if one.blob_id in known]
            self._total = self.pieces + sum(len(one.wanted) for one in todo)
            for one in todo:
                self._send(one, is_known=known[one.blob_id].is_known)
            if self.pieces == before:
                return

    def _send(self, one: blobs.Waiting, *, is_known: bool) -> None:
        """One file; trouble with it holds up no other."""
        try:
            if not is_known:
                self._put("/sync/manifest", one.manifest)
            for number in one.wanted:
                raw = one.read(number)
                if raw is None:
                    return
                blobs.send_piece(self._put, one.blob_id, number, raw)
                self.pieces += 1
                self.report(Progress(0, 0, self.pieces, self._total))
        except Problem as problem:
            if problem.code not in _THIS_FILE_ONLY:
                raise

    def _put(self, path: str, raw: bytes) -> bytes:
        answer = self.patience.keep_trying(lambda: call(self.client, "PUT", path, raw))
        self.sent_bytes += len(raw)
        return answer
