"""A backup is put back by one button on a new machine, as real processes, in both roles, and the node converges."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kit import backup
from kit.app import build_node
from kit.backup import restarting
from kit.central import actions as central_actions
from kit.central.safekeeping import backup_central
from kit.library import actions as library
from kit.people import actions as people
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync.actions import journey, send
from kit.sync.enrolment import enrol
from tests.backup.test_files import files_of
from tests.served import Served, valise
from tests.sync.homes import PASSPHRASE, free_port, make_central, make_kit, note, served
from tests.sync.test_blobs import give

OPEN: list[httpx.Client] = []
FRESH = "cerise marteau fenêtre nuage plume tonneau"


def set_up(folder: Path, role: str, words: str) -> str:
    """A machine at its first start; its printed code."""
    port = free_port()
    node = build_node(read_settings({}, data=folder, role=role, public_url=f"http://127.0.0.1:{port}", port=port))
    made = people.set_up(node, "Équipe", "coordinator" if role == "central" else "mediator", words)
    node.store.close()
    return made.recovery_code


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "media" / "CLE" / "valise"
    place.mkdir(parents=True)
    monkeypatch.setenv("VALISE_KEYS_FOLDER", str(tmp_path / "media"))
    return place


class Desk:
    """A browser at a served machine."""

    def __init__(self, url: str, words: str) -> None:
        self.http = httpx.Client(base_url=url, follow_redirects=True, timeout=20)
        OPEN.append(self.http)
        assert self.post("/connexion", passphrase=words, name="Équipe").status_code == 200

    def post(self, path: str, **fields: str) -> httpx.Response:
        found = re.search(r'name="csrf" value="([^"]+)"', self.http.get(path).text)
        assert found is not None, self.http.get(path).text
        return self.http.post(path, data={"csrf": found[1], **fields})

    def page(self) -> str:
        return self.http.get("/restaurer").text

    def restore(self, folder: Path, code: str) -> str:
        return self.post("/restaurer", sauvegarde=str(folder), code=code).text


@pytest.fixture
def fresh(key: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    """A new machine, served, with the key plugged in; `request.param` is its role. The folder of a suitcase is a
    disk of its own: nothing can take its place, only what is in it."""
    role, data = str(request.param), tmp_path / "fresh"
    set_up(data, role, FRESH)
    mounted = ("unshare", "--mount", "sh", "-c", 'mount --bind "$0" "$0" && exec "$@"', str(data))
    words, before = (("central", "serve"), ()) if role == "central" else (("serve",), mounted)
    machine = Served(data, words, before=before).start()
    yield machine
    machine.stop()
    while OPEN:
        OPEN.pop().close()


def wait_for_the_old_team(machine: Served) -> None:
    """It ends, begins anew by itself under the same process number, and the team of the backup enters."""
    end, page = time.monotonic() + 90, ""
    while True:
        assert machine.process is not None and machine.process.poll() is None
        assert time.monotonic() < end, (page, machine.log.read_text("utf-8"), Desk(machine.url, FRESH).page())
        try:
            with httpx.Client(base_url=machine.url, follow_redirects=True, timeout=5) as http:
                page = http.get("/connexion").text
                found = re.search(r'name="csrf" value="([^"]+)"', page)
                assert found is not None
                fields = {"csrf": found[1], "passphrase": PASSPHRASE, "name": "Équipe"}
                if http.post("/connexion", data=fields).status_code == 200:
                    return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)


@pytest.mark.parametrize("fresh", ["kit", "central"], indirect=True)
def test_one_button_makes_a_new_machine_the_one_that_was_saved(
    fresh: Served, key: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    role = request.node.callspec.params["fresh"]
    code = set_up(tmp_path / "old", role, PASSPHRASE)
    old = build_node(read_settings({}, data=tmp_path / "old", role=role))
    note(old, 12, named=3)
    give(old, 300_000)
    (backup_central if role == "central" else backup.make_backup)(old, key)
    wanted, log_id = files_of(old.data), old.journal.log_id
    old.store.close()
    (folder,) = key.glob("sauvegarde-*")
    desk = Desk(fresh.url, FRESH)
    assert folder.name in desk.http.get("/restaurer").text
    assert "n’ouvre pas" in desk.restore(folder, "un deux trois quatre cinq six sept huit neuf dix")
    assert "pas une sauvegarde" in desk.restore(key.parent, code)
    shown = desk.restore(folder, code)
    assert "La sauvegarde revient" in shown or "Tout est écrit" in shown, shown
    wait_for_the_old_team(fresh)
    again = build_node(read_settings({}, data=fresh.data, role=role))
    assert again.journal.log_id != log_id, "a log of its own"
    assert again.store.value("SELECT count(*) FROM attendance") == 12
    again.store.close()
    assert files_of(fresh.data) == wanted
    assert (fresh.data / ".before-1" / "valise.db").is_file(), "what was there before is kept"
    desk = Desk(fresh.url, PASSPHRASE)
    assert "travaille déjà" in desk.http.get("/restaurer").text
    assert not list(fresh.data.glob(".restore*"))


@pytest.mark.parametrize("fresh", ["kit"], indirect=True)
def test_an_enrolled_kit_comes_back_by_the_key_its_coordination_shows_and_converges(
    fresh: Served, key: Path, tmp_path: Path
) -> None:
    central, old = make_central(tmp_path / "home", free_port()), make_kit(tmp_path / "old")
    with served(central) as url:
        enrol(old, central_actions.make_enrolment(central, "Valise", server_url=url))
        note(old, 6, named=2)
        send(old)
        note(old, 4)
        made = backup.make_backup(old, key)
        note(old, 3)
        send(old)
        private = coordinator_key(central)
        old.store.close()
        desk = Desk(fresh.url, FRESH)
        desk.restore(made.folder, backup.key_text(backup.key_of(made.folder, private)))
        wait_for_the_old_team(fresh)
        fresh.stop()
        again = build_node(read_settings({}, data=fresh.data))
        note(again, 5)
        again.store.close()
        valise(fresh.data, "send")
        again = build_node(read_settings({}, data=fresh.data))
        assert journey(again).only_here == 0
        again.store.close()
    assert central.store.value("SELECT count(*) FROM attendance") == 18, "nothing lost, nothing twice"
    central.store.close()


def coordinator_key(central: Node) -> bytes:
    cookie = people.sign_in(central, people.Throttle(central.clock.mono_ms), "here", PASSPHRASE, "Coordination")
    staff = people.find_signed_in(central, cookie)
    assert staff is not None
    private = staff.vault()
    assert private is not None
    return private


def test_what_was_noted_while_the_key_was_read_is_not_lost(key: Path, tmp_path: Path) -> None:
    """Works that came on the card go aside; somebody's first sign-up stops it."""
    code = set_up(tmp_path / "box", "kit", PASSPHRASE)
    box = build_node(read_settings({}, data=tmp_path / "box"))
    give(box, 1000)
    folder = backup.make_backup(box, key).folder
    box.store.close()
    set_up(tmp_path / "fresh", "kit", FRESH)
    fresh = build_node(read_settings(dict(os.environ), data=tmp_path / "fresh"))
    work = tmp_path / "lettre.txt"
    work.write_text("Cher ami", "utf-8")
    (tmp_path / "lettre.txt.toml").write_text('title = "Lettre"\nlicence = "CC0-1.0"\nsource = "nous"\n', "utf-8")
    assert library.add_paths(fresh, [work], lambda progress: None).added
    assert restarting.is_unused(fresh) and restarting.has_works(fresh)
    doing = restarting.RestoreWork()
    seen: list[object] = []
    doing.restart = lambda: seen.append(doing.restored)
    doing._note = lambda done, total: note(fresh, 1)  # type: ignore[method-assign,assignment,return-value]
    doing.start(fresh, folder, code)
    end = time.monotonic() + 30
    while doing.progress is not None:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert doing.problem is not None and doing.problem.code == "backup.in_use"
    assert seen == [] and not list(fresh.data.glob(".restore*"))
    assert not restarting.is_unused(fresh)
    fresh.store.close()


