"""Works and their files, as the facts of the library add up."""

from __future__ import annotations

import peewee


class Item(peewee.Model):
    """One work. `is_public` is 1 only with a licence, a source, and no wish of the team to hide it."""

    log_no = peewee.IntegerField()
    item_id = peewee.BlobField()
    title = peewee.TextField()
    sort_title = peewee.TextField()
    creators = peewee.TextField()
    kind = peewee.TextField()
    language = peewee.TextField()
    licence = peewee.TextField()
    is_reusable = peewee.IntegerField()
    source = peewee.TextField()
    attribution = peewee.TextField()
    summary = peewee.TextField()
    subjects = peewee.TextField()
    shelf = peewee.TextField()
    rights_note = peewee.TextField()
    level = peewee.TextField()
    access = peewee.TextField()
    duration_minutes = peewee.IntegerField()
    cover_small = peewee.BlobField(null=True)
    cover_large = peewee.BlobField(null=True)
    cover_width = peewee.IntegerField()
    cover_height = peewee.IntegerField()
    added_ms = peewee.IntegerField()
    is_hidden = peewee.IntegerField()
    is_public = peewee.IntegerField()

    class Meta:
        table_name = "item"
        primary_key = peewee.CompositeKey("log_no", "item_id")


class ItemFile(peewee.Model):
    """One file of a work, in the order it is offered; its bytes are the blob of that SHA-256."""

    log_no = peewee.IntegerField()
    item_id = peewee.BlobField()
    number = peewee.IntegerField()
    sha256 = peewee.BlobField()
    name = peewee.TextField()
    media_type = peewee.TextField()
    size_bytes = peewee.IntegerField()

    class Meta:
        table_name = "item_file"
        primary_key = peewee.CompositeKey("log_no", "item_id", "number")
