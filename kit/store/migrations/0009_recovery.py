"""Printed recovery codes of coordinators, and the organisation's key closed for each pair of them. Source tables."""

TABLES = (
    """CREATE TABLE recovery_holder (
        staff_id BLOB NOT NULL PRIMARY KEY REFERENCES staff (staff_id) ON DELETE CASCADE,
        salt BLOB NOT NULL CHECK (length(salt) = 16),
        public BLOB NOT NULL CHECK (length(public) = 32)
    ) WITHOUT ROWID""",
    """CREATE TABLE recovery_pair (
        first_id BLOB NOT NULL REFERENCES staff (staff_id) ON DELETE CASCADE,
        second_id BLOB NOT NULL REFERENCES staff (staff_id) ON DELETE CASCADE,
        sealed BLOB NOT NULL,
        PRIMARY KEY (first_id, second_id),
        CHECK (first_id < second_id)
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
