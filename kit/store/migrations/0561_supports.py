"""The works a workshop stands on: ids of 16 bytes, one after another, in the order they are shown."""


def up(migrator, db):
    db.execute_sql(
        "ALTER TABLE workshop ADD COLUMN supports BLOB NOT NULL DEFAULT x'' CHECK (length(supports) % 16 = 0)"
    )
