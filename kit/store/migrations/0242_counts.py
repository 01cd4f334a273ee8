"""How often each work was read and kept, per log and day: a projection of growing values."""

TABLES = (
    """CREATE TABLE work_count (
        log_no INTEGER NOT NULL,
        subject BLOB NOT NULL CHECK (length(subject) = 16),
        item_id BLOB NOT NULL CHECK (length(item_id) = 16),
        day INTEGER NOT NULL CHECK (day >= 0),
        read INTEGER NOT NULL CHECK (read >= 0),
        kept INTEGER NOT NULL CHECK (kept >= 0),
        PRIMARY KEY (log_no, item_id, day)
    ) WITHOUT ROWID""",
    "CREATE INDEX work_count_subject ON work_count (subject)",
    "CREATE INDEX work_count_day ON work_count (day, item_id)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
