"""A chain that diverges from a log of the same name has a local number of its own: `log_no`, beside `of_log_no`."""

TABLES = (
    """CREATE TABLE fork (
        log_no INTEGER NOT NULL PRIMARY KEY REFERENCES log (log_no),
        of_log_no INTEGER NOT NULL REFERENCES log (log_no)
    )""",
    "CREATE INDEX fork_of ON fork (of_log_no)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
