"""Works found are looked up by the number under which the indexes hold them: nothing of an index's text is read."""


def up(migrator, db):
    from kit.library.search import search_row

    db.execute_sql("ALTER TABLE item ADD COLUMN search_row INTEGER NOT NULL DEFAULT 0")
    for (item_id,) in db.execute_sql("SELECT item_id FROM item").fetchall():
        db.execute_sql("UPDATE item SET search_row = ? WHERE item_id = ?", (search_row(bytes(item_id)), item_id))
    db.execute_sql("CREATE INDEX item_found ON item (search_row, is_public, log_no, sort_title, item_id)")
