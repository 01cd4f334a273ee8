"""Figures kept as they are counted (local): what one workshop or one help adds up to, and sums of these by kit, place,
month and year, so that a page of figures reads as many rows however much was noted. `figure_due` names what changed
since; triggers write it, whichever fold wrote the rows, and counting takes it up (`kit/workshops/figures_kept.py`).
"""

DUE = "INSERT INTO figure_due (thing_id) VALUES ({row}.{column}) ON CONFLICT DO NOTHING"
OF = {
    "workshop": "workshop_id",
    "workshop_total": "workshop_id",
    "signup": "workshop_id",
    "attendance": "workshop_id",
    "visit": "workshop_id",
    "report": "report_id",
}
# A card read elsewhere makes somebody known who was new, or new who was known.
SHARED = (
    "INSERT INTO figure_due (thing_id) SELECT workshop_id FROM attendance "
    "WHERE card = {row}.card AND card <> '' ON CONFLICT DO NOTHING"
)
ROWS = {"insert": "NEW", "delete": "OLD"}
TABLES = (
    "CREATE TABLE figure_due (thing_id BLOB NOT NULL PRIMARY KEY) WITHOUT ROWID",
    """CREATE TABLE figure_part (
        thing_id BLOB NOT NULL PRIMARY KEY,
        log_no INTEGER NOT NULL,
        stop_id BLOB NOT NULL,
        insee TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        day_ms INTEGER NOT NULL,
        month TEXT NOT NULL,
        ends_ms INTEGER,
        tags TEXT NOT NULL,
        came INTEGER,
        body TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX figure_part_at ON figure_part (at_ms)",
    "CREATE INDEX figure_part_open ON figure_part (ends_ms) WHERE ends_ms IS NOT NULL",
    """CREATE TABLE figure_cell (
        cell TEXT NOT NULL PRIMARY KEY,
        grain TEXT NOT NULL CHECK (grain IN ('all', 'log', 'place')),
        log_no INTEGER NOT NULL,
        span TEXT NOT NULL,
        tag TEXT NOT NULL,
        stop_id BLOB NOT NULL,
        insee TEXT NOT NULL,
        things INTEGER NOT NULL CHECK (things > 0),
        came INTEGER NOT NULL,
        body TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX figure_cell_read ON figure_cell (grain, tag, span)",
    "CREATE INDEX figure_cell_stop ON figure_cell (stop_id, tag, span)",
    "CREATE TABLE figure_basis (only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1), words TEXT NOT NULL)",
    *(
        f"CREATE TRIGGER figure_{table}_{what} AFTER {what.upper()} ON {table} "
        f"BEGIN {DUE.format(row=row, column=column)}; END"
        for table, column in OF.items()
        for what, row in ROWS.items()
    ),
    *(
        f"CREATE TRIGGER figure_card_{what} AFTER {what.upper()} ON attendance WHEN ({row}.card <> '') "
        f"BEGIN {SHARED.format(row=row)}; END"
        for what, row in ROWS.items()
    ),
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
