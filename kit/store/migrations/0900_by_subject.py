"""A person's rows are kept by her id first, and by the log second.

Folds look for an id whatever log it is of, which took an index beside the key: a third place of a big table to write to
for each row, as ids are drawn by lot. The key itself serves both now (`scripts/bench_central.py curve`).
"""

KEYS = {"attendance": "attendance_id", "signup": "signup_id"}


def up(migrator, db):
    for table, key in KEYS.items():
        if getattr(db, "is_server", False):
            db.execute_sql(f"DROP INDEX {table}_subject")
            db.execute_sql(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey, ADD PRIMARY KEY ({key}, log_no)")
        else:
            _rebuild(db, table, key)
    if not getattr(db, "is_server", False):
        db.execute_sql("ANALYZE sqlite_master")  # this connection reads the statistics again


def _rebuild(db, table, key):
    """SQLite keeps such a table in the order of its key: another one takes its place, and its indexes and triggers."""
    asked = "SELECT name, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY rowid"
    (_, made), *others = db.execute_sql(asked, (table,)).fetchall()
    told = db.execute_sql("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = ?", (table,)).fetchall()
    before, after = f"PRIMARY KEY (log_no, {key})", f"PRIMARY KEY ({key}, log_no)"
    if before not in made:
        raise ValueError(f"{table} is not what this migration knows")
    db.execute_sql(made.replace(before, after).replace(f"CREATE TABLE {table} ", f"CREATE TABLE {table}_after ", 1))
    db.execute_sql(f"INSERT INTO {table}_after SELECT * FROM {table} ORDER BY {key}")
    db.execute_sql(f"DROP TABLE {table}")
    db.execute_sql(f"ALTER TABLE {table}_after RENAME TO {table}")
    for name, sql in others:
        if name != f"{table}_subject":
            db.execute_sql(sql)
    for idx, stat in [(table, "100000 1 1"), *(row for row in told if row[0] not in (table, f"{table}_subject"))]:
        db.execute_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", (table, idx, stat))
