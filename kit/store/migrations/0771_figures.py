"""(Local) communes that a coordination loaded, with their intercommunality; figures frozen on a day."""

TABLES = (
    """CREATE TABLE known_commune (
        code TEXT NOT NULL PRIMARY KEY CHECK (length(code) = 5),
        name TEXT NOT NULL,
        north REAL,
        east REAL,
        epci TEXT NOT NULL DEFAULT '',
        epci_name TEXT NOT NULL DEFAULT ''
    )""",
    """CREATE TABLE frozen_figures (
        frozen_id BLOB NOT NULL PRIMARY KEY CHECK (length(frozen_id) = 16),
        made_ms INTEGER NOT NULL,
        by_name TEXT NOT NULL,
        title TEXT NOT NULL,
        territories TEXT NOT NULL,
        body TEXT NOT NULL
    )""",
    "CREATE INDEX frozen_figures_made ON frozen_figures (made_ms)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
