"""Files that go home in pieces: what a kit has to send, what a central takes in. Local tables: no replay."""

TABLES = (
    # A kit's: `manifest` is signed once; `receipt` is the server's word in `server_epoch`; `missing` its last wish.
    """CREATE TABLE blob_out (
        blob_id BLOB NOT NULL PRIMARY KEY CHECK (length(blob_id) = 32),
        sort TEXT NOT NULL,
        subject BLOB NOT NULL CHECK (length(subject) = 16),
        pieces INTEGER NOT NULL CHECK (pieces > 0),
        manifest BLOB NOT NULL,
        server_epoch BLOB NOT NULL DEFAULT x'',
        missing BLOB NOT NULL DEFAULT x'',
        receipt BLOB,
        UNIQUE (sort, subject)
    ) WITHOUT ROWID""",
    # A central's: the pieces themselves are files; `state` is coming, whole, or dropped when nobody wants it any more.
    """CREATE TABLE blob_in (
        blob_id BLOB NOT NULL PRIMARY KEY CHECK (length(blob_id) = 32),
        owner BLOB NOT NULL CHECK (length(owner) = 32),
        sort TEXT NOT NULL,
        subject BLOB NOT NULL CHECK (length(subject) = 16),
        manifest BLOB NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('coming', 'whole', 'dropped'))
    ) WITHOUT ROWID""",
    "CREATE INDEX blob_in_owner ON blob_in (owner)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
