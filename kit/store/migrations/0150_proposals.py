"""What others than their home would change in places (a projection)."""

TABLES = (
    """CREATE TABLE place_proposal (
        log_no INTEGER NOT NULL,
        proposal_id BLOB NOT NULL CHECK (length(proposal_id) = 16),
        place_id BLOB NOT NULL CHECK (length(place_id) = 16),
        home BLOB NOT NULL CHECK (length(home) = 16),
        version INTEGER NOT NULL CHECK (version > 0),
        state TEXT NOT NULL CHECK (state IN ('fits', 'flagged', 'accepted', 'refused', 'replaced')),
        clashes TEXT NOT NULL,
        fields TEXT NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (log_no, proposal_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX place_proposal_by_state ON place_proposal (state, place_id)",
    "CREATE INDEX place_proposal_by_place ON place_proposal (place_id)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
