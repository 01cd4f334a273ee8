"""Writing the zone of the names: dynamic updates (RFC 2136) under a shared key (TSIG, RFC 8945), by TCP."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kit.central.names.terms import Terms
from kit.errors import Problem

if TYPE_CHECKING:
    import dns.message
    import dns.name
    import dns.update

PORT = 53
SECONDS = 15.0
TTL = 60
PREFIX = "_acme-challenge"  # RFC 8555, 8.4


class Zone:
    """The zone that holds the names of `terms`, on the server they name; `secret` is the key in base64."""

    def __init__(self, terms: Terms, secret: str) -> None:
        import dns.name
        import dns.tsig

        self.terms = terms
        name = dns.name.from_text(terms.key_name)
        self._key = dns.tsig.Key(name, base64.b64decode(secret), dns.name.from_text(terms.algorithm))
        self._host, self._port = read_server(terms.server)

    def put(self, host: str, value: str) -> None:
        """The one text at the challenge of `host`. Raises Problem `names.dns_*`."""
        change = self._change()
        change.delete(f"{PREFIX}.{host}.", "TXT")
        change.add(f"{PREFIX}.{host}.", TTL, "TXT", f'"{value}"')
        self._send(change)

    def remove(self, host: str) -> None:
        """Nothing of ours stands under `host` any more: there never was but that text. Raises like `put`."""
        change = self._change()
        change.delete(f"{PREFIX}.{host}.", "TXT")
        self._send(change)

    def _change(self) -> dns.update.UpdateMessage:
        import dns.update

        return dns.update.UpdateMessage(self._find_apex(), keyring=self._key)

    def _find_apex(self) -> dns.name.Name:
        """The zone that the server holds the domain in: the name whose SOA it answers for itself."""
        import dns.flags
        import dns.message
        import dns.name
        import dns.rdataclass
        import dns.rdatatype

        name = dns.name.from_text(self.terms.domain)
        while name != dns.name.root:
            said = self._ask(dns.message.make_query(name, "SOA"))
            if said.flags & dns.flags.AA and said.get_rrset(said.answer, name, dns.rdataclass.IN, dns.rdatatype.SOA):
                return name
            name = name.parent()
        raise Problem("names.not_ours", domain=self.terms.domain)

    def _send(self, change: dns.update.UpdateMessage) -> None:
        import dns.rcode

        said = self._ask(change)
        if said.rcode() == dns.rcode.NOTZONE or said.rcode() == dns.rcode.NOTAUTH:
            raise Problem("names.not_ours", domain=self.terms.domain)
        if said.rcode() != dns.rcode.NOERROR:
            raise Problem("names.dns_refused", reason=dns.rcode.to_text(said.rcode()))

    def _ask(self, message: dns.message.Message) -> dns.message.Message:
        import dns.query

        with _translated():
            return dns.query.tcp(message, _address(self._host), SECONDS, self._port)


@contextmanager
def _translated() -> Iterator[None]:
    import dns.exception
    import dns.message
    import dns.tsig

    try:
        yield
    except (dns.tsig.PeerBadTime, dns.tsig.BadTime) as refusal:
        raise Problem("names.dns_clock") from refusal
    except (
        dns.tsig.PeerError, dns.tsig.BadSignature, dns.tsig.BadKey, dns.tsig.BadAlgorithm, dns.message.UnknownTSIGKey
    ) as refusal:  # fmt: skip
        raise Problem("names.dns_key") from refusal
    except (OSError, EOFError, dns.exception.DNSException) as refusal:  # nobody, or nobody who speaks DNS
        raise Problem("names.dns_unreachable") from refusal


def read_server(text: str) -> tuple[str, int]:
    """Host and port of `ns.exemple.org`, `192.0.2.1:5353`, `[2001:db8::1]:53` or `2001:db8::1`."""
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
    elif text.count(":") > 1:
        host, port = text, ""
    else:
        host, _, port = text.partition(":")
    return host, int(port) if port else PORT


def _address(host: str) -> str:
    import socket

    return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
