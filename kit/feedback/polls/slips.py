"""Slips with a code for one answer: printed here (they serve here only), or at home (they serve in every suitcase).

A suitcase without a line cannot know what another one took. So what served is told home, in batches as the answers
themselves leave the urn and linked to none of them; home tells every suitcase, and counts the slips that served twice.
"""

from __future__ import annotations

from collections.abc import Callable

from kit.feedback import rules
from kit.feedback.polls import facts, queries
from kit.feedback.questionnaires import Questionnaire
from kit.ids import new_id, new_slip_code, read_code
from kit.keys.primitives import digest_slowly
from kit.people.node import Node


def slip_digest(code: str, ballot: str) -> bytes:
    """How a slip is remembered: slow on purpose, for the list of them travels in clear."""
    return digest_slowly(f"{code}/{ballot}", b"valise-poll-slip")


def make_codes(node: Node, code: str, count: int) -> list[str]:
    """Codes for one answer each, told once: only their digests stay, here or (made at home) in every suitcase."""
    made = sorted({new_slip_code() for _ in range(count)})
    digests = sorted(slip_digest(code, one) for one in made)
    with node.journal.write():
        if node.settings.is_central:
            node.journal.append(facts.PRINTED, new_id(), facts.SlipsPrinted(code, tuple(digests)))
        else:
            queries.add_codes(node.store, code, digests)
    return made


def spend(node: Node, poll: Questionnaire, ballot: str) -> Callable[[], None]:
    """What marks a slip as used, to be run in the transaction that notes its answer; refuses by a Problem `polls.*`."""
    typed = read_code(ballot)
    digests = [slip_digest(poll.code, typed), rules.vote_digest(poll.code, typed)]  # the second: printed long ago
    return lambda: queries.use_code(node.store, poll.code, digests)


def tell_used(node: Node, code: str = "") -> int:
    """Tell home which shared slips served (of one consultation), once their answers have left the urn; how many."""
    told = 0
    if not queries.list_used_untold(node.store, code):
        return told
    with node.journal.write():
        for one, digests in queries.list_used_untold(node.store, code).items():
            if queries.count_in_urn(node.store, one) == 0:
                told += _tell(node, one, digests)
    return told


def tell_used_elsewhere(node: Node) -> int:
    """At home: tell every suitcase which slips served in one of them; how many are new."""
    told = 0
    if not queries.list_used_to_relay(node.store):
        return told
    with node.journal.write():
        for code, digests in queries.list_used_to_relay(node.store).items():
            told += _tell(node, code, digests)
    return told


def _tell(node: Node, code: str, digests: list[bytes]) -> int:
    moment = rules.coarsen(node.clock.moment())
    for start in range(0, len(digests), facts.MOST_DIGESTS):
        some = tuple(sorted(digests[start : start + facts.MOST_DIGESTS]))
        node.journal.append(facts.USED, rules.slips_id(code), facts.SlipsUsed(code, some), moment=moment)
    return len(digests)
