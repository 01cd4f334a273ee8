"""Questionnaires as data: their versions and whether they are offered (projections of facts)."""

TABLES = (
    """CREATE TABLE questionnaire_version (
        log_no INTEGER NOT NULL,
        questionnaire_id BLOB NOT NULL CHECK (length(questionnaire_id) = 16),
        version INTEGER NOT NULL CHECK (version > 0),
        code TEXT NOT NULL,
        document BLOB NOT NULL,
        PRIMARY KEY (log_no, questionnaire_id, version)
    ) WITHOUT ROWID""",
    "CREATE INDEX questionnaire_version_subject ON questionnaire_version (questionnaire_id)",
    "CREATE INDEX questionnaire_version_code ON questionnaire_version (code, version)",
    """CREATE TABLE questionnaire_offer (
        log_no INTEGER NOT NULL,
        questionnaire_id BLOB NOT NULL CHECK (length(questionnaire_id) = 16),
        is_offered INTEGER NOT NULL CHECK (is_offered IN (0, 1)),
        PRIMARY KEY (log_no, questionnaire_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX questionnaire_offer_subject ON questionnaire_offer (questionnaire_id)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
