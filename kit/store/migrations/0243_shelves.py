"""Whose shelf it is (a projection), who works for which library (local), what a work was made from, and whose logs
are other nodes': at a central, works that kits keep are not on its own shelves."""

TABLES = (
    """CREATE TABLE shelf (
        log_no INTEGER NOT NULL,
        shelf_id BLOB NOT NULL CHECK (length(shelf_id) = 16),
        name TEXT NOT NULL CHECK (length(name) > 0),
        organisation TEXT NOT NULL CHECK (length(organisation) > 0),
        PRIMARY KEY (log_no, shelf_id)
    ) WITHOUT ROWID""",
    """CREATE TABLE library_member (
        staff_id BLOB NOT NULL PRIMARY KEY CHECK (length(staff_id) = 16),
        organisation TEXT NOT NULL CHECK (length(organisation) > 0)
    ) WITHOUT ROWID""",
    "ALTER TABLE item ADD COLUMN based_on BLOB CHECK (based_on IS NULL OR length(based_on) = 16)",
    "CREATE INDEX item_based_on ON item (based_on) WHERE based_on IS NOT NULL",
    """CREATE VIEW log_elsewhere AS
        SELECT log_no FROM kit_log UNION SELECT log_no FROM log WHERE public_key IN (SELECT sign_public FROM kit)""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
