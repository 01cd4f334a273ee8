"""Enrolling a kit, the kit's side: a link from the coordination, a request signed by the kit, a certificate back.

The link carries a one-time code and the fingerprint of the server's key, so that nobody on the way can pose as the
coordination even on a network without https.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

import msgspec

from kit.errors import Problem
from kit.ids import to_text
from kit.journal import queries as journal_queries
from kit.keys import primitives
from kit.people import identities
from kit.people.node import Node
from kit.sync import queries
from kit.sync.hour import with_the_hour
from kit.sync.line import post
from kit.sync.messages import Certificate, Request, read_message, sign_message, signed_by

PATH = "/enrolement/"
FINGERPRINT = "cle"
_FINGERPRINT_BYTES = 10
REVOKED = "sync.revoked"


class Enrolment(msgspec.Struct, array_like=True, frozen=True):
    """What a kit keeps of its enrolment. `sealed_before`: envelopes made before it, for the local organisation key."""

    certificate: bytes
    server_public: bytes
    server_url: str
    plain_http: bool
    sealed_before: int
    enrolled_at_ms: int


class Link(msgspec.Struct, frozen=True):
    """An enrolment link taken apart; `fingerprint` is empty when the link carries none."""

    server_url: str
    code: str
    fingerprint: str


def fingerprint(server_public: bytes) -> str:
    """Sixteen signs that name a server's key."""
    return to_text(primitives.digest(server_public, size=_FINGERPRINT_BYTES))


def make_link(server_url: str, code: str, server_public: bytes) -> str:
    """The address a coordinator hands to whoever prepares the kit."""
    return f"{server_url.rstrip('/')}{PATH}{code}?{FINGERPRINT}={fingerprint(server_public)}"


def read_link(text: str) -> Link:
    """An enrolment link as typed or pasted. Raises Problem `sync.bad_link`."""
    try:
        parts = urlsplit(text.strip())
        base, found, code = parts.path.partition(PATH)
        host, _port = parts.hostname, parts.port
    except ValueError as refusal:
        raise Problem("sync.bad_link") from refusal
    if parts.scheme not in ("http", "https") or not host or not found or not 6 <= len(code) <= 200:
        raise Problem("sync.bad_link")
    marks = parse_qs(parts.query).get(FINGERPRINT, [""])
    return Link(f"{parts.scheme}://{parts.netloc}{base}", code, marks[0])


def is_private_line(url: str) -> bool:
    """True for https, and for http that does not leave this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def find_enrolment(node: Node) -> Enrolment | None:
    """This kit's enrolment, or None for a kit on its own."""
    kept = queries.find_enrolment(node.store)
    return msgspec.msgpack.decode(kept, type=Enrolment) if kept else None


def find_server(node: Node) -> bytes | None:
    """The public key of this kit's central, or None for a kit on its own."""
    enrolment = find_enrolment(node)
    return enrolment.server_public if enrolment else None


def get_enrolment(node: Node) -> Enrolment:
    """This kit's enrolment. Raises Problem `sync.not_enrolled`."""
    found = find_enrolment(node)
    if found is None:
        raise Problem("sync.not_enrolled")
    return found


def read_certificate(enrolment: Enrolment) -> Certificate:
    """The certificate this kit holds, its signature checked again. Raises Problem `sync.bad_message`."""
    return read_message(Certificate, enrolment.certificate, signed_by(enrolment.server_public))


def is_refused(node: Node) -> bool:
    """True when the coordination accepts this kit no longer: its feed says so, or its answer to the last sending."""
    last = queries.find_last_try(node.store)
    return queries.is_revoked(node.store, node.identity.sign_public) or (last is not None and last.code == REVOKED)


def server_url(node: Node, enrolment: Enrolment) -> str:
    """Where to send: the setting when there is one, else the address of the link. Raises Problem `sync.plain_http`."""
    url = node.settings.central_url or enrolment.server_url
    if not enrolment.plain_http and not is_private_line(url):
        raise Problem("sync.plain_http")
    return url.rstrip("/")


def enrol(node: Node, link: str, *, plain_http: bool = False) -> Certificate:
    """Attach this kit to the coordination that made `link`; doing it again with the same link changes nothing.

    `plain_http` accepts a link without https beyond this machine. Raises Problem `sync.bad_link`, `sync.plain_http`,
    `sync.used_link`, `sync.unreachable`, `sync.tls`, `sync.wrong_host`.
    """
    asked = read_link(link)
    if not plain_http and not is_private_line(asked.server_url):
        raise Problem("sync.plain_http")
    signed = sign_message(node.identity, make_request(node, asked.code))
    raw = with_the_hour(
        node, asked.server_url, lambda signer: _check_fingerprint(asked, signer),
        lambda: post(asked.server_url, "/sync/enrol", signed, node.clock),
    )  # fmt: skip
    certificate = _check_certificate(node, asked, raw)
    keep_enrolment(node, Enrolment(
        raw, certificate.server_sign_public, asked.server_url, plain_http, 0, node.clock.wall_ms(),
    ), certificate)  # fmt: skip
    return certificate


def make_request(node: Node, code: str) -> Request:
    """What this kit asks of a coordination, with the code of a link."""
    own = queries.own_logs(node.store, node.identity.sign_public)[-1]
    return Request(
        1, code, node.settings.node_name[:80], node.identity.sign_public, node.identity.box_public,
        own.name.log_id, own.name.epoch,
    )  # fmt: skip


def _check_fingerprint(asked: Link, signer: bytes) -> None:
    """Only the server whose key the link names may tell the hour. Raises Problem `sync.wrong_host`."""
    if not asked.fingerprint or fingerprint(signer) != asked.fingerprint:
        raise Problem("sync.wrong_host")


def _check_certificate(node: Node, asked: Link, raw: bytes) -> Certificate:
    def check(signer: bytes) -> None:
        if asked.fingerprint and fingerprint(signer) != asked.fingerprint:
            raise Problem("sync.wrong_host")

    try:
        certificate = read_message(Certificate, raw, check)
        read_message(Certificate, raw, signed_by(certificate.server_sign_public))
    except Problem as refusal:
        raise Problem("sync.wrong_host") from refusal
    check_is_ours(node, certificate)
    return certificate


def check_is_ours(node: Node, certificate: Certificate) -> None:
    """Raises Problem `sync.wrong_host` for a certificate that speaks of another kit."""
    if (certificate.sign_public, certificate.box_public) != (node.identity.sign_public, node.identity.box_public):
        raise Problem("sync.wrong_host")


def keep_enrolment(node: Node, enrolment: Enrolment, certificate: Certificate) -> None:
    """From now on, names are sealed to the real organisation; those sealed before are counted once."""
    with node.journal.write():
        before = find_enrolment(node)
        count = before.sealed_before if before else queries.count_own_envelopes(node.store, node.identity.sign_public)
        enrolment = msgspec.structs.replace(enrolment, sealed_before=count)
        journal_queries.set_state(node.store, queries.ENROLMENT, msgspec.msgpack.encode(enrolment))
        journal_queries.set_state(node.store, identities.ORGANISATION, certificate.organisation_public)
        journal_queries.set_state(node.store, identities.SERVER, certificate.server_sign_public)
