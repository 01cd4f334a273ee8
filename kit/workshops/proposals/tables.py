"""Proposals of the home side, as the journal adds them up."""

from __future__ import annotations

import peewee


class WorkshopProposal(peewee.Model):
    """One proposal. `plan` is packed; `clashes` are codes joined by `|`; `home` the log it was made in."""

    log_no = peewee.IntegerField()
    proposal_id = peewee.BlobField()
    home = peewee.BlobField()
    kit_id = peewee.BlobField()
    workshop_id = peewee.BlobField()
    action = peewee.TextField()
    plan = peewee.BlobField()
    reason = peewee.TextField()
    state = peewee.TextField()
    clashes = peewee.TextField()
    noted_at_ms = peewee.IntegerField()

    class Meta:
        table_name = "workshop_proposal"
        primary_key = peewee.CompositeKey("log_no", "proposal_id")
