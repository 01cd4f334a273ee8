"""Places and stops: projections of the journal. The search over places is local. Fields of a place are those of the
standard "lieux de médiation numérique" v1.0.2, as the exact strings it publishes. `place_search` is local to a node.
"""

TABLES = (
    """CREATE TABLE place (
        log_no INTEGER NOT NULL,
        place_id BLOB NOT NULL CHECK (length(place_id) = 16),
        version INTEGER NOT NULL CHECK (version > 0),
        sort_name TEXT NOT NULL,
        search_row INTEGER NOT NULL,
        id TEXT NOT NULL,
        pivot TEXT NOT NULL,
        nom TEXT NOT NULL,
        commune TEXT NOT NULL,
        code_postal TEXT NOT NULL,
        code_insee TEXT NOT NULL,
        adresse TEXT NOT NULL,
        complement_adresse TEXT NOT NULL,
        latitude TEXT NOT NULL,
        longitude TEXT NOT NULL,
        typologie TEXT NOT NULL,
        telephone TEXT NOT NULL,
        courriels TEXT NOT NULL,
        site_web TEXT NOT NULL,
        horaires TEXT NOT NULL,
        presentation_resume TEXT NOT NULL,
        presentation_detail TEXT NOT NULL,
        source TEXT NOT NULL,
        itinerance TEXT NOT NULL,
        structure_parente TEXT NOT NULL,
        date_maj TEXT NOT NULL,
        services TEXT NOT NULL,
        publics_specifiquement_adresses TEXT NOT NULL,
        prise_en_charge_specifique TEXT NOT NULL,
        frais_a_charge TEXT NOT NULL,
        dispositif_programmes_nationaux TEXT NOT NULL,
        formations_labels TEXT NOT NULL,
        autres_formations_labels TEXT NOT NULL,
        modalites_acces TEXT NOT NULL,
        modalites_accompagnement TEXT NOT NULL,
        fiche_acces_libre TEXT NOT NULL,
        prise_rdv TEXT NOT NULL,
        PRIMARY KEY (log_no, place_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX place_by_id ON place (place_id)",
    "CREATE INDEX place_search_row ON place (search_row)",
    "CREATE INDEX place_sort ON place (sort_name, place_id)",
    """CREATE TABLE place_service (
        log_no INTEGER NOT NULL,
        place_id BLOB NOT NULL CHECK (length(place_id) = 16),
        service TEXT NOT NULL,
        PRIMARY KEY (log_no, place_id, service)
    ) WITHOUT ROWID""",
    "CREATE INDEX place_service_place ON place_service (place_id)",
    "CREATE INDEX place_service_service ON place_service (service, place_id)",
    # Words as kit.directory.rules.plain_text writes them. The rowid is made from the place's id (`place.search_row`):
    # a search reads the index alone, and one place is found again in it without reading the others.
    """CREATE VIRTUAL TABLE place_search USING fts5 (
        name, place, services, more,
        tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
    )""",
    """CREATE TABLE stop (
        log_no INTEGER NOT NULL,
        stop_id BLOB NOT NULL CHECK (length(stop_id) = 16),
        label TEXT NOT NULL,
        commune TEXT NOT NULL,
        code_insee TEXT NOT NULL,
        address TEXT NOT NULL,
        starts_at_ms INTEGER NOT NULL CHECK (starts_at_ms >= 0),
        ends_at_ms INTEGER NOT NULL CHECK (ends_at_ms >= 0),
        tour TEXT NOT NULL,
        is_cancelled INTEGER NOT NULL CHECK (is_cancelled IN (0, 1)),
        is_closed INTEGER NOT NULL CHECK (is_closed IN (0, 1)),
        version INTEGER NOT NULL CHECK (version > 0),
        PRIMARY KEY (log_no, stop_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX stop_by_id ON stop (stop_id)",
    "CREATE INDEX stop_start ON stop (starts_at_ms, stop_id)",
)


def up(migrator, db):
    for statement in TABLES:
        db.execute_sql(statement)
