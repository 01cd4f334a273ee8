"""Plans with kinds, series, windows and slots; sign-ups for several people; late, early and half-days on the roll."""

WORKSHOP = (
    "kind TEXT NOT NULL DEFAULT ''",
    "audience TEXT NOT NULL DEFAULT ''",
    "opens_at_ms INTEGER NOT NULL DEFAULT 0 CHECK (opens_at_ms >= 0)",
    "sign_up_until_ms INTEGER NOT NULL DEFAULT 0 CHECK (sign_up_until_ms >= 0)",
    "equipment TEXT NOT NULL DEFAULT ''",
    "led_by TEXT NOT NULL DEFAULT ''",
    "takes_voucher INTEGER NOT NULL DEFAULT 0 CHECK (takes_voucher IN (0, 1))",
    "series_id BLOB NOT NULL DEFAULT x'' CHECK (length(series_id) IN (0, 16))",
    "is_cycle INTEGER NOT NULL DEFAULT 0 CHECK (is_cycle IN (0, 1))",
    "slot_minutes INTEGER NOT NULL DEFAULT 0 CHECK (slot_minutes >= 0)",
    "merged_into BLOB NOT NULL DEFAULT x'' CHECK (length(merged_into) IN (0, 16))",
)
SIGNUP = (
    "party_id BLOB NOT NULL DEFAULT x'' CHECK (length(party_id) IN (0, 16))",
    "access TEXT NOT NULL DEFAULT ''",
    "has_guardian INTEGER NOT NULL DEFAULT 0 CHECK (has_guardian IN (0, 1))",
    "consent INTEGER NOT NULL DEFAULT 0 CHECK (consent >= 0)",
    "slot INTEGER NOT NULL DEFAULT -1 CHECK (slot >= -1)",
    "moved_from BLOB NOT NULL DEFAULT x'' CHECK (length(moved_from) IN (0, 16))",
)
ATTENDANCE = (
    "is_late INTEGER NOT NULL DEFAULT 0 CHECK (is_late IN (0, 1))",
    "left_early INTEGER NOT NULL DEFAULT 0 CHECK (left_early IN (0, 1))",
    "halves INTEGER NOT NULL DEFAULT 0 CHECK (halves BETWEEN 0 AND 3)",
    "card TEXT NOT NULL DEFAULT ''",
)
TABLES = (
    "CREATE INDEX workshop_series ON workshop (series_id, starts_at_ms)",
    "CREATE INDEX signup_party ON signup (party_id)",
    "CREATE INDEX attendance_card ON attendance (card) WHERE card <> ''",
    """CREATE TABLE margin (
        log_no INTEGER NOT NULL,
        workshop_id BLOB NOT NULL CHECK (length(workshop_id) = 16),
        family TEXT NOT NULL CHECK (family IN ('gender', 'age_band', 'status')),
        code TEXT NOT NULL,
        people INTEGER NOT NULL CHECK (people >= 0),
        version INTEGER NOT NULL CHECK (version > 0),
        PRIMARY KEY (log_no, workshop_id, family, code)
    ) WITHOUT ROWID""",
    "CREATE INDEX margin_subject ON margin (workshop_id)",
    """CREATE TABLE unanswered (
        log_no INTEGER NOT NULL,
        request_id BLOB NOT NULL CHECK (length(request_id) = 16),
        workshop_id BLOB NOT NULL CHECK (length(workshop_id) IN (0, 16)),
        theme TEXT NOT NULL,
        commune TEXT NOT NULL,
        reason TEXT NOT NULL,
        noted_at_ms INTEGER NOT NULL,
        PRIMARY KEY (log_no, request_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX unanswered_subject ON unanswered (request_id)",
    """CREATE TABLE visit (
        log_no INTEGER NOT NULL,
        visit_id BLOB NOT NULL CHECK (length(visit_id) = 16),
        workshop_id BLOB NOT NULL CHECK (length(workshop_id) = 16),
        number INTEGER NOT NULL CHECK (number >= 0),
        state TEXT NOT NULL CHECK (state IN ('waiting', 'called', 'closed', 'left')),
        themes TEXT NOT NULL,
        procedures TEXT NOT NULL,
        minutes INTEGER NOT NULL CHECK (minutes >= 0),
        gender TEXT NOT NULL,
        age_band TEXT NOT NULL,
        status TEXT NOT NULL,
        autonomy TEXT NOT NULL,
        redirect TEXT NOT NULL,
        equipment TEXT NOT NULL,
        boot INTEGER NOT NULL,
        mono_ms INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (log_no, visit_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX visit_subject ON visit (visit_id)",
    "CREATE INDEX visit_workshop ON visit (log_no, workshop_id, state)",
    """CREATE TABLE device_use (
        log_no INTEGER NOT NULL,
        use_id BLOB NOT NULL CHECK (length(use_id) = 16),
        workshop_id BLOB NOT NULL CHECK (length(workshop_id) = 16),
        device TEXT NOT NULL,
        from_ms INTEGER NOT NULL CHECK (from_ms >= 0),
        to_ms INTEGER NOT NULL CHECK (to_ms >= 0),
        PRIMARY KEY (log_no, use_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX device_use_subject ON device_use (use_id)",
    "CREATE INDEX device_use_workshop ON device_use (log_no, workshop_id)",
)


def up(migrator, db):
    for table, columns in (("workshop", WORKSHOP), ("signup", SIGNUP), ("attendance", ATTENDANCE)):
        for column in columns:
            db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")
    for statement in TABLES:
        db.execute_sql(statement)
