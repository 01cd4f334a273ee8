"""What a box forgets by itself, and the proof of it. Local tables: replay does not touch them."""

TABLES = (
    # When, in this box's running life, an unclosed workshop was first seen over.
    """CREATE TABLE left_open (
        workshop_id BLOB NOT NULL PRIMARY KEY CHECK (length(workshop_id) = 16),
        life_ms INTEGER NOT NULL CHECK (life_ms >= 0)
    ) WITHOUT ROWID""",
    # One line a purge: what went, and the signed receipts that allowed it.
    """CREATE TABLE purge_line (
        line_no INTEGER NOT NULL PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        workshop_id BLOB NOT NULL CHECK (length(workshop_id) = 16),
        envelopes INTEGER NOT NULL CHECK (envelopes >= 0),
        people INTEGER NOT NULL CHECK (people >= 0),
        facts TEXT NOT NULL,
        receipt BLOB NOT NULL CHECK (length(receipt) = 32),
        receipt_at_ms INTEGER NOT NULL
    )""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
