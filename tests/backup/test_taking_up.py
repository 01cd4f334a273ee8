"""What a backup holds takes the place of a data folder, wherever that folder lies, and whenever it is cut short."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kit.backup.taking_up import take_up
from tests.served import REPO

OLD = {"valise.db": b"old", "blobs/aa/one": b"old", "node.key": b"old key"}
NEW = {"valise.db": b"new", "blobs/bb/two": b"new", "deposits/x": b"new", "node.key": b"new key"}


def put(folder: Path, files: dict[str, bytes]) -> None:
    for name, raw in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw)


def files(folder: Path) -> dict[str, bytes]:
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {str(name): (folder / name).read_bytes() for name in found if not name.parts[0].startswith(".before-")}


def staged(folder: Path) -> tuple[Path, Path]:
    """A data folder with a backup staged in it, and its marker."""
    data, marker = folder / "data", folder / "data.boot"
    put(data, OLD)
    put(data / ".restore-ready", NEW)
    marker.write_bytes(b"nonce")
    return data, marker


def test_what_was_there_is_kept_and_twice_as_well(tmp_path: Path) -> None:
    data, marker = staged(tmp_path)
    assert take_up(data, marker) == data / ".before-1"
    assert (files(data), files(data / ".before-1"), marker.exists()) == (NEW, OLD, False)
    put(data / ".restore-ready", OLD)
    assert take_up(data, marker) == data / ".before-2"
    assert (files(data), files(data / ".before-2"), files(data / ".before-1")) == (OLD, NEW, OLD)
    assert take_up(data, marker) is None


@pytest.mark.parametrize("call", ["rename", "mkdir", "rmdir", "unlink", "fsync"])
def test_a_death_at_any_step_is_mended_by_the_next_start(tmp_path: Path, call: str) -> None:
    """The real program under strace, killed before its n-th call until it lives through them all."""
    words = "import sys, pathlib; from kit.backup.taking_up import take_up; take_up(*map(pathlib.Path, sys.argv[1:]))"
    for number in range(1, 40):
        data, marker = staged(tmp_path / str(number))
        kill = ["-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={number}"]
        command = ["strace", "-o", "/dev/null", *kill, sys.executable, "-B", "-c", words, str(data), str(marker)]
        died = subprocess.run(command, check=False, cwd=REPO).returncode
        take_up(data, marker)
        assert files(data) == NEW and files(data / ".before-1") == OLD, number
        assert not marker.exists() and not list(data.glob(".restore*")), number
        if not died:
            break
    assert died == 0 and number > 1, "nothing was killed, or it never came through"


def test_a_disk_of_its_own_below_the_folder_and_what_belongs_to_a_disk(tmp_path: Path) -> None:
    data, marker = staged(tmp_path)
    (data / "lost+found").mkdir()
    words = (
        "import sys, pathlib; from kit.backup.taking_up import take_up; "
        "d = pathlib.Path(sys.argv[1]); print(take_up(d, pathlib.Path(sys.argv[2])));"
        "print(sorted(str(p.relative_to(d)) for p in d.rglob('*') if p.is_file()))"
    )
    mount = 'mount --bind "$0" "$0" && mount -t tmpfs none "$0/blobs" && mkdir "$0/blobs/cc" && '
    mount += 'echo > "$0/blobs/cc/three" && exec "$@"'
    command = ["unshare", "--mount", "sh", "-c", mount, str(data), sys.executable, "-c", words, str(data), str(marker)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=REPO).stdout.splitlines()
    assert told[0] == str(data / ".before-1")
    assert told[1] == str(sorted([*NEW, ".before-1/blobs/cc/three", ".before-1/node.key", ".before-1/valise.db"]))
    assert (data / "lost+found").is_dir()
