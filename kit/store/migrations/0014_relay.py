"""What this kit carries home for another one: closed things it cannot read. A local table: replay leaves it alone."""

TABLES = (
    """CREATE TABLE relayed (
        owner BLOB NOT NULL CHECK (length(owner) = 32),
        kind TEXT NOT NULL CHECK (kind IN ('hello', 'segment', 'envelope', 'receipt')),
        name BLOB NOT NULL CHECK (length(name) = 32),
        raw BLOB NOT NULL,
        PRIMARY KEY (owner, kind, name)
    )""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
