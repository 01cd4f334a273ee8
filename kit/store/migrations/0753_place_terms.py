"""The words of names and addresses, to forgive typing mistakes, in a table of ours: both engines read it the same way,
and the index of words itself no longer says which word stands where."""

TABLES = (
    "DROP TABLE IF EXISTS place_word",
    """CREATE TABLE place_term (
        search_row INTEGER NOT NULL,
        term TEXT NOT NULL,
        PRIMARY KEY (search_row, term)
    ) WITHOUT ROWID""",
    "CREATE INDEX place_term_term ON place_term (term)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
    rows = db.execute_sql(
        "SELECT search_row, nom, commune, code_postal, adresse, complement_adresse FROM place"
    ).fetchall()
    from kit.directory.facts import terms

    for number, *texts in rows:
        for term in terms(texts):
            db.execute_sql(
                "INSERT INTO place_term (search_row, term) VALUES (?,?) ON CONFLICT DO NOTHING", (number, term)
            )
