"""Enrolling kits, and accepting or refusing what they send. The server's side of `kit.sync`."""

from __future__ import annotations

import secrets

from kit.central import fleet_queries, heard, queries, returned
from kit.central.names.withdrawal import withdraw
from kit.central.publishing import publish_access, publish_erasures
from kit.directory.proposals import merge_waiting
from kit.errors import Problem
from kit.ids import ID_BYTES, new_id
from kit.journal.ranges import subtract
from kit.keys import primitives
from kit.keys.passphrase import make_passphrase
from kit.people import audit, identities
from kit.people.actions import Staff
from kit.people.node import Node
from kit.store import Row
from kit.sync import awaited_queries, blob_inbox, feeds, fork_queries, inbox
from kit.sync import queries as sync_queries
from kit.sync.enrolment import make_link
from kit.sync.messages import (
    PROTOCOL,
    Answer,
    Certificate,
    Hello,
    LogState,
    Missing,
    Request,
    TimeTold,
    read_message,
    sign_message,
    signed_by,
)
from kit.sync.segment import LogName, read_segment

LINK_HOURS = 72
CERTIFICATE_DAYS = 730
CODE_WORDS = 5
MOST_WANTED = 1000
MOST_RANGES = 1000
_HOUR_MS = 3_600_000


def make_enrolment(node: Node, nickname: str = "", *, territory: str = "", server_url: str = "") -> str:
    """A link that enrols one kit, once, within 72 hours.

    `server_url` is the address by which the kit reaches this server (empty: the setting `public_url`). Raises Problem
    `people.not_set_up`, or `sync.bad_link` when no address is known.
    """
    url = (server_url or node.settings.public_url).rstrip("/")
    identities.organisation_public(node)
    if not url:
        raise Problem("sync.bad_link")
    code = make_passphrase(CODE_WORDS).replace(" ", "-")
    with node.journal.write():
        expires = node.clock.wall_ms() + LINK_HOURS * _HOUR_MS
        queries.add_link(node.store, _kept(code), nickname.strip()[:80], territory.strip()[:120], url, expires)
    return make_link(url, code, node.identity.sign_public)


def _kept(code: str) -> bytes:
    return primitives.digest(b"valise-enrolment-1", code.encode())


def enrol_kit(node: Node, raw: bytes) -> bytes:
    """A kit's signed request answered with its certificate; the same kit may ask again with the same link.

    Raises Problem `sync.bad_message`, `sync.used_link` or `sync.revoked`.
    """
    signers: list[bytes] = []
    request = read_message(Request, raw, signers.append)
    if signers != [request.sign_public]:
        raise Problem("sync.bad_message")
    _check_log(request.sign_public, request.epoch, request.log_id)
    with node.journal.write():
        link = queries.find_link(node.store, _kept(request.code))
        expired = link is None or link["expires_at_ms"] < node.clock.wall_ms()
        if link is None or expired or link["sign_public"] not in (None, request.sign_public):
            raise Problem("sync.used_link")
        signed, kit_id = _certify(node, request, link["nickname"], link["territory"], link["server_url"])
        queries.use_link(node.store, link["code"], kit_id)
    return signed


def certify(node: Node, raw: bytes, nickname: str, territory: str, server_url: str) -> bytes:
    """The certificate for a request that somebody brought by hand; the coordinator who asks for it vouches for the kit.

    Raises Problem `sync.bad_message` or `sync.revoked`.
    """
    request = read_message(Request, raw, lambda signer: None)
    read_message(Request, raw, signed_by(request.sign_public))
    _check_log(request.sign_public, request.epoch, request.log_id)
    with node.journal.write():
        return _certify(node, request, nickname.strip()[:80], territory.strip()[:120], server_url.rstrip("/"))[0]