@pytest.mark.parametrize("fresh", ["kit"], indirect=True)
def test_what_may_not_be_put_back_is_told_and_changes_nothing(fresh: Served, key: Path, tmp_path: Path) -> None:
    code = set_up(tmp_path / "home", "central", PASSPHRASE)
    central = build_node(read_settings({}, data=tmp_path / "home", role="central"))
    made = backup_central(central, key)
    central.store.close()
    desk = Desk(fresh.url, FRESH)
    assert "autre sorte de machine" in desk.restore(made.folder, code)
    box_code = set_up(tmp_path / "box", "kit", PASSPHRASE)
    box = build_node(read_settings({}, data=tmp_path / "box"))
    made = backup.make_backup(box, key)
    box.store.close()
    (made.folder / "database.sealed").write_bytes(b"rot")
    assert f'value="{made.folder}" required checked' in desk.http.get("/restaurer").text, "the one that fits is chosen"
    desk.restore(made.folder, box_code)
    end = time.monotonic() + 20
    while "abîmée" not in desk.http.get("/restaurer").text:
        assert time.monotonic() < end, desk.http.get("/restaurer").text
        time.sleep(0.2)
    assert not [*fresh.data.glob(".restore*"), *fresh.data.glob(".before*")]
    with httpx.Client(base_url=fresh.url) as visitor:
        assert visitor.get("/restaurer").status_code == 401
