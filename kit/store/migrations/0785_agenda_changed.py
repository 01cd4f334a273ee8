"""How often workshops and stops changed (local): calendars are written anew only when this number moved."""

TABLES = (
    "CREATE TABLE agenda_change (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), number INTEGER NOT NULL)",
    "INSERT INTO agenda_change VALUES (1, 0)",
    *(
        f"CREATE TRIGGER agenda_{table}_{what.lower()} AFTER {what} ON {table} "
        "BEGIN UPDATE agenda_change SET number = number + 1; END"
        for table in ("workshop", "stop")
        for what in ("INSERT", "UPDATE", "DELETE")
    ),
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
