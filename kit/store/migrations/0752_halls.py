"""Halls and their practical sheet; the hall of a stop."""

TABLES = (
    """CREATE TABLE hall (
        log_no INTEGER NOT NULL,
        hall_id BLOB NOT NULL CHECK (length(hall_id) = 16),
        version INTEGER NOT NULL CHECK (version > 0),
        sort_name TEXT NOT NULL,
        label TEXT NOT NULL CHECK (label <> ''),
        commune TEXT NOT NULL,
        code_insee TEXT NOT NULL,
        address TEXT NOT NULL,
        north TEXT NOT NULL,
        east TEXT NOT NULL,
        state TEXT NOT NULL,
        seats INTEGER NOT NULL CHECK (seats >= 0),
        host TEXT NOT NULL,
        host_phone TEXT NOT NULL,
        keys TEXT NOT NULL,
        hours TEXT NOT NULL,
        remarks TEXT NOT NULL,
        sheet TEXT NOT NULL,
        noted_ms INTEGER NOT NULL,
        PRIMARY KEY (log_no, hall_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX hall_by_id ON hall (hall_id)",
    "CREATE INDEX hall_sort ON hall (sort_name, hall_id)",
    "ALTER TABLE stop ADD COLUMN hall_id BLOB NOT NULL DEFAULT x''",
    "CREATE INDEX stop_hall ON stop (hall_id, starts_at_ms)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
