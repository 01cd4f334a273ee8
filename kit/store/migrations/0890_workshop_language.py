"""In which language a workshop is held; empty: in French, as it was before anybody said so."""


def up(migrator, db):
    db.execute_sql("ALTER TABLE workshop ADD COLUMN language TEXT NOT NULL DEFAULT '' CHECK (length(language) <= 60)")
