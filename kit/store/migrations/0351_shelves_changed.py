"""How often the shelves changed (local): the page of shelves is rendered anew only when this number moved."""

TABLES = (
    "CREATE TABLE shelf_change (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), number INTEGER NOT NULL)",
    "INSERT INTO shelf_change VALUES (1, 0)",
    *(
        f"CREATE TRIGGER item_{what.lower()}_counted AFTER {what} ON item "
        "BEGIN UPDATE shelf_change SET number = number + 1; END"
        for what in ("INSERT", "UPDATE", "DELETE")
    ),
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
