"""Two coordinators with their printed codes get the organisation's key back; one alone never does."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit.app import build_node
from kit.errors import Problem
from kit.people import actions, recovery
from kit.people.node import Node
from kit.settings import read_settings


def sign_in(node: Node, words: str, name: str) -> actions.Staff:
    cookie = actions.sign_in(node, actions.Throttle(node.clock.mono_ms), "here", words, name)
    staff = actions.find_signed_in(node, cookie)
    assert staff is not None
    return staff


@pytest.fixture
def central(tmp_path: Path) -> tuple[Node, dict[str, str], bytes]:
    node = build_node(read_settings({}, data=tmp_path / "central", role="central"))
    words = actions.set_up(node, "Inès", "coordinator").passphrase
    ines = sign_in(node, words, "Inès")
    codes = {"Inès": recovery.make_code(node, ines)}
    for name in ("Karim", "Lucie"):
        codes[name] = recovery.make_code(node, sign_in(node, actions.add_staff(node, ines, name, "coordinator"), name))
    private = ines.vault()
    assert private is not None
    return node, codes, private


@pytest.mark.parametrize("names", [("Inès", "Karim"), ("Karim", "Inès"), ("Lucie", "Karim"), ("Inès", "Lucie")])
def test_any_two_codes_give_a_new_passphrase_that_holds_the_key(central, names) -> None:
    node, codes, private = central
    words = recovery.recover(node, names, (codes[names[0]], codes[names[1]]))
    assert sign_in(node, words, names[0]).vault() == private


def test_one_code_twice_or_a_wrong_one_opens_nothing(central) -> None:
    node, codes, _ = central
    for names, given in (
        (("Inès", "Inès"), (codes["Inès"], codes["Inès"])),
        (("Inès", "Karim"), (codes["Inès"], codes["Lucie"])),
        (("Inès", "Karim"), (codes["Karim"], codes["Inès"])),
        (("Inès", "Personne"), (codes["Inès"], codes["Karim"])),
    ):
        with pytest.raises(Problem) as caught:
            recovery.recover(node, names, given)
        assert caught.value.code == "people.wrong_recovery"


def test_a_new_code_replaces_the_old_one(central) -> None:
    node, codes, private = central
    words = recovery.recover(node, ("Inès", "Karim"), (codes["Inès"], codes["Karim"]))
    new = recovery.make_code(node, sign_in(node, words, "Inès"))
    with pytest.raises(Problem):
        recovery.recover(node, ("Karim", "Inès"), (codes["Karim"], codes["Inès"]))
    words = recovery.recover(node, ("Karim", "Inès"), (codes["Karim"], new))
    assert sign_in(node, words, "Karim").vault() == private


def test_codes_are_not_on_the_disk(central) -> None:
    node, codes, private = central
    node.store.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in node.data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert private not in content
            assert not any(code.encode() in content for code in codes.values())
