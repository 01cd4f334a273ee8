"""P8: a box and a central in network namespaces of their own, and between them a line nobody would want.

1 Mbit/s each way (tc tbf), three packets in a hundred lost each way (nft), and the cable pulled for 2.5 seconds in
every 8.5. Any command of the set-up that fails raises: a line that is not bad would prove nothing.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kit.people import actions as people
from kit.workshops import actions as workshops
from kit.workshops.forms import Person, Profile
from tests.promises.world import PASSPHRASE, open_node
from tests.promises.writer import plan

REPO = Path(__file__).resolve().parents[2]
HOME_URL = "http://10.77.31.1:8090"
DEAD_SECONDS, PERIOD_SECONDS = 2.5, 8.5
LOSS_PERCENT = 3
ENROL = """
import sys
from pathlib import Path
from kit.app import build_node
from kit.settings import read_settings
from kit.sync.enrolment import enrol
enrol(build_node(read_settings({}, data=Path(sys.argv[1]))), sys.argv[2], plain_http=True)  # a line of our own
"""
LOSSY = """
table inet valise {{
  chain arriving {{
    type filter hook input priority 0; policy accept;
    numgen random mod 100 < {loss} counter drop
  }}
}}
"""


def run(*words: str, given: str | None = None) -> str:
    """A command of the set-up; raises with its words when it fails."""
    done = subprocess.run(words, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


@dataclass
class Line:
    """Two namespaces and what joins them."""

    name: str = field(default_factory=lambda: f"v{os.getpid()}")
    cuts: int = 0
    failure: str = ""

    @property
    def box(self) -> str:
        """The box's namespace."""
        return f"{self.name}-box"

    @property
    def home(self) -> str:
        """The central's."""
        return f"{self.name}-home"

    def inside(self, where: str, *words: str) -> list[str]:
        """The command that runs the program there."""
        return ["ip", "netns", "exec", where, sys.executable, "-m", "kit.cli", *words]

    def lay(self) -> None:
        """A clean line."""
        for space in (self.box, self.home):
            run("ip", "netns", "add", space)
            run("ip", "-n", space, "link", "set", "lo", "up")
        run("ip", "link", "add", f"{self.name}b", "netns", self.box, "type", "veth", "peer", "name", f"{self.name}h",
            "netns", self.home)  # fmt: skip
        for space, end, address in self._ends():
            run("ip", "-n", space, "addr", "add", address, "dev", end)
            run("ip", "-n", space, "link", "set", end, "up")

    def _ends(self) -> list[tuple[str, str, str]]:
        return [(self.home, f"{self.name}h", "10.77.31.1/24"), (self.box, f"{self.name}b", "10.77.31.2/24")]

    def spoil(self) -> None:
        """Slow and lossy from now on."""
        for space, end, _ in self._ends():
            run("tc", "-n", space, "qdisc", "add", "dev", end, "root", "tbf", "rate", "1mbit", "burst", "8kb",
                "latency", "400ms")  # fmt: skip
            run("ip", "netns", "exec", space, "nft", "-f", "-", given=LOSSY.format(loss=LOSS_PERCENT))

    def lost_packets(self) -> int:
        """How many packets nft dropped, both ways."""
        listings = [run("ip", "netns", "exec", space, "nft", "list", "ruleset") for space, _, _ in self._ends()]
        words = " ".join(listings).split()
        return sum(int(words[at + 1]) for at, word in enumerate(words) if word == "packets")

    @contextlib.contextmanager
    def flapping(self) -> Iterator[None]:
        """Pull the cable again and again while the block runs."""
        over = threading.Event()
        thread = threading.Thread(target=self._flap, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(10)

    def _flap(self, over: threading.Event) -> None:
        try:
            while not over.wait(PERIOD_SECONDS - DEAD_SECONDS):
                run("ip", "-n", self.box, "link", "set", f"{self.name}b", "down")
                self.cuts += 1
                over.wait(DEAD_SECONDS)
                run("ip", "-n", self.box, "link", "set", f"{self.name}b", "up")
        except RuntimeError as failure:
            self.failure = str(failure)

    def remove(self) -> None:
        """Take it away again."""
        for space in (self.box, self.home):
            subprocess.run(["ip", "netns", "delete", space], capture_output=True, check=False)


@dataclass(frozen=True)
class Sent:
    """How a sending over the line went; `wrongs` says why the promise does not hold, or is empty."""

    facts: int
    envelopes: int
    seconds: float
    runs: int
    cuts: int
    lost_packets: int
    wrongs: tuple[str, ...]


def send_over_it(folder: Path, named: int, anonymous: int, most_seconds: float) -> Sent:
    """The real served central, the real `valise send`, and a day's work to carry."""
    line = Line()
    for name in ("central", "kit"):
        node = open_node(folder / name)
        people.set_up(node, "Équipe", "coordinator" if name == "central" else "mediator", PASSPHRASE)
        node.store.close()
    try:
        line.lay()
        with _served(line, folder):
            _enrol(line, folder)
            facts, envelopes = _work(folder / "kit", named, anonymous)
            line.spoil()
            start = time.monotonic()
            with line.flapping():
                runs = _send(line, folder, start + most_seconds)
            seconds, lost = time.monotonic() - start, line.lost_packets()
    finally:
        line.remove()
    wrongs = [line.failure] if line.failure else []
    wrongs += [] if runs else [f"not finished after {most_seconds:.0f} seconds"]
    wrongs += [] if line.cuts and lost else [f"the line was not bad: {line.cuts} cuts, {lost} packets lost"]
    home = open_node(folder / "central")
    there = int(home.store.value("SELECT count(*) FROM fact JOIN log USING (log_no) WHERE is_own = 0"))
    names = int(home.store.value("SELECT count(*) FROM envelope"))
    home.store.close()
    wrongs += (
        [] if (there, names) == (facts, envelopes) else [f"{there} of {facts} facts, {names} of {envelopes} names"]
    )
    return Sent(facts, envelopes, seconds, runs, line.cuts, lost, tuple(wrongs))


@contextlib.contextmanager
def _served(line: Line, folder: Path) -> Iterator[None]:
    words = ("--data", str(folder / "central"), "central", "serve", "--host", "10.77.31.1", "--port", "8090")
    with (folder / "central.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(line.inside(line.home, *words), cwd=REPO, stdout=log, stderr=log)
    try:
        time.sleep(1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _enrol(line: Line, folder: Path) -> None:
    invite = ("--data", str(folder / "central"), "central", "invite", "--url", HOME_URL, "--name", "Valise")
    link = subprocess.run(line.inside(line.home, *invite), cwd=REPO, capture_output=True, text=True, check=True).stdout
    inside = ("ip", "netns", "exec", line.box, sys.executable, "-c", ENROL)
    command = [*inside, str(folder / "kit"), link.strip().splitlines()[-1]]
    for _ in range(20):  # until the server listens
        done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
        time.sleep(0.5)
    raise RuntimeError(f"enrolling failed: {done.stdout}{done.stderr}"[-500:])


def _work(data: Path, named: int, anonymous: int) -> tuple[int, int]:
    kit = open_node(data)
    workshop_id = plan(kit, "Atelier")
    with kit.journal.write():
        for number in range(named):
            workshops.sign_up(kit, workshop_id, os.urandom(16), Person(f"Personne {number}", ""))
        for _ in range(anonymous):
            workshops.add_anonymous(kit, workshop_id, os.urandom(16), Profile())
    found = kit.journal.head(), int(kit.store.value("SELECT count(*) FROM envelope"))
    kit.store.close()
    return found


def _send(line: Line, folder: Path, end: float) -> int:
    """Press the button until everything is home; how many times, or 0 when it never was."""
    for runs in range(1, 100):
        left = end - time.monotonic()
        if left <= 0:
            return 0
        command = line.inside(line.box, "--data", str(folder / "kit"), "send")
        process = subprocess.Popen(command, cwd=REPO, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            if process.wait(left) == 0:
                return runs
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return 0
