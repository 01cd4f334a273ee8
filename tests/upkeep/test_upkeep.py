"""A served kit sends by itself when a way home appears, by the central's door or through a neighbour."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kit.announce import Announcer, Heard, hear, is_worth_telling, open_zeroconf
from kit.central import actions as central_actions
from kit.directory import facts as directory
from kit.errors import Problem
from kit.people.node import Node
from kit.sync.actions import journey, send
from kit.sync.enrolment import enrol, fingerprint, get_enrolment
from kit.sync.sender import Sender
from kit.upkeep import ASK_EVERY_ROUNDS, Upkeep, is_something_waiting, is_way_open
from tests.sync.homes import free_port, make_central, make_kit, note, served
from tests.sync.test_blobs import give


@pytest.fixture
def family(tmp_path: Path) -> Iterator[tuple[Node, Node, Node]]:
    """Two enrolled kits and their central, which is switched off."""
    central = make_central(tmp_path / "central", free_port())
    kits = [make_kit(tmp_path / "one", node_name="Une"), make_kit(tmp_path / "two", node_name="Deux")]
    with served(central) as url:
        for kit in kits:
            enrol(kit, central_actions.make_enrolment(central, "Valise", server_url=url))
    yield kits[0], kits[1], central
    for node in (*kits, central):
        node.store.close()


def wait_until(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_it_sends_when_the_central_answers_the_door_and_only_then(family: tuple[Node, Node, Node]) -> None:
    kit, _, central = family
    note(kit, 5)
    upkeep = Upkeep(kit, Sender())
    upkeep.round()
    assert journey(kit).only_here == 5
    assert not is_way_open(kit)
    with served(central):
        for _ in range(3):
            upkeep.round()
        wait_until(lambda: not is_something_waiting(kit))
    assert journey(kit).only_here == 0


def test_a_work_offered_alone_makes_it_send(family: tuple[Node, Node, Node]) -> None:
    kit, _, central = family
    with served(central):
        send(kit)
        give(kit, 5000)
        send_facts_only(kit)
        status = journey(kit)
        assert (status.only_here, status.envelopes_waiting, status.files_only_here) == (0, 0, 1)
        upkeep = Upkeep(kit, Sender())
        upkeep.round()
        wait_until(lambda: not is_something_waiting(kit))
        wait_until(lambda: upkeep.sender.progress is None)
    assert journey(kit).files_arrived == 1


def send_facts_only(kit: Node) -> None:
    """As an older program did: facts arrive, the file waits."""
    going, kit.going = kit.going, ()
    send(kit)
    kit.going = going


def test_a_central_that_answers_and_takes_nothing_is_asked_less_and_less_often(family: tuple[Node, Node, Node]) -> None:
    kit, _, central = family
    give(kit, 5000)
    object.__setattr__(central.settings, "reserve", 2**60)  # its disk is as good as full for files
    sent: list[int] = []

    class Counting(Sender):
        def start(self, node: Node, *_args: object) -> None:  # type: ignore[override]
            sent.append(1)
            with contextlib.suppress(Problem):
                send(node)

    with served(central):
        upkeep = Upkeep(kit, Counting())
        for _ in range(60):
            upkeep.round()
    assert journey(kit).files_only_here == 1
    assert 3 <= len(sent) <= 12


def test_with_nothing_to_send_it_still_asks_what_comes_down(family: tuple[Node, Node, Node]) -> None:
    kit, _, central = family
    stop = directory.StopPlanned("Mairie", "Vallon", "07330", "", 1, 2, "")
    central.journal.append(directory.PLANNED, b"s" * 16, stop)
    upkeep = Upkeep(kit, Sender())
    with served(central):
        send(kit)
        central.journal.append(directory.PLANNED, b"t" * 16, stop)
        for _ in range(ASK_EVERY_ROUNDS):
            upkeep.round()
        wait_until(lambda: kit.store.value("SELECT count(*) FROM stop") == 2)
        wait_until(lambda: upkeep.sender.progress is None)


def test_it_knocks_less_and_less_often(family: tuple[Node, Node, Node]) -> None:
    kit = family[0]
    note(kit, 1)
    knocks: list[int] = []

    def nobody() -> list[Heard]:
        knocks.append(1)  # asked each time the central's door stayed shut
        return []

    upkeep = Upkeep(kit, Sender(), hear=nobody)
    for _ in range(200):
        upkeep.round()
    assert 6 <= len(knocks) <= 14


def test_without_a_way_home_a_neighbour_is_asked(family: tuple[Node, Node, Node]) -> None:
    kit, other, central = family
    note(kit, 7, named=2)
    ours = fingerprint(get_enrolment(kit).server_public)
    with served(other) as url:
        strangers = [Heard("Autre", "http://127.0.0.1:9", "xxxx"), Heard("Une", "http://127.0.0.1:9", ours)]
        Upkeep(kit, Sender(), hear=lambda: [*strangers, Heard("Deux", url, ours)]).round()
    with served(central):
        send(other)
    assert central.store.value("SELECT count(*) FROM fact") == 7


def test_kits_hear_each_other_on_the_network() -> None:
    """Under a name nobody else has: everybody who runs this suite on one machine speaks on the same loopback."""
    name = f"Valise de la Roya {os.urandom(4).hex()}"
    ours = Heard(name, "http://127.0.0.1:18999", "abcd")
    announcer = Announcer(name, 18_999, "abcd", ["127.0.0.1"])
    announcer.start()
    try:
        wait_until(lambda: ours in hear(["127.0.0.1"]))
        assert ours not in hear(["127.0.0.1"], own_port=18_999), "a kit does not hear itself"
    finally:
        announcer.end()
    wait_until(lambda: ours not in hear(["127.0.0.1"]))


@pytest.mark.parametrize(("service", "path"), [("_opds._tcp.local.", b"/opds2"), ("_http._tcp.local.", b"/")])
def test_apps_find_catalogue_and_pages_by_dns_sd_also_of_a_kit_without_a_coordination(
    service: str, path: bytes
) -> None:
    from zeroconf import ServiceBrowser, ServiceListener, Zeroconf

    library = f"Médiathèque du col {os.urandom(4).hex()}"
    found: dict[str, tuple[list[str], int, dict[bytes, bytes | None]]] = {}
    seen, gone = threading.Event(), threading.Event()

    class App(ServiceListener):
        def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
            info = zc.get_service_info(type_, name, 15_000)
            if info is not None and name.startswith(library):
                found[name] = (info.parsed_addresses(), info.port or 0, info.properties)
                seen.set()

        def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
            self.add_service(zc, type_, name)

        def remove_service(self, _zc: Zeroconf, _type: str, name: str) -> None:
            if found.pop(name, None) is not None:  # others speak on this network too
                gone.set()

    app = open_zeroconf(["127.0.0.1"])
    ServiceBrowser(app, service, App())
    announcer = Announcer(library, 18_998, "", ["127.0.0.1"])
    try:
        announcer.start()
        assert seen.wait(30)
        assert list(found.values()) == [(["127.0.0.1"], 18_998, {b"path": path})]
        announcer.end()
        assert gone.wait(30) and found == {}
    finally:
        app.close()
    assert Heard(library, "http://127.0.0.1:18998", "") not in hear(["127.0.0.1"], 0.5)


def test_a_kit_is_heard_also_where_another_loop_already_runs_in_the_thread() -> None:
    """A loop that runs and does nothing, as Playwright leaves it in the thread of the tests."""
    name = f"Valise du Verdon {os.urandom(4).hex()}"

    async def speak() -> bool:
        announcer = Announcer(name, 18_997, "abcd", ["127.0.0.1"])
        announcer.start()
        end = time.monotonic() + 30
        try:
            while time.monotonic() < end:
                if Heard(name, "http://127.0.0.1:18997", "abcd") in hear(["127.0.0.1"]):
                    return True
            return False
        finally:
            announcer.end()

    with ThreadPoolExecutor(1) as thread:  # in this one Playwright’s own may run
        assert thread.submit(lambda: asyncio.run(speak())).result()


@pytest.mark.parametrize(("host", "told"), [("127.0.0.1", False), ("localhost", False), ("10.42.0.1", True)])
def test_a_node_on_loopback_tells_nobody(host: str, told: bool) -> None:
    assert is_worth_telling(host) is told
