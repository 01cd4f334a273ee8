"""What a central does for the names by itself, a few at a time: asks for certificates, renews them, takes them back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import msgspec

from kit.central.names import queries, terms
from kit.central.names.authority import Authority
from kit.central.names.queries import READY, REVOKED, TO_REVOKE, Named
from kit.central.names.rules import DAY_MS, SILENT_DAYS, next_try, renew_at
from kit.central.names.terms import Terms
from kit.central.names.zone import Zone
from kit.errors import Problem
from kit.keys import certificates, primitives
from kit.people.node import Node

MOST_A_ROUND = 10
CLAIM_MS = 20 * 60_000  # longer than the longest wait for the DNS and an order together; after a kill it is tried again
RATE_PAUSE_MS = 3 * 3_600_000
TEST = "valise-essai"
# These say nothing of one kit: the others would meet the same, and wait for the next round.
FOR_ALL = frozenset({
    "names.no_library", "names.acme_unreachable", "names.rate_limited", "names.dns_unreachable", "names.dns_key",
    "names.dns_clock", "names.dns_refused", "names.not_ours", "keys.cannot_open",
})  # fmt: skip
Wait = Callable[[float], object]
_log = logging.getLogger(__name__)


def carry_on(node: Node, wait: Wait = time.sleep) -> int:
    """One round; how many names were brought further. What fails is noted beside its kit and tried again later."""
    set_to = terms.find(node)
    if set_to is None:
        return 0
    now = node.clock.wall_ms()
    due = queries.list_due(node.store, now, now - SILENT_DAYS * DAY_MS, MOST_A_ROUND)
    if not due:
        return 0
    done = 0
    for found in due:
        named = _claim(node, found)
        if named is None:
            continue
        try:
            authority, zone = _open(node, set_to)
            set_to = terms.find(node) or set_to
            _bring_further(node, named, authority, zone, wait)
            done += 1
        except Problem as problem:
            _log.warning("https name %s: %s %s", named.name, problem.code, problem.details.get("reason", ""))
            _note(node, named, problem)
            if problem.code in FOR_ALL:
                break
    return done


def _claim(node: Node, named: Named) -> Named | None:
    """This one is ours for a while, so that another process does not write the same text; None: another has it."""
    with node.store.write():
        if queries.find(node.store, named.kit_id) != named:
            return None
        claimed = msgspec.structs.replace(named, next_ms=node.clock.wall_ms() + CLAIM_MS)
        queries.save(node.store, claimed)
    return claimed


def _open(node: Node, set_to: Terms) -> tuple[Authority, Zone]:
    """The authority, where we are known from now on, and the zone. Raises Problem `names.*`."""
    try:
        zone = Zone(set_to, terms.unwrap(node, set_to.secret).decode())
        account_key = terms.unwrap(node, set_to.account_key) if set_to.account_key else certificates.new_account_key()
        authority = Authority(set_to, account_key, set_to.account_url)
    except ImportError as refusal:
        raise Problem("names.no_library") from refusal
    if not set_to.account_url:
        url = authority.join()
        with node.store.write():
            wrapped = terms.wrap(node, account_key)
            terms.save(node, msgspec.structs.replace(set_to, account_key=wrapped, account_url=url))
    return authority, zone


def _bring_further(node: Node, named: Named, authority: Authority, zone: Zone, wait: Wait) -> None:
    if named.state == TO_REVOKE:
        for mark, chain in queries.list_chains(node.store, named.kit_id):
            authority.revoke(chain)
            with node.store.write():
                queries.forget_chain(node.store, named.kit_id, mark)
        zone.remove(named.name)
        _save(node, named, msgspec.structs.replace(named, state=REVOKED, problem="", detail="", tries=0))
        return
    certificates.check_request(named.request, named.name)
    chain = authority.certify(named.name, named.request, zone, wait)
    first, last = certificates.read_dates(chain, named.name)
    now = node.clock.wall_ms()
    with node.store.write():
        queries.forget_ended(node.store, now)
        queries.keep_chain(node.store, named.kit_id, primitives.digest(chain), chain, last)
    _save(node, named, msgspec.structs.replace(
        named, chain=chain, state=READY, from_ms=first, until_ms=last, renew_ms=renew_at(first, last), came_ms=now,
        tries=0, next_ms=0, problem="", detail="",
    ))  # fmt: skip


def _save(node: Node, before: Named, after: Named) -> None:
    """Keep how it went, unless the kit handed in another request or was refused in the meantime."""
    with node.store.write():
        known = queries.find(node.store, before.kit_id)
        if known is not None and (known.request, known.state) == (before.request, before.state):
            queries.save(node.store, msgspec.structs.replace(after, asked_ms=known.asked_ms))
        elif known is not None and known.state == REVOKED and queries.list_chains(node.store, before.kit_id):
            queries.save(node.store, msgspec.structs.replace(known, state=TO_REVOKE))  # it came after the refusal


def _note(node: Node, named: Named, problem: Problem) -> None:
    now, tries = node.clock.wall_ms(), named.tries + 1
    pause = RATE_PAUSE_MS if problem.code == "names.rate_limited" else 0
    detail = str(problem.details.get("reason") or problem.details.get("domain", ""))
    after = msgspec.structs.replace(
        named, tries=tries, next_ms=next_try(now, tries - 1, pause), problem=problem.code, detail=detail
    )
    _save(node, named, after)


def try_out(node: Node, set_to: Terms) -> None:
    """Write and remove a text in the zone, and greet the authority: what is wrong is told at once.

    Raises Problem `names.*`.
    """
    authority, zone = _open(node, set_to)
    del authority
    zone.put(f"{TEST}.{set_to.domain}", "essai")
    zone.remove(f"{TEST}.{set_to.domain}")
