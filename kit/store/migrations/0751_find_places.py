"""What a search of places compares, apart from what is shown: a narrow row and the hours of a week for each."""

TABLES = (
    "DROP TABLE place_search",
    # Beginnings of up to eight letters have an index of their own: the commonest word costs as little as a rare one.
    """CREATE VIRTUAL TABLE place_search USING fts5 (
        words, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3 4 5 6 7 8', detail = none, columnsize = 0
    )""",
    """CREATE TABLE place_find (
        search_row INTEGER NOT NULL PRIMARY KEY,
        log_no INTEGER NOT NULL,
        place_id BLOB NOT NULL CHECK (length(place_id) = 16),
        sort_name TEXT NOT NULL,
        north REAL,
        east REAL,
        marks INTEGER NOT NULL,
        checked_on TEXT NOT NULL
    )""",
    "CREATE INDEX place_find_place ON place_find (place_id)",
    "CREATE INDEX place_find_sort ON place_find (sort_name, place_id, checked_on, marks)",
    "CREATE INDEX place_find_checked ON place_find (checked_on, place_id)",
    "CREATE INDEX place_find_north ON place_find (north)",
    """CREATE TABLE place_hours (
        log_no INTEGER NOT NULL,
        place_id BLOB NOT NULL CHECK (length(place_id) = 16),
        day INTEGER NOT NULL CHECK (day BETWEEN 0 AND 6),
        opens INTEGER NOT NULL CHECK (opens BETWEEN 0 AND 1440),
        closes INTEGER NOT NULL CHECK (closes BETWEEN 0 AND 1440),
        PRIMARY KEY (log_no, place_id, day, opens, closes)
    ) WITHOUT ROWID""",
    "CREATE INDEX place_hours_place ON place_hours (place_id)",
    "CREATE INDEX place_hours_day ON place_hours (day, opens, closes, place_id)",
    """CREATE TABLE place_check (
        log_no INTEGER NOT NULL,
        place_id BLOB NOT NULL CHECK (length(place_id) = 16),
        checked_on TEXT NOT NULL,
        checked_how TEXT NOT NULL,
        checked_by TEXT NOT NULL,
        asked_on TEXT NOT NULL,
        asked_how TEXT NOT NULL,
        PRIMARY KEY (log_no, place_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX place_check_place ON place_check (place_id)",
    "ALTER TABLE place_proposal ADD COLUMN is_outside INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE place_proposal ADD COLUMN word TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX place_date ON place (date_maj)",
    "CREATE INDEX place_postcode ON place (code_postal)",
    "CREATE INDEX place_insee ON place (code_insee)",
    "CREATE INDEX place_commune ON place (lower(commune))",
    "CREATE INDEX place_source ON place (source)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
    _fill(db)


def _fill(db):
    from kit.directory import finding
    from kit.directory.facts import search_words
    from kit.directory.opening_hours import read_week
    from kit.directory.rules import FIELDS

    names = ("log_no", "place_id", "search_row", "sort_name", *FIELDS)
    for row in db.execute_sql(f"SELECT {', '.join(names)} FROM place").fetchall():
        fields = dict(zip(names, row, strict=True))
        north, east = finding.point(fields)
        db.execute_sql(
            "INSERT INTO place_find (log_no, place_id, search_row, sort_name, north, east, marks, checked_on) "
            "VALUES (?,?,?,?,?,?,?,?)",
            (*tuple(row)[:4], north, east, finding.mark(fields), fields["date_maj"]),
        )
        db.execute_sql(
            "INSERT INTO place_search (rowid, words) VALUES (?,?)", (fields["search_row"], search_words(fields))
        )
        for day, opens, closes in read_week(fields["horaires"]) or ():
            db.execute_sql(
                "INSERT INTO place_hours VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING",
                (fields["log_no"], fields["place_id"], day, opens, closes),
            )
