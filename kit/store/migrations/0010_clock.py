"""Anchors of the clock: moments of a boot whose wall time somebody vouched for."""

TABLES = (
    """CREATE TABLE clock_anchor (
        log_no INTEGER NOT NULL,
        boot INTEGER NOT NULL,
        mono_ms INTEGER NOT NULL,
        wall_ms INTEGER NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('ntp', 'central', 'staff')),
        PRIMARY KEY (log_no, boot, mono_ms, wall_ms)
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
