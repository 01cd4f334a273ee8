"""Logs of the central that go down to kits, kits that are accepted no longer, and a segment found by its name."""

TABLES = (
    # A log the central writes for its kits. Name: empty for all of them, else the id of the one it is meant for.
    """CREATE TABLE channel (
        log_no INTEGER NOT NULL PRIMARY KEY REFERENCES log (log_no),
        name BLOB NOT NULL CHECK (length(name) IN (0, 16)),
        is_open INTEGER NOT NULL DEFAULT 1 CHECK (is_open IN (0, 1))
    )""",
    "CREATE UNIQUE INDEX channel_open ON channel (name) WHERE is_open = 1",
    "CREATE INDEX segment_name ON segment (segment_id)",
    """CREATE TABLE revoked_kit (
        log_no INTEGER NOT NULL,
        kit_id BLOB NOT NULL CHECK (length(kit_id) = 16),
        sign_public BLOB NOT NULL CHECK (length(sign_public) = 32),
        PRIMARY KEY (log_no, kit_id)
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
