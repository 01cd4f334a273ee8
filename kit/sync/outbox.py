"""What goes home: our own logs cut into segments (`kit.sync.cutting`), and the receipts that come back for them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from kit import __version__
from kit.errors import Problem
from kit.ids import new_id
from kit.journal import queries as journal_queries
from kit.journal.ranges import Range, count, intersect, merge, subtract
from kit.keys import primitives
from kit.people import identities
from kit.people.node import Node
from kit.sync import blobs, feeds, forks, inbox, queries
from kit.sync.cutting import Cutter, Frozen
from kit.sync.enrolment import find_enrolment, get_enrolment, read_certificate
from kit.sync.messages import (
    PROTOCOL,
    STORED,
    Answer,
    Health,
    Hello,
    Holding,
    LogState,
    Receipt,
    read_message,
    sign_message,
    signed_by,
)
from kit.sync.segment import read_segment

MOST_BLOBS = 500
MOST_DOUBTFUL = MOST_STRANGE = 2000


class Outbox:
    """What a carrier takes from: the greeting, segments one at a time, envelopes; and where it brings receipts.

    Raises Problem `sync.not_enrolled` when made on a kit that has nobody to send to.
    """

    def __init__(self, node: Node) -> None:
        self.node = node
        self.enrolment = get_enrolment(node)
        self.certificate = read_certificate(self.enrolment)
        blobs.prepare(node)
        inbox.project_waiting(node)  # stored before a death, and told as held from then on: nobody brings it again
        self._cutter = Cutter(node, self.certificate.server_box_public)
        self.logs = {log.name.log_id: log for log in queries.own_logs(node.store, node.identity.sign_public)}
        self._frozen_names: set[bytes] | None = None

    def hello(self, gone: Sequence[bytes] = (), strange: Sequence[bytes] = ()) -> tuple[bytes, bytes]:
        """A signed greeting and its nonce, which the answer must bring back. `gone`: envelopes no longer here;
        `strange`: those that were never here."""
        logs = queries.own_logs(self.node.store, self.node.identity.sign_public)
        self.logs = {log.name.log_id: log for log in logs}
        nonce = new_id()
        states = [
            LogState(log.name.log_id, log.name.epoch, log.head, [(1, log.head)] if log.head else []) for log in logs
        ]
        wall, came = self.node.clock.wall_ms(), feeds.held(self.node, self.enrolment.server_public)
        names = [one.blob_id for one in blobs.waiting(self.node)[:MOST_BLOBS]]
        message = Hello(
            PROTOCOL,
            nonce,
            self.enrolment.certificate,
            wall,
            states[-64:],
            list(gone),
            came,
            names,
            self._doubtful(),
            self._health(),
            list(strange)[:MOST_STRANGE],
        )
        return sign_message(self.node.identity, message), nonce

    def _health(self) -> Health:
        """How this kit is, for the coordination's list of kits."""
        disk, told = shutil.disk_usage(self.node.data), self.node.tell_state()
        days = told.get("backup_days", -1)
        return Health(
            __version__, disk.free, disk.total, self.node.clock.confidence,
            told.get("works", 0), told.get("packs", 0), None if days < 0 else days,
        )  # fmt: skip

    def take_answer(self, raw: bytes, nonce: bytes) -> Answer:
        """The server's answer, checked, its receipts kept. Raises Problem `sync.wrong_host`."""
        try:
            answer = read_message(Answer, raw, signed_by(self.enrolment.server_public))
        except Problem as refusal:
            raise Problem("sync.wrong_host") from refusal
        if answer.nonce != nonce:
            raise Problem("sync.wrong_host")
        with self.node.journal.write():
            self._note_epoch(answer.server_epoch, answer.time_ms)
        clock = self.node.clock
        if clock.confidence != "confirmed":  # signed, and bound to our nonce: it is no older than this greeting
            clock.anchor(clock.mono_ms(), answer.time_ms)
        self.take_receipts(answer.receipts, is_fresh=True)
        self.take_blob_words(answer)
        self.take_holding(answer.holding)
        return answer

    def _doubtful(self) -> list[bytes]:
        """The segments of numbers that another copy of this card may have had receipted in our place, until the server
        says that its backup holds these very segments."""
        logs = [(log_id, forks.to_ask_about(self.node, log.log_no)) for log_id, log in self.logs.items()]
        found = [frozen.segment_id for log_id, ranges in logs for frozen in self.segments(log_id, ranges)]
        return found[:MOST_DOUBTFUL]

    def take_holding(self, raw: bytes) -> None:
        """Believe the server, whoever carried its word, that it has these very segments of ours; and on whose facts
        came under our numbers without their names."""
        try:
            holding = read_message(Holding, raw, signed_by(self.enrolment.server_public))
        except Problem:
            return  # nothing was said, or by somebody else
        with self.node.journal.write():
            self._note_epoch(holding.server_epoch, holding.at_ms)
            if holding.server_epoch == (journal_queries.get_state(self.node.store, queries.SERVER_EPOCH) or b"")[8:]:
                forks.settle_held(self.node, holding, self.enrolment.server_public, raw)
                for one in holding.waiting:
                    if (log := self.logs.get(one.log_id)) is not None:
                        forks.notice(self.node, log, one.ranges, one.chains, self._cutter.recipient)

    def take_blob_words(self, answer: Answer) -> int:
        """Keep what the server said of files; how many it now has whole. A word from an earlier life says nothing."""
        with self.node.journal.write():
            self._note_epoch(answer.server_epoch, answer.time_ms)
        if (journal_queries.get_state(self.node.store, queries.SERVER_EPOCH) or b"")[8:] != answer.server_epoch:
            return 0
        return blobs.take_words(self.node, answer.blobs, self.enrolment.server_public, answer.server_epoch)

    def take_receipts(self, signed: Sequence[bytes], *, is_fresh: bool = False) -> int:
        """Keep receipts of our logs, whoever carried them; how many were looked at. A forged one is left aside.

        `is_fresh`: they answer a greeting of this moment. Others may have been under way for months: an older word
        never takes the place of a newer one.
        """
        kept = 0
        for raw in signed:
            try:
                receipt = read_message(Receipt, raw, signed_by(self.enrolment.server_public))
                log = self.logs[receipt.log_id]
            except (Problem, KeyError):
                continue
            self._keep_receipt(log, receipt, raw, is_fresh)
            kept += 1
        return kept

    def _keep_receipt(self, log: queries.OwnLog, receipt: Receipt, raw: bytes, is_fresh: bool) -> None:
        store, about = self.node.store, (log.log_no, self.enrolment.server_public, receipt.server_epoch, receipt.level)
        with self.node.journal.write():
            known = queries.find_receipt(store, *about)
            if is_fresh or known is None or is_newer(receipt, read_receipt(known)):
                queries.save_receipt(store, *about, raw, self.node.clock.wall_ms())
            self._note_epoch(receipt.server_epoch, receipt.at_ms)
            forks.notice(self.node, log, receipt.ranges, receipt.chains, self._cutter.recipient)

    def _note_epoch(self, epoch: bytes, at_ms: int) -> None:
        """Believe the newest word, by the server's own clock, on which life of its database counts.

        A server put back from a copy may not know any more who was erased: it is told again.
        """
        newest = max(at_ms, 0).to_bytes(8, "big") + epoch
        known = journal_queries.get_state(self.node.store, queries.SERVER_EPOCH) or b""
        if newest > known:
            journal_queries.set_state(self.node.store, queries.SERVER_EPOCH, newest)
            if known and known[8:] != epoch:
                identities.tell_erasures_again(self.node)
                forks.doubt_again(self.node)

    def segments(self, log_id: bytes, ranges: Sequence[Range]) -> Iterator[Frozen]:
        """The segments that hold `ranges` of a log of ours, in order, cut when nobody asked for them before."""
        log = self.logs.get(log_id)
        if log is not None:
            yield from self._cutter.segments(log, ranges)

    def envelope(self, name: bytes) -> bytes | None:
        """An envelope to send, or None when it was erased here, or never was here (`not_here`)."""
        return journal_queries.find_envelope(self.node.store, name)

    def not_here(self, wanted: Sequence[bytes]) -> tuple[list[bytes], list[bytes]]:
        """Of the envelopes asked for, those that were erased here, and those that never were here: a copy of this card
        wrote them, and has them still; or this box did, in a life it was put back from."""
        absent = [name for name in wanted if self.envelope(name) is None]
        ours = {name for name in absent if self._cites(name)}
        return [name for name in absent if name in ours], [name for name in absent if name not in ours]

    def _cites(self, name: bytes) -> bool:
        """True when a fact of ours cites this envelope, or did before it was purged."""
        if queries.is_cited(self.node.store, name, self.node.identity.sign_public):
            return True
        if self._frozen_names is None:
            frozen = queries.own_frozen(self.node.store, self.node.identity.sign_public)
            self._frozen_names = {one for raw in frozen for one in read_segment(raw).header.cited()}
        return name in self._frozen_names


