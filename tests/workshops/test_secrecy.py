"""No name, no number reaches the disk in clear: the data folder is searched byte by byte."""

from __future__ import annotations

from pathlib import Path

from kit.ids import new_id, to_text
from kit.people import actions as people
from kit.people import identities
from kit.workshops import actions
from kit.workshops.forms import Person, Profile

from .box import PASSPHRASE, Box, post, url

CANARIES = ("canari-Zénobie", "06 98 76 54 32", "canari-Gérard", "كناري")


def planted(folder: Path) -> list[str]:
    """The canaries found in any file of a folder, in UTF-8 or UTF-16, and without their spaces."""
    found = []
    for path in sorted(folder.rglob("*")):
        raw = path.read_bytes() if path.is_file() else b""
        for word in CANARIES:
            forms = (word.encode(), word.encode("utf-16-le"), word.replace(" ", "").encode())
            found += [f"{path.name}: {word}"] if any(form in raw for form in forms) else []
    return found


def test_the_search_can_find_something(tmp_path: Path) -> None:
    (tmp_path / "wal").write_bytes(b"xx" + CANARIES[0].encode() + b"yy")
    assert planted(tmp_path) == [f"wal: {CANARIES[0]}"]


def test_no_name_reaches_the_disk_and_none_is_read_after_closing(box: Box) -> None:
    workshop = box.plan()
    page = f"/ateliers/{to_text(workshop)}"
    staff = box.staff()
    assert post(box.visitor(), page, at=page, name=CANARIES[0], phone=CANARIES[1]).status_code == 303
    assert post(box.visitor(), page, at=page, name=CANARIES[3]).status_code == 303
    add = url(workshop, "/presences/ajouter")
    assert post(staff, add, at=add, name=CANARIES[2]).status_code == 303
    assert post(box.visitor(), page, at=page, name=CANARIES[0] + "\x07", phone=CANARIES[1]).status_code == 422
    text = staff.get(url(workshop, "/presences")).text
    assert all(name in text for name in (CANARIES[0], CANARIES[2], CANARIES[3]))
    assert staff.get(url(workshop, "/feuille")).status_code == 200
    assert planted(box.node.data) == []
    close = url(workshop, "/terminer")
    assert post(staff, close, at=close, paper="no", certificates="no").status_code == 303
    assert planted(box.node.data) == []
    text = staff.get(url(workshop, "/presences")).text
    assert not any(word in text for word in CANARIES)
    box.node.store.close()
    assert planted(box.node.data) == []


def test_after_closing_no_key_on_the_box_opens_an_envelope(box: Box) -> None:
    workshop = box.plan()
    signup = box.sign_up(workshop, "Zénobie")
    actions.add_walk_in(box.node, workshop, new_id(), Person("Gérard"), Profile())
    cookie = people.sign_in(box.node, people.Throttle(lambda: 0), "here", PASSPHRASE)
    staff = people.find_signed_in(box.node, cookie)
    assert staff is not None
    vault = staff.vault()
    assert vault is not None
    door = identities.open_door(box.node, vault, workshop)
    told = identities.open_identity(box.node, signup.envelope, door)
    assert told is not None and told.name == "Zénobie"
    actions.close_workshop(box.node, workshop, lambda *_: None)
    assert identities.open_door(box.node, vault, workshop) is None
    keys = [vault, box.node.identity.box_private, box.node.identity.sign_seed]
    hashes = [row["hash"] for row in box.node.store.rows("SELECT hash FROM envelope")]
    assert len(hashes) == 2
    assert all(identities.open_identity(box.node, name, key) is None for name in hashes for key in keys)
    assert door is not None
    assert all(door not in path.read_bytes() for path in box.node.data.rglob("*") if path.is_file())
