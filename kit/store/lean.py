"""peewee without the PostgreSQL driver it loads wherever there is one: 10 MB that a node over a file never uses."""

from __future__ import annotations

import sys

_DRIVER = "psycopg"
# None says "there is no such module" to who tries to import it.
_is_unloaded = _DRIVER not in sys.modules
if _is_unloaded:
    sys.modules[_DRIVER] = None  # type: ignore[assignment]
import peewee  # noqa: E402

if _is_unloaded:
    del sys.modules[_DRIVER]

__all__ = ["peewee"]
