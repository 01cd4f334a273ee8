"""The whole way, with real parts: kit's request, central's work, dns-01 at pebble over knot, chain, nginx on TLS."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kit.app import build_node
from kit.central import actions as central_actions
from kit.central.names import queries, terms, work
from kit.device import steward
from kit.errors import Problem
from kit.https import kept, serving
from kit.keys import certificates
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync.actions import send
from kit.working import give_names
from tests.https.parts import DOMAIN, KEY, SECRET, Acme, Dns, acme_server, dns_server
from tests.image.front_conf import written
from tests.served import NGINX, free_port, wait_for_page
from tests.sync.homes import copy_pair, make_template, served

FORM = {"domaine": DOMAIN, "contact": "technique@exemple.org", "cle": KEY, "algorithme": "hmac-sha256",
        "secret": SECRET, "attente": "0", "conditions": "1"}  # fmt: skip


@dataclass
class Home:
    """A kit behind the image's nginx, its central, and the two servers of the world."""

    kit: Node
    central: Node
    dns: Dns
    acme: Acme
    port: int
    folder: Path

    def form(self, **other: str) -> dict[str, str]:
        """What the administrator types."""
        return {**FORM, "serveur": self.dns.address, "annuaire": self.acme.directory, **other}

    def settle(self) -> None:
        """The same, without a page."""
        wanted = terms.read(self.central, self.form())
        terms.change(self.central, None, wanted)

    def visit(self) -> serving.Status:
        """The kit sends by the network."""
        with served(self.central):
            send(self.kit)
        return serving.look(self.kit)

    def work(self) -> int:
        """One round of the central's background work."""
        return work.carry_on(self.central, lambda seconds: None)

    def shake(self, name: str, trusted: Path | None = None) -> str:
        """One page by TLS under a name: its status line, or how it was refused."""
        context = ssl.create_default_context(cafile=str(trusted or self.acme.root))
        start = time.monotonic()
        try:
            with (
                socket.create_connection(("127.0.0.1", self.port), 5) as line,
                context.wrap_socket(line, server_hostname=name) as shaken,
            ):
                shaken.sendall(f"GET /credits HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
                return shaken.recv(65536).split(b"\r\n")[0].decode()
        except ssl.SSLError as refusal:
            return refusal.reason or "tls"
        except ConnectionRefusedError:
            return "refused"
        finally:
            assert time.monotonic() - start < 2, "whatever it is, it is said at once"

    @property
    def name(self) -> str:
        """The name of the kit."""
        return serving.look(self.kit).told.name


@contextmanager
def steward_of(path: Path, pid: int) -> Iterator[None]:
    """The steward's own loop on a real socket; its words reach this nginx as systemd would."""
    words = {**steward.WORDS, "front-reload": [["/bin/kill", "-HUP", str(pid)]]}
    code = (
        "import sys; from kit.device import steward; "
        f"steward.obey.__defaults__ = ({words!r},); steward.main(sys.stdin.buffer, sys.stdout.buffer)"
    )
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def answer() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line:
                subprocess.run([sys.executable, "-c", code], stdin=line, stdout=line, check=False)

    threading.Thread(target=answer, daemon=True).start()
    try:
        yield
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@contextmanager
def front_server(folder: Path, port: int, kit: Node) -> Iterator[int]:
    """The image's nginx before the kit; its process."""
    http = free_port()
    conf = written(folder, http, f"http://127.0.0.1:{kit.settings.port}", kit.data, port)
    process = subprocess.Popen([NGINX, "-e", "stderr", "-c", conf], stderr=subprocess.DEVNULL)
    try:
        wait_for_page(f"http://127.0.0.1:{http}/credits")
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dns, Acme, Path]]:
    """DNS, an authority, and an enrolled pair to copy."""
    base = tmp_path_factory.mktemp("world")
    make_template(base / "pair")
    with dns_server(base / "dns") as dns, acme_server(base / "acme", dns.address) as acme:
        yield dns, acme, base / "pair"


