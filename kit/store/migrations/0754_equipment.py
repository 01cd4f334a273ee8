"""Equipment shared between places, and the days for which somebody has it or asked for it."""

TABLES = (
    """CREATE TABLE equipment (
        log_no INTEGER NOT NULL,
        equipment_id BLOB NOT NULL CHECK (length(equipment_id) = 16),
        version INTEGER NOT NULL CHECK (version > 0),
        plain TEXT NOT NULL,
        label TEXT NOT NULL CHECK (label <> ''),
        kind TEXT NOT NULL,
        number TEXT NOT NULL,
        owner TEXT NOT NULL,
        place TEXT NOT NULL,
        state TEXT NOT NULL,
        remarks TEXT NOT NULL,
        picture BLOB NOT NULL,
        picture_count INTEGER NOT NULL,
        word_count INTEGER NOT NULL,
        PRIMARY KEY (log_no, equipment_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX equipment_by_id ON equipment (equipment_id)",
    """CREATE TABLE equipment_span (
        log_no INTEGER NOT NULL,
        equipment_id BLOB NOT NULL CHECK (length(equipment_id) = 16),
        span_id BLOB NOT NULL CHECK (length(span_id) = 16),
        for_whom TEXT NOT NULL CHECK (for_whom <> ''),
        phone TEXT NOT NULL,
        since TEXT NOT NULL,
        until TEXT NOT NULL,
        is_out INTEGER NOT NULL CHECK (is_out IN (0, 1)),
        was_out INTEGER NOT NULL CHECK (was_out IN (0, 1)),
        back_on TEXT NOT NULL,
        said TEXT NOT NULL,
        PRIMARY KEY (log_no, equipment_id, span_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX equipment_span_thing ON equipment_span (equipment_id, since)",
    "CREATE INDEX equipment_span_out ON equipment_span (is_out, until)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
