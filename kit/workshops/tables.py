"""Workshops, sign-ups and attendance, as the journal adds them up. `log_no` is the home of the workshop."""

from __future__ import annotations

import peewee


class Workshop(peewee.Model):
    """One dated event. `version` counts its changes from 1; `moved_version` is that of the last change of day or place.

    `plain` is what a search looks at: title, summary and places in lower case without accents.
    """

    log_no = peewee.IntegerField()
    workshop_id = peewee.BlobField()
    title = peewee.TextField()
    stop_id = peewee.BlobField()
    stop_label = peewee.TextField()
    place = peewee.TextField()
    starts_at_ms = peewee.IntegerField()
    length_minutes = peewee.IntegerField()
    places = peewee.IntegerField()
    waiting_places = peewee.IntegerField()
    level = peewee.TextField()
    theme = peewee.TextField()
    summary = peewee.TextField()
    plain = peewee.TextField()
    door_public = peewee.BlobField()
    is_cancelled = peewee.IntegerField()
    cancel_reason = peewee.TextField()
    is_closed = peewee.IntegerField()
    version = peewee.IntegerField()
    moved_version = peewee.IntegerField()
    kind = peewee.TextField()
    audience = peewee.TextField()
    opens_at_ms = peewee.IntegerField()
    sign_up_until_ms = peewee.IntegerField()
    equipment = peewee.TextField()
    led_by = peewee.TextField()
    takes_voucher = peewee.IntegerField()
    series_id = peewee.BlobField()
    is_cycle = peewee.IntegerField()
    slot_minutes = peewee.IntegerField()
    merged_into = peewee.BlobField()
    supports = peewee.BlobField()
    language = peewee.TextField()

    class Meta:
        table_name = "workshop"
        primary_key = peewee.CompositeKey("log_no", "workshop_id")


class Signup(peewee.Model):
    """A place asked for. (`boot`, `mono_ms`, `seq`) of the asking is its order; `envelope` cites who asked, sealed."""

    log_no = peewee.IntegerField()
    signup_id = peewee.BlobField()
    workshop_id = peewee.BlobField()
    code = peewee.TextField()
    state = peewee.TextField()
    is_promoted = peewee.IntegerField()
    has_phone = peewee.IntegerField()
    seen_version = peewee.IntegerField()
    envelope = peewee.BlobField(null=True)
    boot = peewee.IntegerField()
    mono_ms = peewee.IntegerField()
    seq = peewee.IntegerField()
    party_id = peewee.BlobField()
    access = peewee.TextField()
    has_guardian = peewee.IntegerField()
    consent = peewee.IntegerField()
    slot = peewee.IntegerField()
    moved_from = peewee.BlobField()
    instead_of = peewee.BlobField()

    class Meta:
        table_name = "signup"
        primary_key = peewee.CompositeKey("signup_id", "log_no")


class Attendance(peewee.Model):
    """Who came. `attendance_id` is the sign-up's id, or one of its own for people without sign-up."""

    log_no = peewee.IntegerField()
    attendance_id = peewee.BlobField()
    workshop_id = peewee.BlobField()
    state = peewee.TextField()
    how = peewee.TextField()
    gender = peewee.TextField()
    age_band = peewee.TextField()
    status = peewee.TextField()
    is_contradicted = peewee.IntegerField()
    envelope = peewee.BlobField(null=True)
    boot = peewee.IntegerField()
    mono_ms = peewee.IntegerField()
    seq = peewee.IntegerField()
    merged_into = peewee.BlobField()
    is_late = peewee.IntegerField()
    left_early = peewee.IntegerField()
    halves = peewee.IntegerField()
    card = peewee.TextField()

    class Meta:
        table_name = "attendance"
        primary_key = peewee.CompositeKey("attendance_id", "log_no")


class Margin(peewee.Model):
    """How many of the people without a name are said to be so; each family counted by itself, never per person."""

    log_no = peewee.IntegerField()
    workshop_id = peewee.BlobField()
    family = peewee.TextField()
    code = peewee.TextField()
    people = peewee.IntegerField()
    version = peewee.IntegerField()

    class Meta:
        table_name = "margin"
        primary_key = peewee.CompositeKey("log_no", "workshop_id", "family", "code")


class Unanswered(peewee.Model):
    """Somebody asked for help that could not be given. No name."""

    log_no = peewee.IntegerField()
    request_id = peewee.BlobField()
    workshop_id = peewee.BlobField()
    theme = peewee.TextField()
    commune = peewee.TextField()
    reason = peewee.TextField()
    noted_at_ms = peewee.IntegerField()

    class Meta:
        table_name = "unanswered"
        primary_key = peewee.CompositeKey("log_no", "request_id")


