"""Places and stops as the journal adds them up."""

from __future__ import annotations

import peewee


class Place(peewee.Model):
    """One place of help, in the fields of the national standard (exact strings, empty when not said)."""

    log_no = peewee.IntegerField()
    place_id = peewee.BlobField()
    version = peewee.IntegerField()
    sort_name = peewee.TextField()
    search_row = peewee.IntegerField()
    id = peewee.TextField()
    pivot = peewee.TextField()
    nom = peewee.TextField()
    commune = peewee.TextField()
    code_postal = peewee.TextField()
    code_insee = peewee.TextField()
    adresse = peewee.TextField()
    complement_adresse = peewee.TextField()
    latitude = peewee.TextField()
    longitude = peewee.TextField()
    typologie = peewee.TextField()
    telephone = peewee.TextField()
    courriels = peewee.TextField()
    site_web = peewee.TextField()
    horaires = peewee.TextField()
    presentation_resume = peewee.TextField()
    presentation_detail = peewee.TextField()
    source = peewee.TextField()
    itinerance = peewee.TextField()
    structure_parente = peewee.TextField()
    date_maj = peewee.TextField()
    services = peewee.TextField()
    publics_specifiquement_adresses = peewee.TextField()
    prise_en_charge_specifique = peewee.TextField()
    frais_a_charge = peewee.TextField()
    dispositif_programmes_nationaux = peewee.TextField()
    formations_labels = peewee.TextField()
    autres_formations_labels = peewee.TextField()
    modalites_acces = peewee.TextField()
    modalites_accompagnement = peewee.TextField()
    fiche_acces_libre = peewee.TextField()
    prise_rdv = peewee.TextField()
    changed_ms = peewee.IntegerField()

    class Meta:
        table_name = "place"
        primary_key = peewee.CompositeKey("log_no", "place_id")


class PlaceService(peewee.Model):
    """One service of a place, as the standard's exact string."""

    log_no = peewee.IntegerField()
    place_id = peewee.BlobField()
    service = peewee.TextField()

    class Meta:
        table_name = "place_service"
        primary_key = peewee.CompositeKey("log_no", "place_id", "service")


class OpenPlace(peewee.Model):
    """Local: what the open data last said of a place (`digest`; empty: that it is no more), and since when."""

    place_id = peewee.BlobField(primary_key=True)
    id = peewee.TextField()
    digest = peewee.BlobField()
    seen_ms = peewee.IntegerField()

    class Meta:
        table_name = "open_place"


class PlaceProposal(peewee.Model):
    """What a log that is not the place's home would change. `version` is that of the home's account.

    `fields` is a JSON object; `clashes` are the fields that people must settle. State: `fits` (merges as soon as the
    home hears it), `flagged`, `accepted`, `refused`, `replaced` (by the same log).
    """

    log_no = peewee.IntegerField()
    proposal_id = peewee.BlobField()
    place_id = peewee.BlobField()
    home = peewee.BlobField()
    version = peewee.IntegerField()
    state = peewee.TextField()
    clashes = peewee.TextField()
    fields = peewee.TextField()
    seq = peewee.IntegerField()
    is_outside = peewee.IntegerField()
    word = peewee.TextField()

    class Meta:
        table_name = "place_proposal"
        primary_key = peewee.CompositeKey("log_no", "proposal_id")


class Stop(peewee.Model):
    """One halt of the tour. `version` counts its changes from 1; `tour` is the tour's label, empty when none."""

    log_no = peewee.IntegerField()
    stop_id = peewee.BlobField()
    label = peewee.TextField()
    commune = peewee.TextField()
    code_insee = peewee.TextField()
    address = peewee.TextField()
    starts_at_ms = peewee.IntegerField()
    ends_at_ms = peewee.IntegerField()
    tour = peewee.TextField()
    is_cancelled = peewee.IntegerField()
    is_closed = peewee.IntegerField()
    version = peewee.IntegerField()
    hall_id = peewee.BlobField()

    class Meta:
        table_name = "stop"
        primary_key = peewee.CompositeKey("log_no", "stop_id")


class Adviser(peewee.Model):
    """Somebody who helps: `envelope` names what was sealed of her, `profile` is JSON and says no name."""

    log_no = peewee.IntegerField()
    adviser_id = peewee.BlobField()
    version = peewee.IntegerField()
    home = peewee.BlobField()
    envelope = peewee.BlobField(null=True)
    said_on = peewee.TextField()
    plain = peewee.TextField()
    profile = peewee.TextField()

    class Meta:
        table_name = "adviser"
        primary_key = peewee.CompositeKey("log_no", "adviser_id")


