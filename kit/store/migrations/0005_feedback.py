"""Answers: the projection of what was said, the urn where it waits, and the forms that were already posted.

`urn` and `used_form` are source tables of this node: replay does not touch them, they never travel. They have no
rowid, no time and no order of arrival; their keys are random (journal.md, "The urn").
"""

TABLES = (
    """CREATE TABLE answer (
        log_no INTEGER NOT NULL,
        answer_id BLOB NOT NULL CHECK (length(answer_id) = 16),
        questionnaire TEXT NOT NULL,
        version INTEGER NOT NULL CHECK (version > 0),
        scope TEXT NOT NULL CHECK (scope IN ('workshop', 'stop', 'tour')),
        scope_id BLOB NOT NULL CHECK (length(scope_id) = 16),
        envelope BLOB CHECK (envelope IS NULL OR length(envelope) = 32),
        day_ms INTEGER NOT NULL,
        PRIMARY KEY (log_no, answer_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX answer_subject ON answer (answer_id)",
    "CREATE INDEX answer_scope ON answer (scope, scope_id)",
    """CREATE TABLE answer_value (
        log_no INTEGER NOT NULL,
        answer_id BLOB NOT NULL CHECK (length(answer_id) = 16),
        question TEXT NOT NULL,
        value INTEGER NOT NULL,
        PRIMARY KEY (log_no, answer_id, question)
    ) WITHOUT ROWID""",
    "CREATE INDEX answer_value_subject ON answer_value (answer_id)",
    """CREATE TABLE urn (
        answer_id BLOB NOT NULL PRIMARY KEY CHECK (length(answer_id) = 16),
        questionnaire TEXT NOT NULL,
        version INTEGER NOT NULL CHECK (version > 0),
        workshop_id BLOB NOT NULL CHECK (length(workshop_id) IN (0, 16)),
        stop_id BLOB NOT NULL CHECK (length(stop_id) IN (0, 16)),
        said BLOB NOT NULL,
        sealed BLOB
    ) WITHOUT ROWID""",
    """CREATE TABLE used_form (
        digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 16)
    ) WITHOUT ROWID""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
