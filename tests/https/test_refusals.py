"""What can be wrong at home, each by the real part that says so, and in words for whoever set it up."""

from __future__ import annotations

import base64
import http.server
import json
import logging
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from kit.central.names import asked, queries, terms, work
from kit.central.names.authority import Authority
from kit.central.names.rules import DAY_MS, make_name, next_try, renew_at
from kit.central.names.terms import Terms
from kit.central.names.zone import Zone
from kit.errors import Problem
from kit.keys import certificates
from kit.people.node import Node
from tests.https.parts import DOMAIN, KEY, SECRET, Dns, acme_server, bind_server, dns_server
from tests.served import free_port
from tests.sync.tls import Authority as TlsAuthority


@pytest.fixture(scope="module")
def dns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dns]:
    with dns_server(tmp_path_factory.mktemp("dns") / "here") as made:
        yield made


def refused(made: Terms, secret: str = SECRET) -> str:
    """The code of what a server says to a text in its zone."""
    with pytest.raises(Problem) as refusal:
        Zone(made, secret).put(f"essai.{made.domain}", "essai")
    assert str(refusal.value)
    return refusal.value.code


def test_the_zone_says_what_is_wrong_with_it(dns: Dns, tmp_path: Path) -> None:
    good = Terms(DOMAIN, "", "", dns.address, KEY)
    Zone(good, SECRET).put(f"essai.{DOMAIN}", "essai")
    assert dns.texts(f"_acme-challenge.essai.{DOMAIN}") == ['"essai"']
    Zone(good, SECRET).remove(f"essai.{DOMAIN}")
    assert dns.texts(f"_acme-challenge.essai.{DOMAIN}") == []
    other = base64.b64encode(b"another secret of so many bytes.").decode()
    assert refused(good, other) == "names.dns_key"
    assert refused(msgspec.structs.replace(good, key_name="inconnue")) == "names.dns_key"
    assert refused(msgspec.structs.replace(good, algorithm="hmac-sha512")) == "names.dns_key"
    assert refused(msgspec.structs.replace(good, key_name="lecture")) == "names.dns_key", "known, without the right"
    assert refused(msgspec.structs.replace(good, domain="valises.ailleurs.example")) == "names.not_ours"
    assert refused(msgspec.structs.replace(good, server=f"127.0.0.1:{free_port()}")) == "names.dns_unreachable"
    assert refused(msgspec.structs.replace(good, server="aucun-serveur.invalid")) == "names.dns_unreachable"


def test_bind_is_written_to_as_well_and_refuses_in_its_own_words(tmp_path: Path) -> None:
    with bind_server(tmp_path / "bind") as bind:
        good = Terms(DOMAIN, "", "", bind.address, KEY)
        Zone(good, SECRET).put(f"essai.{DOMAIN}", "essai")
        assert bind.texts(f"_acme-challenge.essai.{DOMAIN}") == ['"essai"']
        Zone(good, SECRET).remove(f"essai.{DOMAIN}")
        assert bind.texts(f"_acme-challenge.essai.{DOMAIN}") == []
        assert refused(good, base64.b64encode(b"x" * 32).decode()) == "names.dns_key"
        assert refused(msgspec.structs.replace(good, key_name="inconnue")) == "names.dns_key"
        assert refused(msgspec.structs.replace(good, key_name="lecture")) == "names.dns_refused"
        assert refused(msgspec.structs.replace(good, domain="valises.ailleurs.example")) == "names.not_ours"


def test_an_authority_that_is_not_there_or_not_one(dns: Dns, tmp_path: Path) -> None:
    made, key = (
        Terms(DOMAIN, f"https://127.0.0.1:{free_port()}/dir", "", dns.address, KEY),
        certificates.new_account_key(),
    )
    with pytest.raises(Problem) as refusal:
        Authority(made, key)
    assert refusal.value.code == "names.acme_unreachable"
    with (
        limited(tmp_path, {"bonjour": "ce n’est pas un annuaire"}) as (url, trusted),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        with pytest.raises(Problem) as refusal:
            Authority(msgspec.structs.replace(made, directory=url), key).join()
        assert refusal.value.code == "names.acme_refused"
        patch.delenv("REQUESTS_CA_BUNDLE")
        with pytest.raises(Problem) as refusal:
            Authority(msgspec.structs.replace(made, directory=url), key)
        assert refusal.value.code == "names.acme_unreachable", "an authority whose own certificate nobody vouches for"


@contextmanager
def limited(folder: Path, directory: dict[str, str] | None = None) -> Iterator[tuple[str, Path]]:
    """Let's Encrypt on the day of its limit, which no test server plays: its words to a new account (RFC 8555, 6.6)."""
    ours = TlsAuthority(folder / "limited")
    certificate, key = ours.issue(-1, 30)

    class Limited(http.server.BaseHTTPRequestHandler):
        def _say(self, status: int, body: dict[str, object], kind: str = "application/json") -> None:
            raw = json.dumps(body).encode()
            self.send_response(status)
            for name, value in (("Content-Type", kind), ("Replay-Nonce", "bm9uY2U"), ("Content-Length", str(len(raw)))):
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(raw)

        def do_GET(self) -> None:
            paths = ("newNonce", "newAccount", "newOrder", "revokeCert", "keyChange")
            self._say(200, {**(directory or {path: f"{url}/{path}" for path in paths})})

        do_HEAD = do_GET  # noqa: N815

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._say(
                429,
                {
                    "type": "urn:ietf:params:acme:error:rateLimited",
                    "detail": 'too many certificates (50) already issued for "exemple.org" in the last 168h0m0s',
                    "status": 429,
                },
                "application/problem+json",
            )

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Limited)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    url = f"https://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield url, ours.certificate
    finally:
        server.shutdown()
        server.server_close()


