"""The words of the directory's index, to forgive typing mistakes: FTS5 reads them out of it."""


def up(migrator, db):
    db.execute_sql("CREATE VIRTUAL TABLE place_word USING fts5vocab (place_search, col)")
