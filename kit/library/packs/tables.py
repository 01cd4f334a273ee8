"""Packs: those installed and those offered, as the journal adds them up; those made and known here (local)."""

from __future__ import annotations

import peewee


class Pack(peewee.Model):
    """One version of a pack that was installed. `items`, `shown` and `hidden` are ids of works one after another: all
    it holds, those it made public, those it hid; `about` is packed, see `facts.About`.
    """

    log_no = peewee.IntegerField()
    install_id = peewee.BlobField()
    pack_id = peewee.BlobField()
    version = peewee.IntegerField()
    title = peewee.TextField()
    signer = peewee.BlobField()
    about = peewee.BlobField()
    items = peewee.BlobField()
    shown = peewee.BlobField()
    hidden = peewee.BlobField()
    is_undone = peewee.IntegerField()
    installed_ms = peewee.IntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("log_no", "install_id")


class PackMade(peewee.Model):
    """The last version made here, the last made whole and the digests of its files, for deltas. Local."""

    pack_id = peewee.BlobField(primary_key=True)
    version = peewee.IntegerField()
    files = peewee.BlobField()
    whole_version = peewee.IntegerField()

    class Meta:
        table_name = "pack_made"


class PackSigner(peewee.Model):
    """A signature that somebody of the team said to trust, under a name. Local."""

    signer = peewee.BlobField(primary_key=True)
    name = peewee.TextField()

    class Meta:
        table_name = "pack_signer"


class PackOffer(peewee.Model):
    """A pack that the coordination sends. `list_id` is the digest of its list of files."""

    log_no = peewee.IntegerField()
    offer_id = peewee.BlobField()
    list_id = peewee.BlobField()
    title = peewee.TextField()
    version = peewee.IntegerField()
    size_bytes = peewee.IntegerField()
    is_withdrawn = peewee.IntegerField()
    offered_ms = peewee.IntegerField()

    class Meta:
        table_name = "pack_offer"
        primary_key = peewee.CompositeKey("log_no", "offer_id")


class PackWanted(peewee.Model):
    """An offer that this suitcase asked for, and whether all of it has come. Local."""

    offer_id = peewee.BlobField(primary_key=True)
    has_come = peewee.IntegerField()

    class Meta:
        table_name = "pack_wanted"
