"""Kits enrolled, their logs, and links to enrol one. Local tables of the home server: no replay touches them."""

from __future__ import annotations

import peewee


class Kit(peewee.Model):
    """One enrolled kit. `certificate` is what was signed for it; `last_seen_ms` NULL: never heard since enrolment."""

    kit_id = peewee.BlobField(primary_key=True)
    nickname = peewee.TextField()
    territory = peewee.TextField()
    sign_public = peewee.BlobField(unique=True)
    box_public = peewee.BlobField()
    serial = peewee.BlobField()
    certificate = peewee.BlobField()
    not_after_ms = peewee.IntegerField()
    is_revoked = peewee.IntegerField(default=0)
    enrolled_at_ms = peewee.IntegerField()
    last_seen_ms = peewee.IntegerField(null=True)

    class Meta:
        table_name = "kit"


class KitLog(peewee.Model):
    """A log of a kit, and the newest number the kit said it has."""

    log_no = peewee.IntegerField(primary_key=True)
    kit_id = peewee.BlobField()
    head_seq = peewee.IntegerField()

    class Meta:
        table_name = "kit_log"


class EnrolmentLink(peewee.Model):
    """A one-time link; `code` is the hash of what it carries, `kit_id` the kit it served."""

    code = peewee.BlobField(primary_key=True)
    nickname = peewee.TextField()
    territory = peewee.TextField()
    server_url = peewee.TextField()
    expires_at_ms = peewee.IntegerField()
    kit_id = peewee.BlobField(null=True)

    class Meta:
        table_name = "enrolment_link"


class KitHealth(peewee.Model):
    """What a kit last said of itself; `backup_days` NULL: it has no backup."""

    kit_id = peewee.BlobField(primary_key=True)
    told_ms = peewee.IntegerField()
    version = peewee.TextField()
    free_bytes = peewee.IntegerField()
    total_bytes = peewee.IntegerField()
    clock = peewee.TextField()
    works = peewee.IntegerField()
    packs = peewee.IntegerField()
    backup_days = peewee.IntegerField(null=True)

    class Meta:
        table_name = "kit_health"


class KitCare(peewee.Model):
    """Who has a kit and whom to call about it: people of the team, in clear."""

    kit_id = peewee.BlobField(primary_key=True)
    team = peewee.TextField()
    person = peewee.TextField()
    phone = peewee.TextField()

    class Meta:
        table_name = "kit_care"


class Loss(peewee.Model):
    """A kit that was stolen or lost: when it was noticed, and whether it may have been open."""

    kit_id = peewee.BlobField(primary_key=True)
    noticed_at_ms = peewee.IntegerField()
    was_open = peewee.IntegerField()
    noted_at_ms = peewee.IntegerField()

    class Meta:
        table_name = "loss"


class KnownCommune(peewee.Model):
    """A commune that was loaded: its middle (NULL: not told) and its intercommunality (empty: not told)."""

    code = peewee.TextField(primary_key=True)
    name = peewee.TextField()
    north = peewee.FloatField(null=True)
    east = peewee.FloatField(null=True)
    epci = peewee.TextField(default="")
    epci_name = peewee.TextField(default="")

    class Meta:
        table_name = "known_commune"


class FrozenFigures(peewee.Model):
    """Figures as they were on a day: `body` is JSON (see `frozen.py`), `territories` whose they are, one a line."""

    frozen_id = peewee.BlobField(primary_key=True)
    made_ms = peewee.IntegerField()
    by_name = peewee.TextField()
    title = peewee.TextField()
    territories = peewee.TextField()
    body = peewee.TextField()

    class Meta:
        table_name = "frozen_figures"


class RegisterField(peewee.Model):
    """What the organisation wrote in one box of its register; a box nobody touched keeps the program's own words."""

    sheet = peewee.TextField()
    field = peewee.TextField()
    text = peewee.TextField()
    changed_ms = peewee.IntegerField()

    class Meta:
        table_name = "register_field"
        primary_key = peewee.CompositeKey("sheet", "field")


class ApiToken(peewee.Model):
    """What lets a program read: a digest of the token, what it may (`scopes`, one a line), when it last came (days)."""

    mark = peewee.BlobField(primary_key=True)
    name = peewee.TextField()
    scopes = peewee.TextField()
    territories = peewee.TextField()
    by_name = peewee.TextField()
    made_ms = peewee.IntegerField()
    used_day = peewee.IntegerField(default=0)

    class Meta:
        table_name = "api_token"


class KitHeard(peewee.Model):
    """What a kit said at its last greeting that it has of our logs: msgpack of (log id, ranges)."""

    kit_id = peewee.BlobField(primary_key=True)
    told_ms = peewee.IntegerField()
    held = peewee.BlobField()

    class Meta:
        table_name = "kit_heard"


class CoordinationActivity(peewee.Model):
    """What a coordinator did: `said` is JSON, the rest of La Coop's form (see `coordination.py`)."""

    activity_id = peewee.BlobField(primary_key=True)
    kind = peewee.TextField()
    date_ms = peewee.IntegerField()
    said = peewee.TextField()
    by_name = peewee.TextField()
    made_ms = peewee.IntegerField()
    changed_ms = peewee.IntegerField()

    class Meta:
        table_name = "coordination_activity"


class KitName(peewee.Model):
    """The https name of a kit (see `names/queries.py`); Unix milliseconds, 0: never."""

    kit_id = peewee.BlobField(primary_key=True)
    name = peewee.TextField()
    request = peewee.BlobField()
    chain = peewee.BlobField()
    state = peewee.TextField()
    from_ms = peewee.IntegerField(default=0)
    until_ms = peewee.IntegerField(default=0)
    renew_ms = peewee.IntegerField(default=0)
    came_ms = peewee.IntegerField(default=0)
    asked_ms = peewee.IntegerField(default=0)
    tries = peewee.IntegerField(default=0)
    next_ms = peewee.IntegerField(default=0)
    problem = peewee.TextField(default="")
    detail = peewee.TextField(default="")

    class Meta:
        table_name = "kit_name"


class KitCertificate(peewee.Model):
    """A certificate that was given to a kit and is neither over nor revoked; `mark` is its digest."""

    kit_id = peewee.BlobField()
    mark = peewee.BlobField()
    chain = peewee.BlobField()
    until_ms = peewee.IntegerField()

    class Meta:
        table_name = "kit_certificate"
        primary_key = peewee.CompositeKey("kit_id", "mark")