def wanting(central: Node, request: bytes, name: str, kit_id: bytes = b"k" * 16) -> queries.Named:
    """A kit that asked for its name just now."""
    made = queries.Named(kit_id, name, request, b"", queries.WAITING, asked_ms=central.clock.wall_ms())
    with central.store.write():
        queries.save(central.store, made)
    return made


def request_for(folder: Path, name: str) -> bytes:
    """What a kit would send."""
    from kit.device import tls

    key = folder / f"{name}.key"
    tls.make_key(key)
    return tls.make_request(key, name)


def test_a_limit_is_waited_for_and_said(
    central_node: Node, dns: Dns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with limited(tmp_path) as (url, trusted):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        secret = terms.wrap(central_node, SECRET.encode())
        terms.change(central_node, None, Terms(DOMAIN, url, "", dns.address, KEY, secret=secret, wait_seconds=0))
        for number in range(3):
            name = f"valise-{number}.{DOMAIN}"
            wanting(central_node, request_for(tmp_path, name), name, bytes([number]) * 16)
        assert work.carry_on(central_node) == 0
    known = [queries.find(central_node.store, bytes([number]) * 16) for number in range(3)]
    met = [one for one in known if one and one.problem]
    assert len(met) == 1, "the others were not tried: they would have met the same"
    assert met[0].problem == "names.rate_limited" and "168h" in met[0].detail
    assert met[0].next_ms - central_node.clock.wall_ms() > 2.9 * 3_600_000
    words = str(Problem(met[0].problem, reason=met[0].detail))
    assert words.startswith("L’autorité a donné assez de certificats") and "168h" in words


def test_a_proof_that_nobody_sees_and_a_request_for_another_name(
    central_node: Node, dns: Dns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The authority asks another DNS server than the one that is written to: the domain is not entrusted to it."""
    caplog.set_level(logging.DEBUG)
    with dns_server(tmp_path / "other") as other, acme_server(tmp_path / "acme", other.address) as acme:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(acme.trusted))
        secret = terms.wrap(central_node, SECRET.encode())
        set_to = Terms(DOMAIN, acme.directory, "", dns.address, KEY, secret=secret, wait_seconds=0)
        terms.change(central_node, None, set_to)
        name = f"valise-a.{DOMAIN}"
        request = request_for(tmp_path, name)
        wanting(central_node, request, name)
        assert work.carry_on(central_node) == 0
        known = queries.find(central_node.store, b"k" * 16)
        assert known is not None and known.problem == "names.not_seen" and known.tries == 1
        assert dns.texts(f"_acme-challenge.{name}") == [], "the proof does not stay when it failed"
        assert work.carry_on(central_node) == 0 and queries.find(central_node.store, b"k" * 16) == known, "not at once"
        waits = wanting(central_node, request, name)
        claimed = work._claim(central_node, waits)
        assert claimed is not None and work._claim(central_node, waits) is None, "one process has it"
        assert work.carry_on(central_node) == 0 and queries.find(central_node.store, b"k" * 16) == claimed
        wanting(central_node, request, f"valise-b.{DOMAIN}")
        assert work.carry_on(central_node) == 0
        known = queries.find(central_node.store, b"k" * 16)
        assert known is not None and known.problem == "names.bad_request"
    kept = terms.find(central_node)
    assert kept is not None and kept.account_url and kept.account_key
    for secret_text in (SECRET, base64.b64encode(terms.unwrap(central_node, kept.account_key)).decode()):
        assert secret_text not in caplog.text
        assert secret_text.encode() not in (central_node.data / "valise.db").read_bytes()
        assert secret_text.encode() not in (central_node.data / "valise.db-wal").read_bytes()


@pytest.mark.parametrize("bad", ["", "garbage", "rsa", "two names", "another key’s signature", "a subject"])
def test_only_a_request_of_a_p256_key_for_that_name_alone(tmp_path: Path, bad: str) -> None:
    import subprocess

    name, key = f"valise-a.{DOMAIN}", tmp_path / "k.pem"
    raw = request_for(tmp_path, name)
    certificates.check_request(raw, name)
    if bad in ("rsa", "two names", "a subject"):
        kind = ["-newkey", "rsa:2048"] if bad == "rsa" else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        also = ",DNS:www.google.com" if bad == "two names" else ""
        subject = f"/CN={name}" if bad == "a subject" else "/"
        words = ["openssl", "req", *kind, "-nodes", "-keyout", key, "-subj", subject, "-addext",
                 f"subjectAltName=DNS:{name}{also}"]  # fmt: skip
        raw = subprocess.run(words, check=True, capture_output=True).stdout
    elif bad == "another key’s signature":
        body = bytearray(base64.b64decode(b"".join(raw.splitlines()[1:-1])))
        body[-1] ^= 1
        raw = b"-----BEGIN CERTIFICATE REQUEST-----\n" + base64.encodebytes(bytes(body)) + raw.splitlines()[-1] + b"\n"
    else:
        raw = bad.encode()
    with pytest.raises(Problem) as refusal:
        certificates.check_request(raw, name)
    assert refusal.value.code == "names.bad_request"


def test_names_are_plain_and_no_two_kits_share_one() -> None:
    assert (
        make_name("Valise de l’Été", bytes.fromhex("3fa2c1") + b"x" * 13, DOMAIN) == f"valise-de-l-ete-3fa2c1.{DOMAIN}"
    )
    assert make_name("الحقيبة", b"\x01" * 16, DOMAIN) == f"valise-010101.{DOMAIN}"
    assert make_name("A", b"\x01" * 16, DOMAIN) != make_name("A", b"\x02" * 16, DOMAIN)
    longest = make_name("É" * 80, b"\x01" * 16, DOMAIN)
    assert max(len(label) for label in longest.split(".")) <= 63


def test_when_it_is_renewed_and_tried_again() -> None:
    assert renew_at(0, 90 * DAY_MS) == 60 * DAY_MS
    assert renew_at(0, 6 * DAY_MS) == 4 * DAY_MS, "short ones in their last third"
    pauses = [next_try(0, tries) // 60_000 for tries in (0, 1, 2, 30)]
    assert pauses == [5, 10, 20, 1440]


def test_what_is_due_is_found_on_both_engines(engine: str, central_node: Node) -> None:
    store, now = central_node.store, 1_800_000_000_000
    rows = {
        b"a": ("waiting", now, 0, 0), b"b": ("waiting", now, now + 1, 0), b"c": ("ready", now, 0, now - 1),
        b"d": ("ready", now, 0, now + 1), b"e": ("to_revoke", 0, 0, 0), b"f": ("revoked", now, 0, 0),
        b"g": ("waiting", now - 91 * DAY_MS, 0, 0),
    }  # fmt: skip
    with store.write():
        for kit, (state, asked_ms, next_ms, renew_ms) in rows.items():
            made = queries.Named(kit * 16, f"{kit.decode()}.{DOMAIN}", b"r", b"", state, renew_ms=renew_ms)
            queries.save(store, msgspec.structs.replace(made, asked_ms=asked_ms, next_ms=next_ms))
            queries.save(store, msgspec.structs.replace(made, asked_ms=asked_ms, next_ms=next_ms))
        queries.keep_chain(store, b"a" * 16, b"m" * 32, b"chain", now)
        queries.keep_chain(store, b"a" * 16, b"m" * 32, b"chain", now)
    due = [one.kit_id[:1] for one in queries.list_due(store, now, now - 90 * DAY_MS, 10)]
    assert due == [b"e", b"a", b"c"], "to revoke first; not what waits, is good, is over or never came back"
    assert queries.list_chains(store, b"a" * 16) == [(b"m" * 32, b"chain")]
    with store.write():
        queries.forget_ended(store, now + 1)
        queries.try_all_again(store)
    assert queries.list_chains(store, b"a" * 16) == [] and queries.count(store) == 7
    assert len(queries.list_due(store, now, now - 90 * DAY_MS, 10)) == 4
    assert queries.list_page(store, 10, 0) == [], "none of them is a kit of ours"


def test_without_the_extra_the_page_says_what_to_install(
    central_node: Node, dns: Dns, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "dns.tsig", None)  # as Python does for what is not installed
    with pytest.raises(Problem) as refusal:
        work.try_out(
            central_node,
            Terms(DOMAIN, "https://127.0.0.1/", "", dns.address, KEY, secret=terms.wrap(central_node, b"x")),
        )
    assert refusal.value.code == "names.no_library"


def test_a_stranger_is_told_nothing(central_node: Node, kit_node: Node) -> None:
    from kit.sync.messages import sign_message
    from kit.sync.names import NameAsked

    with pytest.raises(Problem) as refusal:
        asked.answer(central_node, sign_message(kit_node.identity, NameAsked(b"n" * 16, "", b"")))
    assert refusal.value.code == "sync.unknown_kit"
