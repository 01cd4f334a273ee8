"""The kinds of fact this room writes, and the fold of each thing.

An answer is immutable and has no key on the person; what somebody wrote is in the envelope that goes with the fact.
A version of a questionnaire is immutable too: answers cite it. Several of one question are told as one value for each
choice (`question.choice`), a rank the same way.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from kit.feedback import queries, result_queries
from kit.feedback.rules import Scope
from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.rules import first_word
from kit.journal.writers import ANYBODY
from kit.store import Store

Id = Annotated[bytes, Meta(min_length=16, max_length=16)]
Code = Annotated[str, Meta(min_length=1, max_length=60)]
Version = Annotated[int, Meta(ge=1, le=100_000)]
Mark = Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
Said = Annotated[tuple[tuple[Code, Mark], ...], Meta(max_length=400)]
Document = Annotated[bytes, Meta(min_length=1, max_length=42_000)]


class AnswerGiven(Body, frozen=True):
    """One answer. `scope_id` is the workshop's or the stop's id, or the tour's (`rules.tour_id`)."""

    questionnaire: Code
    version: Version
    scope: Scope
    scope_id: Id
    values: Said


GIVEN = Kind("answer.given", AnswerGiven)


def fold_answer(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One answer: the first fact that gave it, for ever."""
    for table in ANSWER.tables:
        store.run(f"DELETE FROM {table} WHERE answer_id = ?", subject)
    fact = first_word(facts)
    if fact is None:
        result_queries.forget_pending(store, subject)
        return
    body: AnswerGiven = fact.body
    log_no = log_number(store, fact.home, None, None)
    store.run(
        "INSERT INTO answer (log_no, answer_id, questionnaire, version, scope, scope_id, envelope, day_ms) "
        "VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
        log_no, subject, body.questionnaire, body.version, body.scope, body.scope_id, fact.envelope,
        fact.moment.wall_ms,
    )  # fmt: skip
    store.run_many(
        "INSERT INTO answer_value (log_no, answer_id, question, value) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
        [(log_no, subject, question, value) for question, value in body.values],
    )
    result_queries.note_pending(
        store, subject, body.questionnaire, body.scope, body.scope_id,
        has_text=fact.envelope is not None, day_ms=fact.moment.wall_ms,
    )  # fmt: skip


class QuestionnaireWritten(Body, frozen=True):
    """One version of a questionnaire. `document` is `soundness.encode` of it; an older program keeps it unread."""

    code: Code
    version: Version
    document: Document


class QuestionnaireOffered(Body, frozen=True):
    """Whether visitors find it in the list. The last word of a log counts, and a kit's own before its home's."""

    is_offered: bool


WRITTEN = Kind("questionnaire.written", QuestionnaireWritten)
OFFERED = Kind("questionnaire.offered", QuestionnaireOffered, writers=ANYBODY)


def fold_questionnaire(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One questionnaire: of each version what its log said first, and the last word of each log on offering it."""
    versions: dict[tuple[int, int], tuple[object, ...]] = {}
    offers: dict[int, tuple[object, ...]] = {}
    for fact in facts:
        log_no = log_number(store, fact.log_id, None, None)
        if fact.kind == WRITTEN.name:
            row = (log_no, subject, fact.body.version, fact.body.code, fact.body.document)
            versions.setdefault((log_no, fact.body.version), row)
        else:
            offers[log_no] = (log_no, subject, int(fact.body.is_offered))
    queries.write_questionnaire(store, subject, list(versions.values()), list(offers.values()))


class QuoteChosen(Body, frozen=True):
    """Staff publish a sentence of a group, in clear; `text` empty: no longer. The last word of a log counts."""

    questionnaire: Code
    scope: Scope
    scope_id: Id
    text: Annotated[str, Meta(max_length=600)]


QUOTED = Kind("quote.chosen", QuoteChosen)


def fold_quote(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One quote: as last told."""
    store.run("DELETE FROM quote WHERE quote_id = ?", subject)
    if facts and facts[-1].body.text:
        body = facts[-1].body
        store.run(
            "INSERT INTO quote (log_no, quote_id, questionnaire, scope, scope_id, text) VALUES (?,?,?,?,?,?)",
            log_number(store, facts[0].home, None, None), subject, body.questionnaire, body.scope, body.scope_id,
            body.text,
        )  # fmt: skip


ANSWER = Thing("answer", (GIVEN,), ("answer", "answer_value"), fold_answer)
QUESTIONNAIRE = Thing(
    "questionnaire", (WRITTEN, OFFERED), ("questionnaire_version", "questionnaire_offer"), fold_questionnaire,
    goes_down=True, has_one_home=False, central_first=True,
)  # fmt: skip
QUOTE = Thing("quote", (QUOTED,), ("quote",), fold_quote)
THINGS: tuple[Thing, ...] = (ANSWER, QUESTIONNAIRE, QUOTE)
