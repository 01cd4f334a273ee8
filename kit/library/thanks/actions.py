"""What can be done with thanks: give them, show a word or not, let go of those nobody read. One transaction each."""

from __future__ import annotations

import msgspec

from kit.errors import Problem
from kit.journal.life import DAY_MS, tick
from kit.keys.primitives import digest
from kit.library import facts as library_facts
from kit.library import queries as library
from kit.library.counts.queries import count_uses
from kit.library.deposits.rules import WAIT_DAYS
from kit.library.queries import ItemView
from kit.library.thanks import facts, queries
from kit.library.thanks.queries import Thanks
from kit.people import audit, identities
from kit.people.actions import Staff
from kit.people.node import Node

MOST_WAITING = 300
MOST_SHOWN = 100


class Told(msgspec.Struct, frozen=True):
    """What the author of a work reads: how many thanked, how many since she looked last, the words shown, how many wait
    for the team, how often the work was read here and kept on a phone; whether it stands here, or did once."""

    count: int
    new: int
    words: list[Thanks]
    waiting: int
    read: int
    kept: int
    is_here: bool
    is_gone: bool


def tell_author(node: Node, deposit_id: bytes, item_id: bytes | None) -> Told | None:
    """What came for a work that was given; None before it was accepted. Reading it marks it as read."""
    if item_id is None:
        return None
    is_here = library.has_item(node.store, item_id)
    is_gone = not is_here and bool(node.journal.facts_of(library_facts.ITEM, item_id))
    count = queries.count_for(node.store, item_id)
    new = max(0, count - queries.count_told(node.store, deposit_id))
    read, kept = count_uses(node.store, item_id)
    if new:
        with node.store.write():
            queries.note_told(node.store, deposit_id, count)
    waiting = queries.count_unread(node.store, item_id)
    words = queries.list_shown(node.store, item_id, MOST_SHOWN)
    return Told(count, new, words, waiting, read, kept, is_here, is_gone)


class Opened(msgspec.Struct, frozen=True):
    """A word as the team reads it; `text` is None when this person's passphrase does not open it."""

    thanks: Thanks
    item: ItemView | None
    text: str | None


def give(node: Node, nonce: bytes, item: ItemView, word: str) -> None:
    """Note thanks for a work that was given, with a word or without. The same form again notes nothing.

    Raises Problem `thanks.no_author`, or `thanks.full` when too many words wait.
    """
    thanks_id = digest(b"thanks-id", nonce, size=16)
    if not queries.is_gift(node.store, item.item_id):
        raise Problem("thanks.no_author")
    life = tick(node.store, node.clock)
    with node.journal.write():
        if queries.find(node.store, thanks_id) is not None:
            return
        if not word:
            node.journal.append(facts.GIVEN, thanks_id, facts.ThanksGiven(item.item_id))
            return
        if queries.count_waiting(node.store, node.identity.sign_public) >= MOST_WAITING:
            raise Problem("thanks.full")
        door = identities.make_door(node, thanks_id)
        sealed = identities.seal_identity(node, thanks_id, identities.Identity("", "", word), door)
        node.journal.append(facts.GIVEN, thanks_id, facts.ThanksGiven(item.item_id, True), sealed=sealed)
        queries.begin_wait(node.store, thanks_id, life)


def open_waiting(node: Node, by: Staff) -> list[Opened]:
    """The words that wait here, opened when this person may; at a central with a line in the audit trail."""
    waiting, vault = queries.list_of_state(node.store, node.identity.sign_public, "waiting", MOST_SHOWN), by.vault()
    opened = [Opened(one, library.find_item(node.store, one.item_id), _open(node, vault, one)) for one in waiting]
    audit.note_door(node, by, "thanks.opened", b"", sum(one.text is not None for one in opened))
    return opened


def list_shown(node: Node) -> list[Opened]:
    """The words that everybody reads."""
    shown = queries.list_of_state(node.store, node.identity.sign_public, "shown", MOST_SHOWN)
    return [Opened(one, library.find_item(node.store, one.item_id), one.text) for one in shown]


def _open(node: Node, vault: bytes | None, thanks: Thanks) -> str | None:
    door = identities.open_door(node, vault, thanks.thanks_id) if vault else None
    told = identities.open_identity(node, thanks.envelope, door)
    return told.text if told is not None else None


def get_item(node: Node, thanks_id: bytes) -> ItemView | None:
    """The work that a word speaks of. Raises Problem `thanks.not_found`."""
    found = queries.find(node.store, thanks_id)
    if found is None:
        raise Problem("thanks.not_found")
    return library.find_item(node.store, found.item_id)


def show(node: Node, by: Staff, thanks_id: bytes) -> None:
    """Show a word under its work: written again in clear. Raises Problem `thanks.not_found`, `people.forbidden`."""
    found = queries.find(node.store, thanks_id)
    if found is None or found.state != "waiting":
        raise Problem("thanks.not_found")
    text = _open(node, by.vault(), found)
    if text is None:
        raise Problem("people.forbidden")
    audit.note_door(node, by, "thanks.opened", thanks_id)
    _settle(node, thanks_id, "shown", text, only_from=("waiting",))


def refuse(node: Node, thanks_id: bytes) -> None:
    """Show a word no more, or never. Raises Problem `thanks.not_found`."""
    _settle(node, thanks_id, "refused", "", only_from=("waiting", "shown"))


def let_go(node: Node) -> int:
    """Let go of words nobody read in sixty days of the node's life; how many."""
    late = queries.list_waiting_since(node.store, tick(node.store, node.clock) - WAIT_DAYS * DAY_MS)
    for thanks_id in late:
        _settle(node, thanks_id, "expired", "", only_from=("waiting",))
    return len(late)


def _settle(node: Node, thanks_id: bytes, outcome: str, text: str, only_from: tuple[str, ...]) -> None:
    """What was sealed leaves in every case: a word that is shown stands in clear from now on."""
    with node.journal.write():
        found = queries.find(node.store, thanks_id)
        if found is None or found.state not in only_from:
            raise Problem("thanks.not_found")
        node.journal.append(facts.SETTLED, thanks_id, facts.WordSettled(outcome, text))
        identities.destroy_door(node, thanks_id)
        queries.end_wait(node.store, thanks_id)
    if found.state == "waiting":
        identities.erase(node, thanks_id, "retention")
