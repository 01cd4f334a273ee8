"""The home side: kits enrolled, their logs, and links to enrol one. Local tables: replay does not touch them."""

TABLES = (
    """CREATE TABLE kit (
        kit_id BLOB NOT NULL PRIMARY KEY CHECK (length(kit_id) = 16),
        nickname TEXT NOT NULL CHECK (length(nickname) BETWEEN 1 AND 80),
        territory TEXT NOT NULL,
        sign_public BLOB NOT NULL UNIQUE CHECK (length(sign_public) = 32),
        box_public BLOB NOT NULL CHECK (length(box_public) = 32),
        serial BLOB NOT NULL CHECK (length(serial) = 8),
        certificate BLOB NOT NULL,
        not_after_ms INTEGER NOT NULL,
        is_revoked INTEGER NOT NULL DEFAULT 0 CHECK (is_revoked IN (0, 1)),
        enrolled_at_ms INTEGER NOT NULL,
        last_seen_ms INTEGER
    ) WITHOUT ROWID""",
    # What a kit last said of each of its logs: what it holds back is its head less what arrived.
    """CREATE TABLE kit_log (
        log_no INTEGER NOT NULL PRIMARY KEY REFERENCES log (log_no),
        kit_id BLOB NOT NULL REFERENCES kit (kit_id),
        head_seq INTEGER NOT NULL CHECK (head_seq >= 0)
    )""",
    "CREATE INDEX kit_log_kit ON kit_log (kit_id)",
    # Only the hash of a link's code is kept; it serves one kit, which may ask again when the answer was lost.
    """CREATE TABLE enrolment_link (
        code BLOB NOT NULL PRIMARY KEY CHECK (length(code) = 32),
        nickname TEXT NOT NULL,
        territory TEXT NOT NULL,
        server_url TEXT NOT NULL,
        expires_at_ms INTEGER NOT NULL,
        kit_id BLOB REFERENCES kit (kit_id)
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
