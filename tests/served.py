"""The served programs as processes of their own on free ports; one that fails tells its own words."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
START_SECONDS = 60
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_page(url: str) -> None:
    """Wait until somebody else's server (nginx before ours) gives this page."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer")


def valise(data: Path, *words: str, expect: int | None = 0) -> str:
    """Run one command to its end; what it said. Fails with its words when it ends otherwise than `expect`."""
    command = [sys.executable, "-m", "kit.cli", "--data", str(data), *words]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False, timeout=300)
    if expect is not None and done.returncode != expect:
        raise AssertionError(f"valise {' '.join(words)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout + done.stderr


@dataclass
class Served:
    """One served node. `url` has no slash at its end. `before` comes before the command (another program runs it)."""

    data: Path
    words: tuple[str, ...]
    port: int = field(default_factory=free_port)
    before: tuple[str, ...] = ()
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What it wrote on its standard error."""
        return self.data.with_name(self.data.name + ".log")

    def start(self) -> Served:
        """Start it and wait for its first answer."""
        command = [*self.before, sys.executable, "-m", "kit.cli", "--data", str(self.data), *self.words]
        command += ["--port", str(self.port)]
        with self.log.open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(command, cwd=REPO, stdin=subprocess.DEVNULL, stderr=log, text=True)
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/connexion", timeout=5):
                    return self
            except urllib.error.HTTPError:
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"{command} did not come up:\n{self.log.read_text('utf-8')}")

    def kill(self) -> None:
        """End it at once, as a power cut does to a process."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as its user does."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            os.kill(self.process.pid, how)
            self.process.wait(20)
        self.process = None

    def words_of_failure(self) -> str:
        """What it said went wrong, if anything."""
        said = self.log.read_text("utf-8") if self.log.exists() else ""
        return said if "Traceback" in said else ""
