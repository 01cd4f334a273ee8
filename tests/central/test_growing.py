"""A central of several processes on one PostgreSQL database: web processes store, another makes facts of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kit.checks import check_all
from kit.store.postgres import PostgresStore
from kit.sync.actions import send
from kit.working import work_once
from tests.central.season import note_season
from tests.conftest import open_node
from tests.postgres import Server
from tests.served import REPO, free_port
from tests.sync.homes import copy_pair, note, served


def test_web_processes_store_and_another_makes_facts(template: Path, tmp_path: Path, on_postgres: Server) -> None:
    kit, central = copy_pair(template, tmp_path / "pair")
    web = open_node(central.data, "central", port=central.settings.port, background="apart")
    note_season(kit)
    with served(web):
        outcome = send(kit)
        assert outcome.carried.segments > 0
        assert web.store.value("SELECT count(*) FROM workshop") == 0
        waiting = web.store.value("SELECT count(*) FROM arrival WHERE state = 'stored'")
        assert waiting == work_once(central) > 0
        assert work_once(central) == 0
    kept = [web.store.value(f"SELECT count(*) FROM {table}") for table in ("workshop", "attendance", "answer")]
    assert kept == [kit.store.value(f"SELECT count(*) FROM {table}") for table in ("workshop", "attendance", "answer")]
    for node in (kit, central, web):
        node.store.close()


def test_checks_know_the_engine(postgres: Server, tmp_path: Path) -> None:
    node = open_node(tmp_path / "other", "central", database_url=postgres.database())
    levels = {one.check_id: (one.level, one.words) for one in check_all(node)}
    assert levels["V002"][0] == "ok"
    assert levels["V003"] == ("bad", "Le disque n’écrit pas de façon sûre fsync=off, full_page_writes=off.")
    node.store.close()


class _Process:
    """One process of the program on a database; ended with its test."""

    def __init__(self, data: Path, url: str, *words: str) -> None:
        self.log = data.with_name(f"{data.name}-{'-'.join(words)}.log")
        self._file = self.log.open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kit.cli", "--data", str(data), "central", *words],
            cwd=REPO, stdin=subprocess.DEVNULL, stderr=self._file,
            env={**os.environ, "DATABASE_URL": url, "VALISE_BACKGROUND": "apart"},
        )  # fmt: skip

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._file.close()


@contextmanager
def processes(data: Path, url: str, ports: tuple[int, ...]) -> Iterator[None]:
    """Web processes at these ports, answering, and one for the background."""
    running = [_Process(data, url, "serve", "--port", str(port)) for port in ports]
    running.append(_Process(data, url, "work"))
    try:
        for port in ports:
            wait_for(lambda port=port: read(port, "/connexion")[0] == 200)
        yield
    finally:
        for one in running:
            one.end()


def read(port: int, path: str) -> tuple[int, str]:
    """Status and words of a page; 0 while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()
    except OSError:
        return 0, ""


def wait_for(is_so: object, seconds: float = 90) -> None:
    """Wait for a condition; the limit only keeps a broken test from hanging."""
    end = time.monotonic() + seconds
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


@pytest.mark.long
def test_a_database_gone_away_is_told_and_loses_nothing(template: Path, tmp_path: Path) -> None:
    server = Server()
    url = server.database()
    kit, central = copy_pair(template, tmp_path / "here")
    central.store.close()
    ports = (central.settings.port, free_port())
    moved = subprocess.run(
        [sys.executable, "-m", "kit.cli", "--data", str(central.data), "central", "move"],
        cwd=REPO, env={**os.environ, "DATABASE_URL": url}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "lignes copiées" in moved.stdout
    store = PostgresStore(url)
    try:
        with processes(central.data, url, ports):
            people = note(kit, 30, named=3)
            send(kit)
            wait_for(lambda: store.value("SELECT count(*) FROM attendance") == 30)
            server.stop()
            for port in ports:
                status, page = read(port, "/connexion")
                assert status == 503 and "ne répond pas" in page and "<html" in page, (status, page[:300])
            people += note(kit, 20)
            with pytest.raises(Exception, match="réessayez"):
                send(kit)
            server.start()
            for port in ports:
                wait_for(lambda port=port: read(port, "/connexion")[0] == 200)
            send(kit)
            wait_for(lambda: store.value("SELECT count(*) FROM attendance") == 50)
            assert {row[0] for row in store.rows("SELECT attendance_id FROM attendance")} == set(people)
    finally:
        store.close()
        kit.store.close()
        server.end()
