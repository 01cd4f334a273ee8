"""(Local, at a central) https names of kits, and the certificates that were given for them."""

TABLES = (
    """CREATE TABLE kit_name (
        kit_id BLOB NOT NULL PRIMARY KEY CHECK (length(kit_id) = 16),
        name TEXT NOT NULL CHECK (length(name) BETWEEN 4 AND 253),
        request BLOB NOT NULL,
        chain BLOB NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'ready', 'to_revoke', 'revoked')),
        from_ms INTEGER NOT NULL DEFAULT 0,
        until_ms INTEGER NOT NULL DEFAULT 0,
        renew_ms INTEGER NOT NULL DEFAULT 0,
        came_ms INTEGER NOT NULL DEFAULT 0,
        asked_ms INTEGER NOT NULL DEFAULT 0,
        tries INTEGER NOT NULL DEFAULT 0,
        next_ms INTEGER NOT NULL DEFAULT 0,
        problem TEXT NOT NULL DEFAULT '',
        detail TEXT NOT NULL DEFAULT ''
    )""",
    """CREATE TABLE kit_certificate (
        kit_id BLOB NOT NULL CHECK (length(kit_id) = 16),
        mark BLOB NOT NULL CHECK (length(mark) = 32),
        chain BLOB NOT NULL,
        until_ms INTEGER NOT NULL,
        PRIMARY KEY (kit_id, mark)
    )""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
