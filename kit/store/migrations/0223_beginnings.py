"""Beginnings of four and five letters get an index of their own; workshops and places keep stems beside their words.

The works' indexes are made again from what they hold: `fts5vocab` gives back the stems of a contentless table.
"""

_INDEX = """CREATE VIRTUAL TABLE {name}_new USING fts5 (
    words, {columns}, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3 4 5', detail = none, columnsize = 0
)"""
WORKS = ("item_search", "item_title_search")


def up(migrator, db):
    for name in WORKS:
        db.execute_sql(_INDEX.format(name=name, columns="item_id UNINDEXED"))
        db.execute_sql(f"INSERT INTO {name}_new (rowid, words, item_id) SELECT rowid, words, item_id FROM {name}")
        _take_place(db, name)
    db.execute_sql(_INDEX.format(name="passage_search", columns="content = ''"))
    db.execute_sql("CREATE VIRTUAL TABLE temp.passage_words USING fts5vocab (main, passage_search, instance)")
    db.execute_sql(
        "INSERT INTO passage_search_new (rowid, words) "
        "SELECT doc, group_concat(term, ' ') FROM temp.passage_words GROUP BY doc"
    )
    db.execute_sql("DROP TABLE temp.passage_words")
    _take_place(db, "passage_search")
    # The titles of sites that are here already are read by the worker, as those of new ones.
    db.execute_sql("DELETE FROM item_text WHERE item_id IN (SELECT item_id FROM item WHERE kind = 'site')")
    _stem_others(db)


def _take_place(db, name):
    db.execute_sql(f"DROP TABLE {name}")
    db.execute_sql(f"ALTER TABLE {name}_new RENAME TO {name}")


def _stem_others(db):
    from kit.stems import stems

    for log_no, workshop_id, plain in db.execute_sql("SELECT log_no, workshop_id, plain FROM workshop").fetchall():
        db.execute_sql(
            "UPDATE workshop SET plain = ? WHERE log_no = ? AND workshop_id = ?",
            (f"{plain} {stems(plain)}", log_no, workshop_id),
        )
    for row in db.execute_sql("SELECT rowid, name, place, services, more FROM place_search").fetchall():
        db.execute_sql(
            "UPDATE place_search SET more = ? WHERE rowid = ?", (f"{row[4]} {stems(' '.join(row[1:]))}", row[0])
        )