class AdviserCard(peewee.Model):
    """What everybody may read of her, because she said so."""

    log_no = peewee.IntegerField()
    adviser_id = peewee.BlobField()
    version = peewee.IntegerField()
    name = peewee.TextField()
    sort_name = peewee.TextField()
    phone = peewee.TextField()
    email = peewee.TextField()
    plain = peewee.TextField()
    profile = peewee.TextField()

    class Meta:
        table_name = "adviser_card"
        primary_key = peewee.CompositeKey("log_no", "adviser_id")


class AdviserLink(peewee.Model):
    """A place or stop where somebody with a card helps, and when (days, empty: not said)."""

    log_no = peewee.IntegerField()
    adviser_id = peewee.BlobField()
    number = peewee.IntegerField()
    target_id = peewee.BlobField()
    since = peewee.TextField()
    until = peewee.TextField()
    hours = peewee.TextField()

    class Meta:
        table_name = "adviser_link"
        primary_key = peewee.CompositeKey("log_no", "adviser_id", "number")


class PlaceFind(peewee.Model):
    """Local: what a search compares of a place: where, its bits (`finding`), the day it was last checked."""

    search_row = peewee.BigIntegerField(primary_key=True)
    log_no = peewee.IntegerField()
    place_id = peewee.BlobField()
    sort_name = peewee.TextField()
    north = peewee.FloatField(null=True)
    east = peewee.FloatField(null=True)
    marks = peewee.BigIntegerField()
    checked_on = peewee.TextField()

    class Meta:
        table_name = "place_find"


class PlaceHours(peewee.Model):
    """When a place is open: day of the week from Monday 0, minutes of the day."""

    log_no = peewee.IntegerField()
    place_id = peewee.BlobField()
    day = peewee.IntegerField()
    opens = peewee.IntegerField()
    closes = peewee.IntegerField()

    class Meta:
        table_name = "place_hours"
        primary_key = peewee.CompositeKey("log_no", "place_id", "day", "opens", "closes")


class PlaceCheck(peewee.Model):
    """When a place was last checked and how, and when it was last asked to confirm; empty when it never was."""

    log_no = peewee.IntegerField()
    place_id = peewee.BlobField()
    checked_on = peewee.TextField()
    checked_how = peewee.TextField()
    checked_by = peewee.TextField()
    asked_on = peewee.TextField()
    asked_how = peewee.TextField()

    class Meta:
        table_name = "place_check"
        primary_key = peewee.CompositeKey("log_no", "place_id")


class Hall(peewee.Model):
    """A hall and its practical sheet (`sheet`: JSON of codes)."""

    log_no = peewee.IntegerField()
    hall_id = peewee.BlobField()
    version = peewee.IntegerField()
    sort_name = peewee.TextField()
    label = peewee.TextField()
    commune = peewee.TextField()
    code_insee = peewee.TextField()
    address = peewee.TextField()
    north = peewee.TextField()
    east = peewee.TextField()
    state = peewee.TextField()
    seats = peewee.IntegerField()
    host = peewee.TextField()
    host_phone = peewee.TextField()
    keys = peewee.TextField()
    hours = peewee.TextField()
    remarks = peewee.TextField()
    sheet = peewee.TextField()
    noted_ms = peewee.BigIntegerField()

    class Meta:
        table_name = "hall"
        primary_key = peewee.CompositeKey("log_no", "hall_id")


class PlaceTerm(peewee.Model):
    """Local: one plain word of a place's name or address."""

    search_row = peewee.BigIntegerField()
    term = peewee.TextField()

    class Meta:
        table_name = "place_term"
        primary_key = peewee.CompositeKey("search_row", "term")


class Equipment(peewee.Model):
    """A thing that places share; `picture`: a small WebP or nothing, `word_count`: loans and returns told of it."""

    log_no = peewee.IntegerField()
    equipment_id = peewee.BlobField()
    version = peewee.IntegerField()
    plain = peewee.TextField()
    label = peewee.TextField()
    kind = peewee.TextField()
    number = peewee.TextField()
    owner = peewee.TextField()
    place = peewee.TextField()
    state = peewee.TextField()
    remarks = peewee.TextField()
    picture = peewee.BlobField()
    picture_count = peewee.IntegerField()
    word_count = peewee.IntegerField()

    class Meta:
        table_name = "equipment"
        primary_key = peewee.CompositeKey("log_no", "equipment_id")


class EquipmentSpan(peewee.Model):
    """Days for which somebody has a thing or asked for it; `back_on` empty: not over."""

    log_no = peewee.IntegerField()
    equipment_id = peewee.BlobField()
    span_id = peewee.BlobField()
    for_whom = peewee.TextField()
    phone = peewee.TextField()
    since = peewee.TextField()
    until = peewee.TextField()
    is_out = peewee.IntegerField()
    was_out = peewee.IntegerField()
    back_on = peewee.TextField()
    said = peewee.TextField()

    class Meta:
        table_name = "equipment_span"
        primary_key = peewee.CompositeKey("log_no", "equipment_id", "span_id")
