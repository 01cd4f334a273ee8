"""Works of a series in their order, and the chapters of a sound or a film (packed), as the facts say them."""

STATEMENTS = (
    "ALTER TABLE item ADD COLUMN series TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE item ADD COLUMN series_place INTEGER NOT NULL DEFAULT 0 CHECK (series_place >= 0)",
    "ALTER TABLE item ADD COLUMN chapters BLOB",
    "CREATE INDEX item_series ON item (is_public, series, series_place) WHERE series <> ''",
)


def up(migrator, db):
    for statement in STATEMENTS:
        db.execute_sql(statement)
