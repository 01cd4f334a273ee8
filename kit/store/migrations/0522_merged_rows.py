"""Who else is this person: read by erasure, cards and reports."""


def up(migrator, db):
    db.execute_sql("CREATE INDEX attendance_merged ON attendance (merged_into) WHERE merged_into <> x''")
