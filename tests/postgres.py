"""A real PostgreSQL server for one run of tests, Debian's, and databases in it (`scripts/central-postgres`)."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

from kit.app import DATABASE, open_node_store
from kit.settings import Settings
from kit.store import Store, open_store
from kit.store.moving import copy_from_file
from kit.store.postgres import PostgresStore

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "central-postgres"
FAST = {"POSTGRES_OPTIONS": "-c fsync=off -c full_page_writes=off -c shared_buffers=64MB"}


class Server:
    """One server in a folder of its own. `database` gives the address of a new database with the tables in it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="valise-pg-", dir="/tmp"))  # where its user may come in
        self._numbers = itertools.count(1)
        self._made: dict[Path, str] = {}
        self.start()
        self.template = self.address("template")
        self._ask('CREATE DATABASE "template"')
        open_store(Path("unused"), url=self.template).close()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._script("start")

    def stop(self) -> None:
        """Stop it: every connection breaks."""
        self._script("stop")

    def end(self) -> None:
        """Stop it and leave nothing behind."""
        self._script("stop", STOP_MODE="immediate")
        shutil.rmtree(self.folder)

    def address(self, name: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql:///{name}?host={self.folder}&user=postgres"

    def database(self) -> str:
        """The URL of a new database with empty tables."""
        name = f"central_{next(self._numbers)}"
        self._ask(f'CREATE DATABASE "{name}" TEMPLATE "template"')
        return self.address(name)

    def open(self, settings: Settings) -> Store:
        """What `open_node_store` does, for a central that is told of a database of this server.

        A file in its folder (a prepared central, a copy put back) is carried into a new database first.
        """
        if not settings.is_central:
            return open_node_store(settings)
        file = settings.data / DATABASE
        url = self._made.get(file)
        if file.exists() or url is None:
            url = self._made[file] = self.database()
            if file.exists():
                store = PostgresStore(url)
                copy_from_file(file, store)
                store.close()
                for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
                    (settings.data / name).unlink(missing_ok=True)
        return open_store(file, url=url)

    def _ask(self, sql: str) -> None:
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(sql.encode())

    def _script(self, what: str, **more: str) -> None:
        subprocess.run([SCRIPT, what, self.folder], check=True, env={**os.environ, **FAST, **more}, capture_output=True)
