"""Backup and restore of a node, kit or central: consistent while running, encrypted to the organisation, read back.

A backup is a folder: `manifest.json`, `database.sealed`, `node.sealed`, `files.sealed` (which files it holds) and
`fichiers.txt` (their names on the key). The files themselves stand beside all backups of one node in `fichiers-*/`,
each closed and written once, so that the next backup of a big library copies only what is new.

The data key is sealed to the organisation's public key; a kit that is not enrolled yet can also be opened by its
printed recovery code. A restored node begins a new log (its marker is missing), so nothing it writes can be taken for
what the lost one wrote. Source: journal.md, "Identity".
"""

from kit.backup.making import (
    Backup,
    BackupWork,
    LastBackup,
    days_since,
    find_last,
    is_due,
    make_backup,
)
from kit.backup.manifest import (
    key_by_recovery_code,
    key_of,
    key_text,
    open_manifest,
    parse_manifest,
    read_key,
    read_manifest,
)
from kit.backup.restoring import Restored
from kit.backup.taking_up import restore

__all__ = [
    "Backup",
    "BackupWork",
    "LastBackup",
    "Restored",
    "days_since",
    "find_last",
    "is_due",
    "key_by_recovery_code",
    "key_of",
    "key_text",
    "make_backup",
    "open_manifest",
    "parse_manifest",
    "read_key",
    "read_manifest",
    "restore",
]
