"""Answers being given: each under a random key that only the phone's address bar holds. No time, no order."""

TABLES = (
    """CREATE TABLE answer_draft (
        draft_id BLOB NOT NULL PRIMARY KEY CHECK (length(draft_id) = 16),
        sealed BLOB NOT NULL
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
