"""One reader per sort of file, each in a module of its own with two names: `SUFFIXES`, and `read(path) -> Metadata`.

Adding a sort of file is adding a module here; nothing else changes. Reading what strangers made is done in the process
that imports, never in the one that serves: the readers bring Pillow, mutagen and pypdf with them.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import cast

from kit.errors import Problem
from kit.library.formats.metadata import Metadata

ANY = ""  # the suffix of the reader that takes what no other takes
Reader = Callable[[Path], Metadata]


@cache
def readers() -> Mapping[str, Reader]:
    """Every reader by the suffix it reads."""
    found: dict[str, Reader] = {}
    for part in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{part.name}")
        for suffix in getattr(module, "SUFFIXES", ()):
            found[suffix] = cast(Reader, module.read)
    return found


def read_metadata(path: Path) -> Metadata:
    """What a file says of itself. Raises Problem `library.*`: whatever is in the file, nothing else comes out."""
    reader = readers().get(path.suffix.lower(), readers()[ANY])
    try:
        if path.is_file() and path.stat().st_size == 0:
            raise Problem("library.empty")
        return reader(path)
    except Problem:
        raise
    except OSError as refusal:
        raise Problem("library.unreadable") from refusal
    except (Exception, RecursionError) as refusal:  # a stranger’s file may break a parser in any way
        raise Problem("library.broken") from refusal
