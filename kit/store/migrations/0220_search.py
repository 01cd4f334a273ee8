"""Search: titles apart from the rest, facets as words of the index, the text of works by passages, words as written.

All of it is local to a node. `item_passage` and `item_text` hold what was read from the files (replay leaves them);
`search_word` and `search_near` hold words as people write them, to forgive typing mistakes.
"""

_INDEX = """CREATE VIRTUAL TABLE {name} USING fts5 (
    words, item_id UNINDEXED, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3', detail = none, columnsize = 0
)"""
TABLES = (
    # What helps those who hear, see or read with effort: captions, transcript, sign, described, easy.
    "ALTER TABLE item ADD COLUMN access TEXT NOT NULL DEFAULT ''",
    "DROP TABLE item_search",
    _INDEX.format(name="item_search"),
    _INDEX.format(name="item_title_search"),
    """CREATE TABLE item_text (
        item_id BLOB NOT NULL PRIMARY KEY CHECK (length(item_id) = 16),
        passage_count INTEGER NOT NULL CHECK (passage_count >= 0)
    ) WITHOUT ROWID""",
    """CREATE TABLE item_passage (
        passage_id INTEGER NOT NULL PRIMARY KEY,
        item_id BLOB NOT NULL CHECK (length(item_id) = 16),
        place INTEGER NOT NULL CHECK (place > 0),
        text BLOB NOT NULL
    )""",
    "CREATE INDEX item_passage_item ON item_passage (item_id)",
    # Contentless: a file's text never changes, and what is hidden is left out by the join with item.
    """CREATE VIRTUAL TABLE passage_search USING fts5 (
        words, content = '', tokenize = "unicode61 remove_diacritics 2", prefix = '2 3', detail = none, columnsize = 0
    )""",
    "CREATE TABLE search_word (word TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE search_near (gap TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (gap, word)) WITHOUT ROWID",
)
_SHOWN = (
    "SELECT item_id, title, creators, subjects, shelf, summary, kind, language, level, is_reusable "
    "FROM item WHERE is_public = 1"
)


def up(migrator, db):
    from kit.library.words import facets, to_index

    for statement in TABLES:
        db.execute_sql(statement)
    for row in db.execute_sql(_SHOWN).fetchall():
        item_id, title, creators, subjects, shelf, summary, kind, language, level, is_reusable = row
        place = int.from_bytes(item_id[:8], "big") >> 1
        marks = facets(kind, language, level, shelf, bool(is_reusable))
        titled = f"{to_index(f'{title} {creators}')} {marks}"
        whole = f"{to_index(f'{title} {creators} {subjects} {shelf} {summary}')} {marks}"
        for table, words in (("item_title_search", titled), ("item_search", whole)):
            db.execute_sql(f"INSERT INTO {table} (rowid, words, item_id) VALUES (?,?,?)", (place, words, item_id))
