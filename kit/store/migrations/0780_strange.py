"""Envelopes that a box said it never had are asked for after the others: a copy of its card wrote them."""


def up(migrator, db):
    db.execute_sql("ALTER TABLE awaited ADD COLUMN is_strange INTEGER NOT NULL DEFAULT 0")
