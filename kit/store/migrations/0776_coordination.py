"""(Local, at a central) what coordinators did: meetings, events, partnerships, in the words of La Coop."""

TABLES = (
    """CREATE TABLE coordination_activity (
        activity_id BLOB NOT NULL PRIMARY KEY CHECK (length(activity_id) = 16),
        kind TEXT NOT NULL CHECK (kind IN ('animation', 'evenement', 'partenariat')),
        date_ms INTEGER NOT NULL,
        said TEXT NOT NULL,
        by_name TEXT NOT NULL,
        made_ms INTEGER NOT NULL,
        changed_ms INTEGER NOT NULL
    )""",
    "CREATE INDEX coordination_activity_date ON coordination_activity (date_ms)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
