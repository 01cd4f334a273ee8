"""What a served node does by itself, in a thread of its own: it counts its life, forgets, and a kit sends."""

from __future__ import annotations

import logging
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from urllib.parse import urlsplit

from kit.announce import Heard
from kit.directory.proposals import merge_waiting
from kit.errors import Problem
from kit.https.serving import keep
from kit.journal.life import tick
from kit.library.deposits import actions as deposits
from kit.library.leaving import erase_leaving
from kit.library.thanks import actions as thanks
from kit.people.node import Node
from kit.retention import purge, purge_home, shut_forgotten_doors
from kit.sync import blobs, parcels
from kit.sync.actions import journey, send
from kit.sync.enrolment import find_enrolment, server_url
from kit.sync.kept_link import try_link
from kit.sync.neighbours import AnyNeighbour, list_ours
from kit.sync.sender import Sender
from kit.workshops.figures_kept import refresh

PAUSE_SECONDS = 60.0
LONGEST_PAUSE_ROUNDS = 30
FORGET_ROUNDS = 10
LINK_ROUNDS = 3
KNOCK_SECONDS = 3.0
ASK_EVERY_ROUNDS = 10  # with nothing to send, what came down from home is still asked for
_log = logging.getLogger(__name__)


class Rounds(ABC):
    """Rounds at a steady pace until told to end; what one round cannot do waits for the next."""

    def __init__(self, pause_seconds: float) -> None:
        self.pause_seconds = pause_seconds
        self._ended = threading.Event()
        self._rounds = 0

    def start(self) -> None:
        """Begin the rounds."""
        threading.Thread(target=self._run, name="upkeep", daemon=True).start()

    def end(self) -> None:
        """No further round."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.wait(self.pause_seconds):
            try:
                self.round()
            except Problem as problem:
                _log.warning("upkeep: %s", problem.code)
            except Exception:
                _log.exception("upkeep broke")

    @abstractmethod
    def round(self) -> None:
        """One round."""


class CentralUpkeep(Rounds):
    """What a served central does by itself: it notes what was counted, keeps the sums of its figures, ends the day of
    its counter at midnight, tells every suitcase which slips of consultations served, and lets go of works offered here
    that nobody answered, and of names and texts whose time is over."""

    def __init__(self, node: Node, note_counts: Callable[[], object], pause_seconds: float = PAUSE_SECONDS) -> None:
        super().__init__(pause_seconds)
        self.node = node
        self.note_counts = note_counts

    def round(self) -> None:
        """One round."""
        tick(self.node.store, self.node.clock)
        self.note_counts()
        self.node.answer_home()
        refresh(self.node.store, self.node.clock.wall_ms(), self.node.settings.timezone)
        if self._rounds % FORGET_ROUNDS == 0:
            deposits.let_go(self.node)
            thanks.let_go(self.node)
            erase_leaving(self.node)
            purge_home(self.node)
        self._rounds += 1


class Counting(Rounds):
    """What a web process of a central does by itself when the rest is done apart: it notes what it counted."""

    def __init__(self, node: Node, note_counts: Callable[[], object], pause_seconds: float = PAUSE_SECONDS) -> None:
        super().__init__(pause_seconds)
        self.note_counts = note_counts

    def round(self) -> None:
        """One round."""
        self.note_counts()


class Repeating(Rounds):
    """One thing done again and again, in a thread of its own: what may take minutes holds up nothing else."""

    def __init__(self, node: Node, do: Callable[[Node], object], pause_seconds: float = PAUSE_SECONDS) -> None:
        super().__init__(pause_seconds)
        self.node = node
        self.do = do

    def round(self) -> None:
        """One round."""
        self.do(self.node)


class Upkeep(Rounds):
    """What a served kit does by itself.

    `hear` lists the kits on the network; a kit that serves its own machine only has nobody to hear. `tell` says on the
    network where this one is now.
    """

    def __init__(
        self,
        node: Node,
        sender: Sender,
        pause_seconds: float = PAUSE_SECONDS,
        hear: Callable[[], list[Heard]] = list,
        note_counts: Callable[[], object] = lambda: None,
        tell: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__(pause_seconds)
        self.node = node
        self.tell = tell
        self.sender = sender
        self.hear = hear
        self.note_counts = note_counts
        self._failures = self._skip = 0
        self._tried: tuple[int, ...] = ()

    def round(self) -> None:
        """One round: count the box's life; answer what was asked elsewhere; send when something is only here."""
        tick(self.node.store, self.node.clock)
        self.tell()
        self.note_counts()
        self.node.answer_home()
        merge_waiting(self.node)
        keep_name(self.node)
        if self._rounds % LINK_ROUNDS == 0:
            try_link(self.node)
        if self._rounds % FORGET_ROUNDS == 0:
            self.forget()
        self._rounds += 1
        if self._skip:
            self._skip -= 1
            return
        self._rounds += 1
        is_time_to_ask = self._rounds % ASK_EVERY_ROUNDS == 0 and find_enrolment(self.node) is not None
        if self.sender.progress is not None or not (is_time_to_ask or is_something_waiting(self.node)):
            return
        if not is_way_open(self.node):
            self._wait_longer()
            self.ask_neighbours()
            return
        waiting = what_waits(self.node)
        if waiting == self._tried and any(waiting):  # the central answers, and will not take what is left
            self._wait_longer()
        else:
            self._failures = 0
        self._tried = waiting
        self.sender.start(self.node)

    def _wait_longer(self) -> None:
        self._failures += 1
        self._skip = min(LONGEST_PAUSE_ROUNDS, 2 ** min(self._failures, 10) // 2)

    def forget(self) -> None:
        """Shut the doors nobody shut, let go of deposits nobody answered, and purge what the central has signed for."""
        shut_forgotten_doors(self.node)
        deposits.let_go(self.node)
        thanks.let_go(self.node)
        erase_leaving(self.node)
        purge(self.node)

    def ask_neighbours(self) -> None:
        """Hand over what is only here to the first kit of our coordination that takes it."""
        found = list_ours(self.node, self.hear())
        if found:
            try:
                send(self.node, carrier=AnyNeighbour(lambda: found))
            except Problem as problem:
                _log.warning("no neighbour took it: %s", problem.code)


def keep_name(node: Node) -> None:
    """The https name served while it may be, and shut when it may not; a machine that refuses holds up nothing."""
    try:
        keep(node)
    except Problem as problem:
        _log.warning("the https name: %s", problem.code)


def what_waits(node: Node) -> tuple[int, ...]:
    """How much is only here: facts, envelopes, files, pieces of files the central lacks; and bytes that should come."""
    status = journey(node)
    pieces = sum(len(one.wanted) for one in blobs.waiting(node))
    lacking = sum(one.size_bytes - parcels.here_bytes(node, one.list_id) for one in parcels.wanted(node))
    return status.only_here, status.envelopes_waiting, status.files_only_here, pieces, lacking


def is_something_waiting(node: Node) -> bool:
    """True when an enrolled kit holds what its central has not receipted (facts, envelopes or files), or asked for a
    pack that has not come."""
    status = journey(node)
    return status.is_enrolled and bool(
        status.only_here or status.envelopes_waiting or status.files_only_here or parcels.wanted(node)
    )


def is_way_open(node: Node) -> bool:
    """True when the central's door can be reached: a bare connection, nothing is said."""
    enrolment = find_enrolment(node)
    if enrolment is None:
        return False
    url = urlsplit(server_url(node, enrolment))
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        with socket.create_connection((url.hostname or "", port), KNOCK_SECONDS):
            return True
    except OSError:
        return False
