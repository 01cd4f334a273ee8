"""One index for each thing that works are filtered by, so that what there is to choose from is read by leaps."""

NAMES = ("language", "level", "licence", "access")


def up(migrator, db):
    for name in NAMES:
        db.execute_sql(f"CREATE INDEX item_{name} ON item (is_public, {name})")
