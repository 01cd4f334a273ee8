"""Rooms that open when somebody first comes in: a start imports only what the first page needs.

Flask calls this "lazily loading views": addresses are registered with stand-ins, and the first request for one imports
the room and registers its blueprint for good, hooks included. The addresses come from a table kept in the data folder,
made by a start that opened every room; it is good as long as none of the files it was made from changed, as with
Python's compiled files.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask, request

from kit import __version__
from kit.web.language import Pages
from kit.web.rules import LazyRule

PACKAGE = Path(__file__).parents[1]


class Room(msgspec.Struct, frozen=True):
    """A room: the name of its blueprint, the module that holds it as `blueprint`, the rooms its pages draw on.

    `watches` is the cookie of a room that has a word to say before any page: a request that carries it opens the room.
    """

    name: str
    module: str
    needs: tuple[str, ...] = ()
    watches: str = ""


class Route(msgspec.Struct, array_like=True, frozen=True):
    """One address of a room."""

    rule: str
    endpoint: str
    methods: list[str]


class _Source(msgspec.Struct, array_like=True, frozen=True):
    path: str
    size_bytes: int
    changed_ns: int


class _Table(msgspec.Struct, array_like=True):
    rooms: list[str]
    sources: list[_Source]
    routes: list[Route]


class Closed:
    """Stands for a view of a room nobody came into yet; asking it anything opens the room."""

    methods = None  # what Flask asks every view while it registers an address
    required_methods = ()
    provide_automatic_options = None

    def __init__(self, application: Application, endpoint: str) -> None:
        self._application = application
        self._endpoint = endpoint

    def _open(self) -> Any:
        self._application.enter(self._endpoint.partition(".")[0])
        return self._application.view_functions[self._endpoint]

    def __call__(self, **arguments: Any) -> Any:
        return self._open()(**arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._open(), name)


class Application(Flask):
    """Flask with rooms that may open late."""

    url_rule_class = LazyRule
    jinja_environment = Pages

    def __init__(self, *args: Any, **given: Any) -> None:
        self._rooms: dict[str, Room] = {}
        self._late: set[str] = set()  # endpoints whose addresses came from the table
        self._entering = threading.RLock()
        super().__init__(*args, **given)

    def add_rooms(self, rooms: Iterable[Room], table: Path | None = None) -> None:
        """Register rooms. With `table`, their addresses are read from it (or kept in it) and they open late."""
        self._rooms = {room.name: room for room in rooms}
        modules = [__version__, *(room.module for room in self._rooms.values())]
        known = _read(table, modules) if table else None
        if known is None:
            self.enter_all()
            if table:
                _keep(table, modules, list(self.room_routes()), self._sources())
            return
        for route in known:
            closed: Any = self.view_functions.get(route.endpoint) or Closed(self, route.endpoint)
            super().add_url_rule(route.rule, route.endpoint, closed, methods=route.methods)
            self._late.add(route.endpoint)
        self.before_request(self._let_watch)

    def _let_watch(self) -> None:
        """Open the rooms that watch for a cookie this request carries; what they do before a page comes after this."""
        for room in self._rooms.values():
            if room.watches and room.watches in request.cookies:
                self.enter(room.name)

    def room_routes(self) -> Iterator[Route]:
        """The addresses of all rooms, in the order of their registration."""
        for rule in self.url_map.iter_rules():
            if rule.endpoint.partition(".")[0] in self._rooms:
                yield Route(rule.rule, rule.endpoint, sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))

    def _sources(self) -> set[str]:
        """The modules in which blueprints and views were written."""
        views = (self.view_functions[route.endpoint].__module__ for route in self.room_routes())
        return {*views, *(blueprint.import_name for blueprint in self.blueprints.values())}

    def enter(self, name: str) -> None:
        """Open a room, if it is not open: import it, and let its blueprint register what it brings."""
        room = self._rooms[name]
        with self._entering:
            if name in self.blueprints:
                return
            for other in room.needs:
                self.enter(other)
            import_module(room.module).blueprint.register(self, {})

    def enter_all(self) -> None:
        """Open every room."""
        for name in self._rooms:
            self.enter(name)

    @property
    def closed_rooms(self) -> list[str]:
        """The names of the rooms nobody came into yet."""
        return [name for name in self._rooms if name not in self.blueprints]

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: Any = None,
        provide_automatic_options: bool | None = None, **options: Any,
    ) -> None:  # fmt: skip
        """As Flask's; an address that came from the table is there already, only its view is new."""
        if endpoint in self._late and endpoint is not None:
            self.view_functions[endpoint] = view_func
            return
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)


def _read(path: Path, rooms: list[str]) -> list[Route] | None:
    """The addresses of these rooms, unless the table is missing, broken or older than a file it was made from."""
    try:
        table = msgspec.msgpack.decode(path.read_bytes(), type=_Table)
        is_good = table.rooms == rooms and all(source == _look_at(source.path) for source in table.sources)
    except (OSError, msgspec.MsgspecError):
        return None
    return table.routes if is_good else None


def _look_at(path: str) -> _Source:
    found = (PACKAGE / path).stat()
    return _Source(path, found.st_size, found.st_mtime_ns)


def _keep(path: Path, rooms: list[str], routes: list[Route], modules: set[str]) -> None:
    """Keep the table if the disk lets us; a start that finds none opens every room."""
    draft = path.with_suffix(".new")
    with suppress(OSError):
        files = (str(Path(str(sys.modules[name].__file__)).relative_to(PACKAGE)) for name in sorted(modules))
        draft.write_bytes(msgspec.msgpack.encode(_Table(rooms, [_look_at(one) for one in files], routes)))
        draft.replace(path)
