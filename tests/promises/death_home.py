"""Kills `valise send`, the central's ingest and `valise backup` at write-like system calls (P4), over real HTTP.

What must hold afterwards: the folder is whole; nothing that was told is lost; no receipt is ahead of what the central
has; doing it again brings everything home once; a backup that has its final name can be restored.
"""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from waitress.server import create_server

from kit import backup
from kit.app import build_node, create_app
from kit.errors import Problem
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync.actions import send
from kit.sync.carriers.network import NetworkCarrier
from kit.sync.line import Patience
from kit.sync.outbox import journey
from tests.promises.aftermath import look_at, told_by
from tests.promises.callpoints import Kinds, count_kinds, read_trace, spread, trace_options, traced
from tests.promises.golden import organisation_private
from tests.promises.world import World, copy_node
from tests.served import Served, free_port

SUBJECTS = ("valise send", "the central's ingest", "valise backup")
IMPATIENT = Patience(tries=2, first_pause_seconds=0.01)


@dataclass(frozen=True)
class Case:
    """One kill: who died at which call, how much was looked for, and what was wrong.

    `kind` is the kind of that call, one of `kinds` that this program makes (`callpoints`).
    """

    who: str
    call: str
    when: int
    told: int
    wrongs: tuple[str, ...]
    kind: str = ""
    kinds: int = 0


@dataclass
class Scene:
    """A kit with work on it and its central, copied for each kill."""

    base: Path
    told: list[str]
    key: bytes

    @classmethod
    def make(cls, base: Path) -> Scene:
        """People at work on a kit; nothing was sent."""
        world, dice = World.make(), random.Random(4)
        for _ in range(40):
            world.act("kit-0", dice.choice(["plan", "signup", "attendance", "cancel"]))
        told, key = told_by(world.nodes["kit-0"].store), organisation_private(world.central)
        for name in ("kit-0", "central"):
            world.nodes[name].store.flush()
            world.nodes[name].store.close()
            copy_node(world.base / name, base / name, with_marker=True)
        world.end()
        return cls(base, told, key)

    def copy(self, name: str, folder: Path) -> Path:
        """A fresh copy of one of the two."""
        copy_node(self.base / name, folder / name, with_marker=True)
        return folder / name


def tries(seconds: float, most: int) -> Iterator[Case]:
    """Kills of each of the three in turns, at every kind of call each of them makes."""
    end = time.monotonic() + seconds
    with TemporaryDirectory(prefix="valise-home-") as name:
        scene = Scene.make(Path(name))
        kinds: list[Callable[[Scene], Iterator[Case]]] = [_kill_sending, _kill_backup, _kill_central]
        running = [kind(scene) for kind in kinds]
        for number in range(most):
            yield next(running[number % len(running)])
            if time.monotonic() > end:
                return


def _command(data: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "kit.cli", "--data", str(data), *words]


def _run_and_kill(call: str, when: int, command: list[str]) -> None:
    inject = f"inject={call}:signal=SIGKILL:when={when}"
    words = ["strace", "-f", "-e", f"trace={call}", "-e", inject, "-o", "/dev/null", *command]
    subprocess.run(words, capture_output=True, check=False)


def _run_until_closed(server: object) -> None:
    with contextlib.suppress(OSError):  # its sockets are closed while it waits on them
        server.run()  # type: ignore[attr-defined]


@contextlib.contextmanager
def _central_here(data: Path, port: int) -> Iterator[Node]:
    node = build_node(read_settings({}, data=data, role="central"))
    server = create_server(create_app(node.settings, node), host="127.0.0.1", port=port, threads=2)
    thread = threading.Thread(target=_run_until_closed, args=(server,), daemon=True)
    thread.start()
    try:
        yield node
    finally:
        server.close()
        thread.join(5)
        server.task_dispatcher.shutdown()  # closing leaves its threads, and what they hold open, to the next thousand
        node.store.close()


def _open_kit(data: Path, port: int) -> Node:
    return build_node(read_settings({}, data=data, central_url=f"http://127.0.0.1:{port}"))


def _whole(scene: Scene, kit_data: Path) -> list[str]:
    after = look_at(kit_data, scene.told)
    return [what for what in (*after.lost, after.broken) if what]


def _comes_home(scene: Scene, kit_data: Path, central: Node, port: int) -> list[str]:
    """Send again from the beginning to the end; what is then not as it should be."""
    kit = _open_kit(kit_data, port)
    facts = "SELECT count(*) FROM fact JOIN log USING (log_no) WHERE public_key = ?"
    key = kit.identity.sign_public
    try:
        if journey(kit).arrived > central.store.value(facts, key):
            return ["a receipt is ahead of what the central has"]
        send(kit, carrier=NetworkCarrier(IMPATIENT))
        wrongs = [] if journey(kit).only_here == 0 else ["not all came home"]
        if central.store.value(facts, key) != kit.store.value(facts, key):
            wrongs.append("the central has another number of facts")
        before = central.journal.projection_hash()
        central.journal.replay()
        return wrongs + ([] if central.journal.projection_hash() == before else ["folding again changed the central"])
    finally:
        kit.store.close()


