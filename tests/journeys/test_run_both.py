"""`scripts/run`: a box beside its home server, enrolled, with one passphrase; the second start keeps everything."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.served import free_port

REPO = Path(__file__).parents[2]


class Both:
    """The script as a process, and what it has printed."""

    def __init__(self, data: Path, *more: str) -> None:
        self.ports = free_port(), free_port()
        self.log = data.with_name("printed.txt").open("w+")
        kit, central = map(str, self.ports)
        command = [sys.executable, str(REPO / "scripts" / "run_both.py"), "--data", str(data), "--port", kit]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("VALISE_")}
        self.process = subprocess.Popen([*command, "--central-port", central, *more], cwd=REPO, env=environment,
                                        stdout=self.log, stderr=subprocess.STDOUT)  # fmt: skip

    def printed(self, wanted: str) -> str:
        """Everything printed once `wanted` is among it."""
        deadline = time.monotonic() + 120
        while True:
            text = Path(self.log.name).read_text("utf-8")
            if wanted in text:
                return text
            assert self.process.poll() is None and time.monotonic() < deadline, text
            time.sleep(0.1)

    def get(self, number: int, path: str) -> int:
        """The status of a page of the kit (0) or the central (1)."""
        return httpx.get(f"http://127.0.0.1:{self.ports[number]}{path}", trust_env=False).status_code

    def stop(self) -> None:
        """As Ctrl-C or a service manager does."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0
        self.log.close()


@pytest.mark.parametrize("killed_early", [False, True])
def test_both_run_and_a_second_start_keeps_what_there_was(tmp_path: Path, killed_early: bool) -> None:
    data = tmp_path / "var"
    first = Both(data)
    first.printed("documents sur" if killed_early else "Ctrl-C")
    if not killed_early:
        assert first.get(0, "/") == 200 and first.get(1, "/bibliotheque") == 200
    first.stop()
    again = Both(data)
    text = again.printed("Ctrl-C")
    words = re.search(r"démonstration \(valise et centrale\) :\s+((?:\w+ ){5}\w+)", text)
    assert words and (data / "demo-passphrase.txt").read_text("utf-8").strip() == words[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{again.ports[0]}", trust_env=False) as phone:
        token = re.search(r'name="csrf" value="([^"]+)"', phone.get("/connexion").text)
        assert token
        assert phone.post("/connexion", data={"csrf": token[1], "passphrase": words[1]}).status_code == 302
    deadline = time.monotonic() + 60
    while "Mon premier e-mail" not in httpx.get(f"http://127.0.0.1:{again.ports[0]}/ateliers", trust_env=False).text:
        assert time.monotonic() < deadline, "the workshops of the demonstration never came"
        time.sleep(0.3)
    again.stop()
