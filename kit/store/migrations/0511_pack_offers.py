"""Packs that the coordination sends to its suitcases (a projection), and those this suitcase asked for (local)."""

TABLES = (
    """CREATE TABLE pack_offer (
        log_no INTEGER NOT NULL,
        offer_id BLOB NOT NULL CHECK (length(offer_id) = 16),
        list_id BLOB NOT NULL CHECK (length(list_id) = 32),
        title TEXT NOT NULL CHECK (length(title) > 0),
        version INTEGER NOT NULL CHECK (version > 0),
        size_bytes INTEGER NOT NULL CHECK (size_bytes > 0),
        is_withdrawn INTEGER NOT NULL CHECK (is_withdrawn IN (0, 1)),
        offered_ms INTEGER NOT NULL,
        PRIMARY KEY (log_no, offer_id)
    ) WITHOUT ROWID""",
    """CREATE TABLE pack_wanted (
        offer_id BLOB NOT NULL PRIMARY KEY CHECK (length(offer_id) = 16),
        has_come INTEGER NOT NULL DEFAULT 0 CHECK (has_come IN (0, 1))
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
