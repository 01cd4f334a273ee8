"""One node as its routes and actions see it: settings, clock, store, journal and keys, carried by the application."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from flask import Flask, current_app

from kit.clock import Clock
from kit.journal import Journal
from kit.journal.coming import Coming
from kit.journal.going import Going
from kit.keys.identity import Identity
from kit.settings import Settings
from kit.store import Store


class StopView(Protocol):
    """A stop as other rooms need it."""

    @property
    def stop_id(self) -> bytes: ...
    @property
    def label(self) -> str: ...
    @property
    def tour(self) -> str: ...
    @property
    def commune(self) -> str: ...
    @property
    def code_insee(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def starts_at_ms(self) -> int: ...
    @property
    def ends_at_ms(self) -> int: ...
    @property
    def is_closed(self) -> bool: ...
    @property
    def is_cancelled(self) -> bool: ...


class WorkView(Protocol):
    """A work of the library as other rooms need it. `language`: "" if nobody knows. `keep_url`: the file to keep;
    `print_url` may be empty."""

    @property
    def item_id(self) -> bytes: ...
    @property
    def title(self) -> str: ...
    @property
    def creators(self) -> str: ...
    @property
    def kind_words(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def keep_url(self) -> str: ...
    @property
    def print_url(self) -> str: ...


@dataclass
class Node:
    """A kit or a central. What it knows of stops and works is those rooms', handed in by `build_node`.

    `declare_going` gives `going`: files of other rooms that go home beside facts. `heard`: what they do at once with
    what came from home (at home: from kits). `declare_coming` gives `coming`: files that come down to who asks.
    `tell_state`: works and packs on the shelves, days since the last backup (-1: none).
    `talks`: what else rooms ask of the central at the end of a sending by the network, by (method, path, body).
    `logs_of`: at home the logs of kits that go to some territories; None: everything may be read.
    """

    settings: Settings
    clock: Clock
    store: Store
    journal: Journal
    identity: Identity
    current_stop: Callable[[], StopView | None] = field(default=lambda: None)
    list_stops: Callable[[], Sequence[StopView]] = field(default=list)
    find_stop: Callable[[bytes], StopView | None] = field(default=lambda stop_id: None)
    declare_going: Callable[[], Sequence[Going]] = field(default=tuple)
    declare_coming: Callable[[], Coming | None] = field(default=lambda: None)
    find_works: Callable[[Sequence[bytes]], Sequence[WorkView]] = field(default=lambda item_ids: ())
    search_works: Callable[[str, int], Sequence[WorkView]] = field(default=lambda text, limit: ())
    keep_work: Callable[[bytes], bytes | None] = field(default=lambda item_id: None)
    heard: Sequence[Callable[[], object]] = ()
    tell_state: Callable[[], Mapping[str, int]] = field(default=dict)
    talks: Sequence[Callable[[Callable[[str, str, bytes], bytes]], object]] = ()
    logs_of: Callable[[Sequence[str]], Collection[int] | None] = field(default=lambda territories: None)

    @cached_property
    def going(self) -> Sequence[Going]:
        """Files of other rooms that go home beside facts."""
        return self.declare_going()

    @cached_property
    def coming(self) -> Coming | None:
        """Files of another room that come down to who asks."""
        return self.declare_coming()

    def answer_home(self) -> None:
        """Let every room do what came down from home asks of it: places asked for, workshops to plan."""
        for act in self.heard:
            act()

    @property
    def is_hour_sure(self) -> bool:
        """True when the hour may be a reason to refuse something: somebody vouched for it since the last start.

        A box whose clock runs ahead looks as plausible as a right one. A server at home keeps the time of the network.
        """
        confidence = self.clock.confidence
        return confidence == "confirmed" or (self.settings.is_central and confidence == "plausible")

    def local_now(self) -> datetime:
        """The clock as it shows on the wall here, in the node's time zone."""
        return self.clock.now().astimezone(ZoneInfo(self.settings.timezone))

    def today(self) -> str:
        """The day it is here, 2026-01-31: for two hours after midnight in France it is not yet that of UTC."""
        return self.local_now().date().isoformat()

    @property
    def data(self) -> Path:
        """The folder that keeps everything of this node."""
        return self.settings.data


def attach(app: Flask, node: Node) -> None:
    """Make `node` the one that this application's routes find."""
    app.extensions["valise.node"] = node


def the_node() -> Node:
    """The node of the application that answers this request."""
    node: Node = current_app.extensions["valise.node"]
    return node
