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

    class Meta:
        table_name = "signup"
        primary_key = peewee.CompositeKey("log_no", "signup_id")


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

    class Meta:
        table_name = "attendance"
        primary_key = peewee.CompositeKey("log_no", "attendance_id")


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
