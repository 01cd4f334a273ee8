"""What is near is looked for in one index with all that a search compares: degrees, then marks, then words."""

TABLES = (
    "DROP INDEX place_find_north",
    "CREATE INDEX place_find_box ON place_find (north, east, marks, search_row)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
