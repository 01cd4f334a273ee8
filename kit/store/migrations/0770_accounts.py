"""(Local) accounts at home: territories of a person, invitations by link, a second factor with its spare codes."""

TABLES = (
    "ALTER TABLE staff ADD COLUMN territories TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE staff_session ADD COLUMN code_tries INTEGER NOT NULL DEFAULT 0",
    """CREATE TABLE staff_invitation (
        mark BLOB NOT NULL PRIMARY KEY CHECK (length(mark) = 16),
        by_id BLOB NOT NULL REFERENCES staff (staff_id) ON DELETE CASCADE,
        name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
        role TEXT NOT NULL,
        territories TEXT NOT NULL,
        wrapped BLOB NOT NULL,
        expires_ms INTEGER NOT NULL,
        is_used INTEGER NOT NULL DEFAULT 0
    )""",
    """CREATE TABLE staff_factor (
        staff_id BLOB NOT NULL PRIMARY KEY REFERENCES staff (staff_id) ON DELETE CASCADE,
        wrapped BLOB NOT NULL,
        is_on INTEGER NOT NULL,
        last_step INTEGER NOT NULL
    )""",
    """CREATE TABLE staff_spare_code (
        staff_id BLOB NOT NULL REFERENCES staff (staff_id) ON DELETE CASCADE,
        code BLOB NOT NULL CHECK (length(code) = 32),
        PRIMARY KEY (staff_id, code)
    )""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
