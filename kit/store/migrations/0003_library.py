"""Works, their files, and the words they are found by. Projections of item.*; item_search is local to this node."""

TABLES = (
    """CREATE TABLE item (
        log_no INTEGER NOT NULL,
        item_id BLOB NOT NULL CHECK (length(item_id) = 16),
        title TEXT NOT NULL CHECK (length(title) > 0),
        sort_title TEXT NOT NULL,
        creators TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (length(kind) > 0),
        language TEXT NOT NULL,
        licence TEXT NOT NULL,
        is_reusable INTEGER NOT NULL CHECK (is_reusable IN (0, 1)),
        source TEXT NOT NULL,
        attribution TEXT NOT NULL,
        summary TEXT NOT NULL,
        subjects TEXT NOT NULL,
        shelf TEXT NOT NULL CHECK (length(shelf) > 0),
        rights_note TEXT NOT NULL,
        level TEXT NOT NULL,
        duration_minutes INTEGER NOT NULL CHECK (duration_minutes >= 0),
        cover_small BLOB CHECK (cover_small IS NULL OR length(cover_small) = 32),
        cover_large BLOB CHECK (cover_large IS NULL OR length(cover_large) = 32),
        cover_width INTEGER NOT NULL,
        cover_height INTEGER NOT NULL,
        added_ms INTEGER NOT NULL,
        is_hidden INTEGER NOT NULL CHECK (is_hidden IN (0, 1)),
        is_public INTEGER NOT NULL CHECK (is_public IN (0, 1)),
        CHECK (is_public = 0 OR (licence <> '' AND source <> '' AND is_hidden = 0)),
        PRIMARY KEY (log_no, item_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX item_by_id ON item (item_id)",
    "CREATE INDEX item_shelf ON item (is_public, shelf, sort_title)",
    "CREATE INDEX item_title ON item (is_public, sort_title)",
    "CREATE INDEX item_added ON item (is_public, added_ms)",
    "CREATE INDEX item_choice ON item (is_public, kind, language, level, is_reusable)",
    """CREATE TABLE item_file (
        log_no INTEGER NOT NULL,
        item_id BLOB NOT NULL CHECK (length(item_id) = 16),
        number INTEGER NOT NULL CHECK (number > 0),
        sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
        name TEXT NOT NULL CHECK (length(name) > 0),
        media_type TEXT NOT NULL,
        size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
        PRIMARY KEY (log_no, item_id, number)
    ) WITHOUT ROWID""",
    "CREATE INDEX item_file_by_id ON item_file (item_id, number)",
    # Words as kit.library.words writes them: no accents, no plurals. Only works that the public may see are in it.
    """CREATE VIRTUAL TABLE item_search USING fts5 (
        title, creators, subjects, summary, item_id UNINDEXED,
        tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
    )""",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
