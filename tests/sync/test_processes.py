"""Real programs, killed at any moment: nothing is lost, nothing counts twice (P1, P2, P4 in their first depth)."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from kit.app import build_node
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync.actions import journey
from tests.sync.homes import CANARY, central_process, copy_pair, note, valise, wait_until_up


def run(data: Path, *words: str) -> str:
    """One command to its end; what it said."""
    process = valise(data, *words)
    said, _ = process.communicate(timeout=120)
    return said


def test_enrol_and_send_by_the_commands(template: Path, tmp_path: Path) -> None:
    kit, central = copy_pair(template, tmp_path)
    port = central.settings.port
    with kit.store.write():
        kit.store.run("DELETE FROM node_state WHERE name = 'sync.enrolment'")
    note(kit, 8, named=3)
    with central_process(central.data, port):
        assert run(kit.data, "enrolled").strip() == "no"
        assert "sync.not_enrolled" in run(kit.data, "send")
        link = run(central.data, "central", "invite", "--url", f"http://127.0.0.1:{port}", "--name", "Roya").strip()
        assert "rattachée" in run(kit.data, "enrol", link)
        assert run(kit.data, "enrolled").strip() == "yes"
        for _ in range(3):
            assert "8 bien reçues, 0 seulement ici" in run(kit.data, "send")
    assert central.store.value("SELECT count(*) FROM fact") == 8
    assert central.store.value("SELECT count(*) FROM envelope") == 3
    for node in (kit, central):
        node.store.close()
        for path in node.data.rglob("*"):
            assert not path.is_file() or CANARY.split()[1].encode() not in path.read_bytes(), path


@pytest.mark.long
def test_the_central_is_killed_again_and_again(template: Path, tmp_path: Path) -> None:
    kit, _closed = copy_pair(template, tmp_path)
    port = _closed.settings.port
    _closed.store.close()
    note(kit, 9000, named=150)
    dice = random.Random(5)
    for _ in range(3):
        with central_process(_closed.data, port) as server:
            sending = valise(kit.data, "send", env=_environ(port))
            time.sleep(0.7 + dice.random())
            server.send_signal(signal.SIGKILL)
            server.wait(10)
            sending.send_signal(signal.SIGKILL)
            sending.communicate(timeout=30)
    central = build_node(read_settings({}, data=_closed.data, role="central", port=port))
    with central_process(central.data, port) as server:
        wait_until_up(f"http://127.0.0.1:{port}/connexion", server)
        _settle_here(kit, central, port)
    kit.store.close()
    central.store.close()


@pytest.mark.long
def test_the_kit_is_killed_again_and_again(template: Path, tmp_path: Path) -> None:
    kit, central = copy_pair(template, tmp_path)
    port = central.settings.port
    note(kit, 9000, named=150)
    dice = random.Random(6)
    with central_process(central.data, port):
        for _ in range(4):
            sending = valise(kit.data, "send", env=_environ(port))
            time.sleep(0.6 + 0.5 * dice.random())
            sending.send_signal(signal.SIGKILL)
            sending.communicate(timeout=30)
        _settle_here(kit, central, port)
    kit.store.close()
    central.store.close()


def _environ(port: int) -> dict[str, str]:
    return {**os.environ, "VALISE_CENTRAL_URL": f"http://127.0.0.1:{port}"}


def _settle_here(kit: Node, central: Node, port: int) -> None:
    process = valise(kit.data, "send", env=_environ(port))
    said, _ = process.communicate(timeout=120)
    assert "0 seulement ici" in said, said
    assert journey(kit).only_here == 0
    assert central.store.value("SELECT count(*) FROM fact") == kit.journal.head()
    assert central.store.value("SELECT count(*) FROM envelope") == kit.store.value("SELECT count(*) FROM envelope")
    assert central.journal.projection_hash() == kit.journal.projection_hash()
    assert central.store.value("PRAGMA integrity_check") == "ok"
