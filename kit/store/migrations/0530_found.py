"""A search looks at hundreds of works to show a dozen: what it asks of each stands in the index itself."""

TABLES = (
    "DROP INDEX item_by_id",
    "CREATE INDEX item_by_id ON item (item_id, is_public, sort_title)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
