"""Consultations: paper tallies and closed polls (projections of facts); codes for one answer (of this node)."""

TABLES = (
    """CREATE TABLE poll_paper (
        log_no INTEGER NOT NULL,
        paper_id BLOB NOT NULL CHECK (length(paper_id) = 16),
        code TEXT NOT NULL,
        stop_id BLOB NOT NULL CHECK (length(stop_id) IN (0, 16)),
        ballots INTEGER NOT NULL CHECK (ballots >= 0),
        counts BLOB NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (log_no, paper_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX poll_paper_subject ON poll_paper (paper_id)",
    "CREATE INDEX poll_paper_code ON poll_paper (code)",
    """CREATE TABLE poll_closed (
        log_no INTEGER NOT NULL,
        poll_id BLOB NOT NULL CHECK (length(poll_id) = 16),
        code TEXT NOT NULL,
        screen_voters INTEGER NOT NULL CHECK (screen_voters >= 0),
        paper_ballots INTEGER NOT NULL CHECK (paper_ballots >= 0),
        screen BLOB NOT NULL,
        paper BLOB NOT NULL,
        is_merged INTEGER NOT NULL CHECK (is_merged IN (0, 1)),
        PRIMARY KEY (log_no, poll_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX poll_closed_subject ON poll_closed (poll_id)",
    """CREATE TABLE vote_code (
        digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 16),
        code TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE used_vote_code (
        digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 16)
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
