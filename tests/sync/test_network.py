"""The network carrier against a real server, and everything that can be wrong on the way."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from kit.central import actions as central_actions
from kit.central import queries as central_queries
from kit.errors import Problem
from kit.people import identities
from kit.people.node import Node
from kit.sync.actions import journey, send
from kit.sync.carriers import Progress
from kit.sync.carriers.network import NetworkCarrier
from kit.sync.enrolment import enrol, find_enrolment, is_private_line, read_link
from kit.sync.line import Patience
from kit.sync.outbox import Outbox
from tests.sync.homes import free_port, make_kit, note, served

HURRIED = NetworkCarrier(Patience(tries=2, first_pause_seconds=0.01))


def refused(kit: Node) -> str:
    with pytest.raises(Problem) as refusal:
        send(kit, carrier=HURRIED)
    assert journey(kit).last_error == str(refusal.value)
    assert "%(" not in str(refusal.value)
    return refusal.value.code


def test_everything_arrives_once_however_often_it_is_sent(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 300, named=40)
    steps: list[Progress] = []
    with served(central):
        outcome = send(kit, steps.append)
        assert (outcome.carried.envelopes, outcome.status.only_here, outcome.status.envelopes_waiting) == (40, 0, 0)
        assert steps[-1] == Progress(300, 300)
        before = central.journal.projection_hash()
        for _ in range(3):
            again = send(kit)
            assert (again.carried.segments, again.carried.envelopes) == (0, 0)
    assert central.journal.projection_hash() == before == kit.journal.projection_hash()
    status = journey(kit)
    assert (status.arrived, status.last_error) == (300, "")
    assert status.last_receipt_at_ms is not None


def test_the_coordination_opens_what_was_sealed_after_enrolment(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    (person,) = note(kit, 1, named=1)
    with served(central):
        send(kit)
    assert identities.organisation_public(kit) == identities.organisation_public(central)
    name = central.store.value("SELECT envelope FROM fact WHERE subject = ?", person)
    assert central.store.value("SELECT count(*) FROM envelope WHERE hash = ?", name) == 1


def test_two_kits_do_not_mix(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = pair
    second = make_kit(tmp_path / "second")
    note(kit, 20)
    note(second, 30)
    with served(central):
        enrol(second, central_actions.make_enrolment(central, "La seconde"))
        send(kit)
        send(second)
    assert sorted(found.arrived for found in central_queries.list_kits(central.store, 9, 0)) == [20, 30]
    second.store.close()


def test_nobody_answers(pair: tuple[Node, Node]) -> None:
    kit, _central = pair
    note(kit, 3)
    assert refused(kit) == "sync.unreachable"
    assert journey(kit).only_here == 3


@contextmanager
def stranger(answer: bytes, status: int = 200, port: int = 0, kind: str = "text/html") -> Iterator[int]:
    """Some server that is not ours: a captive portal, a wrong address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if status == 302:
                self.send_header("Location", "http://login.example/")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.mark.parametrize(
    ("answer", "status", "kind", "code"),
    [
        (b"<html>Connectez-vous au Wi-Fi</html>", 200, "text/html", "sync.wrong_host"),
        (b"", 302, "text/html", "sync.wrong_host"),
        (b"nothing here", 404, "text/plain", "sync.wrong_host"),
        (b"junk", 200, "application/vnd.valise", "sync.wrong_host"),
        (b"x" * 400_000, 200, "application/vnd.valise", "sync.wrong_host"),
        (b"down", 502, "text/html", "sync.refused"),
        (b'{"error": {"code": "sync.revoked"}}', 403, "application/json", "sync.revoked"),
        (b'{"error": {"code": "web.broken"}}', 500, "application/json", "sync.refused"),
        (b'{"error": ' + b"[" * 5000, 500, "application/json", "sync.refused"),
    ],
)
def test_a_stranger_answers(pair: tuple[Node, Node], answer: bytes, status: int, kind: str, code: str) -> None:
    kit, central = pair
    note(kit, 3)
    with stranger(answer, status, central.settings.port, kind):
        assert refused(kit) == code
    assert journey(kit).arrived == 0