def _certify(node: Node, request: Request, nickname: str, territory: str, url: str) -> tuple[bytes, bytes]:
    """Sign for a kit and keep it among ours: (certificate, kit id). Only inside `write()`."""
    known = queries.find_kit_by_key(node.store, request.sign_public)
    if known is not None and known["is_revoked"]:
        raise Problem("sync.revoked")
    kit_id = known["kit_id"] if known else new_id()
    certificate = _certificate(node, request, kit_id, nickname, territory, url)
    signed = sign_message(node.identity, certificate)
    queries.save_kit(node.store, (
        kit_id, certificate.nickname, certificate.territory, certificate.sign_public, certificate.box_public,
        certificate.serial, signed, certificate.not_after_ms, node.clock.wall_ms(),
    ))  # fmt: skip
    log_no = sync_queries.log_number(node.store, LogName(request.log_id, request.sign_public, request.epoch))
    queries.note_log(node.store, log_no, kit_id, 0)
    return signed, kit_id


def _certificate(node: Node, request: Request, kit_id: bytes, nickname: str, territory: str, url: str) -> Certificate:
    return Certificate(
        1, kit_id, (nickname or request.nickname).strip()[:80] or "Valise", request.sign_public, request.box_public,
        territory, node.clock.wall_ms() + CERTIFICATE_DAYS * 24 * _HOUR_MS, secrets.token_bytes(8),
        identities.organisation_public(node), node.identity.sign_public, node.identity.box_public, url,
    )  # fmt: skip


def _check_log(public_key: bytes, epoch: bytes, log_id: bytes) -> None:
    if primitives.digest(public_key, epoch, size=16) != log_id:
        raise Problem("sync.bad_message")


# -- receiving ----------------------------------------------------------------------------------------------------


def answer_hello(node: Node, raw: bytes) -> bytes:
    """What a kit says it has, answered with what is missing here and receipts for what is not.

    Raises Problem `sync.unknown_kit`, `sync.revoked`, `sync.expired` or `sync.bad_message`.
    """
    accepted: list[Row] = []
    hello = read_message(Hello, raw, lambda signer: accepted.append(get_accepted(node, signer)))
    kit = accepted[0]
    if not node.settings.works_apart:
        inbox.project_waiting(node)
        merge_waiting(node)
    publish_erasures(node)
    logs = _note_logs(node, kit["kit_id"], kit["sign_public"], hello)
    reader = feeds.Reader(kit["kit_id"], kit["box_public"], hello.feeds, kit["sign_public"])
    return sign_message(node.identity, _answer(node, hello, logs, reader))


def tell_time(node: Node, nonce: bytes) -> bytes:
    """The hour, signed for one nonce of 16 bytes. Raises Problem `sync.bad_message`."""
    if len(nonce) != ID_BYTES:
        raise Problem("sync.bad_message")
    return sign_message(node.identity, TimeTold(nonce, node.clock.wall_ms()))


def get_accepted(node: Node, sign_public: bytes) -> Row:
    """The kit of this key. Raises Problem `sync.unknown_kit`, `sync.revoked` or `sync.expired`."""
    kit = queries.find_kit_by_key(node.store, sign_public)
    if kit is None:
        raise Problem("sync.unknown_kit")
    if kit["is_revoked"]:
        raise Problem("sync.revoked")
    if kit["not_after_ms"] < node.clock.wall_ms():
        raise Problem("sync.expired")
    return kit


def _note_logs(node: Node, kit_id: bytes, public_key: bytes, hello: Hello) -> dict[int, LogState]:
    for log in hello.logs:
        _check_log(public_key, log.epoch, log.log_id)
    logs: dict[int, LogState] = {}
    with node.journal.write():
        queries.note_seen(node.store, kit_id, node.clock.wall_ms())
        if hello.health is not None:
            fleet_queries.save_health(node.store, kit_id, node.clock.wall_ms(), hello.health)
        heard.note(node, kit_id, hello.feeds)
        for log in hello.logs:
            log_no = sync_queries.log_number(node.store, LogName(log.log_id, public_key, log.epoch))
            node.journal.reconsider(log.log_id)
            queries.note_log(node.store, log_no, kit_id, log.head)
            logs[log_no] = log
        awaited = fork_queries.with_forks(node.store, list(logs))
        awaited_queries.note_gone(node.store, awaited_queries.awaited_among(node.store, awaited, hello.gone))
        awaited_queries.note_strange(node.store, awaited_queries.awaited_among(node.store, awaited, hello.strange))
    return logs


