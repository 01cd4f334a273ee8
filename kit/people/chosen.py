"""On a kit: what is meant for it, and the settings it was told. At home everything is shown."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from kit.journal import queries as journal_queries
from kit.people import chosen_queries as queries
from kit.people.chosen_queries import Terms
from kit.people.node import Node
from kit.settings import Settings, defaults
from kit.store import Store

TOLD = "settings.told"  # as msgpack of Terms: read at every start
EXTRACT = "directory.extract"  # departments, one space between them: read by the fold of a place


def is_for_us(node: Node, thing_id: bytes) -> bool:
    """True unless the coordination chose other kits for it."""
    if node.settings.is_central:
        return True
    return queries.read_audience(node.store, thing_id).includes(node.identity.sign_public)


def list_for_others(node: Node) -> frozenset[bytes]:
    """The things that are meant for other kits than this one."""
    if node.settings.is_central:
        return frozenset()
    own = node.identity.sign_public
    return frozenset(one for one, told in queries.read_audiences(node.store).items() if not told.includes(own))


def apply(given: Settings, terms: Terms) -> Settings:
    """Settings as given to the program, and where it was given none, as the coordination told.

    What stands on the command line or in the environment is this kit's own, and stays.
    """
    usual = defaults()
    told = {
        "small_group": terms.small_group, "purge_days": terms.purge_days, "session_hours": terms.session_hours,
        "max_deposit": terms.deposit_mb * 1_000_000,
    }  # fmt: skip
    taken = {name: value for name, value in told.items() if value and getattr(given, name) == int(usual[name])}
    if taken.get("purge_days", given.backup_days + 1) <= given.backup_days:
        del taken["purge_days"]  # a backup is expected before anything goes
    return replace(given, **taken)  # type: ignore[arg-type]


def read_told(store: Store) -> Terms:
    """What was told and taken up so far."""
    kept = journal_queries.get_state(store, TOLD)
    return msgspec.msgpack.decode(kept, type=Terms) if kept else Terms()


def take_up(node: Node, given: Settings) -> bool:
    """Take up what came since: settings count at once; True when the directory's extract is another one now."""
    told, before = queries.read_terms(node.store), read_told(node.store)
    if told == before:
        return False
    node.settings = apply(given, told)
    with node.journal.write():
        journal_queries.set_state(node.store, TOLD, msgspec.msgpack.encode(told))
        journal_queries.set_state(node.store, EXTRACT, " ".join(told.departments).encode())
    return told.departments != before.departments
