"""What a fact is and how a room declares the kinds it writes. Source: journal.md, "Fact" and "Versions"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from kit.clock import Moment
from kit.errors import Problem
from kit.journal.writers import HOME

if TYPE_CHECKING:
    from kit.store import Store


class Body(msgspec.Struct, array_like=True, frozen=True):
    """Base of every fact's body. Additive only: new fields go last and have a default; bytes are kept as received."""


B = TypeVar("B", bound=Body)


@dataclass(frozen=True)
class Kind(Generic[B]):
    """A kind of fact: a stable dotted name, its current version, the shape of its body.

    `upcast` maps an older version to a function from the decoded list of that version to the current list.
    `writers`: who may write it (`kit.journal.writers`); what somebody else writes is kept and changes nothing.
    `names`: the public key of the one node whose word a fact of this kind asks for (kinds written by NAMED).
    """

    name: str
    body: type[B]
    version: int = 1
    upcast: Mapping[int, Callable[[list[Any]], list[Any]]] | None = None
    writers: frozenset[str] = HOME
    names: Callable[[B], bytes] | None = None

    def read(self, raw: bytes, version: int) -> B:
        """The body of a fact of any version ever shipped. Raises Problem `journal.bad_fact`."""
        try:
            step = self.upcast.get(version) if self.upcast else None
            if step is None:
                return msgspec.msgpack.decode(raw, type=self.body)
            return msgspec.convert(step(msgspec.msgpack.decode(raw)), self.body)
        except (msgspec.MsgspecError, ValueError, TypeError, RecursionError, MemoryError) as refusal:
            raise Problem("journal.bad_fact") from refusal


class Fact(msgspec.Struct, frozen=True):
    """One fact with its body decoded. `log_id` names the log that wrote it; `home` the log where its thing was born.

    `refs` are ids of other things it speaks of; `envelope` is the hash of the envelope it goes with, or None.
    """

    log_id: bytes
    seq: int
    kind: str
    moment: Moment
    subject: bytes
    home: bytes
    refs: tuple[bytes, ...]
    envelope: bytes | None
    body: Any


class Record(msgspec.Struct, frozen=True):
    """One fact as bytes, the way it is stored and travels."""

    seq: int
    kind: str
    version: int
    boot: int
    mono_ms: int
    wall_ms: int
    subject: bytes
    home: bytes
    refs: bytes
    envelope: bytes | None
    body: bytes


Fold = Callable[["Store", bytes, list[Fact]], None]


class Thing(msgspec.Struct, frozen=True):
    """Something facts are about (a workshop, a sign-up): its kinds, the projection tables it owns, and its fold.

    `fold(store, subject, facts)` rewrites the rows of one subject from all its known facts, given in (log_id, seq)
    order; it removes what it no longer says. It never adds to what was there, so any order of arrival agrees.
    `goes_down`: what the central writes of it goes to every kit (what a kit writes goes home, always).
    `has_one_home`: it was born once, under a random id; else several nodes may each tell of it (a place of a file that
    two of them read), and the fold keeps their words apart. `central_first`: then
    what the central tells of is the central's alone.
    """

    name: str
    kinds: tuple[Kind[Any], ...]
    tables: tuple[str, ...]
    fold: Fold
    goes_down: bool = False
    has_one_home: bool = True
    central_first: bool = False
