"""The one program with rights over the machine: words of its list and nothing else, by a real socket."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.device import machine, steward
from kit.errors import Problem


class Door:
    """A socket as systemd opens it: each connection is handed to a process of its own as its input and output."""

    def __init__(self, path: Path, done: Path) -> None:
        words = {"power-off": [["/usr/bin/touch", str(done)]], "restart": [["/bin/false"]]}
        self.code = (
            "import sys; from kit.device import steward; "
            f"steward.obey.__defaults__ = ({words!r},); steward.main(sys.stdin.buffer, sys.stdout.buffer)"
        )
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            subprocess.run([sys.executable, "-c", self.code], stdin=line, stdout=line, check=False)
            line.close()


@pytest.fixture
def done(tmp_path: Path) -> Path:
    return tmp_path / "done"


@pytest.fixture
def door(tmp_path: Path, done: Path) -> Iterator[str]:
    opened = Door(tmp_path / "door", done)
    yield str(tmp_path / "door")
    opened.listener.shutdown(socket.SHUT_RDWR)
    opened.listener.close()


def test_a_word_of_the_list_is_done(door: str, done: Path) -> None:
    machine.ask(door, "power-off")
    assert done.exists()


@pytest.mark.parametrize("word", ["restart", "reboot", "power-off; touch /tmp/x", "power-off power-off", "", "../sh"])
def test_anything_else_is_refused_and_nothing_is_done(door: str, done: Path, word: str) -> None:
    with pytest.raises(Problem) as refused:
        machine.ask(door, word)
    assert refused.value.code == "machine.refused" and not done.exists()


def test_where_there_is_no_helper_nothing_can_be_asked(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for door in ("", str(tmp_path / "nowhere"), str(tmp_path / "file")):
        assert not machine.is_here(door)
        with pytest.raises(Problem) as refused:
            machine.ask(door, "power-off")
        assert refused.value.code == "machine.not_here"


def test_a_helper_that_is_gone_is_said(tmp_path: Path) -> None:
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(tmp_path / "dead"))
    dead.close()
    with pytest.raises(Problem) as refused:
        machine.ask(str(tmp_path / "dead"), "power-off")
    assert refused.value.code == "machine.refused"


def test_its_list_is_whole_commands_of_programs_by_their_place() -> None:
    for commands in steward.WORDS.values():
        for command in commands:
            assert command[0].startswith("/usr/"), command
            assert not set(" ".join(command)) & set(";|&$`*?<>"), command


def test_it_stands_alone(tmp_path: Path) -> None:
    """On the card it runs as root, isolated, without the program's folder: it may import nothing of ours."""
    done = subprocess.run(
        [sys.executable, "-I", "-B", steward.__file__], input=b"nothing of the list\n", capture_output=True, check=True,
        cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout == b"unknown\n"
