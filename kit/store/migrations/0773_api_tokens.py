"""(Local) tokens of programs that may read what is not open: figures, reports."""

TABLES = (
    """CREATE TABLE api_token (
        mark BLOB NOT NULL PRIMARY KEY CHECK (length(mark) = 16),
        name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
        scopes TEXT NOT NULL,
        territories TEXT NOT NULL,
        by_name TEXT NOT NULL,
        made_ms INTEGER NOT NULL,
        used_day INTEGER NOT NULL DEFAULT 0
    )""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
