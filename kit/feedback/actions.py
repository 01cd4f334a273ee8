"""What can be done with answers: drop one into the urn, and empty the urn into the journal when it hides who said what.

Source: journal.md, "The urn". Being in the urn is being noted; the journal gets answers in batches, shuffled.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Sequence

import msgspec

from kit.errors import Problem
from kit.feedback import day_doors, facts, queries, results, rules
from kit.feedback.forms import NewAnswer
from kit.feedback.queries import Waiting
from kit.feedback.rules import Group, Scope
from kit.ids import new_id
from kit.people import identities
from kit.people.node import Node


def note_answer(node: Node, form: bytes, answer: NewAnswer, once: Callable[[], None] | None = None) -> None:
    """Note an answer: when this returns it will not be lost. The same `form` (a nonce) again changes nothing.

    `once` is run inside the transaction and may refuse by a Problem: then nothing is noted.
    """
    with node.journal.write():
        if not queries.keep_form(node.store, rules.form_digest(form)):
            return
        if once is not None:
            once()
        queries.forget_draft(node.store, rules.draft_id(form))
        waiting = _seal(node, answer)
        queries.write_urn(node.store, [*queries.list_urn(node.store), waiting])
        _settle(node, waiting.group, is_closing=False)
    # The write-ahead log keeps what came one after another: it is emptied, or the next answer will empty it.
    with contextlib.suppress(Problem):
        node.store.flush()


def _seal(node: Node, answer: NewAnswer) -> Waiting:
    stop = node.current_stop()
    stop_id, answer_id, sealed = stop.stop_id if stop else b"", new_id(), None
    if answer.texts:
        door_public = day_doors.door_of(node, stop_id)
        sealed = identities.seal_identity(node, answer_id, identities.Identity(texts=dict(answer.texts)), door_public)
    said = msgspec.msgpack.encode(answer.values)
    return Waiting(answer_id, answer.questionnaire, answer.version, answer.workshop_id, stop_id, said, sealed)


def after_workshop_close(node: Node, workshop_id: bytes, stop_id: bytes) -> None:
    """Nobody else will answer about this workshop: note its answers, or merge them upward into its stop's."""
    with node.journal.write():
        for group in _groups(node):
            if group.workshop_id == workshop_id:
                _settle(node, group, is_closing=True, stop_id=stop_id)


def after_stop_close(node: Node, stop_id: bytes) -> None:
    """Nobody else will answer at this stop: note what waits, destroy the door of its texts, forget the posted forms."""
    with node.journal.write():
        waiting = queries.list_urn(node.store)
        queries.write_urn(node.store, [one.lifted(stop_id) if one.stop_id == stop_id else one for one in waiting])
        for group in _groups(node):
            if not group.workshop_id and group.stop_id in (stop_id, b""):
                _settle(node, group, is_closing=True)
        identities.destroy_door(node, rules.door_subject(stop_id))
        queries.forget_forms(node.store)


def empty_urn_of(node: Node, code: str) -> None:
    """Nobody else will answer this questionnaire: note all that waits, merged upward. Only inside `write()`."""
    while groups := [group for group in _groups(node) if group.questionnaire == code]:
        for group in groups:
            _settle(node, group, is_closing=True)


def _groups(node: Node) -> list[Group]:
    """Who waits together, smallest places first."""
    return [group for group, _ in queries.list_waiting_groups(node.store)]


def _settle(node: Node, group: Group, *, is_closing: bool, stop_id: bytes = b"") -> None:
    """Do what the rule says of one group. `stop_id` is where a workshop's answers go when they are too few."""
    waiting = queries.list_urn(node.store)
    ours = [one for one in waiting if one.group == group]
    outcome = rules.settle(group.level, len(ours), node.settings.small_group, is_closing=is_closing)
    if outcome == "up":
        lifted = [one.lifted(stop_id or one.stop_id) for one in ours]
        queries.write_urn(node.store, [one for one in waiting if one.group != group] + lifted)
        for above in sorted({one.group for one in lifted}, key=lambda one: (one.questionnaire, one.stop_id)):
            _settle(node, above, is_closing=above.level == "tour")
    elif outcome != "wait":
        queries.write_urn(node.store, [one for one in waiting if one.group != group])
        _move(node, ours, outcome, _scope_id(node, group, outcome))


def _scope_id(node: Node, group: Group, scope: Scope) -> bytes:
    if scope != "tour":
        return group.workshop_id or group.stop_id
    tours = [stop.tour for stop in node.list_stops() if stop.stop_id == group.stop_id]
    return rules.tour_id(tours[0] if tours else "")


def _move(node: Node, answers: Sequence[Waiting], scope: Scope, scope_id: bytes) -> None:
    """Note a batch in the journal, shuffled, all at the same coarse moment. Only inside `write()`."""
    moment = rules.coarsen(node.clock.moment())
    shuffled = list(answers)
    secrets.SystemRandom().shuffle(shuffled)
    for one in shuffled:
        sealed = one.sealed
        if sealed is not None and scope == "tour":
            sealed = identities.without_door(node, sealed)  # the key of the stop's door would name the stop
        said = msgspec.msgpack.decode(one.said, type=tuple[tuple[str, int], ...])
        body = facts.AnswerGiven(one.questionnaire, one.version, scope, scope_id, said)
        node.journal.append(facts.GIVEN, one.answer_id, body, sealed=sealed, moment=moment)
    results.refresh(node)
