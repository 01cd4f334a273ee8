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
    based_on = peewee.BlobField(null=True)
    duration_minutes = peewee.IntegerField()
    series = peewee.TextField()
    series_place = peewee.IntegerField()
    chapters = peewee.BlobField(null=True)
    cover_small = peewee.BlobField(null=True)
    cover_large = peewee.BlobField(null=True)
    cover_width = peewee.IntegerField()
    cover_height = peewee.IntegerField()
    added_ms = peewee.IntegerField()
    is_hidden = peewee.IntegerField()
    is_public = peewee.IntegerField()
    search_row = peewee.IntegerField()

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


class BenchBatch(peewee.Model):
    """What came at once: one drop, one key, one feed. `source` is the folder or address it is taken from, or ""."""

    batch_id = peewee.BlobField(primary_key=True)
    origin = peewee.TextField()
    label = peewee.TextField()
    source = peewee.TextField()
    made_ms = peewee.IntegerField()
    state = peewee.TextField()
    problem = peewee.TextField()
    work_done = peewee.IntegerField()
    work_total = peewee.IntegerField()

    class Meta:
        table_name = "bench_batch"


class BenchEntry(peewee.Model):
    """One work that waits. `name` is its path in the batch; `proposal` is packed; `twin` is a work like it, or None."""

    entry_id = peewee.BlobField(primary_key=True)
    batch_id = peewee.BlobField()
    name = peewee.TextField()
    state = peewee.TextField()
    version = peewee.IntegerField()
    sha256 = peewee.BlobField(null=True)
    size_bytes = peewee.IntegerField()
    sort_title = peewee.TextField()
    twin_key = peewee.TextField()
    twin = peewee.BlobField(null=True)
    proposal = peewee.BlobField(null=True)
    problem = peewee.TextField()

    class Meta:
        table_name = "bench_entry"


class LeavingFile(peewee.Model):
    """A file of a work that was let go, until it is erased (`kit.library.leaving`)."""

    sha256 = peewee.BlobField(primary_key=True)
    size_bytes = peewee.IntegerField()

    class Meta:
        table_name = "leaving_file"


class SheetReport(peewee.Model):
    """One answer to « Ce n’est plus pareil »: a step, a code of what differs, a code of the kind of phone."""

    log_no = peewee.IntegerField()
    report_id = peewee.BlobField()
    item_id = peewee.BlobField()
    step = peewee.IntegerField()
    what = peewee.TextField()
    device = peewee.TextField()
    is_seen = peewee.IntegerField()
    noted_ms = peewee.IntegerField()

    class Meta:
        table_name = "sheet_report"
        primary_key = peewee.CompositeKey("log_no", "report_id")


class Shelf(peewee.Model):
    """Whose a shelf is: the organisation that alone changes what stands on it. `shelf_id` is drawn from the name."""

    log_no = peewee.IntegerField()
    shelf_id = peewee.BlobField()
    name = peewee.TextField()
    organisation = peewee.TextField()

    class Meta:
        table_name = "shelf"
        primary_key = peewee.CompositeKey("log_no", "shelf_id")


class LibraryMember(peewee.Model):
    """For which organisation somebody of the team works. Local to a node, as the team is."""

    staff_id = peewee.BlobField(primary_key=True)
    organisation = peewee.TextField()

    class Meta:
        table_name = "library_member"


class Passages(peewee.Model):
    """A work whose words were read, and in how many passages. Local: read again from the file where it is lost."""

    item_id = peewee.BlobField(primary_key=True)
    passage_count = peewee.IntegerField()

    class Meta:
        table_name = "item_text"


class Passage(peewee.Model):
    """One passage of a work's words, compressed; `place` counts from 1. Local."""

    passage_id = peewee.AutoField()
    item_id = peewee.BlobField()
    place = peewee.IntegerField()
    text = peewee.BlobField()

    class Meta:
        table_name = "item_passage"


class SearchWord(peewee.Model):
    """A word as the works write it, for whoever mistypes it. Local."""

    word = peewee.TextField(primary_key=True)

    class Meta:
        table_name = "search_word"


class SearchNear(peewee.Model):
    """A word under what is left of it when a letter is taken out: two words that share a `gap` are near. Local."""

    gap = peewee.TextField()
    word = peewee.TextField()

    class Meta:
        table_name = "search_near"
        primary_key = peewee.CompositeKey("gap", "word")


class WorkCount(peewee.Model):
    """How often a work was read and kept on one day (days since 1970), as one log counts. `subject`: see the facts."""

    log_no = peewee.IntegerField()
    subject = peewee.BlobField()
    item_id = peewee.BlobField()
    day = peewee.IntegerField()
    read = peewee.IntegerField()
    kept = peewee.IntegerField()

    class Meta:
        table_name = "work_count"
        primary_key = peewee.CompositeKey("log_no", "item_id", "day")
