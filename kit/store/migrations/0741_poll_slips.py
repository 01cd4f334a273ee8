"""Slips of a consultation that serve in every suitcase: printed at home, and those that served. Folds of facts."""

TABLES = (
    """CREATE TABLE poll_slip (
        log_no INTEGER NOT NULL,
        digest BLOB NOT NULL CHECK (length(digest) = 16),
        slips_id BLOB NOT NULL CHECK (length(slips_id) = 16),
        code TEXT NOT NULL,
        PRIMARY KEY (log_no, digest)
    ) WITHOUT ROWID""",
    "CREATE INDEX poll_slip_subject ON poll_slip (slips_id)",
    "CREATE INDEX poll_slip_code ON poll_slip (code, digest)",
    """CREATE TABLE poll_slip_used (
        log_no INTEGER NOT NULL,
        digest BLOB NOT NULL CHECK (length(digest) = 16),
        used_id BLOB NOT NULL CHECK (length(used_id) = 16),
        code TEXT NOT NULL,
        PRIMARY KEY (log_no, digest)
    ) WITHOUT ROWID""",
    "CREATE INDEX poll_slip_used_subject ON poll_slip_used (used_id)",
    "CREATE INDEX poll_slip_used_digest ON poll_slip_used (digest)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
