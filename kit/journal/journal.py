"""The journal of one node: append and apply in one immediate transaction, ingest what others wrote, replay."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import msgspec

from kit.clock import Clock, Moment
from kit.errors import Problem
from kit.errors.kind import keep_plain
from kit.ids import ID_BYTES
from kit.journal import queries
from kit.journal.fact import B, Body, Fact, Kind, Record, Thing
from kit.journal.queries import Kept
from kit.journal.ranges import merge
from kit.journal.writers import CENTRAL, HOME, Keys, Said, are_plainly_own, find_refused
from kit.keys.identity import Identity
from kit.store import Store

MOST_BODY_BYTES = 48 * 1024
READ_TOGETHER = 500  # things whose facts are read by one statement
WRITTEN_TOGETHER = 10_000  # a multiple of it: things whose rows may be written by one statement
MANY = 8  # from so many facts on it pays to ask which of them speak of something new


class Journal:
    """One writer of its logs, and the reader of every log this node holds. `things` gives every room's declaration.

    A kit writes one log. A central (`publishes`) also writes one log for all its kits, and one for each kit that is
    told something of its own: what goes down is a whole log, so that it travels by the same ranges and segments.
    """

    def __init__(
        self, store: Store, identity: Identity, clock: Clock, things: Callable[[], Iterable[Thing]], *,
        publishes: bool = False,
    ) -> None:  # fmt: skip
        self.find_central: Callable[[], bytes | None] = lambda: identity.sign_public if publishes else None
        self._keys_of_logs: dict[bytes, bytes] = {}
        self.store = store
        self.publishes = publishes
        self.identity = identity
        self.clock = clock
        self._declare = things
        self.log_no, self.log_id = self._own_log()

    @cached_property
    def things(self) -> tuple[Thing, ...]:
        """Every room's declaration, asked for when a fact is first written or read: a start needs none."""
        return tuple(self._declare())

    @cached_property
    def _kinds(self) -> dict[str, Kind[Any]]:
        return {kind.name: kind for thing in self.things for kind in thing.kinds}

    @cached_property
    def _central_kinds(self) -> frozenset[str]:
        return frozenset(name for name, kind in self._kinds.items() if kind.writers <= CENTRAL)

    @cached_property
    def _owners(self) -> dict[str, Thing]:
        return {kind.name: thing for thing in self.things for kind in thing.kinds}

    # -- writing ----------------------------------------------------------------------------------------------

    @contextmanager
    def write(self) -> Iterator[None]:
        """One immediate transaction; a person is told "noted" only after this block has ended."""
        with self.store.write():
            yield

    def append(
        self,
        kind: Kind[B],
        subject: bytes,
        body: B,
        *,
        home: bytes | None = None,
        refs: Sequence[bytes] = (),
        sealed: bytes | None = None,
        moment: Moment | None = None,
        to: bytes | None = None,
    ) -> Fact:
        """Note one fact and refold its thing, in one transaction (the caller's, when inside `write()`).

        `home` is the log its thing was born in (None: ours). `sealed` is the envelope that goes with the fact.
        `moment` is when it happened; None: now (a batch of the urn shares one coarse moment). `to`: at a central, the
        one kit (its id) that is told; None: as its Thing declares. All facts of one subject go the same way. Raises
        Problem `journal.too_large`: a fact must fit into one segment (64 KiB) with room to spare.
        """
        moment, raw = moment or self.clock.moment(), msgspec.msgpack.encode(body, enc_hook=keep_plain)
        if len(raw) + ID_BYTES * len(refs) > MOST_BODY_BYTES:
            raise Problem("journal.too_large")
        with self.write():
            log_no, log_id = self._log_for(kind.name, to)
            seq = queries.take_seq(self.store, log_no)
            envelope = queries.keep_envelope(self.store, subject, sealed) if sealed is not None else None
            record = Record(
                seq, kind.name, kind.version, moment.boot, moment.mono_ms, moment.wall_ms, subject,
                home or self.log_id, b"".join(refs), envelope, raw,
            )  # fmt: skip
            queries.insert_records(self.store, log_no, [record])
            self.refold(kind.name, subject)
        return Fact(log_id, seq, kind.name, moment, subject, record.home, tuple(refs), envelope, body)

    def _log_for(self, kind: str, to: bytes | None) -> tuple[int, bytes]:
        """The log a fact is written to: (log_no, log_id). Only inside `write()`."""
        thing = self._owners.get(kind)
        if not self.publishes or (to is None and not (thing and thing.goes_down)):
            return self.log_no, self.log_id
        found = queries.find_channel(self.store, to or b"")
        if found is None:
            epoch = secrets.token_bytes(8)
            log_id = self.identity.log_id(epoch)
            found = queries.add_channel(self.store, to or b"", log_id, self.identity.sign_public, epoch), log_id
        return found

    def ingest(self, log_no: int, records: Sequence[Record]) -> None:
        """Take in facts another node wrote, whatever their order; the same fact again changes nothing."""
        with self.write():
            heard = queries.hear(self.store, log_no, records) if len(records) >= MANY else queries.NOTHING
            queries.insert_records(self.store, log_no, records)
            touched: dict[str, set[bytes]] = {}
            for record in records:
                if record.kind in self._owners:
                    touched.setdefault(self._owners[record.kind].name, set()).add(record.subject)
            for thing in sorted((one for one in self.things if one.name in touched), key=lambda one: one.name):
                self._fold_many(thing, sorted(touched[thing.name]), heard)
            self.reconsider(queries.log_id(self.store, log_no))

    def reconsider(self, log_id: bytes) -> None:
        """Whose log this is may be known since: fold again what counted for nothing and names it as its home."""
        for kind, subject in queries.refused_of_home(self.store, log_id):
            self.refold(kind, subject)

    def refold(self, kind: str, subject: bytes) -> None:
        """Rewrite the rows of the thing `kind` speaks of, from all its known facts."""
        thing = self._owners.get(kind)
        if thing is None:
            return  # from a later version: kept, set aside, folded once the program knows it
        self._fold(thing, subject)

    def _fold_many(self, thing: Thing, subjects: Sequence[bytes], heard: queries.Heard = queries.NOTHING) -> None:
        """Fold many things of one kind: their facts are read together, their rows may be written together.

        `heard`: what is known of them already.
        """
        for first in range(0, len(subjects), WRITTEN_TOGETHER):
            with self.store.gather(thing.tables, heard.fresh, heard.numbers):
                for start in range(first, min(first + WRITTEN_TOGETHER, len(subjects)), READ_TOGETHER):
                    self._fold_some(thing, subjects[start : start + READ_TOGETHER], heard.facts)

    def _fold_some(self, thing: Thing, subjects: Sequence[bytes], heard: Mapping[bytes, Sequence[Kept]]) -> None:
        names = {kind.name for kind in thing.kinds}
        rows = queries.rows_by_subject(self.store, sorted(names), [one for one in subjects if one not in heard])
        for subject in subjects:
            known = [one for one in heard.get(subject, ()) if one.kind in names]
            self._fold(thing, subject, known or rows.get(subject, []))

    def _fold(self, thing: Thing, subject: bytes, rows: Sequence[Kept] | None = None) -> None:
        rows = self._rows(thing, subject) if rows is None else rows
        refused = self._refused(thing, rows)
        if refused is not None:
            names = [(rows[place].log_id, rows[place].seq) for place in sorted(refused)]
            queries.replace_refused(self.store, [kind.name for kind in thing.kinds], subject, names)
        thing.fold(self.store, subject, self._read_all(rows, refused or frozenset()))

    def forget(self, subjects: Sequence[bytes], things: Sequence[Thing]) -> None:
        """Remove the facts of these subjects and what was folded from them. Only inside `write()`, under a receipt."""
        for subject in subjects:
            for thing in things:
                names = [kind.name for kind in thing.kinds]
                queries.delete_facts(self.store, names, subject)
                queries.replace_refused(self.store, names, subject, [])
                thing.fold(self.store, subject, [])

    # -- reading ----------------------------------------------------------------------------------------------

    def facts_of(self, thing: Thing, subject: bytes) -> list[Fact]:
        """All known facts of one subject, decoded, in (log_id, seq) order.

        Left out: a fact that cannot be read, and one whose writer may not say such a thing.
        """
        rows = self._rows(thing, subject)
        return self._read_all(rows, self._refused(thing, rows) or frozenset())

    def _rows(self, thing: Thing, subject: bytes) -> list[Kept]:
        return queries.subject_rows(self.store, [kind.name for kind in thing.kinds], subject)

    def _read_all(self, rows: Sequence[Kept], refused: frozenset[int]) -> list[Fact]:
        return [fact for place, row in enumerate(rows) if place not in refused and (fact := self._read(row))]

    def _refused(self, thing: Thing, rows: Sequence[Kept]) -> frozenset[int] | None:
        """The places of the rows that count for nothing (`writers.find_refused`); None: there was nothing to ask."""
        if are_plainly_own(rows, self._central_kinds):
            return None
        said = [Said(place, row.kind, row.log_id, row.home, self._names(row)) for place, row in enumerate(rows)]
        keys = Keys(self._key_of_log, self.find_central(), self.identity.sign_public, not self.publishes)
        one, first = thing.has_one_home, thing.central_first
        return find_refused(said, self._writers, keys, has_one_home=one, central_first=first)

    def _names(self, row: Kept) -> bytes:
        kind = self._kinds.get(row.kind)
        if kind is None or kind.names is None:
            return b""
        fact = self._read(row)
        return kind.names(fact.body) if fact is not None else b""

    def _writers(self, kind: str) -> frozenset[str]:
        found = self._kinds.get(kind)
        return found.writers if found else HOME

    def _key_of_log(self, log_id: bytes) -> bytes | None:
        """The key behind a log; once known it never changes, as the log is named after it."""
        known = self._keys_of_logs.get(log_id) or queries.key_of_log(self.store, log_id)
        if known is not None:
            self._keys_of_logs[log_id] = known
        return known

    def refused(self) -> list[tuple[bytes, int, str]]:
        """Facts kept that change nothing, as their writer may not say such a thing: (log id, seq, kind)."""
        return [(row["log_id"], row["seq"], row["kind"]) for row in queries.list_refused(self.store)]

    def _read(self, row: Kept) -> Fact | None:
        try:
            body: Body = self._kinds[row.kind].read(row.body, row.version)
        except Problem:
            return None
        return queries.to_fact(row, body)

    def kind_names(self) -> list[str]:
        """The names of all kinds of fact this program knows."""
        return sorted(self._kinds)

    def unreadable(self) -> list[tuple[bytes, int, str]]:
        """Facts kept but set aside for people: an unknown kind or a body that cannot be read (log id, seq, kind)."""
        aside = [(r["log_id"], r["seq"], r["kind"]) for r in queries.rows_of_other_kinds(self.store, self._kinds)]
        for row in queries.rows_of_kinds(self.store, self._kinds):
            if self._read(row) is None:
                aside.append((row.log_id, row.seq, row.kind))
        return aside

    # -- replaying --------------------------------------------------------------------------------------------

    def replay(self) -> int:
        """Empty every projection and fold all facts again; how many things were folded. One transaction."""
        count = 0
        with self.write():
            for table in ("refused", *(table for thing in self.things for table in thing.tables)):
                self.store.run(f"DELETE FROM {table}")
            for thing in self.things:
                names = [kind.name for kind in thing.kinds]
                subjects = queries.subjects(self.store, names)
                self._fold_many(thing, subjects)
                count += len(subjects)
        return count

    def fold_again(self, name: str) -> None:
        """Fold all things of one sort anew, some at a time: others may write in between."""
        thing = next(one for one in self.things if one.name == name)
        subjects = queries.subjects(self.store, [kind.name for kind in thing.kinds])
        for first in range(0, len(subjects), READ_TOGETHER):
            with self.write():
                self._fold_many(thing, subjects[first : first + READ_TOGETHER])

    def projection_hash(self) -> str:
        """SHA-256 of the ordered dump of every projection: equal on any two nodes that hold the same facts."""
        state = hashlib.sha256()
        for table in sorted({"refused", *(table for thing in self.things for table in thing.tables)}):
            for line in queries.ordered_dump(self.store, table):
                state.update(line)
        return state.hexdigest()

    # -- logs -------------------------------------------------------------------------------------------------

    def _own_log(self) -> tuple[int, bytes]:
        found = queries.find_own_log(self.store)
        if found is not None and found["public_key"] == self.identity.sign_public:
            return found["log_no"], found["log_id"]
        return self.start_epoch()

    def start_epoch(self) -> tuple[int, bytes]:
        """Begin a new log of our own (first start, restored or cloned data): (log_no, log_id)."""
        epoch = secrets.token_bytes(8)
        log_id = self.identity.log_id(epoch)
        with self.store.write():
            log_no = queries.add_own_log(self.store, log_id, self.identity.sign_public, epoch)
            queries.close_channels(self.store)
        self.log_no, self.log_id = log_no, log_id
        return log_no, log_id

    def own_logs(self) -> list[tuple[int, bytes]]:
        """Every log this node wrote, earlier epochs included: all of it must go home."""
        return queries.own_logs(self.store, self.identity.sign_public)

    def log_number(self, log_id: bytes, public_key: bytes | None = None, epoch: bytes | None = None) -> int:
        """The small local number of a log, given one the first time it is heard of."""
        return queries.log_number(self.store, log_id, public_key, epoch)

    def head(self) -> int:
        """The number of the newest fact of our own log."""
        return queries.head_seq(self.store, self.log_no)

    def held(self, log_no: int) -> list[tuple[int, int]]:
        """What this node holds of a log, as ranges."""
        if log_no == self.log_no:
            head = self.head()
            return [(1, head)] if head else []
        return merge(queries.held_ranges(self.store, log_no))

    def add_held(self, log_no: int, first: int, last: int) -> None:
        """Note that facts `first..last` of another log are here. Only inside `write()`."""
        queries.replace_held(self.store, log_no, merge([*queries.held_ranges(self.store, log_no), (first, last)]))