class Status(msgspec.Struct, frozen=True):
    """What was noted here, what arrived by a signed receipt, what is only here. `last_error`: a Problem's words.

    `files_*`: works offered that wait for the team, each whole here, at the server or not.
    """

    facts_total: int
    arrived: int
    only_here: int
    envelopes_waiting: int
    last_receipt_at_ms: int | None
    last_try: int | None
    last_error: str
    is_enrolled: bool
    sealed_before: int
    files_total: int = 0
    files_arrived: int = 0
    files_only_here: int = 0
    files_bytes_only_here: int = 0


def is_newer(one: Receipt, known: Receipt) -> bool:
    """Whether a word of a server takes the place of the one kept of the same log, level and life of its database.

    `stored` only grows. `backed_up` may be taken back (a fork): there the server's own date decides. Whatever the
    order in which words come, the same one is kept.

    | level     | the new word covers | dated    | takes its place |
    |-----------|---------------------|----------|-----------------|
    | stored    | more                | any      | yes             |
    | stored    | less                | any      | no              |
    | stored    | something else      | later    | yes             |
    | backed_up | any                 | later    | yes             |
    | backed_up | any                 | earlier  | no              |
    | any       | any                 | the same | the one that covers less, then the first in order of its ranges |
    """
    new, old = merge(one.ranges), merge(known.ranges)
    if one.level == STORED and new != old and not (subtract(new, old) and subtract(old, new)):
        return not subtract(old, new)
    return (one.at_ms, -count(new), new) > (known.at_ms, -count(old), old)


