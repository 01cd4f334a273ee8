"""(Local) files of works that were let go: erased once nobody takes in the same bytes, also after a kill in between."""


def up(migrator, db):
    db.execute_sql(
        """CREATE TABLE leaving_file (
            sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
            size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0)
        )"""
    )
