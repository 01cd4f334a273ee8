"""What goes home and what came from elsewhere. Local tables: no replay touches them, nothing refers across logs."""

from __future__ import annotations

import peewee


class Segment(peewee.Model):
    """A range of a log of ours, cut and frozen at first export for one recipient."""

    log_no = peewee.IntegerField()
    recipient = peewee.BlobField()
    first_seq = peewee.IntegerField()
    last_seq = peewee.IntegerField()
    segment_id = peewee.BlobField()
    chain_after = peewee.BlobField()
    bytes = peewee.BlobField()

    class Meta:
        table_name = "segment"
        primary_key = peewee.CompositeKey("log_no", "recipient", "first_seq")


class Receipt(peewee.Model):
    """The newest signed word of a server on what it holds of a log of ours."""

    log_no = peewee.IntegerField()
    server = peewee.BlobField()
    server_epoch = peewee.BlobField()
    level = peewee.TextField()
    signed = peewee.BlobField()
    received_at_ms = peewee.IntegerField()

    class Meta:
        table_name = "receipt"
        primary_key = peewee.CompositeKey("log_no", "server", "server_epoch", "level")


class Arrival(peewee.Model):
    """A segment of another node as it came. `reason` is empty when there is nothing for people to look at."""

    log_no = peewee.IntegerField()
    first_seq = peewee.IntegerField()
    segment_id = peewee.BlobField()
    last_seq = peewee.IntegerField()
    chain_before = peewee.BlobField()
    chain_after = peewee.BlobField()
    state = peewee.TextField()
    reason = peewee.TextField(default="")
    unread = peewee.IntegerField(default=0)
    received_at_ms = peewee.IntegerField()
    bytes = peewee.BlobField()

    class Meta:
        table_name = "arrival"
        primary_key = peewee.CompositeKey("log_no", "first_seq", "segment_id")


class Arrived(peewee.Model):
    """Numbers of a log that arrived as segments, readable or not."""

    log_no = peewee.IntegerField()
    first_seq = peewee.IntegerField()
    last_seq = peewee.IntegerField()

    class Meta:
        table_name = "arrived"
        primary_key = peewee.CompositeKey("log_no", "first_seq")


class Awaited(peewee.Model):
    """An envelope cited by a segment that arrived, and not here yet. `is_strange`: a box of its writer never had it."""

    log_no = peewee.IntegerField()
    hash = peewee.BlobField()
    first_seq = peewee.IntegerField()
    last_seq = peewee.IntegerField()
    is_strange = peewee.IntegerField(default=0)

    class Meta:
        table_name = "awaited"
        primary_key = peewee.CompositeKey("log_no", "hash", "first_seq")


class Gone(peewee.Model):
    """An envelope that its kit says was erased: never asked for again."""

    hash = peewee.BlobField(primary_key=True)

    class Meta:
        table_name = "gone"


class RevokedKit(peewee.Model):
    """A kit the central accepts no longer, as its feed says."""

    log_no = peewee.IntegerField()
    kit_id = peewee.BlobField()
    sign_public = peewee.BlobField()

    class Meta:
        table_name = "revoked_kit"
        primary_key = peewee.CompositeKey("log_no", "kit_id")


class BlobOut(peewee.Model):
    """A file that goes home in pieces, and what the server said of it."""

    blob_id = peewee.BlobField(primary_key=True)
    sort = peewee.TextField()
    subject = peewee.BlobField()
    pieces = peewee.IntegerField()
    manifest = peewee.BlobField()
    server_epoch = peewee.BlobField(default=b"")
    missing = peewee.BlobField(default=b"")
    receipt = peewee.BlobField(null=True)

    class Meta:
        table_name = "blob_out"


class BlobIn(peewee.Model):
    """A file of a kit that comes in pieces."""

    blob_id = peewee.BlobField(primary_key=True)
    owner = peewee.BlobField()
    sort = peewee.TextField()
    subject = peewee.BlobField()
    manifest = peewee.BlobField()
    state = peewee.TextField()

    class Meta:
        table_name = "blob_in"


class Fork(peewee.Model):
    """A chain that diverged from the log of its name, under a number of its own."""

    log_no = peewee.IntegerField(primary_key=True)
    of_log_no = peewee.IntegerField()

    class Meta:
        table_name = "fork"


class Channel(peewee.Model):
    """A log of the coordination that goes down: to the kit that `name` is the id of, or to all of them (empty).

    Only an open one is written to.
    """

    log_no = peewee.IntegerField(primary_key=True)
    name = peewee.BlobField()
    is_open = peewee.IntegerField(default=1)

    class Meta:
        table_name = "channel"


class BackedUp(peewee.Model):
    """Numbers of a log that the last backup of this central holds."""

    log_no = peewee.IntegerField()
    first_seq = peewee.IntegerField()
    last_seq = peewee.IntegerField()

    class Meta:
        table_name = "backed_up"
        primary_key = peewee.CompositeKey("log_no", "first_seq")


class Relayed(peewee.Model):
    """Something that is carried for another kit of the coordination (`owner`: its public key), as it came."""

    owner = peewee.BlobField()
    kind = peewee.TextField()
    name = peewee.BlobField()
    content = peewee.BlobField(column_name="raw")

    class Meta:
        table_name = "relayed"
        primary_key = peewee.CompositeKey("owner", "kind", "name")
