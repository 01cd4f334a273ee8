"""How far our logs had come on each day of the box's running life: texts older than the delay may leave. Local."""


def up(migrator, db):
    db.execute_sql(
        """CREATE TABLE text_mark (
            log_no INTEGER NOT NULL,
            day INTEGER NOT NULL CHECK (day >= 0),
            seq INTEGER NOT NULL CHECK (seq >= 0),
            PRIMARY KEY (log_no, day)
        ) WITHOUT ROWID"""
    )
