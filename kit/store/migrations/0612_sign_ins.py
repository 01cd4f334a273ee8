"""(Local) when each phone of the team signed in; 0 for those that signed in before this was noted."""


def up(migrator, db):
    db.execute_sql("ALTER TABLE staff_session ADD COLUMN began_ms INTEGER NOT NULL DEFAULT 0")
