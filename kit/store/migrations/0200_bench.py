"""The librarian's bench: what has arrived and waits. Local tables: replay leaves them alone, nothing travels."""

TABLES = (
    """CREATE TABLE bench_batch (
        batch_id BLOB NOT NULL PRIMARY KEY CHECK (length(batch_id) = 16),
        origin TEXT NOT NULL CHECK (origin IN ('upload', 'key', 'feed', 'pack', 'folder')),
        label TEXT NOT NULL CHECK (length(label) > 0),
        source TEXT NOT NULL,
        made_ms INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'waiting', 'reading', 'done', 'stopped')),
        problem TEXT NOT NULL DEFAULT '',
        work_done INTEGER NOT NULL DEFAULT 0 CHECK (work_done >= 0),
        work_total INTEGER NOT NULL DEFAULT 0 CHECK (work_total >= 0)
    )""",
    """CREATE TABLE bench_entry (
        entry_id BLOB NOT NULL PRIMARY KEY CHECK (length(entry_id) = 16),
        batch_id BLOB NOT NULL REFERENCES bench_batch (batch_id) ON DELETE CASCADE,
        name TEXT NOT NULL CHECK (length(name) > 0),
        state TEXT NOT NULL CHECK (state IN ('proposed', 'chosen', 'refused', 'known')),
        version INTEGER NOT NULL DEFAULT 1,
        sha256 BLOB CHECK (sha256 IS NULL OR length(sha256) = 32),
        size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
        sort_title TEXT NOT NULL DEFAULT '',
        twin_key TEXT NOT NULL DEFAULT '',
        twin BLOB CHECK (twin IS NULL OR length(twin) = 16),
        proposal BLOB,
        problem TEXT NOT NULL DEFAULT '',
        CHECK (state = 'refused' OR (sha256 IS NOT NULL AND proposal IS NOT NULL)),
        UNIQUE (batch_id, name)
    )""",
    "CREATE INDEX bench_entry_state ON bench_entry (state, sort_title)",
    "CREATE INDEX bench_entry_sha ON bench_entry (sha256)",
    "CREATE INDEX bench_entry_twin ON bench_entry (twin_key)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
