"""Grievances and questions with what became of them, and what staff tell everybody (projections of facts)."""

TABLES = (
    """CREATE TABLE letter (
        log_no INTEGER NOT NULL,
        letter_id BLOB NOT NULL CHECK (length(letter_id) = 16),
        purpose TEXT NOT NULL CHECK (purpose IN ('grievance', 'question')),
        questionnaire TEXT NOT NULL,
        version INTEGER NOT NULL,
        stop_id BLOB NOT NULL CHECK (length(stop_id) IN (0, 16)),
        said BLOB NOT NULL,
        reply_to BLOB NOT NULL CHECK (length(reply_to) = 32),
        envelope BLOB,
        day_ms INTEGER NOT NULL,
        PRIMARY KEY (log_no, letter_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX letter_subject ON letter (letter_id)",
    "CREATE INDEX letter_day ON letter (purpose, day_ms)",
    """CREATE TABLE letter_move (
        log_no INTEGER NOT NULL,
        letter_id BLOB NOT NULL CHECK (length(letter_id) = 16),
        seq INTEGER NOT NULL,
        base INTEGER NOT NULL CHECK (base >= 0),
        status TEXT NOT NULL CHECK (status IN ('passed_on', 'answered')),
        envelope BLOB,
        day_ms INTEGER NOT NULL,
        PRIMARY KEY (log_no, letter_id, seq)
    ) WITHOUT ROWID""",
    "CREATE INDEX letter_move_subject ON letter_move (letter_id)",
    """CREATE TABLE told (
        log_no INTEGER NOT NULL,
        told_id BLOB NOT NULL CHECK (length(told_id) = 16),
        kind TEXT NOT NULL CHECK (kind IN ('answer', 'change')),
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        is_shown INTEGER NOT NULL CHECK (is_shown IN (0, 1)),
        version INTEGER NOT NULL,
        day_ms INTEGER NOT NULL,
        PRIMARY KEY (log_no, told_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX told_subject ON told (told_id)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
