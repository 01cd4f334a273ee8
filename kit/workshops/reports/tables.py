"""Reports and the terms of a tour, as the journal adds them up."""

from __future__ import annotations

import peewee


class Report(peewee.Model):
    """One activity. Lists are joined by line breaks; `counts` is JSON: family to code to number, marginals only.

    `report_id` is the workshop's id for a workshop. `is_checked` says that a person read it; `version` counts from 1.
    `turn` is how often home corrected it, `last_by` whose word stands (empty: the draft's), `checked_by` and
    `amended_by` the ids of who wrote last on the box and at home, `clashes` the groups that both changed at once, with
    bars between.
    """

    log_no = peewee.IntegerField()
    report_id = peewee.BlobField()
    workshop_id = peewee.BlobField()
    stop_id = peewee.BlobField()
    tour = peewee.TextField()
    activity = peewee.TextField()
    date_ms = peewee.IntegerField()
    minutes = peewee.IntegerField()
    place_kind = peewee.TextField()
    place_name = peewee.TextField()
    address = peewee.TextField()
    commune = peewee.TextField()
    postcode = peewee.TextField()
    insee = peewee.TextField()
    title = peewee.TextField()
    level = peewee.TextField()
    autonomy = peewee.TextField()
    redirected = peewee.TextField()
    redirection = peewee.TextField()
    procedure = peewee.TextField()
    materials = peewee.TextField()
    themes = peewee.TextField()
    tags = peewee.TextField()
    schemes = peewee.TextField()
    participants = peewee.IntegerField()
    known = peewee.IntegerField(null=True)
    counts = peewee.TextField()
    is_checked = peewee.IntegerField()
    version = peewee.IntegerField()
    noted_ms = peewee.IntegerField()
    changed_ms = peewee.IntegerField()
    turn = peewee.IntegerField()
    last_by = peewee.TextField()
    checked_by = peewee.BlobField()
    amended_by = peewee.BlobField()
    amended_ms = peewee.IntegerField()
    clashes = peewee.TextField()

    class Meta:
        table_name = "report"
        primary_key = peewee.CompositeKey("log_no", "report_id")


class TourTerms(peewee.Model):
    """What every activity of a tour inherits: schemes that pay for it, tags, equipment used. Lists by line breaks."""

    log_no = peewee.IntegerField()
    terms_id = peewee.BlobField()
    tour = peewee.TextField()
    schemes = peewee.TextField()
    tags = peewee.TextField()
    materials = peewee.TextField()
    version = peewee.IntegerField()

    class Meta:
        table_name = "tour_terms"
        primary_key = peewee.CompositeKey("log_no", "terms_id")
