"""Files that no work has any more: noted with the fact that lets them go, erased when nobody is taking in their bytes.

Whoever takes in a work keeps its file first and writes its fact afterwards. In between nothing says that the file is
needed: a lock that all of them share (`blobs.taking_in`), and that whoever erases must have alone, says it.
"""

from __future__ import annotations

from collections.abc import Sequence

from kit.library import blobs, desk_queries
from kit.people.node import Node

AT_ONCE = 500
PATIENCE_SECONDS = 2.0


def note_leaving(node: Node, item_ids: Sequence[bytes]) -> None:
    """The files and covers these works have now will go, unless another work has them. Only inside `write()`."""
    desk_queries.add_leaving(node.store, desk_queries.list_hashes(node.store, list(item_ids)))


def erase_leaving(node: Node, patience_seconds: float = 0.0) -> int | None:
    """Erase what was noted and no work has; the bytes given back. None: works are being taken in, ask again later.

    A kill in between is mended by the next call.
    """
    if not desk_queries.list_leaving(node.store, 1):
        return 0
    with blobs.alone(node.data, patience_seconds) as is_alone:
        return _erase(node) if is_alone else None


def _erase(node: Node) -> int:
    freed, after = 0, b""
    while leaving := desk_queries.list_leaving(node.store, AT_ONCE, after):
        after = max(leaving)  # what lies on a disk that is away stays noted until it is back, and holds up no other
        needed, is_away = desk_queries.list_needed(node.store, leaving), blobs.is_away(node.data)
        ended: list[bytes] = []
        for sha256, size in leaving.items():
            found = [path for path in blobs.places(node.data, sha256) if path.is_file()]
            if found or not is_away or sha256 in needed:
                ended.append(sha256)
            if sha256 not in needed:
                for path in found:
                    path.unlink()
                    freed += size
        with node.journal.write():
            desk_queries.remove_leaving(node.store, ended)
    return freed
