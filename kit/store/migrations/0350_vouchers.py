"""Kinds of vouchers with their value, and the vouchers handed in at workshops (projections)."""

TABLES = (
    """CREATE TABLE voucher_kind (
        log_no INTEGER NOT NULL,
        kind_id BLOB NOT NULL CHECK (length(kind_id) = 16),
        label TEXT NOT NULL CHECK (label <> ''),
        value_cents INTEGER NOT NULL CHECK (value_cents >= 0),
        is_used INTEGER NOT NULL CHECK (is_used IN (0, 1)),
        version INTEGER NOT NULL CHECK (version > 0),
        PRIMARY KEY (log_no, kind_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX voucher_kind_id ON voucher_kind (kind_id)",
    """CREATE TABLE voucher (
        log_no INTEGER NOT NULL,
        voucher_id BLOB NOT NULL CHECK (length(voucher_id) = 16),
        workshop_id BLOB NOT NULL CHECK (length(workshop_id) = 16),
        kind_id BLOB NOT NULL CHECK (length(kind_id) = 16),
        label TEXT NOT NULL,
        value_cents INTEGER NOT NULL CHECK (value_cents >= 0),
        PRIMARY KEY (log_no, voucher_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX voucher_id ON voucher (voucher_id)",
    "CREATE INDEX voucher_workshop ON voucher (workshop_id, log_no)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
