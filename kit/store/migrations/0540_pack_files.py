"""Which files the last pack made of a shelf held (their SHA-256 one after another), so that the next can be a delta."""


def up(migrator, db):
    db.execute_sql("ALTER TABLE pack_made ADD COLUMN files BLOB NOT NULL DEFAULT x''")
    db.execute_sql("ALTER TABLE pack_made ADD COLUMN whole_version INTEGER NOT NULL DEFAULT 0")
