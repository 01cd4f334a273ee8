"""Activity reports, and what every activity of a tour inherits (projections)."""

TABLES = (
    """CREATE TABLE report (
        log_no INTEGER NOT NULL,
        report_id BLOB NOT NULL CHECK (length(report_id) = 16),
        workshop_id BLOB NOT NULL CHECK (length(workshop_id) IN (0, 16)),
        stop_id BLOB NOT NULL CHECK (length(stop_id) IN (0, 16)),
        tour TEXT NOT NULL,
        activity TEXT NOT NULL CHECK (activity IN ('individuel', 'collectif')),
        date_ms INTEGER NOT NULL CHECK (date_ms >= 0),
        minutes INTEGER NOT NULL CHECK (minutes > 0),
        place_kind TEXT NOT NULL,
        place_name TEXT NOT NULL,
        address TEXT NOT NULL,
        commune TEXT NOT NULL,
        postcode TEXT NOT NULL,
        insee TEXT NOT NULL,
        title TEXT NOT NULL,
        level TEXT NOT NULL,
        autonomy TEXT NOT NULL,
        redirected TEXT NOT NULL CHECK (redirected IN ('', 'yes', 'no')),
        redirection TEXT NOT NULL,
        procedure TEXT NOT NULL,
        materials TEXT NOT NULL,
        themes TEXT NOT NULL,
        tags TEXT NOT NULL,
        schemes TEXT NOT NULL,
        participants INTEGER NOT NULL CHECK (participants >= 0),
        known INTEGER CHECK (known BETWEEN 0 AND participants),
        counts TEXT NOT NULL,
        is_checked INTEGER NOT NULL CHECK (is_checked IN (0, 1)),
        version INTEGER NOT NULL CHECK (version > 0),
        noted_ms INTEGER NOT NULL,
        changed_ms INTEGER NOT NULL,
        PRIMARY KEY (log_no, report_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX report_date ON report (date_ms, report_id)",
    "CREATE INDEX report_id ON report (report_id)",
    """CREATE TABLE tour_terms (
        log_no INTEGER NOT NULL,
        terms_id BLOB NOT NULL CHECK (length(terms_id) = 16),
        tour TEXT NOT NULL,
        schemes TEXT NOT NULL,
        tags TEXT NOT NULL,
        materials TEXT NOT NULL,
        version INTEGER NOT NULL CHECK (version > 0),
        PRIMARY KEY (log_no, terms_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX tour_terms_id ON tour_terms (terms_id)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
