"""What the home side would plan, change or cancel on a box (a projection)."""

TABLES = (
    """CREATE TABLE workshop_proposal (
        log_no INTEGER NOT NULL,
        proposal_id BLOB NOT NULL CHECK (length(proposal_id) = 16),
        home BLOB NOT NULL CHECK (length(home) = 16),
        kit_id BLOB NOT NULL CHECK (length(kit_id) = 16),
        workshop_id BLOB NOT NULL CHECK (length(workshop_id) = 16),
        action TEXT NOT NULL CHECK (action IN ('', 'plan', 'change', 'cancel')),
        plan BLOB NOT NULL,
        reason TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'flagged', 'accepted', 'refused', 'withdrawn')),
        clashes TEXT NOT NULL,
        noted_at_ms INTEGER NOT NULL CHECK (noted_at_ms >= 0),
        PRIMARY KEY (log_no, proposal_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX workshop_proposal_subject ON workshop_proposal (proposal_id)",
    "CREATE INDEX workshop_proposal_state ON workshop_proposal (state, noted_at_ms)",
    "CREATE INDEX workshop_proposal_workshop ON workshop_proposal (workshop_id)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
