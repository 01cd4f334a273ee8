"""Runs a node's application under waitress until it is told to end."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import TextIO

from waitress.server import BaseWSGIServer, create_server

from kit.app import build_node, create_app
from kit.doorstep import guard
from kit.errors import Problem
from kit.people import actions as people
from kit.people.node import Node
from kit.settings import Settings
from kit.web.rooms import Application

SETTLE_SECONDS = 2.0  # the first visitors go first
PAUSE_SECONDS = 0.2
RESTART_SECONDS = 5.0
M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3  # malloc.h
LARGE_PIECE = 256 << 10


def set_up_once(node: Node, out: TextIO) -> None:
    """Prepare an empty node and tell its passphrase and recovery code; nothing when it is prepared already."""
    if people.is_set_up(node) or node.settings.card:
        return  # a suitcase has a first page instead: nobody reads what its program prints
    name, role = ("Coordination", "coordinator") if node.settings.is_central else ("Équipe", "mediator")
    made = people.set_up(node, name, role)
    print(
        "\n  Notez ces deux lignes sur papier. Elles ne seront plus jamais montrées.\n"
        f"\n  Phrase secrète de l’équipe :\n    {made.passphrase}\n"
        f"\n  Code de secours (à garder dans une enveloppe, loin de la valise) :\n    {made.recovery_code}\n",
        file=out,
        flush=True,
    )


def settle_in(app: Application, node: Node) -> None:
    """After the first answers: open the rooms nobody came into yet, one by one; begin what a node does by itself."""
    time.sleep(SETTLE_SECONDS)
    for name in app.closed_rooms:
        app.enter(name)
        time.sleep(PAUSE_SECONDS)
    from kit.library.counts.counter import EXTENSION as COUNTER
    from kit.upkeep import CentralUpkeep, Counting

    if node.settings.is_central:
        note_counts = app.extensions[COUNTER].note_in_time
        (Counting if node.settings.works_apart else CentralUpkeep)(node, note_counts).start()
        if not node.settings.works_apart:
            from kit.working import give_names

            give_names(node)
    else:
        begin_upkeep(app, node)
    if os.environ.get("VALISE_VERSIONS"):  # a suitcase: its launcher chose this version
        from kit.updates.actions import confirm_running

        confirm_running()
    keep_for_good()


def keep_for_good() -> None:
    """What is loaded now stays: the collector of garbage need not look at it again; free memory goes back."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    from ctypes import CDLL  # the library's rooms have it loaded already

    with suppress(OSError, AttributeError):  # only glibc has this door
        CDLL(None).malloc_trim(0)


def begin_upkeep(app: Application, node: Node) -> None:
    """Let a kit send by itself; one that serves a network tells it so and hears its neighbours."""
    from kit.announce import Presence, is_worth_telling
    from kit.library.counts.counter import EXTENSION as COUNTER
    from kit.sync.enrolment import find_enrolment, fingerprint
    from kit.sync.routes import EXTENSION as SENDER
    from kit.sync.routes import PRESENCE
    from kit.upkeep import Upkeep

    def coordination() -> str:
        enrolment = find_enrolment(node)
        return fingerprint(enrolment.server_public) if enrolment is not None else ""

    sender, note_counts = app.extensions[SENDER], app.extensions[COUNTER].note_in_time
    front = node.settings.front_port
    if not front and not is_worth_telling(node.settings.host):
        Upkeep(node, sender, note_counts=note_counts).start()
        return
    port = front or node.settings.port
    presence = app.extensions[PRESENCE] = Presence(node.settings.node_name, port, coordination)
    presence.refresh()
    Upkeep(node, sender, hear=presence.hear, note_counts=note_counts, tell=presence.refresh).start()


def _take_up_backup(settings: Settings, out: TextIO) -> None:
    """Begin as the node of a backup that was staged in the data folder (see `kit.backup.taking_up`)."""
    if any(settings.data.glob(".restore-*")):
        from kit.backup.taking_up import take_up

        before = take_up(settings.data, settings.marker_path)
        print(f"La sauvegarde est remise. L’ancien dossier est gardé : {before}", file=out, flush=True)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _listen(settings: Settings, app: Application, sockets: dict[int, object]) -> BaseWSGIServer:
    try:
        return create_server(
            app,
            map=sockets,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            connection_limit=settings.connection_limit,
            max_request_body_size=settings.max_upload,
            channel_timeout=60,
            ident="valise",
            clear_untrusted_proxy_headers=not settings.trusted_proxy,  # read by kit.web.front_server then
        )
    except OSError as refusal:
        if refusal.errno == errno.EADDRINUSE:
            raise Problem("start.port_taken", port=settings.port) from refusal
        raise


def keep_memory_together() -> None:
    """Let all threads share two heaps, and give large pieces back at once: else each thread keeps what it once held.

    Source: mallopt(3), of the GNU C library; another one has no such word and no such heaps. Before any thread.
    """
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 2)
        mallopt(M_MMAP_THRESHOLD, LARGE_PIECE)


def serve_forever(settings: Settings, out: TextIO) -> None:
    """Serve until SIGINT or SIGTERM. Raises Problem `start.port_taken`, `start.bad_folder`, `store.newer`."""
    keep_memory_together()
    _take_up_backup(settings, out)
    node = build_node(settings)
    set_up_once(node, out)
    app = create_app(settings, node, is_late=not settings.is_central)
    sockets: dict[int, object] = {}
    server = _listen(settings, app, sockets)
    guard(app, node, sockets)
    threading.Thread(target=settle_in, args=(app, node), name="settling in", daemon=True).start()

    signal.signal(signal.SIGTERM, _end)
    again = app.extensions["valise.again"] = _Again()
    print(f"http://{settings.host}:{settings.port}/", file=out, flush=True)
    gc.freeze()
    gc.enable()
    if "NOTIFY_SOCKET" in os.environ:  # systemd waits for a word
        from kit.device.notify import answers, keep_telling

        keep_telling(lambda: answers(settings.host, settings.port))
    try:
        server.run()
    finally:
        server.close()
        if counter := app.extensions.get("valise.counts"):  # nobody came into the library: nothing to note
            counter.note()
        node.store.close()
        again.begin_if_wanted()


class _Again:
    """Begins this very program anew, once a backup was put beside its folder: nothing open is taken along."""

    def __init__(self) -> None:
        self._is_wanted = False

    def __call__(self) -> None:
        """From the thread that wrote the backup: end the server; the page that was shown has a moment to leave."""
        self._is_wanted = True
        time.sleep(RESTART_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    def begin_if_wanted(self) -> None:
        """The same command with the same words takes this process's place."""
        if self._is_wanted:
            os.execv(sys.executable, [sys.executable, "-m", "kit.cli", *sys.argv[1:]])  # noqa: S606 - ourselves
