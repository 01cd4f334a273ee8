"""Fixtures that every test may stand on: nodes over real files, their people, served processes, a real browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright
from werkzeug.test import TestResponse

from kit.app import build_node, create_app
from kit.people import actions as people
from kit.people.node import Node
from kit.settings import read_settings

from . import cast, prepared
from . import postgres as postgres_server
from .browsing import ask_whole_pages
from .pages import post_form
from .prepared import copy_node
from .served import Served, free_port, valise
from .sync import homes

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]  # fmt: skip

ask_whole_pages()

# How long an example takes, or is waited for, says how busy the machine is: no test fails for it.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def open_node(data: Path, role: str = "kit", **given: object) -> Node:
    """A node over a data folder."""
    return build_node(read_settings({}, data=data, role=role, **given))


def sign_in_as(node: Node, member: cast.Member) -> people.Staff:
    """Someone of a team, signed in without a page."""
    cookie = people.sign_in(node, people.Throttle(node.clock.mono_ms), "here", member.passphrase, member.name)
    staff = people.find_signed_in(node, cookie)
    assert staff is not None
    return staff


@pytest.fixture(scope="session", autouse=True)
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    prepared.TEAMS.base = tmp_path_factory.mktemp("teams")
    with prepared.once(tmp_path_factory.mktemp("once")):
        yield


@pytest.fixture(autouse=True)
def _teams_of_this_test() -> None:
    prepared.TEAMS.taken = 0


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two prepared kits and a central, each with its team; made once, because a passphrase is slow on purpose."""
    base = tmp_path_factory.mktemp("templates")
    teams = {"kit": (cast.NADIA, cast.PAUL), "kit-b": (cast.NADIA, cast.PAUL), "central": (cast.INES, cast.ROBERT)}
    for name, (first, second) in teams.items():
        node = open_node(base / name, name.partition("-")[0])
        people.set_up(node, first.name, first.role, first.passphrase)
        people.add_staff(node, sign_in_as(node, first), second.name, second.role, second.passphrase)
        node.store.flush()
        node.store.close()
    return base


@pytest.fixture
def kit_node(templates: Path, tmp_path: Path) -> Iterator[Node]:
    """A kit whose team is Nadia and Paul, over a real file of its own."""
    node = open_node(copy_node(templates / "kit", tmp_path / "kit"), port=free_port())
    yield node
    node.store.close()


@pytest.fixture
def central_node(templates: Path, tmp_path: Path) -> Iterator[Node]:
    """A central whose team is Inès and Robert."""
    node = open_node(copy_node(templates / "central", tmp_path / "central"), "central", port=free_port())
    yield node
    node.store.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Server]:
    """A PostgreSQL server of this run of tests, Debian's."""
    server = postgres_server.Server()
    yield server
    server.end()


@pytest.fixture
def on_postgres(postgres: postgres_server.Server, monkeypatch: pytest.MonkeyPatch) -> postgres_server.Server:
    """Centrals of this test keep their data on PostgreSQL, each in a database of its own."""
    monkeypatch.setattr("kit.app.open_node_store", postgres.open)
    return postgres


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    """The test runs twice: its centrals keep their data in a file, then on PostgreSQL."""
    if request.param == "postgres":
        request.getfixturevalue("on_postgres")
    return str(request.param)


class Phone(FlaskClient):
    """A client that lets go of the form it sent: above 500 KB werkzeug lays it in a temporary file, closed only with
    the answer, and the collector would tell of it in some later test."""

    def open(self, *args: object, **given: object) -> TestResponse:
        """One request, and those it leads to."""
        answer = super().open(*args, **given)  # type: ignore[arg-type]
        for one in (*answer.history, answer):
            one.request.input_stream.close()
        return answer


Flask.test_client_class = Phone  # of every application of this process

Enter = Callable[[Node, cast.Member | None], FlaskClient]


