"""The database of one node: SQLite in WAL with synchronous=FULL, opened, migrated, read and written in one place."""

from kit.store.database import Row, Store, open_store

__all__ = ["Row", "Store", "open_store"]
