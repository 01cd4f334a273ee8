"""Enrolment without any network: a request the kit writes to a file, a certificate the coordination gives back.

Also what a file holds that the coordination gave with a link. Whoever carries them can neither read nor change
anything that counts: the request is signed by the kit, the certificate by the coordination and for this kit alone.
"""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

import msgspec

from kit.errors import Problem
from kit.people.node import Node
from kit.sync.enrolment import (
    Enrolment,
    check_is_ours,
    enrol,
    fingerprint,
    keep_enrolment,
    make_request,
)
from kit.sync.messages import Certificate, Request, read_message, sign_message, signed_by
from kit.usb import reason_of

MOST_FILE_BYTES = 64 * 1024
REQUEST, CERTIFICATE = "valise-demande", "valise-certificat"
_LINE = 64
_LINK = re.compile(r"https?://\S{1,600}")


def pack(kind: str, raw: bytes, words: str) -> bytes:
    """A message as a text file that says what it is to whoever opens it."""
    plain = base64.b64encode(raw).decode()
    lines = "\r\n".join(plain[at : at + _LINE] for at in range(0, len(plain), _LINE))
    return f"{words}\r\n\r\n--- {kind} ---\r\n{lines}\r\n--- fin ---\r\n".encode()


def unpack(kind: str, raw: bytes) -> bytes | None:
    """The message of this kind in a text file, or None when there is none."""
    found = re.search(rf"--- {kind} ---\s+([A-Za-z0-9+/=\s]+?)\s*--- fin ---", _text(raw))
    if found is None:
        return None
    try:
        return base64.b64decode("".join(found[1].split()), validate=True)
    except ValueError:
        return None


def _text(raw: bytes) -> str:
    return raw[:MOST_FILE_BYTES].decode("utf-8", "replace")


def pack_link(link: str, words: str) -> bytes:
    """A link as a text file."""
    return f"{words}\r\n\r\n{link}\r\n".encode()


def make_request_file(node: Node) -> bytes:
    """The request of this kit, signed, without a code: a coordinator who is given it vouches for it."""
    words = "Demande d’une valise à sa coordination. Elle rend un certificat en échange de ce fichier."
    return pack(REQUEST, sign_message(node.identity, make_request(node, "")), words)


def read_request(raw: bytes) -> bytes:
    """The signed request in a file. Raises Problem `sync.bad_request_file`."""
    found = unpack(REQUEST, raw)
    try:
        signers: list[bytes] = []
        request = read_message(Request, found or b"", signers.append)
    except Problem as refusal:
        raise Problem("sync.bad_request_file") from refusal
    if found is None or signers != [request.sign_public]:
        raise Problem("sync.bad_request_file")
    return found


def take_file(node: Node, raw: bytes) -> Certificate:
    """Attach this kit by a file of the coordination: its certificate for this kit, or a link (which needs a network).

    Raises Problem `sync.bad_enrolment_file`, `sync.other_kit`, or like `enrol`.
    """
    found = unpack(CERTIFICATE, raw)
    if found is not None:
        return _take_certificate(node, found)
    link = _LINK.search(_text(raw))
    if link is None:
        raise Problem("sync.bad_enrolment_file")
    return enrol(node, link[0])


def write_request(node: Node, path: Path) -> str:
    """Write the request of this kit to a new file; the mark that the coordination has read out. Raises Problem
    `sync.bad_key`."""
    try:
        with path.open("xb") as file:
            file.write(make_request_file(node))
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as refusal:
        raise Problem("sync.bad_key", reason="un fichier a déjà ce nom") from refusal
    except OSError as refusal:
        raise Problem("sync.bad_key", reason=reason_of(refusal)) from refusal
    return fingerprint(node.identity.sign_public)


def take_path(node: Node, path: Path) -> Certificate:
    """The same as `take_file`, from a file's path. Raises Problem like it, or `sync.bad_key`."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_FILE_BYTES)
    except OSError as refusal:
        raise Problem("sync.bad_key", reason=reason_of(refusal)) from refusal
    return take_file(node, raw)


def _take_certificate(node: Node, raw: bytes) -> Certificate:
    try:
        certificate = read_message(Certificate, raw, lambda signer: None)
        read_message(Certificate, raw, signed_by(certificate.server_sign_public))
    except Problem as refusal:
        raise Problem("sync.bad_enrolment_file") from refusal
    try:
        check_is_ours(node, certificate)
    except Problem as refusal:
        raise Problem("sync.other_kit") from refusal
    keep_enrolment(node, Enrolment(
        raw, certificate.server_sign_public, certificate.server_url, False, 0, node.clock.wall_ms(),
    ), certificate)  # fmt: skip
    return certificate


def seen(raw: bytes) -> Request:
    """A request once it was read (`read_request`)."""
    payload: bytes = msgspec.msgpack.decode(raw)[0]
    return msgspec.msgpack.decode(payload, type=Request)
