"""The database of one node, opened, migrated, read and written in one place.

SQLite in WAL with synchronous=FULL; PostgreSQL for a central that is told so. Statements are the same for both.
"""

from kit.store.contract import Row, Store
from kit.store.database import CENTRAL_CACHE_KIB, open_store

__all__ = ["CENTRAL_CACHE_KIB", "Row", "Store", "open_store"]
