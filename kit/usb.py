"""Which USB keys are ours: plugged in, and marked with a folder `valise`. A key without one is never looked into."""

from __future__ import annotations

import errno
from pathlib import Path

import msgspec

from kit.errors.kind import fr

MARK = "valise"
_REASONS = {
    errno.ENOSPC: fr("elle est pleine"),
    errno.EDQUOT: fr("elle est pleine"),
    errno.EFBIG: fr("ce fichier est trop gros pour elle"),
    errno.EROFS: fr("elle est protégée contre l’écriture"),
    errno.EACCES: fr("accès refusé"),
    errno.EPERM: fr("accès refusé"),
    errno.ENOTDIR: fr("un fichier a le nom d’un de nos dossiers"),
    errno.EISDIR: fr("un dossier a le nom d’un de nos fichiers"),
    errno.ELOOP: fr("un de ses dossiers mène ailleurs"),
}
REMOVED = fr("clé retirée")
STATES = ("used", "unmarked", "broken", "unknown")


class Told(msgspec.Struct, frozen=True):
    """What the machine did with a key that is plugged in: one of `STATES`, and what the key calls itself."""

    state: str
    name: str


def list_told(folder: str) -> list[Told]:
    """Each key that the machine looked at (image/system/usr/lib/valise/key writes it); none where no machine tells."""
    found = []
    for path in sorted(Path(folder).glob("[!.]*")) if folder else ():
        try:
            state, _, name = path.read_text("utf-8", "replace")[:200].strip().partition(" ")
        except OSError:  # pulled out meanwhile
            continue
        if state in STATES:
            found.append(Told(state, name or path.name))
    return found


def list_keys(keys_folder: Path) -> list[Path]:
    """The marked folders of the keys that are plugged in, one or two levels below `keys_folder`."""
    found = [*keys_folder.glob(f"*/{MARK}"), *keys_folder.glob(f"*/*/{MARK}")]
    return sorted(path for path in found if path.is_dir() and not path.is_symlink())


def reason_of(refusal: OSError) -> str:
    """Why a key refused, in words for the person who holds it; what is none of these is most often a key pulled out."""
    return _REASONS.get(refusal.errno or 0, REMOVED)
