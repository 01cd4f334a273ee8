"""The real parts at the other end: an ACME authority (pebble) and a DNS server that takes updates (knot), Debian's."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.served import free_port
from tests.sync.tls import Authority

DOMAIN = "valises.exemple.org"
KEY, SECRET = "valises-cle", base64.b64encode(b"a secret of thirty-two bytes, ok").decode()
_KNOT = """
server:
  rundir: "{folder}"
  listen: 127.0.0.1@{port}
database:
  storage: "{folder}"
key:
  - id: {key}
    algorithm: hmac-sha256
    secret: {secret}
  - id: lecture
    algorithm: hmac-sha256
    secret: {secret}
acl:
  - id: may_write
    key: {key}
    action: update
zone:
  - domain: exemple.org
    storage: "{folder}"
    file: exemple.zone
    acl: may_write
"""
_ZONE = """$TTL 60
@ SOA ns hostmaster 1 60 60 60 60
@ NS ns
ns A 127.0.0.1
"""


@dataclass(frozen=True)
class Dns:
    """A DNS server for `exemple.org` on 127.0.0.1."""

    port: int

    @property
    def address(self) -> str:
        """As the administrator writes it."""
        return f"127.0.0.1:{self.port}"

    def texts(self, name: str) -> list[str]:
        """What stands at a name."""
        import dns.message
        import dns.query

        said = dns.query.udp(dns.message.make_query(name, "TXT"), "127.0.0.1", 5, self.port)
        return [str(one) for rrset in said.answer for one in rrset]


@contextlib.contextmanager
def _answering(folder: Path, port: int, *command: str) -> Iterator[Dns]:
    """A DNS server over the zone of `folder`, once it answers, until the block ends."""
    (folder / "exemple.zone").write_text(_ZONE)
    log = folder / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder)
    try:
        made = Dns(port)
        _wait(lambda: made.texts("exemple.org") is not None, log, process)
        yield made
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def dns_server(folder: Path) -> Iterator[Dns]:
    """Knot with one zone, until the block ends."""
    folder.mkdir()
    port, conf = free_port(), folder / "knot.conf"
    conf.write_text(_KNOT.format(folder=folder, port=port, key=KEY, secret=SECRET))
    with _answering(folder, port, "knotd", "-c", str(conf)) as made:
        yield made


_NAMED = """
options {{ directory "{folder}"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion no;
           pid-file "{folder}/named.pid"; session-keyfile "{folder}/session.key"; }};
controls {{ }};
key "{key}" {{ algorithm hmac-sha256; secret "{secret}"; }};
key "lecture" {{ algorithm hmac-sha256; secret "{secret}"; }};
zone "exemple.org" {{ type primary; file "{folder}/exemple.zone"; update-policy {{ grant {key} zonesub TXT; }}; }};
"""


@contextlib.contextmanager
def bind_server(folder: Path) -> Iterator[Dns]:
    """BIND with the same zone and keys, as DEPLOYING.md has it, until the block ends."""
    folder.mkdir()
    port, conf = free_port(), folder / "named.conf"
    conf.write_text(_NAMED.format(folder=folder, port=port, key=KEY, secret=SECRET))
    with _answering(folder, port, "named", "-g", "-n", "1", "-c", str(conf)) as made:
        yield made


@dataclass(frozen=True)
class Acme:
    """An authority. `trusted`: what its own address is signed by; `root` (PEM): what its certificates end at."""

    directory: str
    management: str
    trusted: Path
    root: Path

    def status(self, serial: int) -> str:
        """`Valid` or `Revoked`, by its own books."""
        with self._get(f"/cert-status-by-serial/{serial:x}") as answer:
            return str(json.load(answer)["Status"])

    def _get(self, path: str):  # type: ignore[no-untyped-def]
        context = ssl.create_default_context(cafile=str(self.trusted))
        return urllib.request.urlopen(self.management + path, context=context, timeout=5)


@contextlib.contextmanager
def acme_server(folder: Path, dns: str) -> Iterator[Acme]:
    """Pebble, which asks `dns` (host:port) for the proofs, until the block ends."""
    ours = Authority(folder)
    certificate, key = ours.issue(-1, 300)
    port, management = free_port(), free_port()
    conf = {
        "listenAddress": f"127.0.0.1:{port}", "managementListenAddress": f"127.0.0.1:{management}",
        "certificate": str(certificate), "privateKey": str(key), "httpPort": free_port(), "tlsPort": free_port(),
    }  # fmt: skip
    (folder / "pebble.json").write_text(json.dumps({"pebble": conf}))
    told = {**os.environ, "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_AUTHZREUSE": "0", "PEBBLE_WFE_NONCEREJECT": "30"}
    with (folder / "pebble.log").open("w") as log:
        process = subprocess.Popen(
            ["pebble", "-config", str(folder / "pebble.json"), "-dnsserver", dns], stdout=log, stderr=log, env=told
        )
    made = Acme(
        f"https://127.0.0.1:{port}/dir", f"https://127.0.0.1:{management}", ours.certificate, folder / "root.pem"
    )
    try:
        _wait(lambda: _reaches(port) and _reaches(management), folder / "pebble.log", process)
        with made._get("/roots/0") as answer:
            made.root.write_bytes(answer.read())
        yield made
    finally:
        process.terminate()
        process.wait(10)


def _reaches(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    return False


def _wait(is_up, log: Path, process: subprocess.Popen[bytes]) -> None:  # type: ignore[no-untyped-def]
    import dns.exception

    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError, dns.exception.DNSException):
            if is_up():
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text())
