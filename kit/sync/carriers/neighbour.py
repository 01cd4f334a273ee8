"""The neighbour carrier: another kit on the same network takes closed things along. See `kit.sync.relay`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from kit.errors import Problem
from kit.ids import new_id
from kit.keys import primitives
from kit.sync import feeds, inbox, parcels
from kit.sync.blobs import MOST_PIECES, waiting
from kit.sync.carriers import Carried, Progress, Report
from kit.sync.cutting import Frozen
from kit.sync.line import Patience, call, open_line
from kit.sync.messages import PROTOCOL, Answer, Ranges, read_message, sign_message, signed_by
from kit.sync.outbox import Outbox
from kit.sync.packing import not_receipted
from kit.sync.relay import Greeting, Welcome, check_neighbour
from kit.sync.relay_files import piece_name
from kit.sync.segment import read_segment

if TYPE_CHECKING:
    import httpx

_ITEM_REFUSED = (
    "web.not_found", "sync.bad_segment", "sync.bad_envelope", "sync.wrong_recipient", "sync.bad_message",
    "sync.relay_full",
)  # fmt: skip
_THIS_FILE_ONLY = ("sync.bad_piece", "sync.no_blob", "sync.bad_message")
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
            answers = self._hear(outbox, welcome)
            client.headers[TOKEN] = welcome.token.hex()
            carried, facts = Carried(came=self._share(outbox, client, welcome)), 0
            self._give_back(outbox, client, answers)
            segments = list(not_receipted(outbox))
            total = sum(frozen.last - frozen.first + 1 for frozen in segments)
            for frozen in segments:
                try:
                    carried = self._hand_over(outbox, client, frozen, carried)
                except Problem as problem:
                    if problem.code != "sync.relay_full":
                        raise
                    break
                facts += frozen.last - frozen.first + 1
                report(Progress(facts, total))
            carried = self._files(outbox, client, welcome, carried, report)
            parcels.fetch(
                outbox.node,
                lambda path: self.patience.keep_trying(lambda: call(client, "GET", f"/sync/voisine/paquet{path}", b"")),
                lambda here, all_of_it: report(Progress(0, 0, here, all_of_it, comes_down=True)),
            )
            return carried

    def _files(
        self, outbox: Outbox, client: httpx.Client, welcome: Welcome, carried: Carried, report: Report
    ) -> Carried:
        """Files after facts: the pieces that neither the central has nor this neighbour carries already."""
        there = {one.blob_id: _numbers(one.pieces) for one in welcome.files}
        todo = [(one, [n for n in one.wanted if n not in there.get(one.blob_id, ())]) for one in waiting(outbox.node)]
        total = sum(len(numbers) for _, numbers in todo)
        for one, numbers in todo:
            try:
                if numbers:
                    self._put(client, "manifest", one.blob_id, one.manifest)
                for number in numbers:
                    raw = one.read(number)
                    if raw is None:
                        break
                    self._put(client, "piece", piece_name(one.blob_id, number), raw)
                    size = carried.sent_bytes + len(raw)
                    carried = msgspec.structs.replace(carried, pieces=carried.pieces + 1, sent_bytes=size)
                    report(Progress(0, 0, carried.pieces, total))
            except Problem as problem:
                if problem.code == "web.not_found":
                    return carried  # a kit of an earlier version carries facts only
                if problem.code == "sync.relay_full":
                    return msgspec.structs.replace(carried, left=True)
                if problem.code not in _THIS_FILE_ONLY:
                    raise
        return carried

    def _put(self, client: httpx.Client, kind: str, name: bytes, raw: bytes) -> None:
        self.patience.keep_trying(lambda: call(client, "PUT", f"/sync/voisine/{kind}/{name.hex()}", raw))

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
            self._put(client, kind, name, raw)
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
                self._put(client, "feed", frozen.segment_id, frozen.raw)
        return came

    def _hear(self, outbox: Outbox, welcome: Welcome) -> list[Answer]:
        """The central's last words for this kit, which the neighbour kept."""
        answers = []
        for raw in welcome.answers:
            with _spoilt_is_passed_over():
                answer = read_message(Answer, raw, signed_by(outbox.enrolment.server_public))
                outbox.take_blob_words(answer)
                outbox.take_holding(answer.holding)
                answers.append(answer)
        return answers

    def _give_back(self, outbox: Outbox, client: httpx.Client, answers: Iterable[Answer]) -> None:
        """What the central told this kit and has lost goes to it the same way; an older neighbour does not take it."""
        lost, box_public = [one for answer in answers for one in answer.lost], outbox.certificate.server_box_public
        for raw, names in feeds.returned(outbox.node, lost, box_public):
            sealed = [("envelope", name, found) for name in names if (found := outbox.envelope(name)) is not None]
            for kind, name, body in (*sealed, ("returned", primitives.digest(raw), raw)):
                with _spoilt_is_passed_over():
                    self._put(client, kind, name, body)

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


def _numbers(ranges: Ranges) -> frozenset[int]:
    return frozenset(number for first, last in ranges for number in range(first, min(last, MOST_PIECES - 1) + 1))
