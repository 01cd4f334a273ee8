"""What goes home and what came from elsewhere. Local tables: replay does not touch them, nothing refers across logs."""

TABLES = (
    # Our own logs, cut and frozen at first export: every retry and every carrier has these very bytes.
    """CREATE TABLE segment (
        log_no INTEGER NOT NULL REFERENCES log (log_no),
        recipient BLOB NOT NULL CHECK (length(recipient) = 16),
        first_seq INTEGER NOT NULL CHECK (first_seq > 0),
        last_seq INTEGER NOT NULL,
        segment_id BLOB NOT NULL CHECK (length(segment_id) = 32),
        chain_after BLOB NOT NULL CHECK (length(chain_after) = 32),
        bytes BLOB NOT NULL,
        PRIMARY KEY (log_no, recipient, first_seq),
        CHECK (last_seq >= first_seq)
    )""",
    # What a server signed that it has of our logs; the newest word of each server, epoch and level.
    """CREATE TABLE receipt (
        log_no INTEGER NOT NULL REFERENCES log (log_no),
        server BLOB NOT NULL CHECK (length(server) = 32),
        server_epoch BLOB NOT NULL CHECK (length(server_epoch) = 8),
        level TEXT NOT NULL CHECK (level IN ('stored', 'backed_up')),
        signed BLOB NOT NULL,
        received_at_ms INTEGER NOT NULL,
        PRIMARY KEY (log_no, server, server_epoch, level)
    ) WITHOUT ROWID""",
    # Segments of other nodes, as they came. State: stored, then projected; or aside, kept for people to look at.
    """CREATE TABLE arrival (
        log_no INTEGER NOT NULL REFERENCES log (log_no),
        first_seq INTEGER NOT NULL CHECK (first_seq > 0),
        segment_id BLOB NOT NULL CHECK (length(segment_id) = 32),
        last_seq INTEGER NOT NULL,
        chain_before BLOB NOT NULL CHECK (length(chain_before) = 32),
        chain_after BLOB NOT NULL CHECK (length(chain_after) = 32),
        state TEXT NOT NULL CHECK (state IN ('stored', 'projected', 'aside')),
        reason TEXT NOT NULL DEFAULT '',
        unread INTEGER NOT NULL DEFAULT 0 CHECK (unread >= 0),
        received_at_ms INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        PRIMARY KEY (log_no, first_seq, segment_id),
        CHECK (last_seq >= first_seq)
    )""",
    "CREATE INDEX arrival_segment ON arrival (segment_id)",
    "CREATE INDEX arrival_last ON arrival (log_no, last_seq)",
    "CREATE INDEX arrival_waiting ON arrival (state) WHERE state = 'stored'",
    "CREATE INDEX arrival_to_look_at ON arrival (received_at_ms) WHERE reason <> ''",
    # The numbers that arrived as segments, readable or not: merged ranges.
    """CREATE TABLE arrived (
        log_no INTEGER NOT NULL REFERENCES log (log_no),
        first_seq INTEGER NOT NULL CHECK (first_seq > 0),
        last_seq INTEGER NOT NULL,
        PRIMARY KEY (log_no, first_seq),
        CHECK (last_seq >= first_seq)
    ) WITHOUT ROWID""",
    # Envelopes cited by a segment that arrived and not here yet: its range is not receipted until none is left.
    """CREATE TABLE awaited (
        log_no INTEGER NOT NULL REFERENCES log (log_no),
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        first_seq INTEGER NOT NULL,
        last_seq INTEGER NOT NULL,
        PRIMARY KEY (log_no, hash, first_seq)
    ) WITHOUT ROWID""",
    "CREATE INDEX awaited_hash ON awaited (hash)",
    # Envelopes that their kit says were erased: never asked for again.
    """CREATE TABLE gone (
        hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32)
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