def test_another_coordination_answers_at_the_same_address(pair: tuple[Node, Node], other_central: Node) -> None:
    kit, central = pair
    note(kit, 3)
    other_central.settings = central.settings
    with served(other_central):
        assert refused(kit) == "sync.unknown_kit"


def test_an_old_answer_is_not_believed(pair: tuple[Node, Node]) -> None:
    """A recorded answer of the real server, replayed: its nonce is not ours."""
    kit, central = pair
    hello, _nonce = Outbox(kit).hello()
    recorded = central_actions.answer_hello(central, hello)
    note(kit, 3)
    with stranger(recorded, 200, central.settings.port, "application/vnd.valise"):
        assert refused(kit) == "sync.wrong_host"


def test_a_revoked_kit_hears_it_and_keeps_its_facts(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 3)
    (enrolled,) = central_queries.list_kits(central.store, 9, 0)
    with served(central):
        central_actions.set_revoked(central, enrolled.kit_id, True)
        assert refused(kit) == "sync.revoked"
        central_actions.set_revoked(central, enrolled.kit_id, False)
        assert send(kit).status.only_here == 0


def test_an_expired_certificate(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    with central.store.write():
        central.store.run("UPDATE kit SET not_after_ms = 5")
    with served(central):
        assert refused(kit) == "sync.expired"


def test_one_envelope_that_is_refused_holds_up_only_itself(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 20, named=3)
    with kit.store.write():
        damaged = kit.store.value("SELECT hash FROM envelope LIMIT 1")
        kit.store.run("UPDATE envelope SET sealed = ? WHERE hash = ?", b"damaged on the card", damaged)
    with served(central):
        assert refused(kit) == "sync.bad_envelope"
    assert central.store.value("SELECT count(*) FROM envelope") == 2
    assert central.store.value("SELECT count(*) FROM fact") == 20


class Flaky(threading.Thread):
    """A line that dies each time so many bytes have gone through it."""

    def __init__(self, target: int, budget: int) -> None:
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.target, self.budget, self.left, self.cuts = target, budget, budget, 0

    def run(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client, socket.create_connection(("127.0.0.1", self.target)) as server:
                answers = threading.Thread(target=_pump, args=(server, client), daemon=True)
                answers.start()
                self._relay(client, server)
                answers.join(5)

    def _relay(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while chunk := client.recv(2048):
                self.left -= len(chunk)
                if self.left <= 0:
                    self.cuts += 1
                    self.left = self.budget
                    client.shutdown(socket.SHUT_RDWR)
                    server.shutdown(socket.SHUT_RDWR)
                    return
                server.sendall(chunk)


def test_a_line_that_keeps_breaking_still_delivers(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 200, named=60)
    with served(central):
        line = Flaky(central.settings.port, 9_000)
        line.start()
        kit.settings = replace(kit.settings, central_url=f"http://127.0.0.1:{line.port}")
        outcome = send(kit, carrier=NetworkCarrier(Patience(tries=20, first_pause_seconds=0.001)))
        line.listener.close()
    assert line.cuts >= 2
    assert (outcome.status.only_here, outcome.status.arrived) == (0, 200)
    assert central.journal.projection_hash() == kit.journal.projection_hash()


@pytest.mark.long
def test_memory_stays_flat_whatever_the_backlog(pair: tuple[Node, Node]) -> None:
    kit, central = pair

    def peak(count: int) -> int:
        note(kit, count)
        tracemalloc.start()
        send(kit)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    with served(central):
        peak(10)
        small, large = peak(3_000), peak(15_000)
    assert large < small * 1.5 + 2_000_000, (small, large)


# -- TLS ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 and its key in one file, signed by nobody known."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "9",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
         "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "cert.pem").read_bytes())
    return both


@contextmanager
def behind_tls(target: int, certificate: Path) -> Iterator[int]:
    """HTTPS before a plain server, as a reverse proxy would do it; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            try:
                client = context.wrap_socket(raw, server_side=True)
                with client, socket.create_connection(("127.0.0.1", target)) as server:
                    threading.Thread(target=_pump, args=(server, client), daemon=True).start()
                    _pump(client, server)
            except OSError:
                continue

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while chunk := source.recv(65536):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def test_a_certificate_nobody_vouches_for_is_refused_and_one_known_is_accepted(
    pair: tuple[Node, Node], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, central = pair
    note(kit, 5)
    with served(central), behind_tls(central.settings.port, certificate) as port:
        kit.settings = replace(kit.settings, central_url=f"https://127.0.0.1:{port}")
        assert refused(kit) == "sync.tls"
        assert journey(kit).arrived == 0
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert send(kit, carrier=HURRIED).status.arrived == 5


# -- enrolment ----------------------------------------------------------------------------------------------------


def enrol_refused(kit: Node, link: str) -> str:
    with pytest.raises(Problem) as refusal:
        enrol(kit, link)
    return refusal.value.code


@pytest.mark.parametrize(
    "link",
    ["", "bonjour", "ftp://x/enrolement/abcdef", "http://127.0.0.1:9/", "http:///enrolement/abcdef", "http://[/enrolement/abcdef",
     "http://h:port/enrolement/abcdef", "http://127.0.0.1:9/enrolement/abc"],
)  # fmt: skip
def test_what_is_no_link_is_told(lone_kit: Node, link: str) -> None:
    assert enrol_refused(lone_kit, link) == "sync.bad_link"


def test_a_link_serves_one_kit_which_may_ask_again(lone_kit: Node, pair: tuple[Node, Node]) -> None:
    kit, central = pair
    link = central_actions.make_enrolment(central, "Une fois")
    with served(central):
        first = enrol(kit, link)
        assert enrol(kit, link).kit_id == first.kit_id
        assert enrol_refused(lone_kit, link) == "sync.used_link"
    assert find_enrolment(lone_kit) is None
    assert central_queries.count_kits(central.store) == 1


def test_an_old_link_and_a_guessed_one_are_refused(lone_kit: Node, pair: tuple[Node, Node]) -> None:
    _kit, central = pair
    link = central_actions.make_enrolment(central, "Trop tard")
    with central.store.write():
        central.store.run("UPDATE enrolment_link SET expires_at_ms = 1 WHERE kit_id IS NULL")
    code = read_link(link).code
    with served(central):
        assert enrol_refused(lone_kit, link) == "sync.used_link"
        assert enrol_refused(lone_kit, link.replace(code, "un-deux-trois-quatre-cinq")) == "sync.used_link"


def test_a_link_names_the_key_it_expects(lone_kit: Node, pair: tuple[Node, Node]) -> None:
    _kit, central = pair
    link = central_actions.make_enrolment(central, "Faux")
    with served(central):
        assert enrol_refused(lone_kit, link[:-16] + "a" * 16) == "sync.wrong_host"
    before = identities.organisation_public(lone_kit)
    assert find_enrolment(lone_kit) is None
    assert identities.organisation_public(lone_kit) == before


def test_a_link_without_https_beyond_this_machine_is_refused(lone_kit: Node) -> None:
    assert enrol_refused(lone_kit, "http://192.0.2.7:8090/enrolement/un-deux-trois") == "sync.plain_http"
    assert is_private_line("https://central.example")
    assert is_private_line("http://[::1]:8090")
    assert not is_private_line("http://central.example")


def test_names_sealed_before_enrolment_are_counted(tmp_path: Path, other_central: Node) -> None:
    kit = make_kit(tmp_path / "early")
    note(kit, 5, named=2)
    port = free_port()
    other_central.settings = replace(other_central.settings, port=port, public_url=f"http://127.0.0.1:{port}")
    with served(other_central):
        enrol(kit, central_actions.make_enrolment(other_central, "Tôt"))
        assert send(kit).status.sealed_before == 2
    kit.store.close()
