"""A place asked for at home instead of another one, which stays until the box gives it (`instead_of`)."""


def up(migrator, db):
    db.execute_sql(
        "ALTER TABLE signup ADD COLUMN instead_of BLOB NOT NULL DEFAULT x'' CHECK (length(instead_of) IN (0, 16))"
    )
