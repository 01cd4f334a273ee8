"""A real process killed at its n-th call of a kind, wherever a slow or a fast machine has brought it by then."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from tests.served import REPO

DURABLE = "fsync,fdatasync,sync"
NAMES = "rename,renameat,renameat2"


def run_killed(words: Sequence[str], calls: str = "", kill_at: int = 0, **told: str) -> int:
    """Run Python with `words` from the repository, killed at its n-th of `calls` (its own, not those of processes it
    starts); how it ended (-9: killed there).

    What it writes for us and not for its user is left out, so that the n-th is the same everywhere: modules compiled
    on the way and the figures of coverage are files named, too.
    """
    at = ["-e", f"trace={calls}", "-e", f"inject={calls}:signal=SIGKILL:when={kill_at}"]
    before = ["strace", "-qq", "-o", "/dev/null", *at] if calls else []
    env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    env |= {"PYTHONDONTWRITEBYTECODE": "1", **told}
    command = [*before, sys.executable, *words]
    return subprocess.run(command, cwd=REPO, env=env, capture_output=True, check=False, timeout=300).returncode
