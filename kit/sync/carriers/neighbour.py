"""The neighbour carrier: another kit on the same network takes closed things along. See `kit.sync.relay`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit.errors import Problem
from kit.ids import new_id
from kit.journal.ranges import subtract
from kit.sync.carriers import Carried, Progress, Report
from kit.sync.cutting import Frozen
from kit.sync.line import Patience, call, open_line
from kit.sync.messages import PROTOCOL, STORED, read_message, sign_message
from kit.sync.outbox import Outbox, covered
from kit.sync.relay import Greeting, Welcome, check_neighbour
from kit.sync.segment import read_segment

if TYPE_CHECKING:
    import httpx

TOKEN = "X-Valise-Token"  # noqa: S105 - the name of a header


@dataclass
class NeighbourCarrier:
    """Hands over to the kit at `url` what the central has not receipted. Handed over is not arrived."""

    url: str
    patience: Patience = field(default_factory=Patience)
    name: str = "neighbour"

    def carry(self, outbox: Outbox, report: Report) -> Carried:
        """See `Carrier`. Stops early when the neighbour's room is full: the rest waits for another carrier."""
        with open_line(self.url) as client:
            welcome = self._greet(outbox, client)
            outbox.take_receipts(welcome.receipts)
            client.headers[TOKEN] = welcome.token.hex()
            carried, facts = Carried(), 0
            waiting = _not_receipted(outbox)
            total = sum(frozen.last - frozen.first + 1 for frozen in waiting)
            for frozen in waiting:
                try:
                    carried = self._hand_over(outbox, client, frozen, carried)
                except Problem as problem:
                    if problem.code != "sync.relay_full":
                        raise
                    break
                facts += frozen.last - frozen.first + 1
                report(Progress(facts, total))
            return carried

    def _greet(self, outbox: Outbox, client: httpx.Client) -> Welcome:
        node, nonce = outbox.node, new_id()
        hello, _ = outbox.hello()
        greeting = sign_message(node.identity, Greeting(PROTOCOL, nonce, outbox.enrolment.certificate, hello))
        raw = self.patience.keep_trying(lambda: call(client, "POST", "/sync/voisine", greeting))
        signers: list[bytes] = []
        welcome = read_message(Welcome, raw, signers.append)
        check_neighbour(node, welcome.certificate, signers[0])
        if welcome.nonce != nonce:
            raise Problem("sync.not_a_neighbour")
        return welcome

    def _hand_over(self, outbox: Outbox, client: httpx.Client, frozen: Frozen, carried: Carried) -> Carried:
        envelopes = [(name, outbox.envelope(name)) for name in read_segment(frozen.raw).header.cited()]
        items = [("envelope", name, sealed) for name, sealed in envelopes if sealed is not None]
        sent = 0
        for kind, name, raw in [*items, ("segment", frozen.segment_id, frozen.raw)]:
            path = f"/sync/voisine/{kind}/{name.hex()}"
            self.patience.keep_trying(lambda path=path, raw=raw: call(client, "PUT", path, raw))  # type: ignore[misc]
            sent += len(raw)
        return Carried(carried.segments + 1, carried.envelopes + len(items), carried.sent_bytes + sent)


def _not_receipted(outbox: Outbox) -> list[Frozen]:
    """The segments the central has not signed for, oldest first."""
    safe = covered(outbox.node, STORED)
    return [
        frozen
        for log_id, log in outbox.logs.items()
        for frozen in outbox.segments(log_id, subtract([(1, log.head)] if log.head else [], safe.get(log.log_no, [])))
    ]
