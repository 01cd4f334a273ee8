"""(Local) what the organisation wrote in its register of processing, over what the program says of itself."""

TABLES = (
    """CREATE TABLE register_field (
        sheet TEXT NOT NULL,
        field TEXT NOT NULL,
        text TEXT NOT NULL,
        changed_ms INTEGER NOT NULL,
        PRIMARY KEY (sheet, field)
    )""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
