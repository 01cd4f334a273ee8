"""Thanks and words to authors, as the journal adds them up, and since when each word waits."""

from __future__ import annotations

import peewee


class Thanks(peewee.Model):
    """One thanks, with a word or without. `state`: thanks (no word), waiting, shown, refused or expired.

    `envelope` holds a word that nobody has read yet, sealed; `text` the word once it is shown.
    """

    log_no = peewee.IntegerField()
    thanks_id = peewee.BlobField()
    item_id = peewee.BlobField()
    state = peewee.TextField()
    text = peewee.TextField()
    envelope = peewee.BlobField(null=True)
    given_ms = peewee.IntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("log_no", "thanks_id")


class ThanksWait(peewee.Model):
    """Since when a word waits: the box's life then, in milliseconds it was on. Local."""

    thanks_id = peewee.BlobField(primary_key=True)
    life_ms = peewee.IntegerField()

    class Meta:
        table_name = "thanks_wait"


class ThanksTold(peewee.Model):
    """How many thanks the author of a given work has seen. Local; no time, no name."""

    deposit_id = peewee.BlobField(primary_key=True)
    told = peewee.IntegerField()

    class Meta:
        table_name = "thanks_told"
