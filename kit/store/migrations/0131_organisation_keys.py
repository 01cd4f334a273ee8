"""Keys the organisation had before, each sealed to the one that replaced it: a projection of facts."""

TABLES = (
    """CREATE TABLE organisation_key (
        log_no INTEGER NOT NULL,
        old_public BLOB NOT NULL CHECK (length(old_public) = 32),
        new_public BLOB NOT NULL CHECK (length(new_public) = 32),
        sealed BLOB NOT NULL,
        PRIMARY KEY (log_no, old_public, new_public)
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