@pytest.fixture
def enter() -> Enter:
    """A phone at a node, of a visitor (None) or of someone of its team."""

    def open_client(node: Node, member: cast.Member | None) -> FlaskClient:
        client = create_app(node.settings, node).test_client()
        if member is not None:
            answer = post_form(client, "/connexion", passphrase=member.passphrase, name=member.name)
            assert answer.status_code == 302
        return client

    return open_client


@pytest.fixture
def visitor(kit_node: Node, enter: Enter) -> FlaskClient:
    """Odette's phone."""
    return enter(kit_node, None)


@pytest.fixture
def mediator(kit_node: Node, enter: Enter) -> FlaskClient:
    """Nadia's phone, signed in."""
    return enter(kit_node, cast.NADIA)


@pytest.fixture
def librarian(kit_node: Node, enter: Enter) -> FlaskClient:
    """Paul's computer, signed in."""
    return enter(kit_node, cast.PAUL)


@pytest.fixture
def coordinator(central_node: Node, enter: Enter) -> FlaskClient:
    """Inès's computer, signed in at the central."""
    return enter(central_node, cast.INES)


@pytest.fixture
def reader(central_node: Node, enter: Enter) -> FlaskClient:
    """Robert's computer, signed in at the central."""
    return enter(central_node, cast.ROBERT)


# -- real processes -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fleet:
    """Two kits and a central as real processes, enrolled with each other."""

    kits: tuple[Served, Served]
    central: Served


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, templates: Path) -> Path:
    """A kit filled as `valise demo` fills it: starter library, places, a stop, workshops today and tomorrow."""
    data = copy_node(templates / "kit", tmp_path_factory.mktemp("demo") / "kit")
    valise(data, "demo")
    return data


@pytest.fixture
def live_kit(demo: Path, tmp_path: Path) -> Iterator[Served]:
    """The served kit of the demonstration; a fault it logs fails the test."""
    served = Served(copy_node(demo, tmp_path / "kit"), ("serve",)).start()
    yield served
    served.stop()
    assert not served.words_of_failure(), served.words_of_failure()


@pytest.fixture
def two_kits_and_central(demo: Path, templates: Path, tmp_path: Path) -> Iterator[Fleet]:
    """Two kits of the demonstration and their central, as real processes."""
    central = Served(copy_node(templates / "central", tmp_path / "central"), ("central", "serve")).start()
    kits = []
    for number, source in enumerate((demo, templates / "kit-b")):
        data = copy_node(source, tmp_path / f"kit-{number}")
        link = valise(central.data, "central", "invite", "--url", central.url, "--name", f"Valise {number}").strip()
        valise(data, "enrol", link)
        kits.append(Served(data, ("serve",)).start())
    yield Fleet((kits[0], kits[1]), central)
    for served in (*kits, central):
        served.stop()
        assert not served.words_of_failure(), served.words_of_failure()


# -- a real browser -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, by Playwright."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


OpenPhone = Callable[..., Page]


@pytest.fixture
def open_phone(browser: Browser) -> Iterator[OpenPhone]:
    """A phone of 360 by 740; whatever its console, its scripts or its requests do wrong fails the test."""
    wrongs: list[str] = []
    contexts: list[BrowserContext] = []

    def note_console(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            wrongs.append(message.text)

    def note_request(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "about:", "blob:")):
            wrongs.append(f"asked outside: {request.url}")

    def open_one(width: int = 360, *, javascript: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 740}, java_script_enabled=javascript, locale="fr-FR"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", note_console)
        page.on("pageerror", lambda error: wrongs.append(str(error)))
        page.on("request", note_request)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert wrongs == []


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An enrolled kit and central to copy from, made once."""
    folder = tmp_path_factory.mktemp("template")
    homes.make_template(folder)
    return folder


@pytest.fixture
def pair(template: Path, tmp_path: Path) -> Iterator[tuple[Node, Node]]:
    """(kit, central), enrolled with each other; the kit's hour is vouched for."""
    kit, central = homes.copy_pair(template, tmp_path / "pair")
    yield kit, central
    kit.store.close()
    central.store.close()
