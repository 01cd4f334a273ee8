"""A kit and a home server as these tests need them: real folders, real databases, real HTTP."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from kit.app import build_node, create_app
from kit.central import actions as central_actions
from kit.people import actions as people
from kit.people import identities
from kit.people.node import Node
from kit.settings import TABLE, read_settings
from kit.sync import bundle
from kit.sync.carriers.file import OUT
from kit.sync.enrolment import enrol
from kit.workshops import facts as workshops

PASSPHRASE = "tilleul brouette cartable ruisseau bougie panier"
CANARY = "Zénobie Quatrevaux"
DEFAULT_PORT = next(setting.default for setting in TABLE if setting.name == "port")
REPO = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_kit(folder: Path, **given: object) -> Node:
    """A kit that is set up, in a folder of its own."""
    node = build_node(read_settings({}, data=folder, **{"port": free_port(), **given}))
    people.set_up(node, "Équipe", "mediator", PASSPHRASE)
    return node


def make_central(folder: Path, port: int) -> Node:
    """A home server that is set up, known under 127.0.0.1:`port`."""
    url = f"http://127.0.0.1:{port}"
    node = build_node(read_settings({}, data=folder, role="central", port=port, public_url=url))
    people.set_up(node, "Coordination", "coordinator", PASSPHRASE)
    return node


@contextlib.contextmanager
def served(node: Node) -> Iterator[str]:
    """The node's pages over real HTTP from this process; its address.

    Never on the port that every node has by default: whoever runs the suite beside us would answer in our place.
    """
    assert node.settings.port != int(DEFAULT_PORT), "give this node a port of its own (free_port)"
    app = create_app(node.settings, node)
    server = make_server("127.0.0.1", node.settings.port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{node.settings.port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: the tests look at answers."""


def make_template(folder: Path) -> None:
    """An enrolled kit and central, to be copied by `copy_pair`: stretching passphrases takes its second only once."""
    central = make_central(folder / "central", free_port())
    kit = make_kit(folder / "kit")
    with served(central):
        enrol(kit, central_actions.make_enrolment(central, "Valise du test", territory="Vallée du test"))
    kit.store.close()
    central.store.close()


def copy_pair(template: Path, folder: Path) -> tuple[Node, Node]:
    """(kit, central) of a folder of their own, enrolled with each other, at a port of their own."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    url, port = "http://127.0.0.1", free_port()
    kit = build_node(read_settings({}, data=folder / "kit", central_url=f"{url}:{port}"))
    central = build_node(
        read_settings({}, data=folder / "central", role="central", port=port, public_url=f"{url}:{port}")
    )
    return kit, central


def note(kit: Node, count: int, *, named: int = 0, workshop: bytes = b"w" * 16) -> list[bytes]:
    """Note `count` attendances, the first `named` of them with an envelope; their ids."""
    ids = []
    with kit.journal.write():
        for place in range(count):
            person = os.urandom(16)
            who = identities.Identity(name=CANARY)
            sealed = identities.seal_identity(kit, person, who, None) if place < named else None
            kit.journal.append(workshops.CAME, person, workshops.AttendanceCame(workshop, "walk_in"), sealed=sealed)
            ids.append(person)
    return ids


def valise(data: Path, *words: str, **given: object) -> subprocess.Popen[str]:
    """One command of the program, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "kit.cli", "--data", str(data), *words],
        cwd=REPO, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **given,
    )  # fmt: skip


@contextlib.contextmanager
def central_process(data: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """`valise central serve`, answering; ended when the block ends, unless the test killed it."""
    process = valise(data, "central", "serve", "--port", str(port))
    try:
        wait_until_up(f"http://127.0.0.1:{port}/connexion", process)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait(10)
        if process.stdout:
            process.stdout.close()


def wait_until_up(url: str, process: subprocess.Popen[str]) -> None:
    """Wait for the first answer; fail with what the process said when it ended first."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(process.stdout.read() if process.stdout else "ended")
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{url} did not answer")


def left_on(place: Path) -> list[str]:
    """The files of a key that hold more than a greeting: a box with nothing to send asks what home has to say."""
    greeting = {bundle.HELLO, bundle.END}
    return [
        path.name
        for path in sorted((place / OUT).iterdir())
        if not {part.kind for part in bundle.read_parts(io.BytesIO(path.read_bytes()))} <= greeting
    ]
