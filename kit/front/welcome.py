"""What the welcome page needs, in few reads: the first page a visitor waits for imports nothing else."""

from __future__ import annotations

import msgspec

from kit.library.queries import count_by_kind
from kit.people.node import Node
from kit.workshops.queries import Workshop, next_workshop


class Welcome(msgspec.Struct, frozen=True):
    """The welcome page: how many works, and the next workshop (None when none is planned)."""

    works: int
    next_workshop: Workshop | None


def read_welcome(node: Node) -> Welcome:
    """What the three doors say."""
    works = sum(count_by_kind(node.store).values())
    return Welcome(works, next_workshop(node.store, node.clock.wall_ms()))
