"""Packs that were installed (a projection); which version of ours came last, and whose signature is known (local)."""

TABLES = (
    """CREATE TABLE pack (
        log_no INTEGER NOT NULL,
        install_id BLOB NOT NULL CHECK (length(install_id) = 16),
        pack_id BLOB NOT NULL CHECK (length(pack_id) = 16),
        version INTEGER NOT NULL CHECK (version > 0),
        title TEXT NOT NULL CHECK (length(title) > 0),
        signer BLOB NOT NULL CHECK (length(signer) = 32),
        about BLOB NOT NULL,
        items BLOB NOT NULL,
        shown BLOB NOT NULL,
        hidden BLOB NOT NULL,
        is_undone INTEGER NOT NULL CHECK (is_undone IN (0, 1)),
        installed_ms INTEGER NOT NULL,
        PRIMARY KEY (log_no, install_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX pack_by_id ON pack (pack_id, version)",
    """CREATE TABLE pack_made (
        pack_id BLOB NOT NULL PRIMARY KEY CHECK (length(pack_id) = 16),
        version INTEGER NOT NULL CHECK (version > 0)
    ) WITHOUT ROWID""",
    """CREATE TABLE pack_signer (
        signer BLOB NOT NULL PRIMARY KEY CHECK (length(signer) = 32),
        name TEXT NOT NULL
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