def _answer(node: Node, hello: Hello, logs: dict[int, LogState], reader: feeds.Reader) -> Answer:
    missing, receipts = [], []
    for log_no, log in logs.items():
        arrived = sync_queries.arrived_ranges(node.store, log_no)
        ranges = subtract(log.have, arrived)[:MOST_RANGES]
        if ranges:
            missing.append(Missing(log.log_id, ranges, arrived[-1][1] if arrived else 0))
        words = (inbox.make_receipt(node, log.log_id, log_no), inbox.make_backup_receipt(node, log.log_id, log_no))
        receipts += [receipt for receipt in words if receipt is not None]
    wanted = awaited_queries.awaited_envelopes(node.store, fork_queries.with_forks(node.store, list(logs)), MOST_WANTED)
    wanted += returned.awaited(node, hello, MOST_WANTED - len(wanted))
    epoch, now = inbox.server_epoch(node), node.clock.wall_ms()
    blob_inbox.sweep(node, reader.sign_public)
    files = [blob_inbox.state_of(node, reader.sign_public, blob_id) for blob_id in hello.blobs]
    return Answer(
        PROTOCOL, hello.nonce, epoch, now, missing, wanted, receipts, feeds.offers(node, reader), files,
        returned.lost(node, hello), inbox.make_holding(node, reader.sign_public, hello.doubtful, list(logs)),
    )  # fmt: skip


def take_segment(node: Node, segment_id: bytes, raw: bytes) -> bool:
    """Keep a segment durably, then make facts of it; False when it was here. Whoever brings it, its signer counts.

    Raises Problem `sync.bad_segment`, `sync.unknown_kit` or `sync.wrong_recipient`, with nothing kept.
    """
    segment = read_segment(raw)
    if segment.segment_id != segment_id:
        raise Problem("sync.bad_segment")
    kit = queries.find_kit_by_key(node.store, segment.header.public_key)
    if kit is None:
        raise Problem("sync.unknown_kit")
    header = segment.header
    with node.journal.write():  # durable before anything is made of it
        is_new = inbox.store_segment(node, segment, inbox.REVOKED if kit["is_revoked"] else "")
        log_no = sync_queries.log_number(node.store, LogName(header.log_id, header.public_key, header.epoch))
        queries.note_log(node.store, log_no, kit["kit_id"], header.last)
    if not node.settings.works_apart:
        inbox.project(node, segment_id)
        _note_forks(node, log_no, kit["kit_id"])
    return is_new


def project_all(node: Node) -> int:
    """Make facts of every segment that waits; how many. For a central whose background work is done apart."""
    waiting = sync_queries.waiting_arrivals(node.store)
    for segment_id in waiting:
        inbox.project(node, segment_id)
        found = queries.find_writer(node.store, segment_id)
        if found is not None:
            _note_forks(node, found[0], found[1])
    if waiting:
        merge_waiting(node)
    return len(waiting)


def take_manifest(node: Node, raw: bytes) -> bool:
    """A kit announces a file; False when it was known. Raises Problem `sync.*`."""
    return blob_inbox.take_manifest(node, raw, lambda signer: get_accepted(node, signer))


def _note_forks(node: Node, log_no: int, kit_id: bytes) -> None:
    """A chain that diverged is of the same kit."""
    forks = fork_queries.forks_of(node.store, log_no)
    if forks:
        with node.journal.write():
            for fork in forks:
                queries.note_log(node.store, fork, kit_id, 0)


def take_envelope(node: Node, name: bytes, sealed: bytes) -> bool:
    """Keep an envelope of a kit of ours, or of ours that was lost; False when it was here.

    Raises Problem `sync.bad_envelope`.
    """
    return inbox.store_envelope(node, name, sealed, [*queries.list_keys(node.store), node.identity.sign_public])


def set_revoked(node: Node, kit_id: bytes, is_revoked: bool, by: Staff | None = None) -> None:
    """Accept a kit's greeting no longer (stolen, lost), or again. What it still sends is set aside, never dropped."""
    with node.journal.write():
        kit = queries.get_kit(node.store, kit_id)
        if kit.is_revoked != is_revoked:
            queries.set_revoked(node.store, kit_id, is_revoked)
            publish_access(node, kit, is_revoked)
            if is_revoked:
                withdraw(node, kit_id)
            audit.note(node, by, "kit.refused" if is_revoked else "kit.accepted", kit_id)
