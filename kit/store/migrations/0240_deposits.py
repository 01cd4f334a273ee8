"""Works offered by participants (a projection), and (local) since when each waits, with the giver's copy."""

TABLES = (
    """CREATE TABLE deposit (
        log_no INTEGER NOT NULL,
        deposit_id BLOB NOT NULL CHECK (length(deposit_id) = 16),
        lookup BLOB NOT NULL CHECK (length(lookup) = 32),
        size_bytes INTEGER NOT NULL CHECK (size_bytes > 0),
        state TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'refused', 'expired')),
        reply_public BLOB NOT NULL,
        reply_box BLOB NOT NULL,
        answer BLOB NOT NULL,
        item_id BLOB NOT NULL,
        envelope BLOB,
        offered_ms INTEGER NOT NULL,
        PRIMARY KEY (log_no, deposit_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX deposit_by_id ON deposit (deposit_id)",
    "CREATE INDEX deposit_lookup ON deposit (lookup)",
    "CREATE INDEX deposit_state ON deposit (state, offered_ms)",
    """CREATE TABLE deposit_wait (
        deposit_id BLOB NOT NULL PRIMARY KEY CHECK (length(deposit_id) = 16),
        life_ms INTEGER NOT NULL CHECK (life_ms >= 0),
        for_giver BLOB NOT NULL
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
