"""Workshops, sign-ups, attendance: projections of the journal, rebuilt by replay. `log_no` is the home of the workshop.

The indexes that do not begin with log_no are not unique: they only serve to find the rows of one subject again.
"""

TABLES = (
    """CREATE TABLE workshop (
        log_no INTEGER NOT NULL,
        workshop_id BLOB NOT NULL CHECK (length(workshop_id) = 16),
        title TEXT NOT NULL,
        stop_id BLOB NOT NULL CHECK (length(stop_id) IN (0, 16)),
        stop_label TEXT NOT NULL,
        place TEXT NOT NULL,
        starts_at_ms INTEGER NOT NULL CHECK (starts_at_ms >= 0),
        length_minutes INTEGER NOT NULL CHECK (length_minutes > 0),
        places INTEGER NOT NULL CHECK (places >= 0),
        waiting_places INTEGER NOT NULL CHECK (waiting_places >= 0),
        level TEXT NOT NULL,
        theme TEXT NOT NULL,
        summary TEXT NOT NULL,
        plain TEXT NOT NULL,
        door_public BLOB NOT NULL CHECK (length(door_public) IN (0, 32)),
        is_cancelled INTEGER NOT NULL CHECK (is_cancelled IN (0, 1)),
        cancel_reason TEXT NOT NULL,
        is_closed INTEGER NOT NULL CHECK (is_closed IN (0, 1)),
        version INTEGER NOT NULL CHECK (version > 0),
        moved_version INTEGER NOT NULL CHECK (moved_version > 0),
        PRIMARY KEY (log_no, workshop_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX workshop_subject ON workshop (workshop_id)",
    "CREATE INDEX workshop_start ON workshop (starts_at_ms, workshop_id)",
    """CREATE TABLE signup (
        log_no INTEGER NOT NULL,
        signup_id BLOB NOT NULL CHECK (length(signup_id) = 16),
        workshop_id BLOB NOT NULL CHECK (length(workshop_id) = 16),
        code TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('asked', 'placed', 'waiting', 'cancelled')),
        is_promoted INTEGER NOT NULL CHECK (is_promoted IN (0, 1)),
        has_phone INTEGER NOT NULL CHECK (has_phone IN (0, 1)),
        seen_version INTEGER NOT NULL,
        envelope BLOB CHECK (envelope IS NULL OR length(envelope) = 32),
        boot INTEGER NOT NULL,
        mono_ms INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (log_no, signup_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX signup_subject ON signup (signup_id)",
    "CREATE INDEX signup_workshop ON signup (log_no, workshop_id, state)",
    "CREATE INDEX signup_code ON signup (code)",
    """CREATE TABLE attendance (
        log_no INTEGER NOT NULL,
        attendance_id BLOB NOT NULL CHECK (length(attendance_id) = 16),
        workshop_id BLOB NOT NULL CHECK (length(workshop_id) = 16),
        state TEXT NOT NULL CHECK (state IN ('came', 'absent', 'undone')),
        how TEXT NOT NULL CHECK (how IN ('', 'signed_up', 'walk_in', 'anonymous')),
        gender TEXT NOT NULL,
        age_band TEXT NOT NULL,
        status TEXT NOT NULL,
        is_contradicted INTEGER NOT NULL CHECK (is_contradicted IN (0, 1)),
        envelope BLOB CHECK (envelope IS NULL OR length(envelope) = 32),
        boot INTEGER NOT NULL,
        mono_ms INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (log_no, attendance_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX attendance_subject ON attendance (attendance_id)",
    "CREATE INDEX attendance_workshop ON attendance (log_no, workshop_id, state)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
