"""How often results grew (local): what is added up over many groups is added up anew only when this number moved."""

TABLES = (
    "CREATE TABLE result_change (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), number INTEGER NOT NULL)",
    "INSERT INTO result_change VALUES (1, 0)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
