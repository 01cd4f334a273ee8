"""Staff, their sessions, and the doors behind which names wait."""

from __future__ import annotations

import peewee


class Staff(peewee.Model):
    """One person of the team. `slot` is the vault's private key (or nothing, for a librarian) under the passphrase.

    `territories`, one a line: she sees what comes from kits of these only; empty: of all.
    """

    staff_id = peewee.BlobField(primary_key=True)
    name = peewee.TextField(unique=True)
    role = peewee.TextField()
    salt = peewee.BlobField()
    slot = peewee.BlobField()
    territories = peewee.TextField(default="")

    class Meta:
        table_name = "staff"


class StaffSession(peewee.Model):
    """A signed-in phone. `wrapped` is the vault's private key under a key that only the phone's cookie holds.

    `code_tries` above 0: the passphrase was right, and so many tries are left for the second factor.
    """

    session = peewee.BlobField(primary_key=True)
    staff_id = peewee.BlobField()
    wrapped = peewee.BlobField()
    boot = peewee.IntegerField()
    mono_ms = peewee.IntegerField()
    began_ms = peewee.IntegerField(default=0)
    code_tries = peewee.IntegerField(default=0)

    class Meta:
        table_name = "staff_session"


class StaffInvitation(peewee.Model):
    """A link that adds one person once. `mark` is a digest of what it carries, which also wraps the vault's key."""

    mark = peewee.BlobField(primary_key=True)
    by_id = peewee.BlobField()
    name = peewee.TextField()
    role = peewee.TextField()
    territories = peewee.TextField()
    wrapped = peewee.BlobField()
    expires_ms = peewee.IntegerField()
    is_used = peewee.IntegerField(default=0)

    class Meta:
        table_name = "staff_invitation"


class StaffFactor(peewee.Model):
    """Somebody's second factor, wrapped by this node; `last_step`: no code of this step or before counts."""

    staff_id = peewee.BlobField(primary_key=True)
    wrapped = peewee.BlobField()
    is_on = peewee.IntegerField()
    last_step = peewee.IntegerField()

    class Meta:
        table_name = "staff_factor"


class StaffSpareCode(peewee.Model):
    """A printed code that replaces the second factor once, as its tag."""

    staff_id = peewee.BlobField()
    code = peewee.BlobField()

    class Meta:
        table_name = "staff_spare_code"
        primary_key = peewee.CompositeKey("staff_id", "code")


class AuditLine(peewee.Model):
    """Who did what, when. Triggers refuse to change or remove a line."""

    line_no = peewee.IntegerField(primary_key=True)
    at_ms = peewee.IntegerField()
    staff_id = peewee.BlobField(null=True)
    staff_name = peewee.TextField()
    kind = peewee.TextField()
    subject = peewee.BlobField()
    many = peewee.IntegerField()

    class Meta:
        table_name = "audit_line"


class Door(peewee.Model):
    """The key pair of one workshop (or stop). `sealed_private` is sealed to the vault; NULL once destroyed."""

    subject = peewee.BlobField(primary_key=True)
    public = peewee.BlobField()
    sealed_private = peewee.BlobField(null=True)

    class Meta:
        table_name = "door"


class RecoveryHolder(peewee.Model):
    """Somebody with a printed recovery code; `public` belongs to the key the code gives."""

    staff_id = peewee.BlobField(primary_key=True)
    salt = peewee.BlobField()
    public = peewee.BlobField()

    class Meta:
        table_name = "recovery_holder"


class RecoveryPair(peewee.Model):
    """The organisation's private key, sealed to one of two holders inside a seal to the other."""

    first_id = peewee.BlobField()
    second_id = peewee.BlobField()
    sealed = peewee.BlobField()

    class Meta:
        table_name = "recovery_pair"
        primary_key = peewee.CompositeKey("first_id", "second_id")


class OrganisationKey(peewee.Model):
    """A key of the organisation that was replaced: its private half sealed to the new one."""

    log_no = peewee.IntegerField()
    old_public = peewee.BlobField()
    new_public = peewee.BlobField()
    sealed = peewee.BlobField()

    class Meta:
        table_name = "organisation_key"
        primary_key = peewee.CompositeKey("log_no", "old_public", "new_public")


class Audience(peewee.Model):
    """For which kits something of the coordination's is meant; `sign_publics`: their public keys, one after another."""

    log_no = peewee.IntegerField()
    thing_id = peewee.BlobField()
    turn = peewee.IntegerField()
    is_for_all = peewee.BooleanField()
    sign_publics = peewee.BlobField()

    class Meta:
        table_name = "audience"
        primary_key = peewee.CompositeKey("log_no", "thing_id")


class KitTerms(peewee.Model):
    """Settings the coordination told one kit; 0 or nothing: as they are there."""

    log_no = peewee.IntegerField()
    kit_id = peewee.BlobField()
    turn = peewee.IntegerField()
    small_group = peewee.IntegerField()
    purge_days = peewee.IntegerField()
    session_hours = peewee.IntegerField()
    deposit_mb = peewee.IntegerField()
    departments = peewee.TextField()

    class Meta:
        table_name = "kit_terms"
        primary_key = peewee.CompositeKey("log_no", "kit_id")


class Tombstone(peewee.Model):
    """Somebody (or a thing) whose envelopes were destroyed: one that comes later is not kept. Local to a node."""

    subject = peewee.BlobField(primary_key=True)
