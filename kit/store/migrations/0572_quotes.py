"""Sentences that staff chose among what people wrote, to be read on a wall (projection of facts)."""

TABLES = (
    """CREATE TABLE quote (
        log_no INTEGER NOT NULL,
        quote_id BLOB NOT NULL CHECK (length(quote_id) = 16),
        questionnaire TEXT NOT NULL,
        scope TEXT NOT NULL CHECK (scope IN ('workshop', 'stop', 'tour')),
        scope_id BLOB NOT NULL CHECK (length(scope_id) = 16),
        text TEXT NOT NULL,
        PRIMARY KEY (log_no, quote_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX quote_subject ON quote (quote_id)",
    "CREATE INDEX quote_group ON quote (questionnaire, scope, scope_id)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
