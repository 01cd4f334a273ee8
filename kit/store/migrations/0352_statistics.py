"""What SQLite's planner is told of the two tables that grow (https://www.sqlite.org/lang_analyze.html, 4.2).

Without it, it takes a log for ten rows and walks all of it to find the twenty people of one workshop.
"""

PER_LOG, PER_WORKSHOP = 20_000, 20
STATISTICS = (
    ("attendance", "attendance", f"100000 {PER_LOG} 1"),
    ("attendance", "attendance_subject", "100000 1 1"),
    ("attendance", "attendance_workshop", f"100000 {PER_LOG} {PER_WORKSHOP} {PER_WORKSHOP}"),
    ("signup", "signup", f"100000 {PER_LOG} 1"),
    ("signup", "signup_subject", "100000 1 1"),
    ("signup", "signup_workshop", f"100000 {PER_LOG} {PER_WORKSHOP} {PER_WORKSHOP}"),
)


def up(migrator, db):
    for table in ("attendance", "signup"):
        db.execute_sql(f"ANALYZE {table}")  # makes the table of statistics; its own words would be of an empty box
        db.execute_sql("DELETE FROM sqlite_stat1 WHERE tbl = ?", (table,))
    for row in STATISTICS:
        db.execute_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", row)
    db.execute_sql("ANALYZE sqlite_master")  # this connection reads them again; others do when they open
