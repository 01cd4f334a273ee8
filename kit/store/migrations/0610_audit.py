"""(Local) the audit trail: who opened, changed or ended what. The database only lets lines be added."""

TABLES = (
    """CREATE TABLE audit_line (
        line_no INTEGER NOT NULL PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        staff_id BLOB,
        staff_name TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind <> ''),
        subject BLOB NOT NULL,
        many INTEGER NOT NULL CHECK (many > 0)
    )""",
    """CREATE TRIGGER audit_line_stays BEFORE UPDATE ON audit_line
        BEGIN SELECT RAISE(ABORT, 'a line of the audit trail is never changed'); END""",
    """CREATE TRIGGER audit_line_is_kept BEFORE DELETE ON audit_line
        BEGIN SELECT RAISE(ABORT, 'a line of the audit trail is never removed'); END""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
