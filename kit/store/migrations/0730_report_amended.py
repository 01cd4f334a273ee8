"""A report corrected at home too: whose word stands, who said it, and what both sides changed at once."""

STATEMENTS = (
    "ALTER TABLE report ADD COLUMN turn INTEGER NOT NULL DEFAULT 0 CHECK (turn >= 0)",
    "ALTER TABLE report ADD COLUMN last_by TEXT NOT NULL DEFAULT '' CHECK (last_by IN ('', 'kit', 'central'))",
    "ALTER TABLE report ADD COLUMN checked_by BLOB NOT NULL DEFAULT x''",
    "ALTER TABLE report ADD COLUMN amended_by BLOB NOT NULL DEFAULT x''",
    "ALTER TABLE report ADD COLUMN amended_ms INTEGER NOT NULL DEFAULT 0 CHECK (amended_ms >= 0)",
    "ALTER TABLE report ADD COLUMN clashes TEXT NOT NULL DEFAULT ''",
    "UPDATE report SET last_by = 'kit' WHERE is_checked = 1",
)


def up(migrator, db):
    for statement in STATEMENTS:
        db.execute_sql(statement)
