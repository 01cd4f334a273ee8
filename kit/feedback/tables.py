"""Answers as the journal adds them up, and what waits on this node before it is noted there."""

from __future__ import annotations

import peewee


class Answer(peewee.Model):
    """One answer. `scope` says what is known of where it was given; `day_ms` is the day of its batch, no finer."""

    log_no = peewee.IntegerField()
    answer_id = peewee.BlobField()
    questionnaire = peewee.TextField()
    version = peewee.IntegerField()
    scope = peewee.TextField()
    scope_id = peewee.BlobField()
    envelope = peewee.BlobField(null=True)
    day_ms = peewee.IntegerField()

    class Meta:
        table_name = "answer"
        primary_key = peewee.CompositeKey("log_no", "answer_id")


class AnswerValue(peewee.Model):
    """What an answer says to one question with fixed choices."""

    log_no = peewee.IntegerField()
    answer_id = peewee.BlobField()
    question = peewee.TextField()
    value = peewee.IntegerField()

    class Meta:
        table_name = "answer_value"
        primary_key = peewee.CompositeKey("log_no", "answer_id", "question")


class Waiting(peewee.Model):
    """An answer in the urn, under a random key, with no time. Source table: replay does not touch it.

    `workshop_id` and `stop_id` are empty when none; `said` is the msgpack list of (question, value) pairs.
    """

    answer_id = peewee.BlobField(primary_key=True)
    questionnaire = peewee.TextField()
    version = peewee.IntegerField()
    workshop_id = peewee.BlobField()
    stop_id = peewee.BlobField()
    said = peewee.BlobField()
    sealed = peewee.BlobField(null=True)

    class Meta:
        table_name = "urn"


class UsedForm(peewee.Model):
    """A form that was posted, so that it counts once. Source table, untimed, linked to no answer."""

    digest = peewee.BlobField(primary_key=True)

    class Meta:
        table_name = "used_form"


class QuestionnaireVersion(peewee.Model):
    """One version of a questionnaire that was written here or at home; `document` is as its fact carried it."""

    log_no = peewee.IntegerField()
    questionnaire_id = peewee.BlobField()
    version = peewee.IntegerField()
    code = peewee.TextField()
    document = peewee.BlobField()

    class Meta:
        table_name = "questionnaire_version"
        primary_key = peewee.CompositeKey("log_no", "questionnaire_id", "version")


class QuestionnaireOffer(peewee.Model):
    """What a log says last of offering a questionnaire to visitors."""

    log_no = peewee.IntegerField()
    questionnaire_id = peewee.BlobField()
    is_offered = peewee.IntegerField()

    class Meta:
        table_name = "questionnaire_offer"
        primary_key = peewee.CompositeKey("log_no", "questionnaire_id")


class PendingAnswer(peewee.Model):
    """An answer that is noted and not counted in results yet. Table of this node, fed by the fold."""

    answer_id = peewee.BlobField(primary_key=True)
    questionnaire = peewee.TextField()
    scope = peewee.TextField()
    scope_id = peewee.BlobField()
    has_text = peewee.IntegerField()
    day_ms = peewee.IntegerField()

    class Meta:
        table_name = "pending_answer"


class ReleasedAnswer(peewee.Model):
    """An answer that was counted in results: it is never counted again. Table of this node."""

    answer_id = peewee.BlobField(primary_key=True)

    class Meta:
        table_name = "released_answer"


class ResultGroup(peewee.Model):
    """How many answers of a group were counted, and how many of them have a text. Table of this node."""

    questionnaire = peewee.TextField()
    scope = peewee.TextField()
    scope_id = peewee.BlobField()
    count = peewee.IntegerField()
    text_count = peewee.IntegerField()
    day_ms = peewee.IntegerField()

    class Meta:
        table_name = "result_group"
        primary_key = peewee.CompositeKey("questionnaire", "scope", "scope_id")


class ResultTotal(peewee.Model):
    """How many gave one value to one question: counted, and as many of them as are shown. Table of this node."""

    questionnaire = peewee.TextField()
    scope = peewee.TextField()
    scope_id = peewee.BlobField()
    version = peewee.IntegerField()
    question = peewee.TextField()
    value = peewee.IntegerField()
    count = peewee.IntegerField()
    shown = peewee.IntegerField()

    class Meta:
        table_name = "result_total"
        primary_key = peewee.CompositeKey("questionnaire", "scope", "scope_id", "version", "question", "value")


class AnswerDraft(peewee.Model):
    """An answer being given, under a key that only the phone holds. Source table, untimed."""

    draft_id = peewee.BlobField(primary_key=True)
    sealed = peewee.BlobField()

    class Meta:
        table_name = "answer_draft"


class DayDoor(peewee.Model):
    """A door of texts given outside any stop, with its day of the box's running life. Local table."""

    subject = peewee.BlobField(primary_key=True)
    day = peewee.IntegerField()

    class Meta:
        table_name = "day_door"


