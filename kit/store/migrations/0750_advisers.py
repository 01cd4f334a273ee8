"""People who help, their cards (shown because they said so), and where each of these helps."""

TABLES = (
    """CREATE TABLE adviser (
        log_no INTEGER NOT NULL,
        adviser_id BLOB NOT NULL CHECK (length(adviser_id) = 16),
        version INTEGER NOT NULL CHECK (version > 0),
        home BLOB NOT NULL,
        envelope BLOB,
        said_on TEXT NOT NULL,
        plain TEXT NOT NULL,
        profile TEXT NOT NULL,
        PRIMARY KEY (log_no, adviser_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX adviser_by_id ON adviser (adviser_id)",
    """CREATE TABLE adviser_card (
        log_no INTEGER NOT NULL,
        adviser_id BLOB NOT NULL CHECK (length(adviser_id) = 16),
        version INTEGER NOT NULL CHECK (version > 0),
        name TEXT NOT NULL CHECK (name <> ''),
        sort_name TEXT NOT NULL,
        phone TEXT NOT NULL,
        email TEXT NOT NULL,
        plain TEXT NOT NULL,
        profile TEXT NOT NULL,
        PRIMARY KEY (log_no, adviser_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX adviser_card_by_id ON adviser_card (adviser_id)",
    "CREATE INDEX adviser_card_sort ON adviser_card (sort_name, adviser_id)",
    """CREATE TABLE adviser_link (
        log_no INTEGER NOT NULL,
        adviser_id BLOB NOT NULL CHECK (length(adviser_id) = 16),
        number INTEGER NOT NULL,
        target_id BLOB NOT NULL CHECK (length(target_id) = 16),
        since TEXT NOT NULL,
        until TEXT NOT NULL,
        hours TEXT NOT NULL,
        PRIMARY KEY (log_no, adviser_id, number)
    ) WITHOUT ROWID""",
    "CREATE INDEX adviser_link_target ON adviser_link (target_id)",
    "CREATE INDEX adviser_link_adviser ON adviser_link (adviser_id)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
