"""An erased person is gone from every byte, and no old envelope brings her back; her facts still count."""

from __future__ import annotations

from pathlib import Path

from kit.app import build_node
from kit.ids import new_id
from kit.journal import queries
from kit.people import actions, identities
from kit.people.facts import ERASED, Erased
from kit.settings import read_settings


def test_erasure_removes_the_envelope_and_refuses_it_for_ever(tmp_path: Path) -> None:
    node = build_node(read_settings({}, data=tmp_path / "kit"))
    actions.set_up(node, "Équipe", "mediator")
    subject = new_id()
    with node.journal.write():
        door = identities.make_door(node, subject)
        sealed = identities.seal_identity(node, subject, identities.Identity(name="Odette Canari"), door)
        name = queries.keep_envelope(node.store, subject, sealed)
    assert queries.find_envelope(node.store, name) == sealed
    identities.erase(node, subject, "asked")
    with node.journal.write():
        queries.keep_envelope(node.store, subject, sealed)
    node.journal.replay()
    assert queries.find_envelope(node.store, name) is None
    node.store.flush()
    assert not any(sealed[20:80] in path.read_bytes() for path in node.data.rglob("*") if path.is_file())


def test_an_erasure_that_arrives_first_still_wins(tmp_path: Path) -> None:
    node = build_node(read_settings({}, data=tmp_path / "kit"))
    actions.set_up(node, "Équipe", "mediator")
    subject = new_id()
    node.journal.append(ERASED, subject, Erased("asked"))
    with node.journal.write():
        sealed = identities.seal_identity(node, subject, identities.Identity(name="Odette"), None)
        name = queries.keep_envelope(node.store, subject, sealed)
    assert queries.find_envelope(node.store, name) is None