class TextMark(peewee.Model):
    """How far one of our logs had come on a day of the box's running life. Local table."""

    log_no = peewee.IntegerField()
    day = peewee.IntegerField()
    seq = peewee.IntegerField()

    class Meta:
        table_name = "text_mark"
        primary_key = peewee.CompositeKey("log_no", "day")


class QuestionnaireDraft(peewee.Model):
    """A questionnaire being written on this node. Source table."""

    code = peewee.TextField(primary_key=True)
    document = peewee.BlobField()

    class Meta:
        table_name = "questionnaire_draft"


class Letter(peewee.Model):
    """A grievance or a question. `said`: the msgpack list of (question, value) pairs; `stop_id` is empty when none.

    `reply_to` is the public key of its code: an answer is sealed to it.
    """

    log_no = peewee.IntegerField()
    letter_id = peewee.BlobField()
    purpose = peewee.TextField()
    questionnaire = peewee.TextField()
    version = peewee.IntegerField()
    stop_id = peewee.BlobField()
    said = peewee.BlobField()
    reply_to = peewee.BlobField()
    envelope = peewee.BlobField(null=True)
    day_ms = peewee.IntegerField()

    class Meta:
        table_name = "letter"
        primary_key = peewee.CompositeKey("log_no", "letter_id")


class LetterMove(peewee.Model):
    """What became of a letter. It may be here without its letter: that was given to another kit."""

    log_no = peewee.IntegerField()
    letter_id = peewee.BlobField()
    seq = peewee.IntegerField()
    base = peewee.IntegerField()
    status = peewee.TextField()
    envelope = peewee.BlobField(null=True)
    day_ms = peewee.IntegerField()

    class Meta:
        table_name = "letter_move"
        primary_key = peewee.CompositeKey("log_no", "letter_id", "seq")


class Told(peewee.Model):
    """What staff tell everybody: an answer to a question, or what changed thanks to opinions."""

    log_no = peewee.IntegerField()
    told_id = peewee.BlobField()
    kind = peewee.TextField()
    title = peewee.TextField()
    text = peewee.TextField()
    is_shown = peewee.IntegerField()
    version = peewee.IntegerField()
    day_ms = peewee.IntegerField()

    class Meta:
        table_name = "told"
        primary_key = peewee.CompositeKey("log_no", "told_id")


class PollPaper(peewee.Model):
    """Paper ballots of one stop for one consultation; `counts` is the msgpack list of (choice, how many) pairs."""

    log_no = peewee.IntegerField()
    paper_id = peewee.BlobField()
    code = peewee.TextField()
    stop_id = peewee.BlobField()
    ballots = peewee.IntegerField()
    counts = peewee.BlobField()
    version = peewee.IntegerField()

    class Meta:
        table_name = "poll_paper"
        primary_key = peewee.CompositeKey("log_no", "paper_id")


class PollClosed(peewee.Model):
    """The tally of a closed consultation; `is_merged`: too few answered on screen to be told apart."""

    log_no = peewee.IntegerField()
    poll_id = peewee.BlobField()
    code = peewee.TextField()
    screen_voters = peewee.IntegerField()
    paper_ballots = peewee.IntegerField()
    screen = peewee.BlobField()
    paper = peewee.BlobField()
    is_merged = peewee.IntegerField()

    class Meta:
        table_name = "poll_closed"
        primary_key = peewee.CompositeKey("log_no", "poll_id")


class VoteCode(peewee.Model):
    """A code that was printed for one answer to a consultation. Source table, of this node."""

    digest = peewee.BlobField(primary_key=True)
    code = peewee.TextField()

    class Meta:
        table_name = "vote_code"


class UsedVoteCode(peewee.Model):
    """A code that served: untimed, linked to no answer. Source table, of this node."""

    digest = peewee.BlobField(primary_key=True)

    class Meta:
        table_name = "used_vote_code"


class PollSlip(peewee.Model):
    """A slip that was printed at home for one answer, in whatever suitcase."""

    log_no = peewee.IntegerField()
    digest = peewee.BlobField()
    slips_id = peewee.BlobField()
    code = peewee.TextField()

    class Meta:
        table_name = "poll_slip"
        primary_key = peewee.CompositeKey("log_no", "digest")


class PollSlipUsed(peewee.Model):
    """A shared slip that served, as one log tells it: linked to no answer."""

    log_no = peewee.IntegerField()
    digest = peewee.BlobField()
    used_id = peewee.BlobField()
    code = peewee.TextField()

    class Meta:
        table_name = "poll_slip_used"
        primary_key = peewee.CompositeKey("log_no", "digest")


class Quote(peewee.Model):
    """A sentence that staff chose among what a group wrote, in clear."""

    log_no = peewee.IntegerField()
    quote_id = peewee.BlobField()
    questionnaire = peewee.TextField()
    scope = peewee.TextField()
    scope_id = peewee.BlobField()
    text = peewee.TextField()

    class Meta:
        table_name = "quote"
        primary_key = peewee.CompositeKey("log_no", "quote_id")