class Visit(peewee.Model):
    """One visit to a permanence, in the fields of an individual report of La Coop. `visit_id` is the attendance's id.

    `themes`, `procedures` and `equipment` are codes with spaces between them; `redirect` is empty when she was not
    sent elsewhere.
    """

    log_no = peewee.IntegerField()
    visit_id = peewee.BlobField()
    workshop_id = peewee.BlobField()
    number = peewee.IntegerField()
    state = peewee.TextField()
    themes = peewee.TextField()
    procedures = peewee.TextField()
    minutes = peewee.IntegerField()
    gender = peewee.TextField()
    age_band = peewee.TextField()
    status = peewee.TextField()
    autonomy = peewee.TextField()
    redirect = peewee.TextField()
    equipment = peewee.TextField()
    boot = peewee.IntegerField()
    mono_ms = peewee.IntegerField()
    seq = peewee.IntegerField()

    class Meta:
        table_name = "visit"
        primary_key = peewee.CompositeKey("log_no", "visit_id")


class DeviceUse(peewee.Model):
    """Open access: which device, from when to when (0: still in use). No name."""

    log_no = peewee.IntegerField()
    use_id = peewee.BlobField()
    workshop_id = peewee.BlobField()
    device = peewee.TextField()
    from_ms = peewee.IntegerField()
    to_ms = peewee.IntegerField()

    class Meta:
        table_name = "device_use"
        primary_key = peewee.CompositeKey("log_no", "use_id")


class WorkshopTotal(peewee.Model):
    """The counts that remain of a workshop whose people were purged from the box that hosted it."""

    log_no = peewee.IntegerField()
    workshop_id = peewee.BlobField()
    placed = peewee.IntegerField()
    waiting = peewee.IntegerField()
    came = peewee.IntegerField()
    beyond = peewee.IntegerField()

    class Meta:
        table_name = "workshop_total"
        primary_key = peewee.CompositeKey("log_no", "workshop_id")


class Finished(peewee.Model):
    """Local: when, in this box's running life, a closed workshop was first seen closed."""

    workshop_id = peewee.BlobField(primary_key=True)
    life_ms = peewee.IntegerField()

    class Meta:
        table_name = "finished"


class LeftOpen(peewee.Model):
    """Local: when, in this box's running life, a workshop nobody closed was first seen over."""

    workshop_id = peewee.BlobField(primary_key=True)
    life_ms = peewee.IntegerField()

    class Meta:
        table_name = "left_open"


class PurgeLine(peewee.Model):
    """Local: what one purge removed, and the digest and date of the signed receipts that allowed it."""

    line_no = peewee.IntegerField(primary_key=True)
    at_ms = peewee.IntegerField()
    workshop_id = peewee.BlobField()
    envelopes = peewee.IntegerField()
    people = peewee.IntegerField()
    facts = peewee.TextField()
    receipt = peewee.BlobField()
    receipt_at_ms = peewee.IntegerField()

    class Meta:
        table_name = "purge_line"


class FigureDue(peewee.Model):
    """Local: a workshop or a help whose figures changed since they were kept (triggers write it)."""

    thing_id = peewee.BlobField(primary_key=True)

    class Meta:
        table_name = "figure_due"


class FigurePart(peewee.Model):
    """Local: what one workshop or one help adds up to. `ends_ms`: until then, or since, it counts as something else.

    `came` is NULL when it was not held; `tags` one a line; `body` see `figures.pack`; `month` as 2026-11.
    """

    thing_id = peewee.BlobField(primary_key=True)
    log_no = peewee.IntegerField()
    stop_id = peewee.BlobField()
    insee = peewee.TextField()
    at_ms = peewee.IntegerField()
    day_ms = peewee.IntegerField()
    month = peewee.TextField()
    ends_ms = peewee.IntegerField(null=True)
    tags = peewee.TextField()
    came = peewee.IntegerField(null=True)
    body = peewee.TextField()

    class Meta:
        table_name = "figure_part"


class FigureCell(peewee.Model):
    """Local: the sum of `things` parts, of one month (2026-11), one year (2026) or ever (""), under one tag ("": all);
    of all logs together also of one day (`spans.day_span`).

    `grain`: of all logs together, of one log, or of one log at one place (`stop_id`, `insee`). `cell` is all of these.
    """

    cell = peewee.TextField(primary_key=True)
    grain = peewee.TextField()
    log_no = peewee.IntegerField()
    span = peewee.TextField()
    tag = peewee.TextField()
    stop_id = peewee.BlobField()
    insee = peewee.TextField()
    things = peewee.IntegerField()
    came = peewee.IntegerField()
    body = peewee.TextField()

    class Meta:
        table_name = "figure_cell"


class FigureBasis(peewee.Model):
    """Local: by which rules and in which time zone figures were kept."""

    only_row = peewee.IntegerField(primary_key=True)
    words = peewee.TextField()

    class Meta:
        table_name = "figure_basis"
