"""What remains of a purged workshop (a projection), and what purging needs to know (local tables)."""

TABLES = (
    """CREATE TABLE workshop_total (
        log_no INTEGER NOT NULL,
        workshop_id BLOB NOT NULL CHECK (length(workshop_id) = 16),
        placed INTEGER NOT NULL CHECK (placed >= 0),
        waiting INTEGER NOT NULL CHECK (waiting >= 0),
        came INTEGER NOT NULL CHECK (came >= 0),
        beyond INTEGER NOT NULL CHECK (beyond >= 0),
        PRIMARY KEY (log_no, workshop_id)
    ) WITHOUT ROWID""",
    # Local: when, in this box's running life, a closed workshop was first seen closed.
    """CREATE TABLE finished (
        workshop_id BLOB NOT NULL PRIMARY KEY CHECK (length(workshop_id) = 16),
        life_ms INTEGER NOT NULL CHECK (life_ms >= 0)
    ) WITHOUT ROWID""",
    # Local, at central: what was in its last backup.
    """CREATE TABLE backed_up (
        log_no INTEGER NOT NULL REFERENCES log (log_no),
        first_seq INTEGER NOT NULL CHECK (first_seq > 0),
        last_seq INTEGER NOT NULL,
        PRIMARY KEY (log_no, first_seq),
        CHECK (last_seq >= first_seq)
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
