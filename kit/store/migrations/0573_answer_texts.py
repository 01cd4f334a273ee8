"""The texts of one group in the order of their random ids, without sorting all of them for each page."""


def up(migrator, db):
    db.execute_sql(
        "CREATE INDEX answer_texts ON answer (questionnaire, scope, scope_id, answer_id) WHERE envelope IS NOT NULL"
    )
