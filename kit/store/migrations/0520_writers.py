"""Facts that are kept and count for nothing: their writer may not say such a thing (kit/journal/writers.py)."""

TABLES = (
    """CREATE TABLE refused (
        log_no INTEGER NOT NULL REFERENCES log (log_no),
        seq INTEGER NOT NULL CHECK (seq > 0),
        kind TEXT NOT NULL,
        subject BLOB NOT NULL CHECK (length(subject) = 16),
        home BLOB NOT NULL CHECK (length(home) = 16),
        PRIMARY KEY (log_no, seq)
    ) WITHOUT ROWID""",
    "CREATE INDEX refused_subject ON refused (subject)",
    "CREATE INDEX refused_home ON refused (home)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
