"""A row of a roll may be the same person as another: which one stands for it."""

COLUMN = "merged_into BLOB NOT NULL DEFAULT x'' CHECK (length(merged_into) IN (0, 16))"


def up(migrator, db):
    db.execute_sql(f"ALTER TABLE attendance ADD COLUMN {COLUMN}")