@pytest.fixture
def home(world: tuple[Dns, Acme, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    dns, acme, pair = world
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(acme.trusted))
    kit, central = copy_pair(pair, tmp_path)
    kit.store.close()
    folder, port = tmp_path / "nginx", free_port()
    (folder / "https").mkdir(parents=True)
    given = {"front_https": f"{folder}/https={folder}/nginx-https.conf", "front_https_port": port,
             "machine": str(tmp_path / "steward"), "trusted_proxy": "127.0.0.1",
             "central_url": kit.settings.central_url, "port": free_port()}  # fmt: skip
    kit = build_node(read_settings({}, data=kit.data, **given))
    with ExitStack() as running:
        running.enter_context(served(kit))
        pid = running.enter_context(front_server(folder, port, kit))
        running.enter_context(steward_of(tmp_path / "steward", pid))
        yield Home(kit, central, dns, acme, port, folder)
    kit.store.close()
    central.store.close()


def until(home: Home, wanted: str) -> None:
    """nginx takes a moment to read its files again."""
    end = time.monotonic() + 10
    while home.shake(home.name) != wanted:
        assert time.monotonic() < end, home.shake(home.name)
        time.sleep(0.05)


def test_a_name_comes_is_served_and_goes(home: Home) -> None:
    home.settle()
    assert home.shake("anything.example") == "refused", "nothing listens before there is a certificate"
    status = home.visit()
    assert (status.state, home.name) == (serving.NONE, status.told.name)
    assert home.name.startswith("valise-du-test-") and home.name.endswith(f".{DOMAIN}")
    assert home.work() == 1 and home.work() == 0, "once, and nothing is left to do"
    assert home.dns.texts(f"_acme-challenge.{home.name}") == [], "the proof does not stay"
    assert home.visit().state == serving.GOOD
    until(home, "HTTP/1.1 200 OK")
    # another name, a made-up one below ours, none: ended at the first word, by an alert
    for other in ("www.google.com", f"autre.{DOMAIN}", f"x.{home.name}"):
        assert home.shake(other) == "TLSV1_UNRECOGNIZED_NAME", other
    # the key never left: the central's folder does not hold it, nor does any of its tables
    private = b"".join(kept.read(home.kit, kept.KEY).splitlines()[1:-1])[:60]
    for path in home.central.data.rglob("*"):
        assert not path.is_file() or private not in path.read_bytes(), path
    # the box forgets the hour (1970 is below what it has noted), or is in 2090: shut again, and opened again
    for wall, state in ((0.0, serving.UNSURE), (3_800_000_000.0, serving.EXPIRED)):
        later = build_node(
            home.kit.settings, type(home.kit.clock)(floor_ms=home.kit.clock.wall_ms(), wall=lambda w=wall: w)
        )
        assert serving.keep(later).state == state
        until(home, "refused")
        later.store.close()
    assert serving.keep(home.kit).is_good
    until(home, "HTTP/1.1 200 OK")


def test_a_stolen_kit_loses_its_certificate_and_its_name(home: Home) -> None:
    home.settle()
    home.visit()
    home.work()
    home.visit()
    until(home, "HTTP/1.1 200 OK")
    name, before = home.name, kept.read(home.kit, kept.KEY)
    serial = certificates.read_certificate(kept.read(home.kit, kept.CHAIN)).serial_number
    assert home.acme.status(serial) == "Valid"
    (kit_id,) = [row["kit_id"] for row in home.central.store.rows("SELECT kit_id FROM kit")]
    central_actions.set_revoked(home.central, kit_id, True)
    assert home.work() == 1
    assert home.acme.status(serial) == "Revoked"
    with pytest.raises(Problem, match="n’est plus acceptée"):
        home.visit()
    assert serving.keep(home.kit).state == serving.REFUSED
    until(home, "refused")
    # it is found again: another key, and the same name
    central_actions.set_revoked(home.central, kit_id, False)
    home.visit()
    assert home.work() == 1
    assert home.visit().state == serving.GOOD and home.name == name
    assert kept.read(home.kit, kept.KEY) not in (before, b"")
    until(home, "HTTP/1.1 200 OK")


def test_it_is_renewed_a_month_before_its_end(home: Home) -> None:
    home.settle()
    home.visit()
    home.work()
    home.visit()
    first = kept.read(home.kit, kept.CHAIN)
    known = queries.list_page(home.central.store, 10, 0)[0][1]
    assert known.renew_ms == known.until_ms - 30 * 86_400_000
    with home.central.store.write():
        home.central.store.run("UPDATE kit_name SET renew_ms = ?", home.central.clock.wall_ms() - 1)
    home.visit()
    assert home.work() == 1
    home.visit()
    second = kept.read(home.kit, kept.CHAIN)
    assert second != first and serving.look(home.kit).is_good
    assert len(queries.list_chains(home.central.store, known.kit_id)) == 2, "a theft would have both revoked"
    end = time.monotonic() + 10
    while serving.is_served(home.kit, home.name) != serving.tls.first_der(second):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_background_work_does_it_by_itself(home: Home) -> None:
    """As a served central and `valise central work` begin it; nobody presses anything."""
    home.settle()
    home.visit()
    names = give_names(home.central, 0.05)
    try:
        end = time.monotonic() + 60
        while home.visit().state != serving.GOOD:
            assert time.monotonic() < end
            time.sleep(0.2)
    finally:
        names.end()
    until(home, "HTTP/1.1 200 OK")


def test_a_kit_renamed_and_names_given_no_more(home: Home) -> None:
    home.settle()
    home.visit()
    home.work()
    home.visit()
    with home.central.store.write():
        home.central.store.run("UPDATE kit SET nickname = ?", "L’Œuvre d’été n° 3")
    home.visit()
    assert home.name.startswith("l-oeuvre-d-ete-n-3-") and serving.look(home.kit).state == serving.NONE
    assert home.work() == 1 and home.visit().state == serving.GOOD
    until(home, "HTTP/1.1 200 OK")
    terms.stop(home.central, None)
    assert home.visit().state == serving.NO_NAMES
    until(home, "refused")


def test_what_comes_by_tls_is_ours_not_packed_and_keeps_its_cookies_to_itself(home: Home) -> None:
    home.settle()
    home.visit()
    home.work()
    home.visit()
    until(home, "HTTP/1.1 200 OK")
    import httpx

    context = ssl.create_default_context(cafile=str(home.acme.root))
    with httpx.Client(verify=context, headers={"Host": home.name}) as phone:
        page = phone.get(f"https://127.0.0.1:{home.port}/?langue=ar", extensions={"sni_hostname": home.name})
    assert page.status_code == 200 and "Content-Encoding" not in page.headers
    assert "Strict-Transport-Security" not in page.headers, "http goes on; nothing of this is remembered"
    assert all("Secure" in cookie for cookie in page.headers.get_list("set-cookie"))
    assert page.headers.get_list("set-cookie")