def _kill_sending(scene: Scene) -> Iterator[Case]:
    points, many, port = None, 0, free_port()
    while True:
        with TemporaryDirectory(prefix="valise-send-") as name:
            folder = Path(name)
            kit, home = scene.copy("kit-0", folder), scene.copy("central", folder)
            with _central_here(home, port) as central:
                command = _command(kit, "send")
                url = ["env", f"VALISE_CENTRAL_URL=http://127.0.0.1:{port}", *command]
                if points is None:
                    _, kinds = traced(url, folder / "trace")
                    points, many = spread(kinds), count_kinds(kinds)
                    continue
                kind, call, when = next(points)
                _run_and_kill(call, when, url)
                wrongs = [*_whole(scene, kit), *_comes_home(scene, kit, central, port)]
            yield Case(SUBJECTS[0], call, when, len(scene.told), tuple(wrongs), kind, many)


def _kill_backup(scene: Scene) -> Iterator[Case]:
    points, many = None, 0
    while True:
        with TemporaryDirectory(prefix="valise-backup-") as name:
            folder = Path(name)
            kit, place = scene.copy("kit-0", folder), folder / "key"
            place.mkdir()
            command = _command(kit, "backup", str(place))
            if points is None:
                _, kinds = traced(command, folder / "trace")
                points, many = spread(kinds), count_kinds(kinds)
                continue
            kind, call, when = next(points)
            _run_and_kill(call, when, command)
            wrongs = [*_whole(scene, kit), *_can_be_restored(scene, kit, place, folder)]
            yield Case(SUBJECTS[2], call, when, len(scene.told), tuple(wrongs), kind, many)


def _can_be_restored(scene: Scene, kit: Path, place: Path, folder: Path) -> list[str]:
    """Every backup that has its final name, and one made again after the death."""
    wrongs, node = [], build_node(read_settings({}, data=kit))
    try:
        backup.make_backup(node, place)
    except Problem as problem:
        wrongs.append(f"cannot be made again: {problem.code}")
    node.store.close()
    for number, found in enumerate(sorted(place.glob("sauvegarde-*"))):
        target = folder / f"restored-{number}"
        try:
            backup.restore(found, target, backup.key_of(found, scene.key))
            after = look_at(target, scene.told)
            wrongs += [f"{found.name}: {what}" for what in (*after.lost, after.broken) if what]
        except Problem as problem:
            wrongs.append(f"{found.name} cannot be restored: {problem.code}")
    return wrongs


def _kill_central(scene: Scene) -> Iterator[Case]:
    points, many = None, 0
    while True:
        with TemporaryDirectory(prefix="valise-ingest-") as name:
            folder, port = Path(name), free_port()
            kit, home = scene.copy("kit-0", folder), scene.copy("central", folder)
            if points is None:
                idle, _ = _count_serving(scene.copy("central", folder / "idle"), folder / "trace", None)
                _, kinds = _count_serving(home, folder / "trace", kit)
                points, many = spread(kinds, idle), count_kinds(kinds, idle)
                continue
            kind, call, when = next(points)
            _send_to_the_dying(call, when, kit, home, port)
            after = look_at(home, [], "central")
            wrongs = [f"the central: {after.broken}"] if after.broken else []
            with _central_here(home, port) as central:
                wrongs += [*_whole(scene, kit), *_comes_home(scene, kit, central, port)]
            yield Case(SUBJECTS[1], call, when, len(scene.told), tuple(wrongs), kind, many)


def _strace_central(home: Path, port: int, *options: str) -> Served:
    """`valise central serve` under strace; with -D it is the process itself that is ended, and its tracer follows."""
    served = Served(home, ("central", "serve"), port)
    command = _command(home, "central", "serve", "--port", str(port))
    words = ["strace", "-D", "-f", *options, *command]
    served.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
    return served


def _until_up(served: Served) -> bool:
    """True once it answers; False when it died first."""
    import urllib.error
    import urllib.request

    while served.process is not None and served.process.poll() is None:
        try:
            urllib.request.urlopen(f"{served.url}/connexion", timeout=30).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def _send_once(kit_data: Path, port: int) -> None:
    kit = _open_kit(kit_data, port)
    with contextlib.suppress(Problem):
        send(kit, carrier=NetworkCarrier(IMPATIENT))
    kit.store.close()


def _count_serving(home: Path, trace: Path, kit: Path | None) -> tuple[dict[str, int], Kinds]:
    """The calls of a central that starts, answers once, takes in what `kit` sends (None: nothing), and ends."""
    port = free_port()
    served = _strace_central(home, port, *trace_options(trace)[1:])
    _until_up(served)
    if kit is not None:
        _send_once(kit, port)
    served.stop()
    while "+++ exited" not in trace.read_text("utf-8", "replace").splitlines()[-1]:
        time.sleep(0.05)
    return read_trace(trace)


def _send_to_the_dying(call: str, when: int, kit: Path, home: Path, port: int) -> None:
    inject = f"inject={call}:signal=SIGKILL:when={when}"
    served = _strace_central(home, port, "-e", f"trace={call}", "-e", inject, "-o", "/dev/null")
    if _until_up(served):
        _send_once(kit, port)
    served.kill()


def main() -> None:
    """A few kills, told."""
    for case in tries(3600, int(sys.argv[1])):
        print(case.who, case.call, case.when, case.told, case.wrongs, flush=True)


if __name__ == "__main__":
    main()
