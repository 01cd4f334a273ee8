"""The central's backup is what lets kits forget; a restored node of either role begins anew and converges."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from kit import backup, retention
from kit.central.safekeeping import backup_central
from kit.checks import check_all
from kit.errors import Problem
from kit.people.node import Node
from kit.sync.actions import journey, send
from kit.workshops import actions as workshops
from tests import cast
from tests.central.season import note_season
from tests.conftest import Enter, copy_node, open_node
from tests.pages import post_form
from tests.served import Served, valise
from tests.sync.homes import note, served


def test_only_a_backup_of_the_central_lets_a_kit_forget(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = pair
    workshop = note_season(kit, opinions=0).workshop_id
    workshops.close_workshop(kit, workshop, lambda _workshop, _stop: None)
    with served(central):
        send(kit)
        assert retention.purge(kit).envelopes == 0
        backup_central(central, tmp_path / "key")
        send(kit)
    assert retention.purge(kit).envelopes == 3


def test_what_comes_in_during_a_backup_waits_for_the_next(
    pair: tuple[Node, Node], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, central = pair
    note(kit, 3)
    with served(central):
        send(kit)
        copy = backup.make_backup

        def slow(node: Node, place: Path, report: Callable[..., None]) -> backup.Backup:
            made = copy(node, place, report)
            note(kit, 4)
            send(kit)
            return made

        monkeypatch.setattr(backup, "make_backup", slow)
        backup_central(central, tmp_path / "key")
        send(kit)
    held = central.store.rows("SELECT first_seq, last_seq FROM backed_up")
    assert [(row["first_seq"], row["last_seq"]) for row in held] == [(1, 3)]


def test_a_backup_that_fails_is_no_backup(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = pair
    note(kit, 3)
    with served(central):
        send(kit)
    (tmp_path / "key").write_bytes(b"a file, not a folder")
    with pytest.raises(Problem) as caught:
        backup_central(central, tmp_path / "key")
    assert caught.value.code == "backup.bad_place"
    assert central.store.value("SELECT count(*) FROM backed_up") == 0
    assert backup.find_last(central) is None


def test_the_coordination_opens_the_backup_of_a_kit(tmp_path: Path, central_node: Node, enter: Enter) -> None:
    made = backup.make_backup(central_node, tmp_path / "key")
    page = enter(central_node, cast.INES)
    form = {"manifeste": (io.BytesIO((made.folder / "manifest.json").read_bytes()), "manifest.json")}
    shown = post_form(page, "/sauvegarde", "/sauvegarde/cle", **form).get_data(as_text=True)
    key = shown.split('class="code" dir="ltr">')[1].split("<")[0]
    backup.restore(made.folder, tmp_path / "again", backup.read_key(key))
    assert enter(central_node, cast.ROBERT).get("/sauvegarde").status_code == 403
    for nonsense in (b"", b"{}", b"[" * 100_000, b'{"format": "valise-sauvegarde-1", "sealed_key": "\xc3\xa9"}'):
        bad = post_form(page, "/sauvegarde", "/sauvegarde/cle", manifeste=(io.BytesIO(nonsense), "x"))
        assert bad.status_code in (422, 403), nonsense[:20]


def test_an_old_backup_is_told(kit_node: Node, tmp_path: Path) -> None:
    def level() -> str:
        return next(one.level for one in check_all(kit_node) if one.check_id == "V009")

    assert level() == "warn"
    backup.make_backup(kit_node, tmp_path / "key")
    assert level() == "ok"
    kit_node.clock.anchor(kit_node.clock.mono_ms(), kit_node.clock.wall_ms() + 8 * 86_400_000)
    assert level() == "warn"


def test_restored_nodes_of_both_roles_converge(templates: Path, tmp_path: Path) -> None:
    """Real processes: a kit and a central are backed up while running, lost, restored; nothing noted is lost."""
    central = Served(copy_node(templates / "central", tmp_path / "central"), ("central", "serve")).start()
    data = copy_node(templates / "kit", tmp_path / "kit")
    valise(data, "enrol", valise(central.data, "central", "invite", "--url", central.url).strip())
    node = open_node(data)
    note(node, 5, named=2)
    valise(data, "send")
    valise(central.data, "backup", "--role", "central", str(tmp_path / "key"))
    note(node, 4, named=1)
    valise(data, "backup", str(tmp_path / "kit-key"))
    note(node, 2)
    valise(data, "send")
    node.store.close()
    central.kill()
    _restore(central.data, tmp_path / "key", open_node(central.data, "central"), tmp_path / "central-2")
    again = Served(tmp_path / "central-2", ("central", "serve"), port=central.port).start()
    valise(data, "send")  # the new epoch of the central makes the kit offer all it still holds
    assert _count(again.data) == 11
    secret = open_node(again.data, "central")
    _restore(data, tmp_path / "kit-key", secret, tmp_path / "kit-2")
    restored = open_node(tmp_path / "kit-2")
    assert restored.journal.log_id != node.journal.log_id
    note(restored, 3, named=1)
    restored.store.close()
    valise(tmp_path / "kit-2", "send")
    again.stop()
    assert not again.words_of_failure()
    assert _count(again.data) == 14
    restored = open_node(tmp_path / "kit-2")
    assert journey(restored).only_here == 0
    assert secret.store.value("SELECT count(*) FROM arrival WHERE reason <> ''") == 0
    assert secret.store.value("SELECT count(*) FROM envelope") == 4


def _restore(lost: Path, place: Path, opener: Node, target: Path) -> None:
    from tests.conftest import sign_in_as

    (folder,) = place.glob("sauvegarde-*")
    private = sign_in_as(opener, cast.INES).vault()
    assert private is not None
    opener.store.close()
    key = backup.key_text(backup.key_of(folder, private))
    words = valise(target, "restore", "--key", key, str(folder))
    assert "restauré" in words, lost


def _count(data: Path) -> int:
    node = open_node(data, "central")
    count = int(node.store.value("SELECT count(*) FROM fact"))
    node.store.close()
    return count
