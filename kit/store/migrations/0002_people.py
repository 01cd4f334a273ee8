"""Staff, their signed-in phones, and the doors of workshops. Source tables: replay does not touch them."""

TABLES = (
    """CREATE TABLE staff (
        staff_id BLOB NOT NULL PRIMARY KEY CHECK (length(staff_id) = 16),
        name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 80),
        role TEXT NOT NULL CHECK (role IN ('mediator', 'librarian', 'coordinator', 'administrator', 'reader')),
        salt BLOB NOT NULL CHECK (length(salt) = 16),
        slot BLOB NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE staff_session (
        session BLOB NOT NULL PRIMARY KEY CHECK (length(session) = 32),
        staff_id BLOB NOT NULL REFERENCES staff (staff_id) ON DELETE CASCADE,
        wrapped BLOB NOT NULL,
        boot INTEGER NOT NULL,
        mono_ms INTEGER NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE door (
        subject BLOB NOT NULL PRIMARY KEY CHECK (length(subject) = 16),
        public BLOB NOT NULL CHECK (length(public) = 32),
        sealed_private BLOB
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