def read_receipt(signed: bytes) -> Receipt:
    """A receipt whose signature was checked when it came in."""
    return msgspec.msgpack.decode(msgspec.msgpack.decode(signed)[0], type=Receipt)


def journey(node: Node) -> Status:
    """How far what this kit noted has come. A fixed number of queries for each log of ours (one in a kit's life)."""
    enrolment = find_enrolment(node)
    newest = journal_queries.get_state(node.store, queries.SERVER_EPOCH)
    rows = queries.receipts(node.store, enrolment.server_public, newest[8:]) if enrolment and newest else []
    by_log: dict[int, list[Range]] = {}
    for row in rows:
        by_log.setdefault(row["log_no"], []).extend(_ranges(row["signed"]))
    server = enrolment.server_public if enrolment else b""
    total = arrived = envelopes = 0
    for log in queries.own_logs(node.store, node.identity.sign_public):
        whole = [(1, log.head)] if log.head else []
        there = intersect(whole, _believed(node, log.log_no, merge(by_log.get(log.log_no, [])), STORED, server))
        total += log.head
        arrived += count(there)
        envelopes += queries.count_envelopes(node.store, log.log_no, subtract(whole, there))
    last = queries.find_last_try(node.store)
    return Status(
        total, arrived, total - arrived, envelopes,
        max((row["received_at_ms"] for row in rows), default=None),
        last.at_ms if last else None, last.words if last else "",
        enrolment is not None, enrolment.sealed_before if enrolment else 0, *blobs.where(node),
    )  # fmt: skip


def covered(node: Node, level: str) -> dict[int, list[Range]]:
    """What the server we are enrolled at has signed for at `level`, in its present epoch: ranges by log number."""
    enrolment = find_enrolment(node)
    newest = journal_queries.get_state(node.store, queries.SERVER_EPOCH)
    rows = queries.receipts(node.store, enrolment.server_public, newest[8:]) if enrolment and newest else []
    told = {row["log_no"]: _ranges(row["signed"]) for row in rows if row["level"] == level}
    server = enrolment.server_public if enrolment else b""
    known = {log_no: forks.held(node, level, log_no, server) for log_no, _ in node.journal.own_logs()}
    return {
        log_no: _believed(node, log_no, told.get(log_no, []), level, server)
        for log_no in {*told, *(log_no for log_no, ranges in known.items() if ranges)}
    }


def _believed(node: Node, log_no: int, told: list[Range], level: str, server: bytes) -> list[Range]:
    """What is home of a log: what a receipt told, less what is in doubt, and what the server knows to be ours."""
    return merge([*subtract(told, forks.doubtful(node, log_no)), *forks.held(node, level, log_no, server)])


def proof(node: Node, level: str, log_nos: Iterable[int]) -> tuple[bytes, int]:
    """The digest of the server's signed words at `level` on these logs, and the newest date the server put on them.

    The words themselves stay in `receipt` until the server says more.
    """
    enrolment, wanted = find_enrolment(node), set(log_nos)
    newest = journal_queries.get_state(node.store, queries.SERVER_EPOCH)
    rows = queries.receipts(node.store, enrolment.server_public, newest[8:]) if enrolment and newest else []
    words = sorted(row["signed"] for row in rows if row["level"] == level and row["log_no"] in wanted)
    dates = [read_receipt(raw).at_ms for raw in words]
    if enrolment and any(forks.held(node, level, log_no, enrolment.server_public) for log_no in wanted):
        raw, at_ms = forks.last_holding(node)
        words, dates = [*words, raw], [*dates, at_ms]
    return primitives.digest(*words), max(dates, default=0)


def _ranges(signed: bytes) -> list[Range]:
    return merge(read_receipt(signed).ranges)
