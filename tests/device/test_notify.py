"""What systemd hears from a served kit: that it is ready, and that it lives as long as it answers."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from kit.device import notify
from tests.conftest import copy_node
from tests.served import Served


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(str(tmp_path / "notify"))
    heard.settimeout(60)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    return heard


def test_a_served_kit_says_it_is_ready_and_goes_on_living(
    templates: Path, tmp_path: Path, manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "600000")
    served = Served(copy_node(templates / "kit", tmp_path / "kit"), ("serve",)).start()
    try:
        assert manager.recv(64) == b"READY=1"
        assert [manager.recv(64), manager.recv(64)] == [b"WATCHDOG=1", b"WATCHDOG=1"]
    finally:
        served.stop()
        manager.close()


def test_who_answers_nobody_is_not_said_to_live(manager: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert not notify.answers("127.0.0.1", closed.getsockname()[1])
    monkeypatch.setenv("WATCHDOG_USEC", "30000")
    answers = iter([False, False, True])
    pause = notify.keep_telling(lambda: next(answers, False))
    assert manager.recv(64) == b"READY=1" and manager.recv(64) == b"WATCHDOG=1"
    manager.settimeout(0.1)
    with pytest.raises(TimeoutError):
        manager.recv(64)
    pause.set()
    manager.close()


def test_without_a_manager_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not notify.notify("READY=1")
    monkeypatch.setenv("WATCHDOG_USEC", "1000000")
    monkeypatch.setenv("WATCHDOG_PID", "1")
    assert notify.watch_seconds() == 0.0, "it waits for another process"
