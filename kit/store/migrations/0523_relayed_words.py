"""What this kit carries for another one includes what their central lost and hears again (`returned`)."""

STATEMENTS = (
    "ALTER TABLE relayed RENAME TO relayed_before",
    """CREATE TABLE relayed (
        owner BLOB NOT NULL CHECK (length(owner) = 32),
        kind TEXT NOT NULL CHECK (kind IN (
            'hello', 'segment', 'envelope', 'receipt', 'feed', 'feed_envelope', 'manifest', 'piece', 'answer',
            'returned')),
        name BLOB NOT NULL CHECK (length(name) = CASE kind WHEN 'piece' THEN 36 ELSE 32 END),
        raw BLOB NOT NULL,
        PRIMARY KEY (owner, kind, name)
    )""",
    "INSERT INTO relayed (owner, kind, name, raw) SELECT owner, kind, name, raw FROM relayed_before ORDER BY rowid",
    "DROP TABLE relayed_before",
)


def up(migrator, db):
    for statement in STATEMENTS:
        db.execute_sql(statement)
