"""(Local, at a central) what each kit last said of itself, and who is called about it."""

TABLES = (
    """CREATE TABLE kit_health (
        kit_id BLOB NOT NULL PRIMARY KEY CHECK (length(kit_id) = 16),
        told_ms INTEGER NOT NULL,
        version TEXT NOT NULL,
        free_bytes INTEGER NOT NULL,
        total_bytes INTEGER NOT NULL,
        clock TEXT NOT NULL,
        works INTEGER NOT NULL,
        packs INTEGER NOT NULL,
        backup_days INTEGER
    ) WITHOUT ROWID""",
    """CREATE TABLE kit_care (
        kit_id BLOB NOT NULL PRIMARY KEY CHECK (length(kit_id) = 16),
        team TEXT NOT NULL,
        person TEXT NOT NULL,
        phone TEXT NOT NULL
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
