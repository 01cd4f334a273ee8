"""A backup is consistent, opens only for the organisation, and a restored node begins a log of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import backup
from kit.app import build_node
from kit.errors import Problem
from kit.journal import queries
from kit.keys import primitives
from kit.people import actions as people
from kit.people.node import Node
from kit.settings import read_settings
from kit.usb import list_keys


def open_at(folder: Path, role: str = "kit") -> Node:
    return build_node(read_settings({}, data=folder, role=role))


@pytest.fixture
def prepared(tmp_path: Path) -> tuple[Node, str]:
    node = open_at(tmp_path / "kit")
    made = people.set_up(node, "Équipe", "mediator")
    with node.store.write():
        queries.set_state(node.store, "canary", b"Odette Canari")
    return node, made.recovery_code


def test_a_backup_comes_back_whole_under_a_new_log(tmp_path: Path, prepared: tuple[Node, str]) -> None:
    node, code = prepared
    made = backup.make_backup(node, tmp_path / "key")
    backup.restore(made.folder, tmp_path / "again", backup.key_by_recovery_code(made.folder, code))
    again = open_at(tmp_path / "again")
    assert queries.get_state(again.store, "canary") == b"Odette Canari"
    assert again.identity == node.identity
    assert again.journal.log_id != node.journal.log_id


def test_a_backup_shows_nothing_of_what_it_holds(tmp_path: Path, prepared: tuple[Node, str]) -> None:
    made = backup.make_backup(prepared[0], tmp_path / "key")
    for path in made.folder.iterdir():
        assert b"Odette Canari" not in path.read_bytes()
        assert prepared[0].identity.sign_seed not in path.read_bytes()
    assert not (prepared[0].data / "tmp" / "backup.db").exists()


@pytest.mark.parametrize("name", ["database.sealed", "node.sealed"])
@pytest.mark.parametrize("place", [30, -1])
def test_one_changed_byte_is_noticed(tmp_path: Path, prepared: tuple[Node, str], name: str, place: int) -> None:
    node, code = prepared
    made = backup.make_backup(node, tmp_path / "key")
    raw = bytearray((made.folder / name).read_bytes())
    raw[place] ^= 1
    (made.folder / name).write_bytes(raw)
    with pytest.raises(Problem, match="n’ouvre pas"):
        backup.restore(made.folder, tmp_path / "again", backup.key_by_recovery_code(made.folder, code))
    assert not (tmp_path / "again").exists()


def test_a_backup_cut_short_is_noticed(tmp_path: Path, prepared: tuple[Node, str]) -> None:
    node, code = prepared
    made = backup.make_backup(node, tmp_path / "key")
    raw = (made.folder / "database.sealed").read_bytes()
    (made.folder / "database.sealed").write_bytes(raw[: 24 + primitives.KEY_BYTES])
    with pytest.raises(Problem) as caught:
        backup.restore(made.folder, tmp_path / "again", backup.key_by_recovery_code(made.folder, code))
    assert caught.value.code == "keys.cannot_open"


def test_a_wrong_code_opens_nothing(tmp_path: Path, prepared: tuple[Node, str]) -> None:
    made = backup.make_backup(prepared[0], tmp_path / "key")
    with pytest.raises(Problem) as caught:
        backup.key_by_recovery_code(made.folder, "un deux trois quatre cinq six")
    assert caught.value.code == "keys.cannot_open"


def test_nothing_is_restored_over_other_data(tmp_path: Path, prepared: tuple[Node, str]) -> None:
    node, code = prepared
    made = backup.make_backup(node, tmp_path / "key")
    with pytest.raises(Problem) as caught:
        backup.restore(made.folder, node.data, backup.key_by_recovery_code(made.folder, code))
    assert caught.value.code == "backup.not_empty"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, prepared: tuple[Node, str]) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(Problem) as caught:
        backup.make_backup(prepared[0], tmp_path / "file")
    assert caught.value.code == "backup.bad_place"


def test_a_key_is_copied_by_hand_and_back() -> None:
    key = bytes(range(32))
    assert backup.read_key(backup.key_text(key).lower().replace("-", " ")) == key
    with pytest.raises(Problem):
        backup.read_key("pas une clé")


def test_only_marked_keys_are_seen(tmp_path: Path) -> None:
    (tmp_path / "root" / "CLE" / "valise").mkdir(parents=True)
    (tmp_path / "AUTRE").mkdir()
    assert list_keys(tmp_path) == [tmp_path / "root" / "CLE" / "valise"]


def test_the_organisation_opens_a_backup_of_an_enrolled_box(tmp_path: Path) -> None:
    central = open_at(tmp_path / "central", "central")
    made = people.set_up(central, "Inès", "coordinator")
    written = backup.make_backup(central, tmp_path / "key")
    cookie = people.sign_in(central, people.Throttle(central.clock.mono_ms), "here", made.passphrase)
    ines = people.find_signed_in(central, cookie)
    assert ines is not None
    private = ines.vault()
    assert private is not None
    backup.restore(written.folder, tmp_path / "again", backup.key_of(written.folder, private))
    assert open_at(tmp_path / "again", "central").identity == central.identity
