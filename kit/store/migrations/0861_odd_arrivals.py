"""Segments with something to look at, found by their log without walking through all the others of that log."""


def up(migrator, db):
    db.execute_sql("CREATE INDEX arrival_odd ON arrival (log_no) WHERE reason <> ''")
