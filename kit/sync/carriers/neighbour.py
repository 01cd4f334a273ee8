"""The neighbour carrier: another kit on the same network takes closed things along. See `kit.sync.relay`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from kit.errors import Problem
from kit.ids import new_id
from kit.sync import feeds, inbox
from kit.sync.carriers import Carried, Progress, Report
from kit.sync.cutting import Frozen
from kit.sync.line import Patience, call, open_line
from kit.sync.messages import PROTOCOL, read_message, sign_message
from kit.sync.outbox import Outbox
from kit.sync.packing import not_receipted
from kit.sync.relay import Greeting, Welcome, check_neighbour
from kit.sync.segment import read_segment

if TYPE_CHECKING:
    import httpx

_ITEM_REFUSED = ("web.not_found", "sync.bad_segment", "sync.bad_envelope", "sync.wrong_recipient")
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
            carried, facts = Carried(came=self._share(outbox, client, welcome)), 0
            waiting = list(not_receipted(outbox))
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
        return msgspec.structs.replace(
            carried,
            segments=carried.segments + 1,
            envelopes=carried.envelopes + len(items),
            sent_bytes=carried.sent_bytes + sent,
        )

    def _share(self, outbox: Outbox, client: httpx.Client, welcome: Welcome) -> int:
        """Take what the neighbour has from home, then give what it lacks; how many segments came.

        One that is not what it claims is passed over: it can only have been spoilt, never forged.
        """
        server, came = outbox.enrolment.server_public, 0
        for name in welcome.feeds:
            with _spoilt_is_passed_over():
                raw = self._ask(client, "segment", name)
                for cited in read_segment(raw).header.cited():
                    self._take_envelope(outbox, client, cited)
                came += feeds.take(outbox.node, raw, server)
        for frozen in feeds.shared(outbox.node, server, welcome.held):
            with _spoilt_is_passed_over():
                path, raw = f"/sync/voisine/feed/{frozen.segment_id.hex()}", frozen.raw
                self.patience.keep_trying(lambda path=path, raw=raw: call(client, "PUT", path, raw))  # type: ignore[misc]
        return came

    def _ask(self, client: httpx.Client, kind: str, name: bytes) -> bytes:
        return self.patience.keep_trying(lambda: call(client, "GET", f"/sync/voisine/{kind}/{name.hex()}", b""))

    def _take_envelope(self, outbox: Outbox, client: httpx.Client, name: bytes) -> None:
        """Before its segment, so that a visit cut in between is done again whole."""
        if outbox.envelope(name) is None:
            with _spoilt_is_passed_over():
                sealed = self._ask(client, "envelope", name)
                inbox.store_envelope(outbox.node, name, sealed, [outbox.enrolment.server_public])


@contextmanager
def _spoilt_is_passed_over() -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        if problem.code not in _ITEM_REFUSED:
            raise
