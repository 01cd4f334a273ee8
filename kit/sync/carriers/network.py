"""The network carrier: ask what is missing, send it one segment at a time, ask again. Resuming is asking again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from kit.errors import Problem
from kit.journal.ranges import Range, count, intersect
from kit.keys import primitives
from kit.sync import feeds, forks, inbox, parcels
from kit.sync.blob_sending import BlobSending
from kit.sync.carriers import Carried, Progress, Report
from kit.sync.enrolment import server_url
from kit.sync.hour import with_the_hour
from kit.sync.line import Patience, call, open_line
from kit.sync.messages import Answer, signed_by
from kit.sync.outbox import Outbox

if TYPE_CHECKING:
    import httpx

_ITEM_REFUSED = frozenset({"sync.bad_segment", "sync.bad_envelope", "sync.wrong_recipient"})


@dataclass
class NetworkCarrier:
    """Carries over HTTP(S), certificates always verified, one segment in flight."""

    patience: Patience = field(default_factory=Patience)
    name: str = "network"

    def carry(self, outbox: Outbox, report: Report) -> Carried:
        """See `Carrier`. Ends when the server lacks nothing of what this kit had when it began.

        What is noted meanwhile waits for the next sending: in a busy room this one would never end.
        """
        url, accept = server_url(outbox.node, outbox.enrolment), signed_by(outbox.enrolment.server_public)
        return with_the_hour(outbox.node, url, accept, lambda: self._carry(url, outbox, report))

    def _carry(self, url: str, outbox: Outbox, report: Report) -> Carried:
        with open_line(url, outbox.node.clock) as client:
            round_ = _Round(outbox, client, self.patience, report)
            answer = round_.greet()
            doubtful = round_.send_doubtful()
            if round_.give_back(answer) or doubtful:
                answer = round_.greet()
            heads = {log_id: log.head for log_id, log in outbox.logs.items()}
            total = sum(count(missing.ranges) for missing in answer.missing)
            while answer.missing or set(answer.wanted) - round_.strange.keys():
                before = (round_.carried, len(round_.strange))
                round_.send_segments(answer, total)
                round_.send_envelopes(answer)
                if (round_.carried, len(round_.strange)) == before and not round_.gone:
                    raise round_.refused  # it keeps asking for what it will not take
                answer = within(round_.greet(), heads)
            if not answer.holding:  # a server of an earlier version says nothing of segments
                _settle(outbox, doubtful)
            round_.fetch(answer)
            files = BlobSending(outbox, client, self.patience, report)
            files.run(round_.greet)
            parcels.fetch(
                outbox.node,
                lambda path: self.patience.keep_trying(lambda: call(client, "GET", f"/sync/paquet{path}", b"")),
                lambda here, all_of_it: report(Progress(0, 0, here, all_of_it, comes_down=True)),
            )
            for talk in outbox.node.talks:
                talk(lambda method, path, body: self.patience.keep_trying(lambda: call(client, method, path, body)))
            size = round_.carried.sent_bytes + files.sent_bytes
            return msgspec.structs.replace(round_.carried, pieces=files.pieces, sent_bytes=size)


def _settle(outbox: Outbox, doubtful: Mapping[int, list[Range]]) -> None:
    with outbox.node.journal.write():
        for log_no, ranges in doubtful.items():
            forks.settle(outbox.node, log_no, ranges)


def within(answer: Answer, heads: Mapping[bytes, int]) -> Answer:
    """The answer without what was noted after `heads` (the newest number of each log when the sending began)."""
    limited = [
        msgspec.structs.replace(missing, ranges=intersect(missing.ranges, [(1, heads[missing.log_id])]))
        for missing in answer.missing
        if heads.get(missing.log_id)
    ]
    return msgspec.structs.replace(answer, missing=[missing for missing in limited if missing.ranges])


class _Round:
    """One sending: what was carried so far, and envelopes asked for that are no longer, or never were, here."""

    def __init__(self, outbox: Outbox, client: httpx.Client, patience: Patience, report: Report) -> None:
        self.outbox = outbox
        self.client = client
        self.patience = patience
        self.report = report
        self.carried = Carried()
        self.facts = 0
        self.gone: list[bytes] = []
        self.strange: dict[bytes, None] = {}
        self.refused = Problem("sync.refused")

    def greet(self) -> Answer:
        """Say what we have, hear what is missing; receipts in the answer are kept."""
        hello, nonce = self.outbox.hello(self.gone, list(self.strange))
        self.gone = []
        raw = self.patience.keep_trying(lambda: call(self.client, "POST", "/sync/hello", hello))
        return self.outbox.take_answer(raw, nonce)

    def send_segments(self, answer: Answer, total: int) -> None:
        """Send what is missing, a segment at a time: memory stays flat whatever the backlog."""
        for missing in answer.missing:
            for frozen in self.outbox.segments(missing.log_id, missing.ranges):
                if not self._put(f"/sync/segment/{frozen.segment_id.hex()}", frozen.raw):
                    continue
                self.facts += frozen.last - frozen.first + 1
                self.carried = msgspec.structs.replace(self.carried, segments=self.carried.segments + 1)
                self.report(Progress(min(self.facts, total), total))

    def give_back(self, answer: Answer) -> bool:
        """Bring back to the server what it told this kit and has lost; True when anything was."""
        node, any_went = self.outbox.node, False
        for raw in feeds.give_back(node, answer.lost, self.outbox.certificate.server_box_public):
            any_went = self._put("/sync/returned", raw) or any_went
        return any_went

    def send_doubtful(self) -> dict[int, list[Range]]:
        """Send what another copy of this card may have had receipted in our place: ranges by log number."""
        found = {log.log_no: forks.doubtful(self.outbox.node, log.log_no) for log in self.outbox.logs.values()}
        for log_id, log in self.outbox.logs.items():
            for frozen in self.outbox.segments(log_id, found[log.log_no]):
                if not self._put(f"/sync/segment/{frozen.segment_id.hex()}", frozen.raw):
                    raise self.refused
                self.carried = msgspec.structs.replace(self.carried, segments=self.carried.segments + 1)
        return {log_no: ranges for log_no, ranges in found.items() if ranges}

    def send_envelopes(self, answer: Answer) -> None:
        """Send the envelopes the server waits for; those erased here, or never here, are told at the next greeting."""
        for name in answer.wanted:
            sealed = self.outbox.envelope(name)
            if sealed is not None and self._put(f"/sync/envelope/{name.hex()}", sealed):
                self.carried = msgspec.structs.replace(self.carried, envelopes=self.carried.envelopes + 1)
        self.gone, strange = self.outbox.not_here(answer.wanted)
        self.strange.update(dict.fromkeys(strange))

    def fetch(self, answer: Answer) -> None:
        """Bring what the server has for this kit, until it offers nothing that was not refused already."""
        node, server = self.outbox.node, self.outbox.enrolment.server_public
        seen: set[bytes] = set()
        while names := [name for offer in answer.feeds for name in offer.segments if name not in seen]:
            for name in names:
                seen.add(name)
                raw = self._get(f"/sync/segment/{name.hex()}")
                if raw is not None and primitives.digest(raw) == name:
                    self._note_came(feeds.take(node, raw, server))
            answer = self.greet()
        for name in feeds.wanted_envelopes(node, server):
            sealed = self._get(f"/sync/envelope/{name.hex()}")
            if sealed is None:
                feeds.note_gone(node, [name])
            else:
                inbox.store_envelope(node, name, sealed, [server])

    def _note_came(self, is_new: bool) -> None:
        self.carried = msgspec.structs.replace(self.carried, came=self.carried.came + is_new)

    def _get(self, path: str) -> bytes | None:
        """One thing the server has, or None when it has it no longer."""
        try:
            return self.patience.keep_trying(lambda: call(self.client, "GET", path, b""))
        except Problem as problem:
            if problem.code != "web.not_found":
                raise
            return None

    def _put(self, path: str, raw: bytes) -> bool:
        """Send one thing; False when the server refuses this one, so that one bad item does not hold up the rest."""
        try:
            self.patience.keep_trying(lambda: call(self.client, "PUT", path, raw))
        except Problem as problem:
            if problem.code not in _ITEM_REFUSED:
                raise
            self.refused = problem
            return False
        self.carried = msgspec.structs.replace(self.carried, sent_bytes=self.carried.sent_bytes + len(raw))
        return True
