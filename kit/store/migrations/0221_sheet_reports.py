"""« Ce n'est plus pareil »: what people say of a step that no longer looks like their phone."""

TABLES = (
    """CREATE TABLE sheet_report (
        log_no INTEGER NOT NULL,
        report_id BLOB NOT NULL CHECK (length(report_id) = 16),
        item_id BLOB NOT NULL CHECK (length(item_id) = 16),
        step INTEGER NOT NULL CHECK (step > 0),
        what TEXT NOT NULL CHECK (what <> ''),
        device TEXT NOT NULL,
        is_seen INTEGER NOT NULL CHECK (is_seen IN (0, 1)),
        noted_ms INTEGER NOT NULL,
        PRIMARY KEY (log_no, report_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX sheet_report_by_id ON sheet_report (report_id)",
    "CREATE INDEX sheet_report_waiting ON sheet_report (is_seen, item_id, step)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
