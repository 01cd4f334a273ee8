"""The journal: logs, facts, envelopes, ranges held. Keys begin with log_no (journal.md, The central's engine)."""

TABLES = (
    """CREATE TABLE node_state (
        name TEXT NOT NULL PRIMARY KEY,
        value BLOB NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE log (
        log_no INTEGER NOT NULL PRIMARY KEY,
        log_id BLOB NOT NULL UNIQUE CHECK (length(log_id) = 16),
        public_key BLOB CHECK (public_key IS NULL OR length(public_key) = 32),
        epoch BLOB CHECK (epoch IS NULL OR length(epoch) = 8),
        is_own INTEGER NOT NULL DEFAULT 0 CHECK (is_own IN (0, 1)),
        head_seq INTEGER NOT NULL DEFAULT 0 CHECK (head_seq >= 0)
    )""",
    """CREATE TABLE fact (
        log_no INTEGER NOT NULL REFERENCES log (log_no),
        seq INTEGER NOT NULL CHECK (seq > 0),
        kind TEXT NOT NULL,
        version INTEGER NOT NULL CHECK (version > 0),
        boot INTEGER NOT NULL,
        mono_ms INTEGER NOT NULL,
        wall_ms INTEGER NOT NULL,
        subject BLOB NOT NULL CHECK (length(subject) = 16),
        home BLOB NOT NULL CHECK (length(home) = 16),
        refs BLOB NOT NULL,
        envelope BLOB CHECK (envelope IS NULL OR length(envelope) = 32),
        body BLOB NOT NULL,
        PRIMARY KEY (log_no, seq)
    ) WITHOUT ROWID""",
    "CREATE INDEX fact_subject ON fact (subject, kind)",
    "CREATE INDEX fact_envelope ON fact (envelope) WHERE envelope IS NOT NULL",
    # Ordered by a hash, so that the order of arrival cannot be read back from the file.
    """CREATE TABLE envelope (
        hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
        subject BLOB NOT NULL CHECK (length(subject) = 16),
        sealed BLOB NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX envelope_subject ON envelope (subject)",
    """CREATE TABLE tombstone (
        subject BLOB NOT NULL PRIMARY KEY CHECK (length(subject) = 16)
    ) WITHOUT ROWID""",
    """CREATE TABLE held (
        log_no INTEGER NOT NULL REFERENCES log (log_no),
        first_seq INTEGER NOT NULL CHECK (first_seq > 0),
        last_seq INTEGER NOT NULL,
        PRIMARY KEY (log_no, first_seq),
        CHECK (last_seq >= first_seq)
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
