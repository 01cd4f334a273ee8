"""What a backup says of itself, and who can open it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from kit.errors import Problem
from kit.keys import primitives
from kit.keys.identity import FILE_NAME
from kit.people import actions as people
from kit.people.identities import organisation_public
from kit.people.node import Node

DATABASE = "valise.db"
MANIFEST = "manifest.json"
FORMAT, OLDER_FORMAT = "valise-sauvegarde-2", "valise-sauvegarde-1"  # the older one has its works in clear in `blobs/`
INDEX = "files.sealed"
SEALED = {"database.sealed": DATABASE, "node.sealed": FILE_NAME}


def write_manifest(node: Node, draft: Path, key: bytes, hashes: dict[str, str]) -> None:
    """Write it into the folder of a backup. `hashes`: SHA-256 of each sealed file, by name."""
    recovery = people.recovery_slot(node)
    manifest = {
        "format": FORMAT,
        "role": node.settings.role,
        "log": node.journal.log_id.hex(),
        "made_at_ms": node.clock.wall_ms(),
        "organisation": organisation_public(node).hex(),
        "sealed_key": _text(primitives.seal_to(organisation_public(node), key)),
        "recovery": _text(recovery) if recovery else None,
        "sha256": hashes,
    }
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False), "utf-8")


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def read_manifest(folder: Path) -> dict[str, object]:
    """What a backup says of itself. Raises Problem `backup.not_one`."""
    try:
        return parse_manifest((folder / MANIFEST).read_bytes())
    except OSError as refusal:
        raise Problem("backup.not_one") from refusal


def parse_manifest(raw: bytes) -> dict[str, object]:
    """The same from the bytes of `manifest.json`. Raises Problem `backup.not_one`."""
    try:
        manifest: dict[str, object] = json.loads(raw)
    except (ValueError, RecursionError) as refusal:
        raise Problem("backup.not_one") from refusal
    if not isinstance(manifest, dict) or manifest.get("format") not in (FORMAT, OLDER_FORMAT):
        raise Problem("backup.not_one")
    return manifest


def key_of(folder: Path, organisation_private: bytes) -> bytes:
    """The data key of a backup, for the organisation. Raises Problem `keys.cannot_open`."""
    return open_manifest(read_manifest(folder), organisation_private)


def open_manifest(manifest: dict[str, object], organisation_private: bytes) -> bytes:
    """The data key behind a manifest, for the organisation. Raises Problem `keys.cannot_open`."""
    return primitives.open_sealed(organisation_private, _raw(manifest.get("sealed_key", "")))


def key_by_recovery_code(folder: Path, code: str) -> bytes:
    """The data key of a backup, by the printed recovery code of first boot. Raises Problem `keys.cannot_open`."""
    slot = read_manifest(folder).get("recovery")
    if not isinstance(slot, str):
        raise Problem("keys.cannot_open")
    return key_of(folder, people.open_recovery_slot(_raw(slot), code))


def _raw(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except ValueError as refusal:
        raise Problem("keys.cannot_open") from refusal


def key_text(key: bytes) -> str:
    """A data key as people copy it: groups of four signs."""
    plain = base64.b32encode(key).decode().rstrip("=")
    return "-".join(plain[i : i + 4] for i in range(0, len(plain), 4))


def read_key(text: str) -> bytes:
    """A data key as somebody typed it. Raises Problem `keys.cannot_open`."""
    plain = "".join(sign for sign in text.upper() if sign.isalnum())
    try:
        key = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except ValueError as refusal:
        raise Problem("keys.cannot_open") from refusal
    if len(key) != primitives.KEY_BYTES:
        raise Problem("keys.cannot_open")
    return key
