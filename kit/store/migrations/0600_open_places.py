"""When each place was last spoken of; and (local) what the open data last said of each, for those who copy it."""

TABLES = (
    "ALTER TABLE place ADD COLUMN changed_ms INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX place_changed ON place (changed_ms, version)",
    """CREATE TABLE open_place (
        place_id BLOB NOT NULL PRIMARY KEY CHECK (length(place_id) = 16),
        id TEXT NOT NULL,
        digest BLOB NOT NULL,
        seen_ms INTEGER NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX open_place_seen ON open_place (seen_ms, place_id)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
