"""Questionnaires being written on this node: nothing travels before it is published."""

TABLES = (
    """CREATE TABLE questionnaire_draft (
        code TEXT NOT NULL PRIMARY KEY,
        document BLOB NOT NULL
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
