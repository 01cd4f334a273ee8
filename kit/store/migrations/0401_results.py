"""Results that grow in steps no smaller than a small group, so that two readings never tell one answer apart.

Tables of this node, fed by the fold and never emptied by replay: an answer that was counted stays counted, and the
order in which groups were let out is not in the journal.
"""

TABLES = (
    """CREATE TABLE pending_answer (
        answer_id BLOB NOT NULL PRIMARY KEY CHECK (length(answer_id) = 16),
        questionnaire TEXT NOT NULL,
        scope TEXT NOT NULL CHECK (scope IN ('workshop', 'stop', 'tour')),
        scope_id BLOB NOT NULL CHECK (length(scope_id) = 16),
        has_text INTEGER NOT NULL CHECK (has_text IN (0, 1)),
        day_ms INTEGER NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX pending_answer_group ON pending_answer (questionnaire, scope, scope_id)",
    """CREATE TABLE released_answer (
        answer_id BLOB NOT NULL PRIMARY KEY CHECK (length(answer_id) = 16)
    ) WITHOUT ROWID""",
    """CREATE TABLE result_group (
        questionnaire TEXT NOT NULL,
        scope TEXT NOT NULL CHECK (scope IN ('workshop', 'stop', 'tour')),
        scope_id BLOB NOT NULL CHECK (length(scope_id) = 16),
        count INTEGER NOT NULL CHECK (count >= 0),
        text_count INTEGER NOT NULL CHECK (text_count >= 0),
        day_ms INTEGER NOT NULL,
        PRIMARY KEY (questionnaire, scope, scope_id)
    ) WITHOUT ROWID""",
    """CREATE TABLE result_total (
        questionnaire TEXT NOT NULL,
        scope TEXT NOT NULL,
        scope_id BLOB NOT NULL,
        version INTEGER NOT NULL,
        question TEXT NOT NULL,
        value INTEGER NOT NULL,
        count INTEGER NOT NULL CHECK (count >= 0),
        shown INTEGER NOT NULL CHECK (shown BETWEEN 0 AND count),
        PRIMARY KEY (questionnaire, scope, scope_id, version, question, value)
    ) WITHOUT ROWID""",
    """INSERT INTO pending_answer (answer_id, questionnaire, scope, scope_id, has_text, day_ms)
        SELECT answer_id, questionnaire, scope, scope_id, envelope IS NOT NULL, max(day_ms) FROM answer
        GROUP BY answer_id""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
