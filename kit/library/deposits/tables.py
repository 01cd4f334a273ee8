"""Works that people offered, as the journal adds them up, and since when each waits."""

from __future__ import annotations

import peewee


class Deposit(peewee.Model):
    """One work offered. `state`: waiting, accepted, refused or expired. `lookup` is the digest of the receipt code.

    That code alone opens `reply_box`, the private half of `reply_public`; `answer` is the team's word sealed to it, or
    empty. `item_id`: the work it became, or empty. `envelope`: giver and ticked rights, sealed; NULL once destroyed.
    """

    log_no = peewee.IntegerField()
    deposit_id = peewee.BlobField()
    lookup = peewee.BlobField()
    size_bytes = peewee.IntegerField()
    state = peewee.TextField()
    reply_public = peewee.BlobField()
    reply_box = peewee.BlobField()
    answer = peewee.BlobField()
    item_id = peewee.BlobField()
    envelope = peewee.BlobField(null=True)
    offered_ms = peewee.IntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("log_no", "deposit_id")


class DepositWait(peewee.Model):
    """Since when one waits (the box's life then, in milliseconds it was on), and the giver's copy. Local."""

    deposit_id = peewee.BlobField(primary_key=True)
    life_ms = peewee.IntegerField()
    for_giver = peewee.BlobField()

    class Meta:
        table_name = "deposit_wait"
