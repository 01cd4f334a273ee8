"""The works of any choice in their order are read from one index: the rows, with summaries in them, are not touched."""

TABLES = (
    "DROP INDEX item_title",
    "CREATE INDEX item_listed ON item (is_public, sort_title, item_id, log_no, kind, language, level, licence, "
    "is_reusable, shelf, access)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
