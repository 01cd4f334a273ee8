"""How many thanks the author of a work that was given has seen, so that new ones are told. Local; no time, no name."""


def up(migrator, db):
    db.execute_sql(
        """CREATE TABLE thanks_told (
            deposit_id BLOB NOT NULL PRIMARY KEY CHECK (length(deposit_id) = 16),
            told INTEGER NOT NULL CHECK (told >= 0)
        ) WITHOUT ROWID"""
    )
