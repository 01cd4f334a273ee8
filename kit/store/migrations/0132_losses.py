"""Kits that were stolen or lost, at the central. Local: replay does not touch it."""

TABLES = (
    """CREATE TABLE loss (
        kit_id BLOB NOT NULL PRIMARY KEY REFERENCES kit (kit_id),
        noticed_at_ms INTEGER NOT NULL,
        was_open INTEGER NOT NULL CHECK (was_open IN (0, 1)),
        noted_at_ms INTEGER NOT NULL
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
