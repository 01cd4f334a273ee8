"""For which kits something of the coordination's is meant, and settings it told one kit: projections of the journal."""

TABLES = (
    """CREATE TABLE audience (
        log_no INTEGER NOT NULL,
        thing_id BLOB NOT NULL CHECK (length(thing_id) = 16),
        turn INTEGER NOT NULL CHECK (turn > 0),
        is_for_all INTEGER NOT NULL CHECK (is_for_all IN (0, 1)),
        sign_publics BLOB NOT NULL CHECK (length(sign_publics) % 32 = 0),
        PRIMARY KEY (log_no, thing_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX audience_thing ON audience (thing_id)",
    """CREATE TABLE kit_terms (
        log_no INTEGER NOT NULL,
        kit_id BLOB NOT NULL CHECK (length(kit_id) = 16),
        turn INTEGER NOT NULL CHECK (turn > 0),
        small_group INTEGER NOT NULL,
        purge_days INTEGER NOT NULL,
        session_hours INTEGER NOT NULL,
        deposit_mb INTEGER NOT NULL,
        departments TEXT NOT NULL,
        PRIMARY KEY (log_no, kit_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX kit_terms_kit ON kit_terms (kit_id)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
