"""(Local, at a central) what each kit said it has of the logs that go down to it."""

TABLES = (
    """CREATE TABLE kit_heard (
        kit_id BLOB NOT NULL PRIMARY KEY CHECK (length(kit_id) = 16),
        told_ms INTEGER NOT NULL,
        held BLOB NOT NULL
    )""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
