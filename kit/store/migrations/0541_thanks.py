"""Thanks and words to authors (a projection), and (local) since when each word waits."""

TABLES = (
    """CREATE TABLE thanks (
        log_no INTEGER NOT NULL,
        thanks_id BLOB NOT NULL CHECK (length(thanks_id) = 16),
        item_id BLOB NOT NULL CHECK (length(item_id) = 16),
        state TEXT NOT NULL CHECK (state IN ('thanks', 'waiting', 'shown', 'refused', 'expired')),
        text TEXT NOT NULL,
        envelope BLOB,
        given_ms INTEGER NOT NULL,
        PRIMARY KEY (log_no, thanks_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX thanks_by_id ON thanks (thanks_id)",
    "CREATE INDEX thanks_by_item ON thanks (item_id, state)",
    "CREATE INDEX thanks_by_state ON thanks (state, given_ms)",
    "CREATE INDEX deposit_item ON deposit (item_id)",
    """CREATE TABLE thanks_wait (
        thanks_id BLOB NOT NULL PRIMARY KEY CHECK (length(thanks_id) = 16),
        life_ms INTEGER NOT NULL CHECK (life_ms >= 0)
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
