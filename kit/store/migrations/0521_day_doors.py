"""Doors of texts given outside any stop: each serves one day of the box's running life. A local table.

Until now one door served all such texts for ever; it dies as if today had been its day.
"""

DAY_MS = 24 * 3_600_000
BEFORE = "eea19054cb5da4a9a45c2b832ee604ee"  # the door without a stop of earlier versions


def up(migrator, db):
    db.execute_sql(
        """CREATE TABLE day_door (
            subject BLOB NOT NULL PRIMARY KEY CHECK (length(subject) = 16),
            day INTEGER NOT NULL CHECK (day >= 0)
        ) WITHOUT ROWID"""
    )
    life = db.execute_sql("SELECT value FROM node_state WHERE name = 'life'").fetchone()
    day = int(bytes(life[0]).split()[2]) // DAY_MS if life else 0
    db.execute_sql(
        "INSERT INTO day_door (subject, day) SELECT subject, ? FROM door "
        "WHERE subject = ? AND sealed_private IS NOT NULL",
        (day, bytes.fromhex(BEFORE)),
    )
